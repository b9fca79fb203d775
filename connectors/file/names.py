"""The names of columns as a mapping writes them, from a header as a source writes it."""

import re
from collections import Counter
from collections.abc import Sequence

from connectors.block import suggestion
from connectors.file.problem import FileProblem

MOST_COLUMNS = 2_000
NONE_NAMED = "write sheet = ..."
RESERVED = ("_row", "_fault", "_more", "_id", "_place")


def column_names(header: Sequence[str | None], place: str) -> list[str]:
    """Trimmed names; an empty one is column_N, and doubled ones are numbered: `Cost (1)`, `Cost (2)`."""
    if len(header) > MOST_COLUMNS:
        raise FileProblem(
            f"{place} has {len(header):,} columns; at most {MOST_COLUMNS:,} are read. "
            f"Check the separator and the header row, or export fewer columns."
        )
    names = [(name or "").strip().lstrip("\ufeff") or f"column_{at}" for at, name in enumerate(header, 1)]
    names = [f"{name} (source)" if name in RESERVED else name for name in names]
    often, met = Counter(names), Counter[str]()
    for at, name in enumerate(names):
        if often[name] > 1:
            met[name] += 1
            names[at] = f"{name} ({met[name]})"
    return names


def wanted_columns(names: Sequence[str], wanted: Sequence[str] | None, place: str) -> list[str]:
    """The wanted ones of the names of a document; all where None. Raises FileProblem for one that is missing."""
    if wanted is None:
        return list(names)
    there = set(names)
    for name in wanted:
        if name not in there:
            shown = [name for name in names if not name.startswith("_")][:60]
            raise FileProblem(
                f"{place} has no column '{name}', which the mapping needs. {suggestion(name, shown)}"
            )
    return [name for name in names if name in wanted]


def chosen(sheets: Sequence[str], place: str, named: str | None) -> list[str]:
    """The sheet that is named, or the only one. Raises FileProblem."""
    if named is None:
        if len(sheets) == 1:
            return list(sheets)
        raise FileProblem(f"{place} has the sheets {list(sheets)}; say which one: {NONE_NAMED}")
    if named not in sheets:
        raise FileProblem(f"{place} has no sheet '{named}'; it has {list(sheets)}.")
    return [named]


def snake(name: str) -> str:
    """A name as SQL likes it: lower case, words joined by underscores."""
    return re.sub(r"[^0-9a-z]+", "_", name.lower()).strip("_")
