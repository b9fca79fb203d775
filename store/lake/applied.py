"""What a commit records beside its rows: the sequences of whoever asked for it."""

import time
from collections.abc import Mapping

import polars as pl
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake

from store.lake.hooks import HOOKS
from store.lake.shape import schema_of


def last_applied(table: DeltaTable | None, app: str) -> int:
    """Last sequence of `app` recorded in this snapshot, -1 if none."""
    recorded = None if table is None else table.transaction_version(app)
    return -1 if recorded is None else recorded


def transactions(marks: Mapping[str, int]) -> list[Transaction]:
    """The marks as Delta keeps them."""
    now = int(time.time() * 1000)
    return [Transaction(app, seq, now) for app, seq in marks.items()]


def append_nothing(table: DeltaTable, properties: CommitProperties) -> None:
    """A version of its own, without any row: a merge without effect writes none, and its marks need one."""
    nothing = pl.DataFrame(schema=schema_of(table))
    write_deltalake(
        table, nothing, mode="append", commit_properties=properties, post_commithook_properties=HOOKS
    )
