"""Codes that leave Fairlead with their words beside them: `mode` is `sea`, `mode_label` is `Sea`, or 海运."""

from collections.abc import Callable, Mapping

import polars as pl

from kpi.vocabulary import NAMELESS, vocabulary
from kpi.words import say
from kpi.words.names import words

CODED = (
    "fact", "reason", "mode", "channel", "control", "cause", "caused_by", "stage", "kind", "rule", "action", "place",
    "document", "sop",
)  # fmt: skip
Telling = Mapping[str, Callable[[str], str]]


def with_labels(rows: pl.DataFrame, telling: Telling | None = None) -> pl.DataFrame:
    """The rows with `<column>_label` after every column of codes, in the reader's language; empty where there is none.

    `telling`: further columns of codes, and how each is said. Which columns there are never depends on the rows.
    """
    told = dict.fromkeys(CODED, label_of) | dict(telling or {})
    columns: list[pl.Series] = []
    for column in rows.get_columns():
        columns.append(column)
        if column.name in told:
            columns.append(_labels(column, told[column.name]))
    return pl.DataFrame(columns)


def label_of(code: str) -> str:
    """A code as people say it; what a source wrote in its own words stays as it is."""
    if code in NAMELESS:
        return say(code)
    return words(code) if code in vocabulary() or "_" in code else code


def _labels(codes: pl.Series, say_it: Callable[[str], str]) -> pl.Series:
    texts = codes.cast(pl.String)
    known = {code: say_it(code) for code in texts.drop_nulls().unique().to_list()}
    return texts.replace_strict(known, return_dtype=pl.String).alias(f"{codes.name}_label")
