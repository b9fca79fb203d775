"""A meeting on its page: its address, and what is off on the agenda."""

from html import escape

from kpi.catalog import KPIS
from kpi.model import Kpi
from kpi.reason import reason_words
from kpi.score import Status
from kpi.words import listed, say, say_many
from meetings.agenda import Agenda, Behind, Item, Restated
from meetings.told import because_told, speaks
from pages.adherence.load import title_of
from pages.parts.attention import lasting
from pages.parts.format import count, day, figure, goal
from pages.parts.language import language_link
from pages.parts.people import owner_of
from pages.parts.tables import chip
from pages.parts.viewer import Viewer
from sop.diagnosis.verdict import Verdict as Diagnosed
from store.state.meeting_records import Meeting


def link_of(meeting: Meeting) -> str:
    """The address of a meeting."""
    return f"meeting?meeting={meeting.id}{language_link()}"


def item_html(viewer: Viewer, item: Item, agenda: Agenda, restated: Restated | None = None) -> str:
    """
    What is off, by how much, since when, why, whose it is, and whether its procedures were followed; escaped.
    `restated`: what is said of the same period today, where it is another number.
    """
    kpi = KPIS.get(item.kpi)
    if kpi is None:
        return f'<div class="fl-action">{escape(item.kpi)}</div>'
    status, link = Status(item.status), language_link()
    mark = chip(status) if item.off_target else chip(Status.AT_RISK, speaks(item))
    alert = f' · <a href="{escape(f"alerts?episode={item.episode}{link}")}" target="_self">{escape(say("Alert"))}</a>'
    figures = _figures_told(viewer, kpi, item, agenda, restated)
    lines = [escape(figures) + (alert if item.episode else "")]
    if item.also:
        also = say("also {names}", names=listed(say(KPIS[each].name) for each in item.also if each in KPIS))
        lines.append(escape(also))
    lines += [_behind_html(viewer, each, kpi.key) for each in item.behind] or [
        escape(
            say(
                "Was the SOP followed? No procedure in force says that it drives this KPI, or nothing was counted."
            )
        )
    ]
    shown = "".join(f'<span class="fl-quiet">{each}</span>' for each in lines)
    href = escape(f"kpi?kpi={kpi.key}&tab=why{link}")
    name = f'<a href="{href}" target="_self">{escape(say(kpi.name))}</a>'
    return f'<div class="fl-action"><div>{mark} <b>{name}</b></div>{shown}</div>'


def _figures_told(viewer: Viewer, kpi: Kpi, item: Item, agenda: Agenda, restated: Restated | None) -> str:
    """Value, target, since when, why and whose, in one line."""
    currency, today = agenda.currency, agenda.as_of or item.since
    why = reason_words(kpi, item.reason, currency) if item.reason else say("no slice stands out")
    told = [
        str(figure(kpi, item.value, currency)),
        _restated_told(kpi, restated, currency) if restated is not None else "",
        say("target {goal}", goal=goal(kpi, item.target, currency)) if item.target is not None else "",
        say_many("{n} record beyond", "{n} records beyond", item.rows) if item.rows else "",
        f"{say('since {day}', day=day(item.since, today))} ({lasting(item.since, today)})",
        say("Why: {why}", why=why),
        owner_of(viewer, kpi),
    ]
    return " · ".join(filter(None, told))


def _restated_told(kpi: Kpi, restated: Restated, currency: str) -> str:
    return say(
        "restated since: {value} now, {why}", value=figure(kpi, restated.after, currency), why=because_told(restated)
    )  # fmt: skip


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
