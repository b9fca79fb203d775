"""Meetings in words: of which part, of which week, what was found, and why a figure was restated."""

from kpi.catalog import KPIS
from kpi.figures import count, day, figure, goal, month, words
from kpi.model import Department
from kpi.vocabulary import named
from kpi.words import marked, say
from meetings.agenda import Because, Item, Restated
from store.state import segment_pairs
from store.state.meeting_records import Meeting, Verdict

VERDICTS = {
    Verdict.NOT_FOLLOWED: marked("Not followed"), Verdict.REFINE: marked("The SOP needs refining"),
    Verdict.BOTH: marked("Not followed, and the SOP needs refining"), Verdict.OUTSIDE: marked("Outside the SOP"),
    Verdict.WATCH: marked("Watch it"),
}  # fmt: skip


def segment_told(segment: str) -> str:
    """`Market JP`, or all markets."""
    pairs = segment_pairs(segment)
    return " · ".join(f"{words(name)} {named(value)}" for name, value in pairs.items()) or say("All markets")


def week_told(meeting: Meeting) -> str:
    """`Week of 20 Apr`, or `April 2026`."""
    return month(meeting.month) if meeting.is_monthly else say("Week of {day}", day=day(meeting.week))


def whose(meeting: Meeting) -> str:
    """The department, or the whole firm."""
    return say("Whole firm") if meeting.is_monthly else say(Department(meeting.department).label)


def title_told(meeting: Meeting) -> str:
    """`Shipping: weekly meeting`."""
    if meeting.is_monthly:
        return say("Monthly meeting: sales and operations")
    return say("{department}: weekly meeting", department=whose(meeting))


def nothing_promised(meeting: Meeting) -> str:
    """What is said in place of promises."""
    if meeting.is_monthly:
        return say("Nothing was promised before this month.")
    return say("Nothing was promised before this week.")


def name_told(kpi: str, known: str = "") -> str:
    """What a KPI is called; `known`: what it was called when it was frozen."""
    found = KPIS.get(kpi)
    return say(found.name if found else known or kpi)


def value_told(kpi: str, value: float | None, currency: str) -> str:
    """A value as people write it; of a KPI that is no more, its plain number."""
    found = KPIS.get(kpi)
    if found is None:
        return "" if value is None else f"{value:g}"
    return str(figure(found, value, currency))


def target_told(kpi: str, value: float | None, currency: str) -> str:
    """A target as it was set; empty where there is none."""
    found = KPIS.get(kpi)
    if value is None:
        return ""
    return f"{value:g}" if found is None else goal(found, value, currency)


def speaks(item: Item) -> str:
    """Why a KPI that is not off target is on the agenda."""
    return say("Worse than usual") if item.signal else say("Action overdue")


def because_told(each: Restated) -> str:
    """Why a figure is another one, with the sources behind it that were read since."""
    names = ", ".join(each.sources)
    match each.because:
        case Because.DEFINITION:
            return say("another version of its definition")
        case Because.OUTCOMES:
            told = say("outcomes that were still open came in")
        case Because.ROWS:
            told = say(
                "{before} rows then, {after} now",
                before=count(each.rows_before),
                after=count(each.rows_after),
            )
        case Because.CORRECTED:
            told = say("rows were corrected")
        case Because.UNKNOWN:
            told = say("nobody wrote down then of how many rows it was counted")
    return say("{why} ({sources})", why=told, sources=names) if names else told
