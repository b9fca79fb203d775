"""The values a column of a fact table takes, as far as it declares them: closed lists and usual words."""

import re
from functools import lru_cache

import polars as pl

from store.contract import Field, Kind, Table, fields

WORD = re.compile(r"[A-Za-z][\w-]*")
LIST = re.compile(r"(?:[Oo]ne of |: )([^;:]+)")
TRUE = ("true", "t", "yes", "y", "1")
FALSE = ("false", "f", "no", "n", "0")
LONGEST_WORDS = 2


@lru_cache(maxsize=512)
def choices(table: type[Table], name: str) -> tuple[str, ...]:
    """
    The values of a column by the name a mapping gives it: those its rule accepts, else those its meaning names.

    Empty where any word may stand, as for a market or a carrier.
    """
    field = next((each for each in fields(table).values() if each.given_as == name), None)
    if field is None:
        return ()
    if field.kind is Kind.FLAG:
        return (TRUE[0], FALSE[0])
    if field.kind is not Kind.TEXT:
        return ()
    return _accepted(table, field) or _named(field)


def is_closed(table: type[Table], name: str) -> bool:
    """Whether another value than its `choices` is refused."""
    field = next((each for each in fields(table).values() if each.given_as == name), None)
    if field is None:
        return False
    return field.kind is Kind.FLAG or (field.kind is Kind.TEXT and bool(_accepted(table, field)))


def is_refused(table: type[Table], name: str, word: str) -> bool:
    """Whether a word, as it stands in a file, is none of those a closed list takes."""
    known = choices(table, name)
    if not word or not is_closed(table, name):
        return False
    return word.lower() not in (*TRUE, *FALSE) if known == (TRUE[0], FALSE[0]) else word not in known


def _accepted(table: type[Table], field: Field) -> tuple[str, ...]:
    """The words of its meaning that a rule over this column alone lets through."""
    rules = table._validation_rules(with_cast=False)  # dataframely has no public way
    expressions = [rule.expr for name, rule in rules.items() if name.endswith("_is_known")]
    mine = [each for each in expressions if set(each.meta.root_names()) == {field.name}]
    words = pl.Series(field.name, list(dict.fromkeys(WORD.findall(field.meaning))), dtype=pl.String)
    return tuple(words.to_frame().filter(*mine)[field.name]) if mine else ()


def _named(field: Field) -> tuple[str, ...]:
    """The words of a meaning such as `Mode of transport: air, sea, rail, road, express`."""
    found = LIST.search(field.meaning)
    words = [each.strip() for each in re.split(r",| or ", found.group(1))] if found else []
    told = [each for each in words if each]
    return tuple(told) if len(told) > 1 and all(len(each.split()) <= LONGEST_WORDS for each in told) else ()
