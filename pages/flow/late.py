"""Which orders will be late while it can still be helped, and who made those late that were."""

from datetime import date

import polars as pl
import streamlit as st

from kpi.chart import Chart
from kpi.exports.coded import with_labels
from kpi.exports.sheet import as_csv
from kpi.flow.chart import late_chart
from kpi.flow.reading import Flow
from kpi.flow.stages import PROMISED, UNATTRIBUTED, Party
from kpi.words import listed as in_a_row
from kpi.words import marked, say, say_many
from pages.flow.load import built
from pages.flow.picking import pick
from pages.flow.telling import days, lasting, party_name, percent, stage_name
from pages.parts.exports import Export, Kind, draw_download
from pages.parts.format import ABSENT, count, day
from pages.parts.steady import draw_vega
from pages.parts.tables import Cell, Column, Grid
from pages.parts.theme import mode, palette
from pages.parts.viewer import Viewer

SHOWN = 15
WARNED, OVERDUE = marked("Still to come"), marked("Past their day")


def headline(found: Flow) -> str:
    """How many under way may miss their day, how many are expected to, how many have."""
    if not found.under_way:
        return say("No order is under way.")
    told = [
        say("About {expected} of {n} orders under way will miss their day, {overdue} of them have already.",
            expected=count(found.expected_late), n=count(found.under_way), overdue=count(found.overdue)),
        say("{warned} have less time left than nine in ten orders needed on the same way.",
            warned=count(found.warned)),
    ]  # fmt: skip
    if found.given_up:
        told.append(
            say("{n} more are silent for over 60 days and no longer counted.", n=count(found.given_up))
        )
    return " ".join(told)


def draw_listed(viewer: Viewer, found: Flow) -> None:
    """The likeliest first; all that are listed as CSV."""
    st.text(headline(found))
    if found.listed.is_empty():
        return
    overdue = pick(say("Orders"), (WARNED, OVERDUE), "late") == OVERDUE
    rows = listed(found, overdue=overdue)
    if rows.is_empty():
        st.text(say("None on the lanes shown."))
        return
    name = f"listed-{overdue}"
    st.html(
        built(
            viewer,
            found.slice,
            name,
            lambda: build_listed(rows.head(SHOWN), found.as_of, overdue=overdue).html,
        )
    )
    st.caption(
        say("{n} of {all}, the likeliest first; at most 100 are listed for each lane. Listed is what has less time "
            "left than nine in ten orders needed from the same stage, on the same lane with the same carrier.",
            n=count(min(SHOWN, rows.height)), all=count(rows.height))
    )  # fmt: skip
    label = say("All {n} as CSV", n=count(rows.height))
    taken = Export(label, Kind.CSV, "orders-late", lambda: as_csv(exported(rows)))
    draw_download(viewer, taken, "late_csv")


def listed(found: Flow, *, overdue: bool) -> pl.DataFrame:
    """The orders of the list, in its order."""
    if overdue:
        return found.listed.filter(pl.col("overdue") > 0).sort(
            "late_s", "shipment_id", descending=[True, False]
        )
    rows = found.listed.filter(pl.col("warned") > 0)
    return rows.sort("chance_ppm", "left_s", "shipment_id", descending=[True, False, False])


def build_listed(rows: pl.DataFrame, today: date, *, overdue: bool) -> Grid:
    """Order, lane, due day, where it is, how likely, and who burnt most of its time."""
    columns = (
        Column(say("Order"), "w"), Column(say("Lane"), "w"), Column(say("Carrier"), "w"), Column(say("Due"), "w"),
        Column(say("Where now"), "w"), Column(say("Late so far") if overdue else say("Chance to be late"), "r"),
        Column(say("Time left") if not overdue else say("Still needs up to"), "r"),
        Column(say("Most slack burnt by")),
    )  # fmt: skip
    told = [_row(row, today, overdue) for row in rows.iter_rows(named=True)]
    return Grid(columns, told, say("Orders that are late") if overdue else say("Orders that will be late"))


def _row(row: dict[str, object], today: date, overdue: bool) -> list[Cell]:
    def number(name: str) -> float:
        return float(str(row[name] or 0))

    due = row["promised_day"]
    where = f"{stage_name(str(row['stage']))}, {lasting(number('in_stage_s'))}"
    burnt = ABSENT
    if row["burnt_by"]:
        burnt = f"{stage_name(str(row['burnt_by']))} {lasting(number('burnt_s'))} · {party_name(str(row['party']))}"
    needs = lasting(number("remaining_s")) if row["remaining_s"] else ABSENT
    return [
        str(row["order_id"] or row["shipment_id"]), str(row["lane"]), str(row["carrier"]),
        day(due, today) if isinstance(due, date) else ABSENT, where,
        _so_far(number("late_s") / 86_400) if overdue else percent(number("chance_ppm") / 1e6),
        needs if overdue else lasting(max(0.0, number("left_s"))), burnt,
    ]  # fmt: skip


def _so_far(late: float) -> str:
    return days(late) if late else say("today is over")


def exported(rows: pl.DataFrame) -> pl.DataFrame:
    """The list as it leaves the page: hours and days instead of seconds, stages and parties with their names."""
    told = rows.select(
        "shipment_id", "order_id", "lane", "mode", "carrier", "promised_day", "stage", "burnt_by", "party",
        (pl.col("chance_ppm") / 1e6).alias("chance"), (pl.col("left_s") / 3600).alias("hours_left"),
        (pl.col("remaining_s") / 3600).alias("hours_needed"), (pl.col("late_s") / 86_400).alias("days_late"),
    )  # fmt: skip
    return with_labels(told, {"stage": stage_name, "burnt_by": stage_name, "party": party_name})


def draw_attribution(viewer: Viewer, found: Flow) -> None:
    """Late days by stage and party, as a chart whose title says what it shows."""
    if found.late.is_empty():
        st.text(say("No order that was delivered in these weeks came late."))
        return
    chart = built(viewer, found.slice, "late-days", lambda: build_attribution(found, mode()))
    with st.container(border=True, gap=None, key="panel_late"):
        st.text(title(found))
        st.caption(caption(found))
        draw_vega(chart, "late_by_stage")


def build_attribution(found: Flow, theme: str) -> Chart:
    """The chart with its text alternative."""
    keys = [*(stage.key for stage in PROMISED), UNATTRIBUTED]
    names, parties = (
        {key: stage_name(key) for key in keys},
        {party.value: party_name(party) for party in Party},
    )
    shown = {key: name for key, name in parties.items() if key in set(found.late["party"])}
    return late_chart(found.late, names, shown, palette(theme), count, f"{title(found)} {caption(found)}")


def title(found: Flow) -> str:
    """Who made most of the late days, and where."""
    by_party = (
        found.late.group_by("party").agg(pl.col("days").sum()).sort("days", "party", descending=[True, False])
    )
    party, most = by_party.row(0)
    stage = found.late.filter(pl.col("party") == party).row(0, named=True)["stage"]
    return say(
        "{party}: {days} of {all} late, most of them in {stage}.", party=party_name(party), days=count(most),
        all=days(float(found.late["days"].sum())), stage=stage_name(stage).lower(),
    )  # fmt: skip


def caption(found: Flow) -> str:
    """What is counted, and that it adds up."""
    parties = found.late.group_by("party").agg(pl.col("days").sum()).sort("days", descending=True)
    told = in_a_row(f"{party_name(party)} {count(number)}" for party, number in parties.iter_rows())
    return say(
        "Late days of orders delivered after their day, shared among the stages beyond budget; they add up to {all}: "
        "{parties}.", all=days(found.on_time.late_days), parties=told,
    )  # fmt: skip


def quality(found: Flow) -> str:
    """How much of this rests on moments nobody scanned."""
    told = [say_many("{n} order has a moment that was not scanned and is inferred",
                     "{n} orders have a moment that was not scanned and is inferred", found.inferred,
                     n=count(found.inferred))]  # fmt: skip
    if found.disordered:
        told.append(say("{n} have scans out of order", n=count(found.disordered)))
    if found.unattributed:
        told.append(
            say("of {n} some time belongs to no stage ({time} each)", n=count(found.unattributed.n),
                time=lasting(found.unattributed.mean_s))
        )  # fmt: skip
    return f"{'; '.join(told)}."
