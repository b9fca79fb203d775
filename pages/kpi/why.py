"""Why it moved: contributions that add up to the change, by the dimension that tells most, or why there are none."""

from html import escape

import polars as pl
import streamlit as st

from kpi.events import events_of
from kpi.figures import ABSENT, change, day, figure, rows, share, words
from kpi.model import Better, Kpi
from kpi.standing import Period
from kpi.vocabulary import named
from kpi.why import (
    NAMED,
    OTHER,
    Cut,
    Limits,
    Method,
    NoChange,
    NotAdditive,
    Note,
    Why,
    standing_out,
    surprise,
)
from kpi.why.comparing import Against, began, compared
from kpi.words import marked, say, say_many
from pages.kpi.load import load_why
from pages.kpi.shown import Shown, period_label, span_label
from pages.parts.choices import pick
from pages.parts.load import load_company_of
from pages.parts.tables import Cell, Column, Swing, table
from store.company import Event

SURE = {True: marked("More than chance"), False: marked("Could be chance")}
FACTORS = "factors"
NOTES = {
    Note.NOTHING_STANDS_OUT: marked(
        "No segment stands out: the value lies inside its control limits, as it does in most periods."
    ),
    Note.MIX_EFFECT: marked(
        "Mix effect: the segments' own rates moved the other way; the total moved because their shares did."
    ),
    Note.NO_LIMITS: marked("No control limits are known here, so this may be an ordinary change."),
    Note.NOT_FINAL: marked(
        "One of the two periods is not final or not complete; the figures can still change."
    ),
}


def draw(shown: Shown) -> None:
    """The choice of what is compared and by what, the sentence, the table."""
    if not shown.closed:
        st.text(say("No period is over yet, so there is no change to explain."))
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        picked, against = choose_spans(shown)
        place = st.container(width="content")
    spans = compared(shown.standing, picked, against, events_of_page(shown))
    if spans is None:
        st.text(say("There is no period before this one to compare with."))
        return
    try:
        why = load_why(shown.viewer, shown.kpi, *spans, shown.market, limits_of(shown, picked))
    except (NotAdditive, NoChange) as refused:
        st.text(str(refused))
        return
    with place:
        cut = choose_cut(why)
    st.html(lead(why, cut, shown))
    if cut is not None:
        st.html(build_why(shown.kpi, why, cut, shown.currency))
        for sentence in sentences(why, cut):
            st.caption(sentence)


def events_of_page(shown: Shown) -> tuple[Event, ...]:
    """The moving events of what is shown."""
    return events_of(load_company_of(shown.viewer).events, shown.market)


def choose_spans(shown: Shown) -> tuple[Period, Against]:
    """The period and what it is compared with; since it began comes first where something is wrong now."""
    current, start = shown.closed[0], began(shown.standing)
    found = {each.start.isoformat(): each for each in shown.closed}
    labels = {name: period_label(shown.standing, each) for name, each in found.items()}
    options: dict[str, str] = {}
    if start is not None and compared(shown.standing, current, Against.SINCE) is not None:
        options[Against.SINCE.value] = say("Since {day}, with as long before", day=day(start, shown.today))
    options[Against.BEFORE.value] = say("With the period before")
    options[Against.YEAR.value] = say("With a year before")
    against = Against(pick(say("Compared"), options, "against", 280))
    if against is Against.SINCE:
        return current, against
    return found[pick(say("Shown period"), labels, "shown")], against


def limits_of(shown: Shown, picked: Period) -> Limits | None:
    """The usual range of the period, in the KPI's unit."""
    point = shown.standing.chart.at(picked.start) if shown.standing.chart else None
    if point is None or point.lower is None or point.upper is None:
        return None
    return Limits(point.lower, point.upper)


def choose_cut(why: Why) -> Cut | None:
    """The dimension, the most telling first; None for a KPI that has none."""
    cuts = sorted(why.cuts, key=lambda each: -surprise(each.contributions))
    cuts += [why.factors] if why.factors else []
    named = {each.dimension: each for each in cuts}
    if not named:
        return None
    labels = {name: say("Factors") if name == FACTORS else words(name) for name in named}
    return named[pick(say("Divided by"), labels, "by", 170)]


def lead(why: Why, cut: Cut | None, shown: Shown) -> str:
    """From where to where, and who brought it, as HTML."""
    told = f"<small>{escape(reason(why, cut, shown.currency))}</small>" if cut is not None else ""
    if cut is None:
        told = (
            f"<small>{escape(say('This KPI is not kept by any dimension, so it cannot be divided.'))}</small>"
        )
    return f'<div class="fl-lead">{escape(headline(why, shown))}{told}</div>'


def headline(why: Why, shown: Shown) -> str:
    """From where to where, and by how much."""
    return say(
        "From {before} ({earlier}) to {after} ({later}): {moved}",
        before=figure(why.kpi, why.before, shown.currency), after=figure(why.kpi, why.after, shown.currency),
        earlier=span_label(why.earlier, shown.today), later=span_label(why.later, shown.today),
        moved=change(why.kpi, why.after, why.before, shown.currency),
    )  # fmt: skip


def reason(why: Why, cut: Cut, currency: str) -> str:
    """The segments that stand out, or that none does."""
    if Note.NOTHING_STANDS_OUT in why.notes:
        return say(NOTES[Note.NOTHING_STANDS_OUT])
    if cut.dimension == FACTORS:
        top = cut.contributions.row(0, named=True)
        moved = change(why.kpi, top["total"], 0.0, currency)
        return say("{segment} moved it most: {moved}.", segment=named(top["segment"]), moved=moved)
    found = standing_out(cut.contributions, why.change).head(2)
    if found.is_empty():
        return say("No segment stands out: the change is spread over all of them.")
    names = " + ".join(named(each) for each in found["segment"])
    total = float(found["total"].sum())
    return say(
        "{segment} brought {moved} of it, {share} of the change.",
        segment=names, moved=change(why.kpi, total, 0.0, currency), share=share(total / why.change),
    )  # fmt: skip


def sentences(why: Why, cut: Cut) -> list[str]:
    """What has to be said beside the table, once each."""
    said = [
        say(NOTES[note])
        for note in dict.fromkeys([*why.notes, *cut.notes])
        if note is not Note.NOTHING_STANDS_OUT
    ]
    if OTHER in cut.contributions["segment"]:
        said.append(
            say(
                "{other}: all that have fewer than {rows} in both periods.",
                other=OTHER,
                rows=rows(why.kpi.minimum),
            )
        )
    if cut.method is Method.MIX_AND_RATE:
        said.append(
            say("Own rate: what its own change did. Share: what having more or fewer rows of it did.")
        )
    return said


def build_why(kpi: Kpi, why: Why, cut: Cut, currency: str) -> str:
    """The five largest contributions with bars, the others as one, and the sum line."""
    with_rate = cut.method is Method.MIX_AND_RATE
    sure = with_rate and kpi.is_share_of_rows
    title = say("Factor") if cut.dimension == FACTORS else words(cut.dimension)
    columns = [
        Column(title), Column(say("Before"), "r"), Column(say("After"), "r"), Column(say("Moved it by"), "r"),
        Column(say("Picture")),
        *([Column(say("by its own rate"), "r"), Column(say("by its share"), "r")] if with_rate else []),
        *([Column(say("Own change"), "w")] if sure else []),
    ]  # fmt: skip
    whole = max((abs(each) for each in cut.contributions["total"]), default=0.0) or 1.0
    draw_row = _Rows(kpi, cut, with_rate, sure, whole, currency)
    cells = [draw_row.cells(dict(row)) for row in cut.contributions.head(NAMED).rows(named=True)]
    rest = cut.contributions.slice(NAMED)
    if not rest.is_empty():
        name = say_many("{n} other", "{n} others", rest.height)
        cells.append(draw_row.cells({"segment": name, "significant": False, **_added(rest)}))
    told: dict[str, object] = {"segment": say("Together"), "before": why.before, "after": why.after}
    cells.append(draw_row.cells({**told, **_added(cut.contributions), "total": why.change}, is_sum=True))
    return table(columns, cells, say("Why {kpi} moved, by {what}", kpi=say(kpi.name), what=title.lower()))


def _added(contributions: pl.DataFrame) -> dict[str, object]:
    names = [name for name in ("total", "rate", "mix") if name in contributions.columns]
    return {name: float(contributions[name].sum()) for name in names}


class _Rows:
    """Writes the rows of one table of contributions."""

    def __init__(self, kpi: Kpi, cut: Cut, parts: bool, sure: bool, whole: float, currency: str) -> None:
        self.kpi, self.own, self.currency = kpi, cut.dimension != FACTORS, currency
        self.parts = ("rate", "mix") if parts else ()
        self.sure, self.whole = sure, whole

    def cells(self, row: dict[str, object], is_sum: bool = False) -> list[Cell]:
        """Before and after of its own, what it moved in figures and as a bar, and whether that could be chance."""
        total, said = row.get("total"), row.get("significant")
        return [
            named(row["segment"]),
            *(self._level(row.get(name), is_sum) for name in ("before", "after")),
            self._moved(total),
            "" if is_sum or not isinstance(total, int | float) else self._bar(float(total), said),
            *(self._moved(row.get(name)) for name in self.parts),
            *(
                [say(SURE[said]) if isinstance(said, bool) and "before" in row else ABSENT]
                if self.sure
                else []
            ),
        ]

    def _bar(self, total: float, said: object) -> Swing:
        worse = (total < 0) == (self.kpi.better is Better.HIGHER)
        return Swing(total / self.whole, bad=worse and said is not False)

    def _level(self, value: object, is_sum: bool) -> str:
        """In the KPI's unit; a factor has its own, which is not known here."""
        if not isinstance(value, int | float):
            return ABSENT
        return str(figure(self.kpi, float(value), self.currency)) if self.own or is_sum else f"{value:,.4g}"

    def _moved(self, value: object) -> str:
        return (
            change(self.kpi, float(value), 0.0, self.currency) if isinstance(value, int | float) else ABSENT
        )
