"""From what machines said to their days: how long each is known to have run or stood, and how many pieces it made."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import polars as pl

from connectors.mapping import FAULT
from connectors.plant.journal import What
from connectors.plant.words import Doing, Words

DAYS = ("machine", "day", "known_s", "running_s", "unknown_s", "pieces")


def days_of(
    said: pl.DataFrame, words: Words, zone: str, first: date, after: date, until: datetime
) -> pl.DataFrame:
    """
    A row of text for each machine and local day in which anybody listened, in seconds and pieces; from the first day
    on, before the day `after`.

    A state lasts until the next one, the last one `until` the machines were last heard. A counter that goes down began
    anew. While nobody listened, or a machine calls itself unavailable, neither time nor pieces are known. `_fault`
    names words that are no known state, or a count that is no number.
    """
    heard = _everyone(said.unique(maintain_order=True)).sort("at", maintain_order=True)
    heard = heard.filter(pl.col("at") <= until).with_columns(until=pl.lit(until).cast(said["at"].dtype))
    spent, made = _spent(heard, words, zone), _made(heard, words, zone)
    days = spent.join(made, on=["machine", "day"], how="full", coalesce=True).with_columns(_fault())
    is_told = (pl.col("known_s") + pl.col("unknown_s") > 0) | pl.col(FAULT).is_not_null()
    texts = [pl.col(name).cast(pl.String) for name in DAYS]
    return (
        days.filter(pl.col("day").is_between(first, after, closed="left") & is_told)
        .with_columns(pl.col("pieces").fill_null(0))
        .sort("machine", "day")
        .select(*texts, FAULT)
    )


def _fault() -> pl.Expr:
    state = pl.format("said the state '{}', which is on no list; add it to states", "strange")
    count = pl.format("counted '{}', which is no number", "bad")
    return pl.coalesce(state, count).alias(FAULT)


def _everyone(said: pl.DataFrame) -> pl.DataFrame:
    """What concerns all machines as a line of each."""
    machines = said.filter(pl.col("machine") != "").select(pl.col("machine").unique(maintain_order=True))
    numbered = said.with_row_index("line")
    of_all = numbered.filter(pl.col("machine") == "").drop("machine").join(machines, how="cross")
    own = numbered.filter(pl.col("machine") != "")
    return pl.concat([own, of_all.select(own.columns)]).sort("line").drop("line")


def _spent(heard: pl.DataFrame, words: Words, zone: str) -> pl.DataFrame:
    """Seconds known, running and unknown of each machine and local day, with words that are no known state."""
    states = heard.filter(pl.col("what").is_in([What.STATE, What.GAP])).with_columns(
        until=pl.col("at").shift(-1).over("machine").fill_null(pl.col("until")),
        doing=_doing(words),
    )
    pieces = _by_day(states.filter(pl.col("until") > pl.col("at")), zone)
    lasted = pl.col("until") - pl.col("at")
    strange = pl.col("said").filter(pl.col("doing").is_null())
    return pieces.group_by("machine", "day", maintain_order=True).agg(
        known_s=_seconds(lasted.filter(pl.col("doing") != Doing.UNKNOWN)),
        running_s=_seconds(lasted.filter(pl.col("doing") == Doing.RUNNING)),
        unknown_s=_seconds(lasted.filter(pl.col("doing") == Doing.UNKNOWN)),
        strange=strange.unique(maintain_order=True).first(),
    )


def _doing(words: Words) -> pl.Expr:
    gone = pl.when(pl.col("what") == What.GAP).then(pl.lit(Doing.UNKNOWN.value))
    return gone.otherwise(
        pl.col("said").replace_strict(
            {word: means.value for word, means in words.doing.items()}, default=None
        )
    )


def _seconds(lasted: pl.Expr) -> pl.Expr:
    return (lasted.dt.total_microseconds().sum() / 1e6).round().cast(pl.Int64)


def _by_day(states: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Each state cut at the midnights of the plant."""
    first, last = (pl.col(name).dt.convert_time_zone(zone).dt.date() for name in ("at", "until"))
    parts = states.with_columns(day=pl.date_ranges(first, last)).explode("day")
    days = parts["day"].unique().to_list()
    edges = pl.DataFrame(
        {"day": days, "begins": [midnight(day, zone) for day in days],
         "ends": [midnight(date.fromordinal(day.toordinal() + 1), zone) for day in days]},
        schema={"day": pl.Date, "begins": pl.Datetime("us", "UTC"), "ends": pl.Datetime("us", "UTC")},
    )  # fmt: skip
    cut = parts.join(edges, on="day", how="left", maintain_order="left").with_columns(
        at=pl.max_horizontal("at", "begins"), until=pl.min_horizontal("until", "ends")
    )
    return cut.filter(pl.col("until") > pl.col("at"))


def midnight(day: date, zone: str) -> datetime:
    """When a day begins in a zone."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _made(heard: pl.DataFrame, words: Words, zone: str) -> pl.DataFrame:
    """Pieces by machine and local day, with a count that is no number."""
    nobody = (pl.col("what") == What.GAP) | pl.col("said").is_in(words.all(Doing.UNKNOWN))
    told = heard.filter(pl.col("what").is_in([What.COUNT, What.GAP])).with_columns(
        day=pl.col("at").dt.convert_time_zone(zone).dt.date(),
        now=pl.when(~nobody).then(pl.col("said").cast(pl.Float64, strict=False)).cast(pl.Int64, strict=False),
        bad=pl.when(~nobody).then(pl.col("said")),
    )
    before, now = pl.col("now").shift(1).over("machine"), pl.col("now")
    made = (
        pl.when(before.is_null() | now.is_null()).then(0).when(now < before).then(now).otherwise(now - before)
    )
    return (
        told.with_columns(made=made)
        .group_by("machine", "day", maintain_order=True)
        .agg(pieces=pl.col("made").sum(), bad=pl.col("bad").filter(now.is_null()).drop_nulls().first())
    )
