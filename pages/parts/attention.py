"""The list of what needs a decision: what, since when, why, who is on it; and the component that draws it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import streamlit as st

from kpi.answering import answers_for
from kpi.decisions import MOST, Decision
from kpi.reason import Reason, reason_words
from kpi.score import Status
from kpi.standing import Standing
from kpi.words import clauses, listed, marked, say, say_many
from pages.parts.format import age, count, day, figure, goal
from pages.parts.language import language_link
from pages.parts.packed import asset
from pages.parts.theme import MARKS, SIGNAL
from store.state import Action
from store.state.runs import Freshness

CALM = marked(
    "Nothing needs a decision: no KPI has been off target for two periods running or is worse than usual, and every "
    "source is fresh."
)
CALM_HERE = marked(
    "Nothing here needs a decision: no KPI has been off target for two periods running or is worse than usual."
)
COLUMNS = (
    marked("What is off"), marked("Value"), marked("Since"), marked("Why"), marked("Owner"), marked("Action"),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of the list; `key` is the KPI or page it opens. Second lines stand smaller under the first ones."""

    key: str
    href: str
    status: str
    glyph: str
    name: str
    word: str
    value: str = ""
    target: str = ""
    since: str = ""
    lasting: str = ""
    why: str = ""
    also: str = ""
    owner: str = ""
    action: str = ""
    due: str = ""
    overdue: bool = False


@dataclass(frozen=True)
class Attention:
    """The lines shown, how many more there are, and what is said where there is none."""

    lines: tuple[Line, ...]
    more: int
    calm: str


@dataclass(frozen=True)
class Told:
    """What the lines are written with: currency, day of the data, what links carry, what is known of each KPI.

    `named`: who answers for a KPI. `episodes`: how far people are with its alert, where somebody did something.
    `due_by`: the firm's own day, by which actions are due or overdue; that of the data where it is not given.
    """

    currency: str
    today: date
    link: str = ""
    due_by: date | None = None
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    late_reviews: Mapping[str, Sequence[str]] = field(default_factory=dict)
    episodes: Mapping[str, str] = field(default_factory=dict)


def build_attention(
    decisions: Sequence[Decision], late: Sequence[Freshness], told: Told, now: datetime, calm: str = CALM
) -> Attention:
    """Late sources first, in one line, because they make the rest doubtful; then the KPIs by their rank."""
    lines = [_late_line(late, now)] if late else []
    lines += [decision_line(each, told) for each in decisions]
    return Attention(tuple(lines[:MOST]), max(0, len(lines) - MOST), say(calm))


def calm_of(standings: Iterable[Standing], calm: str = CALM) -> str:
    """What an empty list says: never that all is well while a KPI is unknown because its source is late."""
    unknown = [each for each in standings if each.current and each.current.status is Status.INCOMPLETE]
    if not unknown:
        return say(calm)
    return say_many(
        "Nothing else is known to need a decision, but {n} KPI is unknown until its source reports again.",
        "Nothing else is known to need a decision, but {n} KPIs are unknown until their sources report again.",
        len(unknown),
    )


def decision_line(each: Decision, told: Told) -> Line:
    """What stands in the line of one KPI."""
    glyph, css = MARKS[each.period.status] if each.off_target else SIGNAL if each.signal else ("◷", "watch")
    action = told.actions.get(each.kpi.key)
    return Line(
        key=each.kpi.key, href=f"kpi?kpi={each.kpi.key}{told.link}", status=css, glyph=glyph, name=say(each.kpi.name),
        word=_word(each),
        value=str(figure(each.kpi, each.period.value, told.currency)),
        target=_against(each, told.currency),
        since=day(each.since, told.today), lasting=lasting(each.since, told.today),
        why=_why(each, told), also=_also(each, told),
        owner=answers_for(each.kpi, told.named),
        action=action.text if action else "",
        due=_due(action, told.due_by or told.today) if action else "",
        overdue=action is not None and action.due < (told.due_by or told.today),
    )  # fmt: skip


def _word(each: Decision) -> str:
    if each.off_target:
        return say(each.period.status.word)
    return say("Worse than usual") if each.signal else say("Action overdue")


def _against(each: Decision, currency: str) -> str:
    if each.off_target or each.signal is None:
        return (
            say("target {goal}", goal=goal(each.kpi, each.period.target, currency))
            if each.period.target
            else ""
        )
    return say("usually {value}", value=figure(each.kpi, each.signal.centre, currency))


def lasting(since: date, today: date) -> str:
    """`5 weeks`, `12 days`."""
    days = (today - since).days
    if days < 14:
        return say_many("{n} day", "{n} days", max(0, days))
    return say_many("{n} week", "{n} weeks", days // 7)


def _why(each: Decision, told: Told) -> str:
    reason = told.reasons.get(each.kpi.key)
    if reason is not None:
        return reason_words(each.kpi, reason, told.currency)
    if not each.off_target and each.signal is None:
        return say("an action was due {day}", day=day(each.overdue or each.since, told.today))
    return say("no slice stands out")


def _also(each: Decision, told: Told) -> str:
    """Other KPIs that tell the same, and the procedures behind it that nobody has reviewed in time."""
    beside, late = [say(kpi.name) for kpi in each.also], told.late_reviews.get(each.kpi.key, ())
    said = [told.episodes[each.kpi.key]] if each.kpi.key in told.episodes else []
    said += [say("also {names}", names=listed(beside))] if beside else []
    return clauses([*said, say("SOP review overdue: {names}", names=listed(late))] if late else said)


def _due(action: Action, today: date) -> str:
    told = day(action.due, today)
    return say("overdue since {day}", day=told) if action.due < today else say("due {day}", day=told)


def _late_line(late: Sequence[Freshness], now: datetime) -> Line:
    first = late[0]
    told = [
        say("{source} last read {age} ago", source=each.source, age=age(each.last_ok_at, now))
        if each.last_ok_at
        else say("{source} never read", source=each.source)
        for each in late[:3]
    ]
    more = [say("{n} more", n=count(len(late) - 3))] if len(late) > 3 else []
    return Line(
        key="data", href=f"data{language_link('?')}", status="watch", glyph="◷",
        name=say("Source {source}", source=first.source) if len(late) == 1 else say("{n} sources", n=len(late)),
        word=say("Late"), why=clauses([*told, *more]),
        also=say("Newer figures are missing, not zero."),
        since=day(first.last_ok_at.date(), now.date()) if first.last_ok_at else "",
        lasting=lasting(first.last_ok_at.date(), now.date()) if first.last_ok_at else "",
    )  # fmt: skip


_list = st.components.v2.component(
    "decisions",
    html='<div class="decisions"></div>',
    css=asset("attention.css"),
    js=asset("attention.js"),
)


def draw_attention(attention: Attention, key: str = "decisions") -> str | None:
    """Draw the list or the calm line; the key that was just opened."""
    more = ""
    if attention.more:
        more = say_many(
            "{n} more on the department pages", "{n} more on the department pages", attention.more
        )
    data = {
        "lines": tuple(vars(line) for line in attention.lines), "more": more, "calm": attention.calm,
        "columns": tuple(say(each) for each in COLUMNS), "nothing": say("No action yet"), "start": say("start one"),
    }  # fmt: skip
    opened = _list(data=data, key=key, on_open_change=lambda: None).open
    return str(opened) if opened else None
