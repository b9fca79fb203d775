"""Meetings in words: of which part, of which week, and what is off on the agenda."""

from html import escape

from kpi.catalog import KPIS
from kpi.reason import reason_words
from kpi.score import Status
from kpi.vocabulary import named
from kpi.words import listed, marked, say, say_many
from meetings.agenda import Agenda, Behind, Item
from pages.adherence.load import title_of
from pages.parts.attention import lasting
from pages.parts.format import count, day, figure, goal, words
from pages.parts.language import language_link
from pages.parts.people import owner_of
from pages.parts.tables import chip
from pages.parts.viewer import Viewer
from sop.diagnosis.verdict import Verdict as Diagnosed
from store.state import segment_pairs
from store.state.meetings import Meeting, Verdict

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
    """`Week of 20 Apr`."""
    return say("Week of {day}", day=day(meeting.week))


def link_of(meeting: Meeting) -> str:
    """The address of a meeting."""
    return f"meeting?meeting={meeting.id}{language_link()}"


def item_html(viewer: Viewer, item: Item, agenda: Agenda) -> str:
    """What is off, by how much, since when, why, whose it is, and whether its procedures were followed; escaped."""
    kpi = KPIS.get(item.kpi)
    if kpi is None:
        return f'<div class="fl-action">{escape(item.kpi)}</div>'
    status = Status(item.status)
    mark = chip(status) if item.off_target else chip(Status.AT_RISK, _speaks(item))
    value = str(figure(kpi, item.value, agenda.currency))
    against = (
        say("target {goal}", goal=goal(kpi, item.target, agenda.currency)) if item.target is not None else ""
    )
    since = say("since {day}", day=day(item.since, agenda.as_of or item.since))
    long = lasting(item.since, agenda.as_of or item.since)
    why = reason_words(kpi, item.reason, agenda.currency) if item.reason else say("no slice stands out")
    rows = say_many("{n} record beyond", "{n} records beyond", item.rows) if item.rows else ""
    told = [value, against, rows, f"{since} ({long})", say("Why: {why}", why=why), owner_of(viewer, kpi)]
    also = say("also {names}", names=listed(say(KPIS[each].name) for each in item.also if each in KPIS))
    link = language_link()
    href = escape(f"kpi?kpi={kpi.key}&tab=why{link}")
    alert = f' · <a href="{escape(f"alerts?episode={item.episode}{link}")}" target="_self">{escape(say("Alert"))}</a>'
    lines = [escape(" · ".join(filter(None, told))) + (alert if item.episode else "")]
    lines += [escape(also)] if item.also else []
    lines += [_behind_html(viewer, each, kpi.key) for each in item.behind] or [
        escape(
            say(
                "Was the SOP followed? No procedure in force says that it drives this KPI, or nothing was counted."
            )
        )
    ]
    shown = "".join(f'<span class="fl-quiet">{each}</span>' for each in lines)
    name = f'<a href="{href}" target="_self">{escape(say(kpi.name))}</a>'
    return f'<div class="fl-action"><div>{mark} <b>{name}</b></div>{shown}</div>'


def _speaks(item: Item) -> str:
    return say("Worse than usual") if item.signal else say("Action overdue")


def _behind_html(viewer: Viewer, each: Behind, kpi: str) -> str:
    told = say(
        "Was {sop} followed? {verdict}, of {n} records.", sop=title_of(viewer, each.sop), verdict=each.verdict.heading,
        n=count(each.records),
    )  # fmt: skip
    if each.verdict is Diagnosed.NOT_ENOUGH:
        told = say(
            "Was {sop} followed? Not enough evidence: {n} records, {missing} more are needed.",
            sop=title_of(viewer, each.sop), n=count(each.records), missing=count(each.missing),
        )  # fmt: skip
    href = escape(f"kpi?kpi={kpi}&tab=followed{language_link()}")
    return f'<a href="{href}" target="_self">{escape(told)}</a>'
