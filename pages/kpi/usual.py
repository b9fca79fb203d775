"""What is usual for a KPI, whether it still is, what fired, and how a person begins the usual range anew."""

from datetime import date

import streamlit as st

from kpi.figures import ABSENT, day, figure, goal
from kpi.model import Kpi
from kpi.signals.assurance import Assurance
from kpi.signals.baseline import State
from kpi.signals.chart import ControlChart, Direction, Point
from kpi.signals.rules import Rule
from kpi.standing import Standing
from kpi.why.comparing import began
from kpi.words import listed, marked, say
from pages.kpi.shown import Shown
from pages.parts.posting import begin, draft_of, leave, post
from pages.parts.tables import Cell, Column, table
from store.permits import Permit
from store.state import BaselineRow, segment_text
from store.state.baselines import in_force

FIRMNESS = {
    State.TRIAL: marked("on trial, as there are fewer than 12 points"),
    State.OPEN: marked("taken anew with each point until there are 20"),
    State.LOCKED: marked("fixed on the first points of its baseline"),
    State.REBASED: marked("fixed on the first points of its new baseline"),
}
EXPECTED = {
    Assurance.MEETS: marked("As usual, the target is met every time."),
    Assurance.FAILS: marked(
        "As usual, the target is missed every time: the way of working has to change to reach it."
    ),
    Assurance.HIT_OR_MISS: marked("As usual, the target is sometimes met and sometimes missed, by chance."),
}
RULES = {
    Rule.BEYOND_LIMITS: marked("beyond limits"), Rule.RUN: marked("run of 8"), Rule.TREND: marked("trend of 7"),
    Rule.TWO_OF_THREE: marked("2 of 3 beyond 2 sigma"), Rule.FOUR_OF_FIVE: marked("4 of 5 beyond 1 sigma"),
}  # fmt: skip
WAYS = {Direction.CONCERN: marked("▲ Worse"), Direction.IMPROVEMENT: marked("✓ Better")}
FORM, LONGEST_REASON = "baseline", 300


def draw(shown: Shown) -> None:
    """What fired in the weeks shown, the baselines, and the forms to begin one and to take it back."""
    fired = fired_points(shown)
    if fired:
        st.html(build_fired(shown.kpi, fired, shown.currency))
    elif shown.standing.chart is not None:
        st.text(say("Nothing left its usual range in the time shown."))
    else:
        st.text(
            say("This counts different things anew for each period, so that no usual range is kept of it.")
        )
    if shown.standing.chart is not None and shown.closed:
        draw_baselines(shown)


def usual_range(standing: Standing, currency: str, today: date) -> str:
    """The sentences under the chart; the dotted lines are the range they speak of."""
    chart, current = standing.chart, standing.current
    point = chart.at(current.start) if chart and current else None
    if chart is None or point is None:
        return say("No usual range is known for this figure.")
    if point.lower is None or point.upper is None:
        return say("No usual range yet: it takes eight settled periods that are not all alike.")
    told = [
        say(
            "Dotted: the usual range, now {low} to {high} ({chart} chart); {firmness}.",
            low=figure(standing.kpi, point.lower, currency), high=figure(standing.kpi, point.upper, currency),
            chart=say(chart.method.value), firmness=say(FIRMNESS[point.state]),
        ),
        _begun(chart, today),
        _left(chart, point, today),
        _expected(standing, point, currency),
    ]  # fmt: skip
    return " ".join(each for each in told if each)


def _begun(chart: ControlChart, today: date) -> str:
    row = chart.rebased
    if row is None:
        return ""
    return say(
        "{who} began it anew on {day}: {reason}.", who=row.set_by, day=day(row.starts_on, today), reason=say(row.reason)
    )  # fmt: skip


def _left(chart: ControlChart, point: Point, today: date) -> str:
    signal = point.interrupting
    if signal is None and not point.outside:
        return say("The last settled value is nothing unusual.")
    if signal is None:
        return say(
            "The last settled value lies outside it, which alone is no alarm: a level stays near what it was the "
            "period before, and so leaves its range by itself."
        )
    since = day(chart.began(point.start) or point.start, today)
    if signal.direction is Direction.CONCERN:
        return say("Worse than usual since {day} ({rule}).", day=since, rule=rule_words(signal.rule))
    return say("Better than usual since {day} ({rule}).", day=since, rule=rule_words(signal.rule))


def rule_words(rule: Rule) -> str:
    """The rule as a person calls it."""
    return say(RULES[rule])


def _expected(standing: Standing, point: Point, currency: str) -> str:
    """What the usual range promises; nothing while the process is no longer what it was."""
    if point.assurance is None or point.interrupting is not None or standing.current is None:
        return ""
    target = goal(standing.kpi, standing.current.target, currency)
    return f"{say(EXPECTED[point.assurance])} {say('Target {target}.', target=target)}"


def fired_points(shown: Shown) -> list[Point]:
    """The points of the periods shown that complete a rule, the latest first."""
    chart, starts = shown.standing.chart, {each.start for each in shown.standing.recent(shown.filters.weeks)}
    points = chart.points if chart else ()
    return [point for point in reversed(points) if point.signals and point.start in starts]


def build_fired(kpi: Kpi, points: list[Point], currency: str) -> str:
    """One row a point: value, what is usual, the rules it completes, which way, and whether it interrupts."""
    columns = (
        Column(say("From"), "w"), Column(say("Value"), "r"), Column(say("Usual"), "r"), Column(say("Between"), "r"),
        Column(say("Which way"), "w"), Column(say("Because")), Column(say("Alerts people")),
    )  # fmt: skip
    rows: list[list[Cell]] = [
        [
            day(point.start), str(figure(kpi, point.value, currency)), str(figure(kpi, point.centre, currency)),
            f"{figure(kpi, point.lower, currency)} – {figure(kpi, point.upper, currency)}",
            say(WAYS[point.signals[0].direction]), listed(rule_words(each.rule) for each in point.signals),
            say("Yes") if point.interrupting else say("No"),
        ]
        for point in points
    ]  # fmt: skip
    return table(columns, rows, say("What left its usual range: {kpi}", kpi=say(kpi.name)))


def draw_baselines(shown: Shown) -> None:
    """Every baseline ever set for this slice, and what may be done about them."""
    st.header(say("Where the usual range begins"), anchor=False)
    entries = baselines_of(shown)
    if entries:
        st.html(build_baselines(shown.kpi, entries))
    form = f"{FORM}_{shown.kpi.key}"
    draft = draft_of(form)
    if draft is not None:
        _form(shown, form, draft.purpose, entries)
        return
    if not shown.viewer.principal.may(Permit.SET_BASELINES):
        return
    with st.container(horizontal=True, gap="small"):
        st.button(say("Begin it anew"), key=f"start_{form}", on_click=begin, args=(form, "begin"))
        if undoable(entries):
            st.button(
                say("Take the last one back"),
                key=f"undo_{form}",
                on_click=begin,
                args=(form, "undo"),
                type="tertiary",
            )


def baselines_of(shown: Shown) -> list[BaselineRow]:
    """The entries of exactly the slice the page shows, oldest first."""
    segment = segment_text({"market": shown.market} if shown.market else {})
    rows = shown.viewer.store.state.baselines.rows(shown.viewer.principal, shown.kpi.key)
    return [row for row in rows if row.segment == segment]


def undoable(entries: list[BaselineRow]) -> BaselineRow | None:
    """The last entry in force that a person made; the first baseline of all is not taken back."""
    standing = in_force(entries)
    return standing[-1] if len(standing) > 1 else None


def build_baselines(kpi: Kpi, entries: list[BaselineRow]) -> str:
    """The latest first: from which day, who said so, why, when."""
    columns = (
        Column(say("From"), "w"), Column(say("What")), Column(say("Who"), "w"), Column(say("Why")),
        Column(say("Entered"), "w"),
    )  # fmt: skip
    rows: list[list[Cell]] = [
        [
            day(each.starts_on), say("Taken back") if each.undone else say("Begun"), each.set_by or ABSENT,
            say(each.reason), day(each.recorded_at.date()) if each.recorded_at else ABSENT,
        ]
        for each in reversed(entries)
    ]  # fmt: skip
    return table(columns, rows, say("Baselines of {kpi}", kpi=say(kpi.name)))


def _form(shown: Shown, form: str, purpose: str, entries: list[BaselineRow]) -> None:
    last, undo = undoable(entries), purpose == "undo"
    with st.form(f"form_{form}"):
        if undo and last is not None:
            st.text(say("Take back the baseline from {day}", day=day(last.starts_on)))
            start = last.starts_on
        else:
            st.text(
                say("From this day on, what is usual is taken anew. Do this when the work itself changed.")
            )
            start = st.date_input(
                say("First day of what is usual now"), began(shown.standing) or shown.closed[0].start,
                max_value=shown.today, key=f"day_{form}",
            )  # fmt: skip
        reason = st.text_input(say("What has changed"), max_chars=LONGEST_REASON, key=f"why_{form}")
        with st.container(horizontal=True, gap="small"):
            sent = st.form_submit_button(say("Save"), type="primary", key=f"save_{form}")
            st.form_submit_button(say("Cancel"), on_click=leave, args=(form,), key=f"cancel_{form}")
    if sent:
        seen = entries[-1].version if entries else 0
        post(form, lambda key: _enter(shown, start, reason, undo, seen, key), _told)


def _enter(shown: Shown, start: date, reason: str, undo: bool, seen: int, key: str) -> BaselineRow:
    segment = segment_text({"market": shown.market} if shown.market else {})
    row = BaselineRow(shown.kpi.key, start, reason, segment, undone=undo)
    return shown.viewer.store.state.baselines.add(shown.viewer.principal, row, seen, key)


def _told(theirs: object) -> str:
    return f"{day(theirs.starts_on)}: {theirs.reason}" if isinstance(theirs, BaselineRow) else ""
