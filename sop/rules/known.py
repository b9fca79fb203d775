"""Whether everything rules name can be judged: known tables and columns, moments compared with their like."""

from collections.abc import Iterator
from difflib import get_close_matches
from enum import StrEnum

import polars as pl

from kpi.words import listed, say
from sop.rules.cases import EVENTS, Cases
from sop.rules.model import BeforeRule, Column, Event, Moment, RangeRule, Rule, WithinRule, columns_of
from store.contract import Table, key_of, polars_schema
from store.facts import MAPPED

PRODUCT = "product"
CASE_TABLES = {table.name: table for table in MAPPED if len(key_of(table)) == 1}


class Sort(StrEnum):
    """What a column holds, as far as a rule minds."""

    DAY = "day"
    MOMENT = "moment"
    NUMBER = "number"
    FLAG = "flag"
    TEXT = "text"


def sort_of(table: type[Table], column: str) -> Sort:
    """What a column holds."""
    stored = polars_schema(table)[column]
    if stored == pl.Date:
        return Sort.DAY
    if stored == pl.Boolean:
        return Sort.FLAG
    if isinstance(stored, pl.Datetime):
        return Sort.MOMENT
    return Sort.NUMBER if stored.is_numeric() else Sort.TEXT


def has_products(cases: Cases) -> bool:
    """Whether a step that is done for some products only can be told from the others."""
    return PRODUCT in polars_schema(CASE_TABLES[cases.table])


def faults_of_cases(cases: Cases) -> Iterator[str]:
    """What is wrong with the cases, in the reader's language; rules cannot be looked at before it is mended."""
    table = CASE_TABLES.get(cases.table)
    if table is None:
        near = get_close_matches(cases.table, CASE_TABLES, n=3) or [EVENTS, "orders", "shipments", "tickets"]
        yield say(
            "There is no table '{value}' of cases; choose one such as {known}.",
            value=cases.table, known=listed(near),
        )  # fmt: skip
        return
    if cases.of_events:
        if cases.begins or isinstance(cases.ends, Column):
            yield say("Cases of process_events begin with their first event and end with an event in quotes.")
        return
    if cases.begins is None:
        yield say("It is not said when a case of {table} begins; write from and a column.", table=cases.table)
    if isinstance(cases.ends, Event):
        yield say("A case of {table} ends with one of its columns; leave the quotes out.", table=cases.table)
    for each in (cases.begins, cases.ends):
        if isinstance(each, Column):
            yield from _unknown(table, each.name) or _no_moment(table, each.name)


def faults_of_rule(rule: Rule, cases: Cases) -> Iterator[str]:
    """What keeps a rule from being judged for such cases, in the reader's language."""
    table = CASE_TABLES[cases.table]
    if cases.of_events and (columns := columns_of(rule)):
        yield say(
            "The cases are events, which have no column '{value}'; put the name of an event in quotation marks.",
            value=columns[0],
        )
        return
    unknown = [text for each in columns_of(rule) for text in _unknown(table, each)]
    yield from unknown or _of_sorts(table, rule)


def _of_sorts(table: type[Table], rule: Rule) -> Iterator[str]:
    match rule:
        case RangeRule() if sort_of(table, rule.first.name) is not Sort.NUMBER:
            yield say("'{value}' is not a number; a range needs one.", value=rule.first.name)
        case BeforeRule() | WithinRule():
            other = rule.then if isinstance(rule, BeforeRule) else rule.of
            wrong = [text for each in columns_of(rule) for text in _no_moment(table, each)]
            yield from wrong or _unlike(table, rule.first, other)
        case _:
            return


def _unlike(table: type[Table], first: Moment, other: Moment) -> list[str]:
    """A day has no hour, so that nobody could say which of the two came first."""
    days = [isinstance(each, Column) and sort_of(table, each.name) is Sort.DAY for each in (first, other)]
    if days[0] == days[1]:
        return []
    told = say("'{first}' and '{other}' are a day and a moment; compare two days or two moments.",
               first=str(first).strip('"'), other=str(other).strip('"'))  # fmt: skip
    return [told]


def _unknown(table: type[Table], column: str) -> list[str]:
    known = polars_schema(table)
    if column in known:
        return []
    near = get_close_matches(column, known, n=3, cutoff=0.5) or list(known)[:3]
    return [
        say(
            "{table} has no column '{value}'; near it are {known}. An event stands in quotation marks.",
            table=table.name, value=column, known=listed(near),
        )
    ]  # fmt: skip


def _no_moment(table: type[Table], column: str) -> list[str]:
    if sort_of(table, column) in (Sort.DAY, Sort.MOMENT):
        return []
    return [say("'{value}' is no day and no moment; name a column that is.", value=column)]
