"""The overview: what needs a decision, the KPIs that speak for each department, and all of them as a table."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import streamlit as st

from kpi.catalog import KPIS
from kpi.decisions import late_sources, needs_decision
from kpi.headline import MOST, Shown, main_kpis, shown
from kpi.model import Department, Kpi
from kpi.standing import Coverage, Standing
from kpi.words import say, say_many
from pages.alerts.told import load_told
from pages.meeting.held import draw_held
from pages.parts.actions import load_actions, load_overdue, today_of
from pages.parts.attention import Told, build_attention, calm_of, draw_attention
from pages.parts.built import built
from pages.parts.cards import Group, build_card, draw_wall, usual_week
from pages.parts.comparing import load_compared
from pages.parts.empty import draw_empty, draw_nothing
from pages.parts.exports import draw_exports, overview_exports
from pages.parts.filters import Filters, draw_filters
from pages.parts.format import day
from pages.parts.head import context_line, draw_head
from pages.parts.language import language_link
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.people import load_named
from pages.parts.reasons import load_reasons
from pages.parts.scorecard import draw_scorecard
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer, open_link
from pages.peaks.near import draw_near
from pages.sops.load import load_late
from pages.start import draw_start, may_start
from store.state.runs import Freshness

NONE: Mapping[str, Sequence[str]] = {}


@guarded
def render(viewer: Viewer) -> None:
    """The page."""
    covered, company, fresh = load_coverage(viewer), load_company_of(viewer), load_freshness(viewer)
    head, at = st.container(gap="small"), now()
    title = say("Operations overview")
    if not covered.until or covered.as_of is None:
        with head:
            draw_head(title, context_line(covered, None, company), company, fresh, at)
        if may_start(viewer):
            draw_start(viewer)
        draw_empty(viewer)
        return
    filters = draw_filters(covered, exceptions=True)
    with head:
        draw_head(title, context_line(covered, filters.market, company), company, fresh, at)
        draw_exports(viewer, overview_exports(viewer, filters.market, filters.weeks), "overview")
    kpis = main_kpis(visible(covered))
    found = load_compared(viewer, kpis, filters.market, filters.weeks, filters.comparison)
    if filters.market and not any_value(found):
        draw_nothing(filters.market, len(found))
    opened = draw_decisions(viewer, found, covered.as_of, fresh, at, filters)
    draw_held(viewer)
    draw_near(viewer)
    groups, beside = load_groups(viewer, found, company.currency, covered.as_of, filters)
    opened = draw_wall(groups, title=say("Key results"), top=beside) or opened
    asked = (company.currency, covered.as_of, "overview", filters)
    opened = draw_scorecard(viewer, list(found.values()), *asked) or opened
    open_link(viewer, opened)


def visible(covered: Coverage) -> list[Kpi]:
    """The KPIs of departments that have ever had data; a KPI of theirs without data says so."""
    known = {KPIS[key].department for key in covered.until}
    return [kpi for kpi in KPIS.values() if kpi.department in known]


def any_value(found: Mapping[str, Standing]) -> bool:
    """Whether anything that is kept by market has a value in the one that was chosen."""
    return any(each.market and each.current and each.current.value is not None for each in found.values())


def draw_decisions(
    viewer: Viewer,
    found: Mapping[str, Standing],
    today: date,
    fresh: list[Freshness],
    at: datetime,
    filters: Filters,
) -> str | None:
    """The list for these standings; the key that was just opened."""
    st.header(say("Needs a decision"), anchor=False)
    decisions = needs_decision(found.values(), load_overdue(viewer, filters.market))
    told = Told(
        load_company_of(viewer).currency, today, filters.link, today_of(viewer),
        load_reasons(viewer, decisions, found), load_actions(viewer, filters.market), load_named(viewer),
        load_late(viewer), load_told(viewer, filters.market),
    )  # fmt: skip
    calm = calm_of(found.values())
    return draw_attention(build_attention(decisions, late_sources(fresh, at), told, at, calm))


def load_groups(
    viewer: Viewer, found: Mapping[str, Standing], currency: str, today: date, filters: Filters
) -> tuple[list[Group], str]:
    """The cards, and what stands beside their title."""

    late = load_late(viewer)

    def build() -> tuple[list[Group], str]:
        groups, told = build_groups(found, currency, today, filters, late)
        return groups, said(filters, found, told, today)

    return built(viewer, "cards", (filters, language_link(), tuple(sorted(late.items()))), build)


def build_groups(
    found: Mapping[str, Standing],
    currency: str,
    today: date,
    filters: Filters,
    late: Mapping[str, Sequence[str]] = NONE,
) -> tuple[list[Group], list[Shown]]:
    """One group of cards a department, in the order of the catalogue, which never changes; and what they hold.

    Six cards fill a row; what else is off follows as a line of links, unless only exceptions are shown.
    """
    told = [shown(found, department, exceptions=filters.exceptions) for department in Department]
    told = [each for each in told if each.total]
    usual = usual_week(found.values())
    groups = []
    for each in told:
        cards = tuple(
            build_card(
                mine,
                currency,
                today,
                filters.link,
                filters.weeks,
                usual,
                filters.market,
                late.get(mine.kpi.key, ()),
            )
            for mine in each.standings
        )
        large = len(cards) if filters.exceptions else MOST
        if cards:
            href = each.department.value + language_link("?")
            title = say(each.department.label)
            groups.append(Group(title, href, cards[:large], more(each), cards[large:]))
    return groups, told


def more(each: Shown) -> str:
    """The link to the department's page, where not all of its KPIs have a card here."""
    return say("All KPIs") if each.total > len(each.standings) else ""


def said(filters: Filters, found: Mapping[str, Standing], told: Sequence[Shown], today: date) -> str:
    """What stands beside the cards' title: how many are hidden, and which week they show."""
    week = usual_week(found.values())
    sentences = (
        [say("Week of {day}, where a card does not say otherwise.", day=day(week, today))] if week else []
    )
    if filters.exceptions:
        cards = sum(len(each.standings) for each in told)
        hidden = sum(len(shown(found, each.department).standings) for each in told) - cards
        calm = "" if cards else say("No KPI is off target, watched, unknown or worse than usual.")
        quiet = say_many("{n} quiet card is hidden.", "{n} quiet cards are hidden.", hidden)
        sentences.insert(0, f"{calm} {quiet}".strip())
    return " ".join(sentences)
