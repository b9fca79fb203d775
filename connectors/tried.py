"""A source asked once, to see whether it answers and fits its mapping: nothing is stored and no cursor moves."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any, cast

from connectors.batch import Batch, Connector, Divided, Tasted
from connectors.errors import SourceError
from store.tried import Tried

MOST_BATCHES = 40  # until every table that is read together has shown its first


def tried(connector: Connector) -> Iterator[Tried]:
    """One line a table. What is wrong with one does not keep the others from being asked."""
    connector = connector.tasting() if isinstance(connector, Tasted) else connector
    parts = connector.parts() if isinstance(connector, Divided) else (connector,)
    for part in parts:
        yield from _first_of(part)


def _first_of(part: Connector) -> Iterator[Tried]:
    names = [each.table.name for each in cast(Any, part).tables]
    seen = set[str]()
    try:
        with closing(cast(Any, part.pull({}, full=True, since=None))) as batches:
            for _, batch in zip(range(MOST_BATCHES), batches, strict=False):
                if batch.table.name not in seen:
                    seen.add(batch.table.name)
                    yield _told(batch)
                if len(seen) == len(names):
                    return
    except SourceError as wrong:
        yield from (Tried(name, answered=False, why=str(wrong)) for name in names if name not in seen)
        return
    yield from (Tried(name, answered=True) for name in names if name not in seen)


def _told(batch: Batch) -> Tried:
    refused = batch.refused.height
    why = ""
    if refused:
        # "row 7: ..." is of one row; what follows is what they share
        shared = batch.refused["reason"].str.replace(r"^[^:]{1,40}: ", "")
        why = str(shared.value_counts(sort=True)[0, 0])
    return Tried(batch.table.name, True, batch.read, batch.rows.height, refused, why)
