"""What customs let through at once and what it held: why, by which paper, broker and step, and at what cost."""

from collections.abc import Mapping
from datetime import UTC, datetime

import polars as pl
import streamlit as st

from kpi.exports.coded import with_labels
from kpi.exports.sheet import as_csv
from kpi.flow.holds import INSPECTION, OTHER, PAPERWORK, UNSTATED
from kpi.flow.reading import Slice
from kpi.words import marked, say, say_many
from pages.flow.load import built, load_ledger
from pages.flow.telling import MICROS, lasting, money, percent
from pages.parts.exports import Export, Kind, draw_download
from pages.parts.format import ABSENT, count, day, words
from pages.parts.tables import Cell, Column, Grid, facts
from pages.parts.viewer import Viewer, open_page

SHOWN, MOST_PARTS = 12, 12
CAUSES: Mapping[str, str] = {
    PAPERWORK: marked("Paperwork"), INSPECTION: marked("Random inspection"), OTHER: marked("Other, or not stated"),
}  # fmt: skip
COSTS = ("storage_micros", "penalty_micros", "refund_micros")
SUMS = ("cleared", "first_pass", "held", "open", "unowned", "hold_s", *COSTS)


def draw_customs(viewer: Viewer, asked: Slice, currency: str) -> None:
    """The rates, then holds by paper and step, by broker, and one by one."""
    cleared, holds = load_ledger(viewer, asked)
    if cleared.is_empty():
        st.text(say("No declaration was presented to customs in these weeks on the lanes shown."))
        return
    st.text(built(viewer, asked, "customs", lambda: headline(cleared, currency)))
    st.html(built(viewer, asked, "rates", lambda: facts(build_rates(cleared, currency))))
    if st.button(say("Customs holds in detail"), key="open_holds", type="tertiary"):
        open_page(viewer, "kpi", kpi="customs_hold_rate")
    if cleared.filter(pl.col("cause").is_not_null()).is_empty():
        return
    st.html(built(viewer, asked, "papers", lambda: build_papers(cleared, currency).html))
    st.html(built(viewer, asked, "brokers", lambda: build_brokers(cleared, currency).html))
    st.html(built(viewer, asked, "holds", lambda: build_holds(holds.head(SHOWN), currency).html))
    st.caption(say("The dearest {n} holds. Cost is storage, penalties and refunds because of the hold.",
                   n=count(min(SHOWN, holds.height))))  # fmt: skip
    label = say("{n} holds as CSV", n=count(holds.height))
    taken = Export(label, Kind.CSV, "customs-holds", lambda: as_csv(exported(holds)))
    draw_download(viewer, taken, "holds_csv")


def _sums(rows: pl.DataFrame) -> dict[str, int]:
    return {name: int(rows[name].sum()) for name in SUMS}


def _cost(sums: Mapping[str, int]) -> float:
    return sum(sums[name] for name in COSTS) / MICROS


def headline(cleared: pl.DataFrame, currency: str) -> str:
    """How many passed at once, what the holds cost, and how many steps had nobody."""
    sums = _sums(cleared)
    if not sums["cleared"]:
        return say("No declaration was released in these weeks.")
    told = [
        say("{share} of {n} declarations passed at once; holds cost {cost}.", n=count(sums["cleared"]),
            share=percent(sums["first_pass"] / sums["cleared"]), cost=money(_cost(sums), currency))
    ]  # fmt: skip
    if sums["unowned"]:
        told.append(
            say_many("For {n} hold nobody owned the declaration step.",
                     "For {n} holds nobody owned the declaration step.",
                     sums["unowned"], n=count(sums["unowned"]))
        )  # fmt: skip
    return " ".join(told)


def build_rates(cleared: pl.DataFrame, currency: str) -> list[tuple[str, str]]:
    """First pass and held make up what was cleared; then the holds by cause."""
    sums = _sums(cleared)
    whole = sums["cleared"] or 1
    told = [
        (say("Passed at once"), f"{percent(sums['first_pass'] / whole)} · {count(sums['first_pass'])}"),
        (say("Held, then released"), f"{percent(sums['held'] / whole)} · {count(sums['held'])}"),
        (say("Still held"), count(sums["open"]) if sums["open"] else ""),
    ]
    for cause, name in CAUSES.items():
        part = _sums(cleared.filter(pl.col("cause") == cause))
        if held := part["held"] + part["open"]:
            told.append(
                (say(name), say("{n} holds, {time} each, {cost}", n=count(held), time=lasting(part["hold_s"] / held),
                                cost=money(_cost(part), currency)))
            )  # fmt: skip
    return told


def build_papers(cleared: pl.DataFrame, currency: str) -> Grid:
    """Holds for paperwork by the paper and the step that should have prevented them."""
    ours = cleared.filter(pl.col("cause") == PAPERWORK)
    columns = (
        Column(say("Paper")), Column(say("Step of the procedure")), Column(say("Holds"), "r"),
        Column(say("Time each"), "r"), Column(say("Without an owner"), "r"), Column(say("Cost"), "r"),
    )  # fmt: skip
    rows: list[tuple[int, list[Cell]]] = []
    for (paper, step, sop), part in ours.group_by("document", "step", "sop", maintain_order=True):
        sums = _sums(part)
        held = sums["held"] + sums["open"]
        step_told = f"{_text(step)} · {words(str(sop)).lower()}" if sop else _text(step)
        rows.append((held, [
            _text(paper).capitalize(), step_told, count(held), lasting(sums["hold_s"] / held if held else None),
            count(sums["unowned"]) if sums["unowned"] else ABSENT, money(_cost(sums), currency),
        ]))  # fmt: skip
    kept = [cells for _, cells in sorted(rows, key=lambda row: -row[0])[:MOST_PARTS]]
    return Grid(columns, kept, say("Holds for paperwork by paper and step"))


def _text(value: object) -> str:
    return say("not stated") if value in (None, UNSTATED) else say(str(value))


def build_brokers(cleared: pl.DataFrame, currency: str) -> Grid:
    """What each broker brought through at once, and what its holds cost."""
    columns = (
        Column(say("Broker")), Column(say("Declarations released"), "r"), Column(say("Passed at once"), "r"),
        Column(say("Held for paperwork"), "r"), Column(say("Time each"), "r"), Column(say("Cost"), "r"),
    )  # fmt: skip
    rows: list[list[Cell]] = []
    for (broker,), part in cleared.group_by("broker", maintain_order=True):
        sums, ours = _sums(part), _sums(part.filter(pl.col("cause") == PAPERWORK))
        held = sums["held"] + sums["open"]
        rows.append([
            _text(broker), count(sums["cleared"]),
            percent(sums["first_pass"] / sums["cleared"]) if sums["cleared"] else ABSENT,
            count(ours["held"] + ours["open"]), lasting(sums["hold_s"] / held if held else None),
            money(_cost(sums), currency),
        ])  # fmt: skip
    return Grid(columns, sorted(rows, key=lambda row: str(row[0])), say("Declarations by broker"))


def build_holds(holds: pl.DataFrame, currency: str) -> Grid:
    """Holds one by one: what, from when, how long, why, whose step, and what it cost."""
    columns = (
        Column(say("Declaration"), "w"), Column(say("Lane"), "w"), Column(say("Held"), "w"),
        Column(say("Held for"), "r"),
        Column(say("Cause"), "w"), Column(say("Paper"), "w"), Column(say("Broker"), "w"),
        Column(say("Owner of the step"), "w"),
        Column(say("Cost"), "r"),
    )  # fmt: skip
    return Grid(
        columns, [_hold(row, currency) for row in holds.iter_rows(named=True)], say("The dearest holds")
    )


def _hold(row: dict[str, object], currency: str) -> list[Cell]:
    cost = sum(int(str(row[name] or 0)) for name in COSTS) / MICROS
    ours = row["cause"] == PAPERWORK
    began = row["held_epoch"]
    since = day(datetime.fromtimestamp(int(str(began)), UTC).date()) if began is not None else ABSENT
    still = "" if row["released_epoch"] is not None else f" · {say('still held')}"
    owner = str(row["owner"]) if row["owner"] else f"▲ {say('nobody')}" if ours else ABSENT
    return [
        str(row["entry_id"]), str(row["lane"] or ABSENT), since, f"{lasting(float(str(row['hold_s'])))}{still}",
        say(CAUSES.get(str(row["cause"]), str(row["cause"]))),
        _text(row["document"]) if row["document"] else ABSENT, _text(row["broker"]),
        owner, money(cost, currency),
    ]  # fmt: skip


def exported(holds: pl.DataFrame) -> pl.DataFrame:
    """The ledger as it leaves the page: instants, whole money, and codes with their words."""
    told = holds.select(
        "entry_id", "shipment_id", "market", "lane", "broker", "cause", "reason", "document", "sop", "step", "owner",
        pl.from_epoch("held_epoch").alias("held_at"), pl.from_epoch("released_epoch").alias("released_at"),
        (pl.col("hold_s") / 3_600).alias("hours"),
        *((pl.col(name) / MICROS).alias(name.removesuffix("_micros")) for name in COSTS),
    )  # fmt: skip
    return with_labels(told, {"cause": lambda cause: say(CAUSES.get(cause, cause))})
