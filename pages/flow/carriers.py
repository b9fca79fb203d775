"""Modes and carriers side by side, each against what the others did with the same parcels."""

from collections.abc import Mapping

import streamlit as st

from kpi.flow.alike import LEAST, Difference, Verdict
from kpi.flow.reading import Slice
from kpi.words import clauses, marked, say
from pages.flow.load import built, load_compared
from pages.flow.picking import pick
from pages.flow.telling import money, percent, signed
from pages.parts.format import ABSENT, count, decimal, share
from pages.parts.tables import Cell, Column, Grid
from pages.parts.viewer import Viewer

KINDS = {marked("Carriers"): "carrier", marked("Modes"): "mode"}
GLYPHS = {Verdict.BETTER: "✓", Verdict.WORSE: "▲", Verdict.SAME: "", Verdict.UNKNOWN: "?"}
Found = Mapping[str, Mapping[str, Difference]]
Spans = Mapping[str, tuple[float, float]]


def draw_comparison(viewer: Viewer, asked: Slice, currency: str) -> None:
    """Choose carriers or modes; the table, and how it is to be read."""
    by = KINDS[pick(say("Compare"), tuple(KINDS), "alike")]
    found, spans = load_compared(viewer, asked, by)
    if not found:
        st.text(say("No shipment of a known carrier or mode fell due in these weeks."))
        return
    st.text(headline(found))
    st.html(built(viewer, asked, f"compared-{by}", lambda: build_comparison(found, spans, currency).html))
    st.caption(how_to_read(by))


def how_to_read(by: str) -> str:
    """What stands in a cell, and when nothing is said."""
    return say(
        "Each against all others where both carried alike: same lane, same weight band, due in the same "
        "week{mode}. After each figure its difference to the others (points for shares) with its 99 % interval; "
        "▲ worse and ✓ better than chance explains. ? not enough evidence: fewer than {least} parcels with a "
        "counterpart, under a fifth of all, or too few hits.",
        mode=say(", same mode") if by == "carrier" else "", least=LEAST,
    )  # fmt: skip


def headline(found: Found) -> str:
    """Who keeps fewer promises than others with the same parcels; or that nobody does."""
    worse = [
        (name, each["on_time"]) for name, each in found.items() if each["on_time"].verdict is Verdict.WORSE
    ]
    if worse:
        told = [
            say("{name} keeps {own} where others keep {others}", name=name, own=percent(each.own),
                others=percent(each.others))
            for name, each in sorted(worse, key=lambda pair: pair[1].difference or 0)
        ]  # fmt: skip
        return say("With the same parcels {told}.", told=clauses(told))
    if all(each["on_time"].verdict is Verdict.UNKNOWN for each in found.values()):
        return say("There is not enough in common to compare them on keeping promises.")
    return say("With the same parcels none keeps clearly fewer promises than the others.")


def build_comparison(found: Found, spans: Spans, currency: str) -> Grid:
    """One row an option: how many parcels are comparable, then each measure against the others."""
    columns = (
        Column(say("Name"), "w"), Column(say("Parcels"), "r"), Column(say("Comparable"), "r"),
        Column(say("Days, half · 9 in 10"), "r"), Column(say("On time"), "r"), Column(say("Days on average"), "r"),
        Column(say("Cost a parcel"), "r"), Column(say("Damaged"), "r"), Column(say("Held by customs"), "r"),
    )  # fmt: skip
    rows = [_row(name, each, spans.get(name), currency) for name, each in found.items()]
    return Grid(columns, rows, say("Carriers and modes, like for like"))


def _row(
    name: str, told: Mapping[str, Difference], span: tuple[float, float] | None, currency: str
) -> list[Cell]:
    on_time = told["on_time"]
    days = f"{decimal(span[0], 1)} · {decimal(span[1], 1)}" if span else ABSENT
    return [
        name, count(on_time.rows), share(on_time.overlap), days, _shares(on_time), _days(told["days"]),
        _cost(told["cost"], currency), _shares(told["damage"]), _shares(told["holds"]),
    ]  # fmt: skip


def _judged(each: Difference, own: str, gap: str) -> str:
    """`▲ 89.6% −5.3 ± 1.2`; the glyph says whether that is more than chance."""
    if each.verdict is Verdict.UNKNOWN:
        return f"? {say('not enough')}" if each.rows else ABSENT
    return f"{GLYPHS[each.verdict]} {own} {gap}".strip()


def _shares(each: Difference) -> str:
    return _judged(
        each, percent(each.own), _with_reach(signed((each.difference or 0) * 100), _reach(each, 100))
    )


def _days(each: Difference) -> str:
    gap = signed(each.difference or 0)
    return _judged(each, decimal(each.own or 0, 1), _with_reach(gap, _reach(each, 1)))


def _cost(each: Difference, currency: str) -> str:
    gap = signed(each.difference or 0, 2)
    return _judged(each, money(each.own or 0, currency), _with_reach(gap, _reach(each, 1, 2)))


def _reach(each: Difference, scale: float, places: int = 1) -> str:
    if each.lower is None or each.upper is None:
        return ""
    return decimal((each.upper - each.lower) / 2 * scale, places)


def _with_reach(gap: str, reach: str) -> str:
    return f"{gap} ± {reach}"
