"""Codes with their words beside them, in the reader's language."""

import polars as pl

from kpi.exports.coded import with_labels
from kpi.words import Language, speaking

ROWS = pl.DataFrame(
    {
        "key": ["A", "B"],
        "mode": ["sea", None],
        "reason": ["no_promise", "(unknown)"],
        "document": ["My paper", None],
    }
)


def test_every_code_has_its_words_beside_it() -> None:
    """
    A known code is said, what a source wrote in its own words stays; an empty one stays empty.
    """
    told = with_labels(ROWS)

    assert told.columns == [
        "key",
        "mode",
        "mode_label",
        "reason",
        "reason_label",
        "document",
        "document_label",
    ]
    assert told["mode_label"].to_list() == ["Sea", None]
    assert told["reason_label"].to_list() == ["No promise", "(unknown)"]
    assert told["document_label"].to_list() == ["My paper", None]


def test_words_are_those_of_the_reader() -> None:
    """
    Codes stay, so that files of two readers can be joined.
    """
    with speaking(Language.CHINESE):
        told = with_labels(ROWS)

    assert told["mode"].to_list() == ROWS["mode"].to_list()
    assert told["mode_label"][0] == "海运"


def test_columns_do_not_depend_on_the_rows() -> None:
    """
    A file without rows has the same columns.
    """
    assert with_labels(ROWS.clear()).columns == with_labels(ROWS).columns


def test_a_column_can_be_told_in_its_own_way() -> None:
    """
    Stages have names of their own.
    """
    told = with_labels(ROWS, {"key": str.lower})

    assert told["key_label"].to_list() == ["a", "b"]
