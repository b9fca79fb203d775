"""The list of what needs a decision: what each line says, and the component that draws it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

import streamlit as st

from kpi.decisions import MOST, Decision
from kpi.words import say
from pages.parts.format import age, count, day, figure, goal
from pages.parts.theme import MARKS
from store.state.runs import Freshness

CALM = (
    "Nothing needs a decision: no KPI has been off target for two weeks running or is worse than usual, and every "
    "source is fresh."
)
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Line:
    """One line of the list; `key` is the KPI or page it opens."""

    key: str
    href: str
    status: str
    glyph: str
    name: str
    word: str
    text: str
    owner: str


@dataclass(frozen=True)
class Attention:
    """The lines shown, and how many more there are."""

    lines: tuple[Line, ...]
    more: int


def build_attention(
    decisions: Sequence[Decision],
    late: Sequence[Freshness],
    currency: str,
    today: date,
    now: datetime,
    link: str = "",
) -> Attention:
    """Late sources first, in one line, because they make the rest doubtful; then the KPIs by their rank."""
    lines = [_late_line(late, now)] if late else []
    lines += [_decision_line(each, currency, today, link) for each in decisions]
    return Attention(tuple(lines[:MOST]), max(0, len(lines) - MOST))


def _decision_line(each: Decision, currency: str, today: date, link: str) -> Line:
    glyph, css = MARKS[each.period.status] if each.off_target else ("▲", "watch")
    told = _told(each, currency, today)
    also = f"; also {', '.join(kpi.name for kpi in each.also)}" if each.also else ""
    return Line(
        key=each.kpi.key, href=f"kpi?kpi={each.kpi.key}{link}", status=css, glyph=glyph, name=each.kpi.name,
        word=_word(each), text=f"{told}{also}", owner=each.kpi.owner,
    )  # fmt: skip


def _word(each: Decision) -> str:
    if each.off_target:
        return each.period.status.word
    return say("Signal") if each.signal else say("Overdue")


def _told(each: Decision, currency: str, today: date) -> str:
    late = say("an action was due {day}", day=day(each.overdue, today)) if each.overdue else ""
    if not each.off_target and each.signal is None:
        return late
    told = _off_target(each, currency, today) if each.off_target else _worse(each, currency, today)
    return f"{told}; {late}" if late else told


def _off_target(each: Decision, currency: str, today: date) -> str:
    value = figure(each.kpi, each.period.value, currency)
    return (
        f"{value} against {goal(each.kpi, each.period.target, currency)}; off target since "
        f"{day(each.since, today)}; {_records(each.beyond)} beyond target"
    )


def _worse(each: Decision, currency: str, today: date) -> str:
    value = figure(each.kpi, each.period.value, currency)
    usual = figure(each.kpi, each.signal.centre if each.signal else None, currency)
    return (
        f"{value} against a usual {usual}; worse than usual since {day(each.since, today)}; "
        f"{_records(each.beyond)} from usual"
    )


def _records(number: int) -> str:
    return f"{count(number)} {'record' if number == 1 else 'records'}"


def _late_line(late: Sequence[Freshness], now: datetime) -> Line:
    one, first = len(late) == 1, late[0]
    told = [
        f"{each.source} {f'last read {age(each.last_ok_at, now)} ago' if each.last_ok_at else 'never read'}"
        for each in late[:3]
    ]
    more = f" and {len(late) - 3} more" if len(late) > 3 else ""
    return Line(
        key="data", href="data", status="watch", glyph="◷",
        name=f"Source {first.source}" if one else f"{len(late)} sources",
        word="Late", text=f"{'; '.join(told)}{more}. Newer figures are missing, not zero.", owner="",
    )  # fmt: skip


_list = st.components.v2.component(
    "decisions",
    html='<div class="decisions"></div>',
    css=(HERE / "attention.css").read_text(encoding="utf-8"),
    js=(HERE / "attention.js").read_text(encoding="utf-8"),
)


def draw_attention(attention: Attention, calm: str = CALM, key: str = "decisions") -> str | None:
    """Draw the list or the calm line; the key that was just opened."""
    more = f"{attention.more} more on the department pages" if attention.more else ""
    data = {"lines": [asdict(line) for line in attention.lines], "more": more, "calm": calm}
    opened = _list(data=data, key=key, on_open_change=lambda: None).open
    return str(opened) if opened else None
