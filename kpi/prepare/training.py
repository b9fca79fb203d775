"""Who of those required is trained on what is in force, from which day to which."""

import polars as pl

from kpi.prepare.versions import DAY, SOP, UNTIL, cut, in_force, lasted, overdue

PERSON, SPAN = "person_id", "requirement_id"


def training_states(
    requirements: pl.LazyFrame, versions: pl.LazyFrame, records: pl.LazyFrame
) -> pl.LazyFrame:
    """One row a requirement between two changes, with the columns of `TrainingStates` but the system ones.

    A requirement is cut where a version takes effect or ends and where the person is trained, so that everything in
    a row holds on each of its days. Refreshers are due after calendar months clamped to the end of the month
    (kpi-domain 1.6).
    """
    force = in_force(versions)
    spans = requirements.select(
        SPAN, PERSON, SOP, "team", "on_leave", "refresher_months",
        pl.col("required_from").alias(DAY), pl.col("required_until").alias(UNTIL),
    )  # fmt: skip
    states = _with_version(_cut(spans, force, records), force)
    trained = _trainings(records, force)
    return (
        states.join(_current(states, trained), on=[SPAN, DAY], how="left")
        .join(_latest(states, trained), on=[SPAN, DAY], how="left")
        .with_columns(
            pl.col("last_trained_day")
            .dt.offset_by(pl.format("{}mo", "refresher_months"))
            .alias("refresher_due_day")
        )
        .select(
            pl.format("{}/{}", SPAN, DAY).alias("state_id"),
            SOP,
            "team",
            "version",
            pl.col("on_leave").fill_null(False),
            DAY,
            UNTIL,
            pl.when(pl.col("trained").is_not_null()).then(DAY).alias("trained_from"),
            pl.when(pl.col("trained") < pl.col("family_since")).then(DAY).alias("early_from"),
            "last_trained_day",
            "refresher_due_day",
            overdue("refresher_due_day"),
        )
    )


def _cut(spans: pl.LazyFrame, force: pl.LazyFrame, records: pl.LazyFrame) -> pl.LazyFrame:
    changes = pl.concat([force.select(SOP, day=DAY), force.select(SOP, day=UNTIL).drop_nulls("day")]).unique()
    by_version = cut(spans, changes, SOP)
    person = pl.concat_str(PERSON, SOP, separator="\x1f").alias("_pair")
    trained = records.select(person, day="trained_day").unique()
    return cut(by_version.with_columns(person), trained, "_pair").drop("_pair")


def _with_version(states: pl.LazyFrame, force: pl.LazyFrame) -> pl.LazyFrame:
    """The states with what is in force on their first day; nothing where the procedure is not yet, or retired."""
    there = (
        force.filter(lasted())
        .select(SOP, "version", "place", "family", "family_since", since=DAY, ends=UNTIL)
        .sort("since")
    )
    joined = states.sort(DAY).join_asof(there, left_on=DAY, right_on="since", by=SOP, check_sortedness=False)
    alive = pl.col("ends").is_null() | (pl.col("ends") > pl.col(DAY))
    held = [pl.when(alive).then(name).alias(name) for name in ("version", "place", "family", "family_since")]
    return joined.with_columns(held).drop("since", "ends")


def _trainings(records: pl.LazyFrame, force: pl.LazyFrame) -> pl.LazyFrame:
    """Trainings with the family and place of their version; unknown versions have none."""
    of_version = force.select(SOP, "version", trained_family="family", trained_place="place")
    return (
        records.select(PERSON, SOP, "version", "trained_day")
        .join(of_version, on=[SOP, "version"], how="left")
        .drop("version")
    )


def _pairs(states: pl.LazyFrame, trained: pl.LazyFrame) -> pl.LazyFrame:
    """Each state with every training of the person on the procedure by its first day."""
    return states.join(trained, on=[PERSON, SOP]).filter(pl.col("trained_day") <= pl.col(DAY))


def _current(states: pl.LazyFrame, trained: pl.LazyFrame) -> pl.LazyFrame:
    """`trained`: the first training on what is in force, or on a version it differs from by minor changes only."""
    holds = (pl.col("trained_family") == pl.col("family")) & (pl.col("trained_place") <= pl.col("place"))
    held = _pairs(states, trained).filter(holds)
    return held.group_by(SPAN, DAY).agg(pl.col("trained_day").min().alias("trained"))


def _latest(states: pl.LazyFrame, trained: pl.LazyFrame) -> pl.LazyFrame:
    return (
        _pairs(states, trained).group_by(SPAN, DAY).agg(pl.col("trained_day").max().alias("last_trained_day"))
    )
