"""How one part of Fairlead tells what it keeps as rows of a fact table."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from store.contract import Table
from store.state import State

OURS = "fairlead:"  # what every key of ours begins with, so that it is never that of another system
Row = Mapping[str, object]
Rows = Callable[[State, datetime], Iterable[Row]]


@dataclass(frozen=True)
class Recorder:
    """
    One kind of rows of one fact table. `name` is its own among all recorders.

    `rows(state, since)` gives everything that changed at or after a moment, as stored columns that a source could fill;
    what is left out is empty. The same state gives the same rows, keys begin with `OURS`, people are addresses (intake
    hashes them), and a row that counts no more comes again with what it says now.
    A `whole` one gives everything every time; what it does not give any more is deleted.
    """

    name: str
    table: type[Table]
    rows: Rows
    whole: bool = False
