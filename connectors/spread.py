"""Which words a column of a brought file holds, and how many rows hold each: what there is to translate or filter."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import polars as pl

from connectors.cast import clean
from connectors.ending import ending
from connectors.errors import SourceError
from connectors.file.job import Job
from connectors.file.reader import read
from connectors.inspect import Sheet
from connectors.layout import Layout

MOST_WORDS, MOST_COLUMNS, MOST_ROWS = 40, 80, 1_000_000
Words = tuple[tuple[str, int], ...]


def spread(path: Path, sheet: Sheet, layout: Layout) -> Mapping[str, Words]:
    """
    The words of each column that holds few, with their rows, the most frequent first; "" stands for empty cells.

    They are counted over the whole sheet, of a very long one over its first million rows. A file that cannot be read
    so has none: the trial of its first rows says why.
    """
    columns = few_words(sheet)
    counts: dict[str, Counter[str]] = {name: Counter() for name in columns}
    with suppress(SourceError):
        _count(Job(paths=(str(path),), folder="", layout=layout, columns=tuple(columns)), counts)
    return {name: _told(counted) for name, counted in counts.items() if 0 < len(counted) <= MOST_WORDS}


def few_words(sheet: Sheet) -> Sequence[str]:
    """The columns whose first rows hold few different words."""
    body = sheet.top.rows[sheet.header_row :]
    found = [
        look.name
        for at, look in enumerate(sheet.columns)
        if len({row[at] for row in body if at < len(row)}) <= MOST_WORDS
    ]
    return found[:MOST_COLUMNS]


def _count(job: Job, counts: dict[str, Counter[str]]) -> None:
    seen = 0
    if not counts:
        return
    with ending(read(job)) as pieces:
        for piece in pieces:
            for name, counted in counts.items():
                _add(counted, piece.frame[name])
            seen += piece.frame.height
            if seen >= MOST_ROWS:
                return


def _add(counted: Counter[str], texts: pl.Series) -> None:
    """Nothing more is counted of a column once it has too many words."""
    if len(counted) > MOST_WORDS:
        return
    words = clean(texts, ()).fill_null("").rename("word").value_counts(name="rows")
    counted.update(dict(words.head(10 * MOST_WORDS).iter_rows()))


def _told(counted: Counter[str]) -> Words:
    return tuple(sorted(counted.items(), key=lambda each: (-each[1], each[0])))
