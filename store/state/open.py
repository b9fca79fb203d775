"""The state database, opened once for writing and once for reading."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine

from store.database import make_engine
from store.migrations import migrate


@dataclass(frozen=True)
class State:
    """Two engines on one database: `write` for commands and the worker, `read` for pages."""

    write: Engine
    read: Engine

    @classmethod
    @contextmanager
    def open(cls, url: str) -> Iterator["State"]:
        state = cls(make_engine(url), make_engine(url, read_only=True))
        try:
            migrate(state.write)
            yield state
        finally:
            state.close()

    def close(self) -> None:
        self.write.dispose()
        self.read.dispose()
