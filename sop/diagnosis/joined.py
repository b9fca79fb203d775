"""Records of a KPI beside what became of the procedures' steps for the same order, shipment, ticket or batch."""

from collections.abc import Sequence

import polars as pl

from kpi.model import Better, Kpi

COUNTS = ("followed", "followed_failed", "missed", "missed_failed")
OF_PEOPLE = frozenset({"person", "performer", "agent", "employee"})


def records_of(told: pl.DataFrame, kpi: Kpi, limit: float | None = None) -> pl.DataFrame:
    """The records of a KPI with `failed`, from the rows of its denominator as `kpi.explain` tells them.

    Gives `record`, `day`, the dimensions and `failed`. A share of rows says itself what failed; of any other KPI a
    record fails beyond `limit` (numerator per denominator, in the KPI's unit). Raises ValueError without one.
    """
    value = pl.col("numerator") / pl.col("denominator")
    if limit is None and not kpi.is_share_of_rows:
        raise ValueError(
            f"'{kpi.key}' is no share of rows; say with `limit` from which value a record failed."
        )
    bad = value < (1 if limit is None else limit)
    if kpi.better is Better.LOWER:
        bad = value > (0 if limit is None else limit)
    rest = pl.all().exclude("fact", "key", "numerator", "denominator", "reason")
    return told.filter(pl.col("denominator") != 0).select(
        pl.col("key").alias("record"), rest, failed=bad.fill_null(False)
    )


def joined(records: pl.LazyFrame, steps: pl.LazyFrame, cases: pl.LazyFrame | None = None) -> pl.LazyFrame:
    """One row a record and procedure: all columns of `records`, `sop`, `version` and `followed`.

    `records`: `record` (once each), `failed` and what to slice by. `steps`: one row a step of a case with `case`,
    `sop`, `version`, `step` and `followed`, null where it did not apply or cannot be judged yet. A record followed a
    procedure if no judged step of its case was missed; without a judged step it is not joined. `cases` (`record`,
    `case`) leads to the case where its id is another one than the record's; each of a record's cases must be sound.
    """
    judged = steps.filter(pl.col("followed").is_not_null())
    if cases is not None:
        judged = judged.join(cases, on="case").with_columns(pl.col("record").alias("case"))
    whole = judged.group_by("case", "sop").agg(pl.col("version").max(), pl.col("followed").all())
    return records.join(whole, left_on="record", right_on="case")


def counted(rows: pl.LazyFrame, by: Sequence[str] = ("sop",)) -> pl.DataFrame:
    """The joined records of each group, as counts: `followed`, `followed_failed`, `missed`, `missed_failed`.

    Raises ValueError for groups of single people: this question is about work, not about who did it.
    """
    if OF_PEOPLE & set(by):
        raise ValueError(
            f"Records are not counted by {', '.join(sorted(OF_PEOPLE & set(by)))}; choose a team."
        )
    kept, failed = pl.col("followed"), pl.col("failed")
    counts = (kept, kept & failed, ~kept, ~kept & failed)
    return (
        rows.group_by(by).agg(count.sum().alias(name) for name, count in zip(COUNTS, counts, strict=True))
        .sort(by).collect()
    )  # fmt: skip
