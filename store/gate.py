"""The gate of a fact table: good rows pass, the others are kept aside with a reason a person understands."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from store.contract import Field, Kind, LocalDay, Table, Worked, fields, key_of, polars_schema
from store.keys import come_twice
from store.money import MICROS
from store.normalise.places import ZONE, strange_zones

KEY_RULE = "primary_key"  # of dataframely, over all key columns
_SHOWN = 60  # characters of a value that are quoted


@dataclass(frozen=True, eq=False)
class Gated:
    """`good` rows, and `bad` ones: the table's columns and `why` (a table may have a `reason` of its own)."""

    good: pl.DataFrame
    bad: pl.DataFrame


def gate(table: type[Table], rows: pl.DataFrame) -> Gated:
    """Split normalised rows by the rules of their contract; good + bad is always all of them."""
    bad = [rows.clear().select(list(table.columns())).with_columns(why=pl.lit(None, pl.String))]
    if _is_all_good(table, rows):
        passed = rows
    else:
        good, failure = table.filter(rows)
        passed = pl.DataFrame(good)
        if len(failure):
            bad.append(_with_reasons(table, failure.details()))
    if strange := strange_zones(passed):
        is_strange = pl.col(ZONE).is_in(strange).fill_null(False)
        sentence = pl.format("zone is {}, which is no time zone such as Europe/Berlin", _quoted(ZONE))
        bad.append(passed.filter(is_strange).with_columns(why=sentence))
        passed = passed.filter(~is_strange)
    return Gated(passed, pl.concat(bad))


def _is_all_good(table: type[Table], rows: pl.DataFrame) -> bool:
    """No rule is broken anywhere: a fraction of the work of asking row by row, and mostly so."""
    rules = table._validation_rules(with_cast=False)  # dataframely has no public way
    if rows.schema != polars_schema(table):
        return False
    if KEY_RULE in rules and come_twice(rows, key_of(table)):
        return False
    hold = (
        rows.lazy()
        .select(rule.expr.all().alias(name) for name, rule in rules.items() if name != KEY_RULE)
        .collect()
    )
    return all(hold.row(0))


def _with_reasons(table: type[Table], details: pl.DataFrame) -> pl.DataFrame:
    """The failed rows with all their reasons; rules nobody broke cost nothing."""
    stored = list(table.columns())
    broken = [name for name in details.columns if name not in stored and (details[name] != "valid").any()]
    sentences = [
        pl.when(_fails(rule) & _is_first_cause(table, rule, broken)).then(sentence)
        for rule in broken
        for sentence in [_sentence(table, rule)]
    ]
    why = pl.concat_str(sentences, separator="; ", ignore_nulls=True)
    return details.with_columns(why=why).select(*stored, "why")


def _fails(rule: str) -> pl.Expr:
    return pl.col(rule) != "valid"


def _is_first_cause(table: type[Table], rule: str, broken: list[str]) -> pl.Expr:
    """A key that is missing is not also twice; a day is not also wrong where the instant it was read off is."""
    if rule == KEY_RULE:
        return pl.all_horizontal(pl.col(key).is_not_null() for key in key_of(table))
    name, _, kind = rule.partition("|")
    field = fields(table).get(name)
    if field and isinstance(field.derivation, LocalDay) and f"{field.derivation.instant}|{kind}" in broken:
        return ~_fails(f"{field.derivation.instant}|{kind}")
    return pl.lit(True)


def _sentence(table: type[Table], rule: str) -> pl.Expr:
    if rule == KEY_RULE:
        keys = key_of(table)
        named = pl.concat_str([pl.format("{} {}", pl.lit(key), _quoted(key)) for key in keys], separator=", ")
        return pl.format("{} occurs {} times in this load", named, pl.len().over(keys))
    name, _, kind = rule.partition("|")
    field = fields(table).get(name)
    if field is None:
        return _of_rule(table, rule)
    return _of_column(table, field, kind)


def _of_column(table: type[Table], field: Field, kind: str) -> pl.Expr:
    column, name, value = table.columns()[field.name], pl.lit(field.given_as), _shown(field)
    match kind:
        case "nullability" if isinstance(field.derivation, LocalDay):
            return pl.format("{} is missing, and so is {}", name, pl.lit(field.derivation.instant))
        case "nullability":
            return pl.format("{} is missing", name)
        case "min_length":
            return pl.format("{} is empty", name)
        case "min":
            return pl.format("{} is {}; it must be at least {}", name, value, _limit(field, column.min))  # type: ignore[attr-defined]
        case "max":
            return pl.format("{} is {}; it must be at most {}", name, value, _limit(field, column.max))  # type: ignore[attr-defined]
        case "regex":
            return pl.format("{} is {}, which is not written like a plain number such as 1.25", name, value)
        case _:
            return pl.format("{} is {}, which breaks the rule '{}'", name, value, pl.lit(kind))


def _limit(field: Field, limit: object) -> pl.Expr:
    if field.kind is Kind.AMOUNT and isinstance(limit, int):
        return pl.lit(f"{limit / MICROS:g}")
    return pl.lit(f"{limit:%Y-%m-%d}" if field.kind in (Kind.DAY, Kind.INSTANT) else str(limit))


def _of_rule(table: type[Table], rule: str) -> pl.Expr:
    """A rule over several columns: its name in words and the values it looked at."""
    looked_at = list({field.name: field for field in _read_by(table, rule)}.values())
    if rule.endswith("_is_known") and len(looked_at) == 1:
        field = looked_at[0]
        return pl.format(
            "{} is {}, which is not known: {}", pl.lit(field.given_as), _shown(field), pl.lit(field.meaning)
        )
    values = [pl.format("{} is {}", pl.lit(field.given_as), _shown(field)) for field in looked_at]
    return pl.format("not so: {} ({})", pl.lit(rule.replace("_", " ")), pl.concat_str(values, separator=", "))


def _read_by(table: type[Table], rule: str) -> Iterator[Field]:
    """The given columns behind a rule: worked columns are traced to what they were worked out from."""
    expression = table._validation_rules(with_cast=False)[rule].expr  # dataframely has no public way
    for name in expression.meta.root_names():
        yield from _sources(table, name)


def _sources(table: type[Table], name: str) -> Iterator[Field]:
    field = fields(table)[name]
    if isinstance(field.derivation, Worked):
        for root in field.derivation.expression.meta.root_names():
            yield from _sources(table, root)
    else:
        yield field


def _shown(field: Field) -> pl.Expr:
    """The value as a person would write it; `missing` without one."""
    column = pl.col(field.name)
    match field.kind:
        case Kind.TEXT:
            text = _quoted(field.name)
        case Kind.AMOUNT:
            text = (column / MICROS).cast(pl.String).str.strip_suffix(".0")
        case Kind.INSTANT:
            text = column.dt.strftime("%Y-%m-%d %H:%M UTC")
        case _:
            text = column.cast(pl.String)
    return text.fill_null("missing")


def _quoted(name: str) -> pl.Expr:
    return pl.format("'{}'", pl.col(name).str.slice(0, _SHOWN))
