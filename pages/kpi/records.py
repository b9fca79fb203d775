"""The records behind a number: what was counted, what missed, what it was counted out of, and what was left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import polars as pl
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from kpi.explain import Side
from kpi.exports.coded import with_labels
from kpi.exports.sheet import as_csv
from kpi.figures import count, decimal, rows, words
from kpi.model import Better, Distinct, Kpi, Total
from kpi.period import Span
from kpi.results import SliceError
from kpi.standing import Period
from kpi.words import clauses, say
from pages.kpi.shown import Shown, period_label, span_of
from pages.parts.choices import pick, search, switch
from pages.parts.exports import Export, Kind, draw_download
from pages.parts.load import load_records
from pages.parts.sent import sent
from pages.parts.viewer import Viewer

MOST_SHOWN = 200
MEASURES = ("numerator", "denominator")


class Which(StrEnum):
    """Which records; the value stands in links. Shares of rows tell the ones that missed apart."""

    MISSED = "missed"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    LEFT_OUT = "left_out"

    @property
    def side(self) -> Side:
        """What is asked of the KPI layer."""
        return {
            Which.MISSED: Side.DENOMINATOR,
            Which.NUMERATOR: Side.NUMERATOR,
            Which.DENOMINATOR: Side.DENOMINATOR,
            Which.LEFT_OUT: Side.EXCLUDED,
        }[self]


@dataclass(frozen=True, eq=False)
class RecordsTable:
    """The records of one number: `rows` as the KPI layer tells them, all of them, and the sentence about them."""

    which: Which
    span: Span
    rows: pl.DataFrame
    summary: str


def draw(shown: Shown) -> None:
    """Choose a period and a side, look for something, see at most 200 records, take all of them along."""
    if not shown.closed:
        st.text(say("No period is over yet, so there are no records to show."))
        return
    found = {each.start.isoformat(): each for each in shown.closed}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        labels = {name: period_label(shown.standing, each) for name, each in found.items()}
        period = found[pick(say("Shown period"), labels, "shown")]
        which = Which(switch(say("Records"), names_of(shown.kpi), "side"))
        wanted = search(say("Find in these records"), "find")
    try:
        table = records_table(shown.viewer, shown.kpi, period, shown.market, which)
    except SliceError as refused:
        st.text(str(refused))
        return
    st.text(table.summary)
    matching = matched(table.rows, wanted)
    if wanted:
        st.text(say("{n} of them hold “{text}”.", n=count(matching.height), text=wanted))
    if not matching.is_empty():
        draw_table(shown.viewer, shown.kpi, table, matching)


def names_of(kpi: Kpi) -> dict[str, str]:
    """What the sides are called: what is wrong comes first where each row is a hit or a miss."""
    names = {Which.NUMERATOR: say("Counted"), Which.LEFT_OUT: say("Left out")}
    if kpi.is_share_of_rows:
        good = kpi.better is Better.HIGHER
        hit, miss = (say("Met"), say("Missed")) if good else (say("Affected"), say("Not affected"))
        first = [(Which.MISSED, miss), (Which.NUMERATOR, hit)]
        names = dict(first if good else reversed(first))
        names |= {Which.DENOMINATOR: say("All"), Which.LEFT_OUT: say("Left out")}
    elif not isinstance(kpi, Total | Distinct):
        names = {
            Which.NUMERATOR: say("Numerator"), Which.DENOMINATOR: say("Denominator"), Which.LEFT_OUT: say("Left out"),
        }  # fmt: skip
    return {which.value: name for which, name in names.items()}


def records_table(viewer: Viewer, kpi: Kpi, period: Period, market: str | None, which: Which) -> RecordsTable:
    """The records of a period with their sentence; for the page and for exports. Raises SliceError."""
    span = span_of(period)
    found = load_records(viewer, kpi, span, market, which.side)
    if which is Which.MISSED:
        found = found.filter(pl.col("numerator").fill_null(0) == 0)
    return RecordsTable(which, span, found, summary(kpi, which, found, period))


def summary(kpi: Kpi, which: Which, found: pl.DataFrame, period: Period) -> str:
    """How many records there are, how many are shown, and what they add up to."""
    told = rows(found.height, "record")
    if which is Which.MISSED:
        told = say("{records} of {all}", records=told, all=count(period.n))
    if found.height > MOST_SHOWN:
        told = say("{records}, {n} shown", records=told, n=count(MOST_SHOWN))
    if which is Which.LEFT_OUT and found.is_empty():
        return say("No record was left out.")
    return told + _ending(kpi, which, found, period)


def _ending(kpi: Kpi, which: Which, found: pl.DataFrame, period: Period) -> str:
    match which:
        case Which.MISSED:
            return "."
        case Which.NUMERATOR if isinstance(kpi, Distinct):
            return say("; each {what} among them counts once.", what=words(kpi.of).lower())
        case Which.NUMERATOR if isinstance(kpi, Total):
            return say("; they add up to {sum}.", sum=_sum(found, "numerator"))
        case Which.NUMERATOR:
            of = _number(period.denominator)
            return say("; they add up to {sum}, divided by {of}.", sum=_sum(found, "numerator"), of=of)
        case Which.DENOMINATOR:
            return say("; they add up to {sum}.", sum=_sum(found, "denominator"))
        case Which.LEFT_OUT:
            return say(" left out: {reasons}.", reasons=_reasons(found))


def matched(found: pl.DataFrame, wanted: str) -> pl.DataFrame:
    """The records in which any text holds what is looked for, whatever the case."""
    texts = [name for name, kind in found.schema.items() if kind == pl.String]
    if not wanted or not texts:
        return found
    hits = (pl.col(name).str.to_lowercase().str.contains(wanted.lower(), literal=True) for name in texts)
    return found.filter(pl.any_horizontal(*hits).fill_null(False))


def draw_table(viewer: Viewer, kpi: Kpi, records: RecordsTable, found: pl.DataFrame) -> None:
    """At most 200 of them, and all of them as CSV."""
    shown = tidy(found.head(MOST_SHOWN))
    st.dataframe(
        sent(shown), hide_index=True, height="auto", row_height=32, column_config=columns_of(shown),
        key=f"records_{records.which}",
        alt=say("Records of {kpi}: {n}", kpi=say(kpi.name), n=rows(shown.height, "record")),
    )  # fmt: skip
    stem = f"{kpi.key}-{records.span.start}-{records.which}"
    label = say("All {rows} as CSV", rows=rows(found.height))
    draw_download(viewer, Export(label, Kind.CSV, stem, lambda: as_csv(exported(kpi, records, found))), "csv")


def exported(kpi: Kpi, records: RecordsTable, found: pl.DataFrame) -> pl.DataFrame:
    """The records as they leave the page: every code with its words, and in every row what they are records of."""
    return with_labels(found).with_columns(
        pl.lit(kpi.key).alias("kpi"), pl.lit(say(kpi.name)).alias("kpi_label"),
        pl.lit(records.which.value).alias("records"), pl.lit(names_of(kpi)[records.which.value]).alias("records_label"),
        pl.lit(records.span.start).alias("from"), pl.lit(records.span.end).alias("until"),
    )  # fmt: skip


def tidy(found: pl.DataFrame) -> pl.DataFrame:
    """The records without columns that tell nothing: empty ones, the same text twice, a one in every row."""
    dull = {name for name in MEASURES if found[name].fill_null(0).n_unique() == 1}
    if found["fact"].n_unique() == 1:
        dull.add("fact")
    if _repeats(found):
        dull.add("source_id")
    told = [name for name in found.columns if found[name].null_count() < found.height and name not in dull]
    front = [name for name in ("key", "day", "reason") if name in told]
    return found.select(*front, *(name for name in told if name not in front))


def _repeats(found: pl.DataFrame) -> bool:
    """Whether the name in the source only says the key once more."""
    same = found.select(pl.col("source_id").str.ends_with(pl.col("key")).fill_null(True).all())
    return bool(same.item())


def columns_of(found: pl.DataFrame) -> Mapping[str, ColumnConfig]:
    """Headings people read; days and numbers in the reader's own way."""
    config: dict[str, ColumnConfig] = {}
    for name, kind in found.schema.items():
        title = say("Record") if name == "key" else words(name)
        if kind == pl.Date:
            config[name] = st.column_config.DateColumn(title, format="localized")
        elif kind.is_numeric():
            config[name] = st.column_config.NumberColumn(title, format="localized")
        else:
            config[name] = st.column_config.TextColumn(title)
    return config


def _sum(found: pl.DataFrame, column: str) -> str:
    return _number(float(found[column].sum()))


def _number(value: float) -> str:
    return count(value) if value == round(value) else decimal(value)


def _reasons(found: pl.DataFrame) -> str:
    counted = found.group_by("reason").len().sort("len", "reason", descending=[True, False])
    return clauses(
        f"{words(reason or 'unknown').lower()} {count(number)}" for reason, number in counted.iter_rows()
    )
