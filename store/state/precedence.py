"""Which target counts for a slice on a day: the most specific segment, then the latest entry."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

import polars as pl

from store.database import StateError
from store.state.segments import segment_pairs, segment_text


class TargetError(ValueError):
    """A target that cannot be right; the message says which value and why."""


class TargetConflict(StateError):
    """Two equally specific targets claim the same slice and day: a person must say which one counts."""


@dataclass(frozen=True)
class TargetRow:
    """
    One entry: from `valid_from` up to the day before `valid_to` (open when None) the KPI should reach
    `target` in `segment`. A `withdrawn` entry takes the target of its days away. Version 0 is not stored yet.
    Raises TargetError when the days or the levels contradict each other.
    """

    kpi: str
    valid_from: date
    target: Decimal
    segment: str = ""
    valid_to: date | None = None
    warn: Decimal | None = None
    stretch: Decimal | None = None
    basis: str = ""
    owner: str = ""
    approver: str = ""
    review_on: date | None = None
    reason: str = ""
    withdrawn: bool = False
    recorded_at: datetime | None = None
    version: int = 0
    id: int = 0

    def __post_init__(self) -> None:
        if not self.kpi.strip():
            raise TargetError("kpi is empty; name the KPI the target is for.")
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise TargetError(
                f"valid_to {self.valid_to} is not after valid_from {self.valid_from}; "
                "it is the first day the target no longer counts."
            )
        object.__setattr__(self, "segment", segment_text(segment_pairs(self.segment)))
        self._check_levels()

    def _check_levels(self) -> None:
        for name, level in (("target", self.target), ("warn", self.warn), ("stretch", self.stretch)):
            if level is not None and not level.is_finite():
                raise TargetError(f"{name} is {level}; write a plain number such as 0.95.")
        warn = self.target if self.warn is None else self.warn
        stretch = self.target if self.stretch is None else self.stretch
        if (warn - self.target) * (stretch - self.target) > 0:
            raise TargetError(
                f"warn {warn} and stretch {stretch} lie on the same side of target {self.target}; "
                "warn is worse than the target, stretch is better."
            )

    @property
    def pairs(self) -> dict[str, str]:
        return segment_pairs(self.segment)

    def counts_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def __str__(self) -> str:
        until = f" until before {self.valid_to}" if self.valid_to else ""
        where = f" for {self.segment}" if self.segment else ""
        gone = " (withdrawn)" if self.withdrawn else ""
        return f"{self.kpi}{where}: {self.target} from {self.valid_from}{until}{gone}"


def target_on(rows: Iterable[TargetRow], kpi: str, segment: Mapping[str, str], day: date) -> TargetRow | None:
    """
    The target of a KPI in a slice on a day; None when there is none. A row matches when all pairs of its
    segment are in the slice. Raises TargetConflict when two matching segments are equally specific.
    """
    latest: dict[str, TargetRow] = {}
    for row in sorted(rows, key=_entered):
        if row.kpi == kpi and row.counts_on(day) and row.pairs.items() <= segment.items():
            latest[row.segment] = row
    found = sorted((row for row in latest.values() if not row.withdrawn), key=lambda row: -len(row.pairs))
    if len(found) > 1 and len(found[0].pairs) == len(found[1].pairs):
        raise _conflict(kpi, day, found[0].segment, found[1].segment)
    return found[0] if found else None


def effective(rows: Iterable[TargetRow]) -> list[TargetRow]:
    """The same targets without overlaps: at most one row a KPI, segment and day, none withdrawn."""
    by_series = sorted(rows, key=lambda row: (row.kpi, row.segment, _entered(row)))
    result: list[TargetRow] = []
    for _, series in groupby(by_series, key=lambda row: (row.kpi, row.segment)):
        standing: list[TargetRow] = []
        for row in series:
            standing = _laid_over(standing, row)
        result += sorted(standing, key=lambda row: row.valid_from)
    return [row for row in result if not row.withdrawn]


FRAME = pl.Schema(
    {
        "kpi": pl.String,
        "segment": pl.String,
        "valid_from": pl.Date,
        "valid_to": pl.Date,
        "target": pl.Float64,
        "warn": pl.Float64,
        "stretch": pl.Float64,
        "version": pl.Int64,
    }
)


_CLAIM = {
    "_day": pl.Date(),
    "segment": pl.String(),
    "target": pl.Float64(),
    "warn": pl.Float64(),
    "stretch": pl.Float64(),
    "_pairs": pl.Int64(),
}


def frame_of(rows: Iterable[TargetRow]) -> pl.DataFrame:
    """The effective targets as a frame of `FRAME`'s columns; `valid_to` is exclusive, null means open."""
    return pl.DataFrame(
        [
            (
                r.kpi,
                r.segment,
                r.valid_from,
                r.valid_to,
                float(r.target),
                _number(r.warn),
                _number(r.stretch),
                r.version,
            )
            for r in effective(rows)
        ],
        schema=FRAME,
        orient="row",
    )


def with_targets(
    slices: pl.DataFrame,
    targets: pl.DataFrame,
    kpi: str,
    day: str = "period",
    where: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """
    Adds `target`, `warn`, `stretch` (null where there is none) to rows of one KPI, judged on their own `day`.
    The slice of a row is its other text columns plus `where`, the values all rows were filtered by.
    Raises TargetConflict when two equally specific targets claim a row.
    """
    numbered = slices.with_row_index("_row")
    entries = targets.filter(pl.col("kpi") == kpi)
    claims = [_no_claims(numbered)] + [
        _claims(numbered, str(segment), series, day, where or {})
        for (segment,), series in entries.group_by("segment", maintain_order=True)
    ]
    chosen = _most_specific(pl.concat(claims), kpi)
    return numbered.join(chosen, on="_row", how="left", maintain_order="left").drop("_row")


def _claims(
    slices: pl.DataFrame, segment: str, entries: pl.DataFrame, day: str, where: Mapping[str, str]
) -> pl.DataFrame:
    """The rows one segment's entries match: all its pairs are in the row's columns or in `where`."""
    pairs = segment_pairs(segment)
    columns = [name for name in pairs if name in slices.columns]
    if any(where.get(name) != value for name, value in pairs.items() if name not in columns):
        return _no_claims(slices)
    inside = slices.filter(pl.lit(True), *(pl.col(name).cast(pl.String) == pairs[name] for name in columns))
    return (
        inside.select("_row", pl.col(day).cast(pl.Date).alias("_day"))
        .join_where(
            entries.with_columns(pl.col("valid_to").fill_null(date.max)),
            pl.col("_day") >= pl.col("valid_from"),
            pl.col("_day") < pl.col("valid_to"),
        )
        .select("_row", "_day", "segment", "target", "warn", "stretch", _pairs=pl.lit(len(pairs), pl.Int64))
    )


def _no_claims(slices: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame(schema={"_row": slices.schema["_row"], **_CLAIM})


def _most_specific(claims: pl.DataFrame, kpi: str) -> pl.DataFrame:
    best = claims.filter(pl.col("_pairs") == pl.col("_pairs").max().over("_row")).sort("_row", "segment")
    twice = best.filter(pl.col("_row").is_duplicated())
    if not twice.is_empty():
        first, second = twice.head(2).iter_rows(named=True)
        raise _conflict(kpi, first["_day"], first["segment"], second["segment"])
    return best.select("_row", "target", "warn", "stretch")


def _laid_over(standing: list[TargetRow], row: TargetRow) -> list[TargetRow]:
    """A later entry covers what stood on its days; what sticks out before and after stays."""
    kept: list[TargetRow] = []
    for old in standing:
        if old.valid_from < row.valid_from:
            ends = row.valid_from if old.valid_to is None else min(old.valid_to, row.valid_from)
            kept.append(replace(old, valid_to=ends))
        if row.valid_to is not None and (old.valid_to is None or old.valid_to > row.valid_to):
            kept.append(replace(old, valid_from=max(old.valid_from, row.valid_to)))
    return [*kept, row]


def _entered(row: TargetRow) -> tuple[float, int]:
    return (row.recorded_at.timestamp() if row.recorded_at else 0.0, row.version)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _conflict(kpi: str, day: date, first: str, second: str) -> TargetConflict:
    return TargetConflict(
        f"Two targets of '{kpi}' claim the same slice on {day}: '{first}' and '{second}' are equally "
        "specific. Add one for both together or withdraw one."
    )
