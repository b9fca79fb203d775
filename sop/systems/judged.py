"""Rules become columns of cases: when a step is judged, whether it counts, and when its rule was kept."""

from typing import NamedTuple

import polars as pl

from sop.rules import (
    BeforeRule,
    Column,
    ExistsRule,
    FollowedRule,
    InTimeRule,
    RangeRule,
    Rule,
    WithinRule,
)
from sop.rules.cases import Cases
from sop.rules.known import CASE_TABLES, PRODUCT, Sort, sort_of
from sop.systems.cases import (
    BEGAN,
    CASE,
    CLOSED,
    LAST,
    MICROS,
    TRAIL,
    Frames,
    case_rows,
    followed,
    limit,
    moment,
    number,
    trail,
)
from sop.systems.governed import Governed, Watched

DAY = 86_400 * MICROS
NEVER = pl.lit(None, dtype=pl.Int64)
OUT_OF_SCOPE = ("called_off", "not_applicable")
ABOUT = (CASE, "sop", "version", "market", "team", "begun_day")


class Judged(NamedTuple):
    """
    Microseconds since 1970, as expressions over cases: when what the rule is about `happened`, when the rule was
    `met` (null where it was not), and from when on it is judged: `due`, null while what it is measured against has
    not come; then it is `not_reached` once the case is over.
    """

    happened: pl.Expr
    met: pl.Expr
    due: pl.Expr


def judged(rule: Rule, cases: Cases) -> Judged:
    """A rule over the rows of `case_rows`."""
    match rule:
        case RangeRule():
            return _in_range(rule)
        case FollowedRule():
            kept = followed(rule)
            done = pl.when(kept).then(moment(cases, rule.first))
            return Judged(moment(cases, rule.first), done, pl.when(kept.is_not_null()).then(CLOSED))
        case ExistsRule():
            at = moment(cases, rule.first)
            return Judged(at, at, pl.col(CLOSED))
        case InTimeRule():
            at, until = moment(cases, rule.first), limit(rule.first)
            return Judged(at, pl.when(at <= until).then(at), until)
        case WithinRule():
            at, start = moment(cases, rule.first), moment(cases, rule.of)
            until = start + rule.seconds * MICROS
            return Judged(at, pl.when(at >= start, at <= until).then(at), until + _rest(rule.first, cases))
        case BeforeRule():
            at, then = moment(cases, rule.first), moment(cases, rule.then)
            early = at <= then if rule.or_at_once else at < then
            return Judged(at, pl.when(early).then(at), then + _rest(rule.then, cases))


def _in_range(rule: RangeRule) -> Judged:
    value = number(rule.first)
    limits = [value >= float(rule.low)] if rule.low is not None else []
    limits += [value <= float(rule.high)] if rule.high is not None else []
    return Judged(pl.when(value.is_not_null()).then(BEGAN), pl.when(*limits).then(BEGAN), pl.col(CLOSED))


def _rest(what: object, cases: Cases) -> int:
    """A day is over when its last hour is."""
    is_day = isinstance(what, Column) and sort_of(CASE_TABLES[cases.table], what.name) is Sort.DAY
    return DAY if is_day else 0


def step_rows(frames: Frames, version: Governed) -> pl.LazyFrame:
    """One row a case and step, with the columns of `SopCaseSteps` but the system ones."""
    told = [_told(each, version.cases) for each in version.steps]
    return (
        _cases(frames, version)
        .select(*ABOUT, pl.concat_list(told).alias("_steps"))
        .explode("_steps")
        .unnest("_steps")
        .with_columns(pl.concat_str("sop", CASE, "step", separator="/").alias("case_step_id"))
    )


def _cases(frames: Frames, version: Governed) -> pl.LazyFrame:
    return case_rows(frames, version).with_columns(sop=pl.lit(version.sop), version=pl.lit(version.version))


def _told(step: Watched, cases: Cases) -> pl.Expr:
    """What is stored of a step of a case."""
    found = judged(step.rule, cases)
    return pl.struct(
        pl.lit(step.step).alias("step"),
        _left_out(step, found).alias("left_out"),
        _seconds(pl.coalesce(found.due, CLOSED)).alias("due_epoch"),
        _seconds(found.happened).alias("happened_epoch"),
        _seconds(found.met).alias("met_epoch"),
    )


def _left_out(step: Watched, found: Judged) -> pl.Expr:
    """Why the step does not count for the case; null where it does."""
    elsewhere = pl.lit(False)
    if step.markets:
        elsewhere = ~pl.col("market").is_in(step.markets).fill_null(False)
    if step.products:
        elsewhere |= ~pl.col(PRODUCT).is_in(step.products).fill_null(False)
    return (
        pl.when("called_off").then(pl.lit("called_off"))
        .when(elsewhere).then(pl.lit("not_applicable"))
        .when(found.due.is_null() & pl.col(CLOSED).is_not_null()).then(pl.lit("not_reached"))
    )  # fmt: skip


def whole_cases(frames: Frames, version: Governed) -> pl.LazyFrame:
    """One row a case, with the columns of `SopCases` but the system ones."""
    told = [_told(each, version.cases).struct for each in version.steps]
    ours = [~each.field("left_out").is_in(OUT_OF_SCOPE).fill_null(False) for each in told]
    counts = [each.field("left_out").is_null() for each in told]
    met = [pl.when(is_in).then(each.field("met_epoch")) for is_in, each in zip(counts, told, strict=True)]
    due = [pl.when(is_in).then(each.field("due_epoch")) for is_in, each in zip(ours, told, strict=True)]
    open_end = [is_in & each.field("due_epoch").is_null() for is_in, each in zip(ours, told, strict=True)]
    number_of = pl.sum_horizontal(each.cast(pl.Int64) for each in counts)
    kept = pl.sum_horizontal(each.is_not_null().cast(pl.Int64) for each in met)
    return _cases(frames, version).select(
        *ABOUT,
        pl.concat_str("sop", CASE, separator="/").alias("sop_case_id"),
        pl.when("called_off").then(pl.lit("called_off"))
        .when(~pl.any_horizontal(ours)).then(pl.lit("not_applicable"))
        .when(number_of == 0).then(pl.lit("not_reached")).alias("left_out"),
        number_of.alias("steps"),
        kept.alias("followed"),
        pl.when(~pl.any_horizontal(open_end)).then(pl.max_horizontal(due)).alias("due_epoch"),
        pl.when(kept == number_of).then(pl.max_horizontal(met)).alias("met_epoch"),
        pl.lit(len(version.order)).alias("expected"),
        _seconds(pl.col(CLOSED)).alias("closed_epoch"),
        *_order(version),
    )  # fmt: skip


def _order(version: Governed) -> list[pl.Expr]:
    """When the main steps were complete, and when the last event ended the expected order."""
    if not version.order:
        return [NEVER.alias("complete_epoch"), NEVER.alias("exact_epoch")]
    main = [pl.col(f"_at {each}") for each in version.order]
    there = pl.all_horizontal(each.is_not_null() for each in main)
    exact = pl.col(TRAIL) == trail(version.order)
    return [
        _seconds(pl.when(there).then(pl.max_horizontal(main))).alias("complete_epoch"),
        _seconds(pl.when(exact).then(LAST)).alias("exact_epoch"),
    ]


def _seconds(micros: pl.Expr) -> pl.Expr:
    """Whole seconds since 1970, as facts hold them."""
    return micros // MICROS
