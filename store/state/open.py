"""The state database as a whole: open it, bring it up to date, and ask its parts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from store.database import make_engine
from store.migrations import migrate, pending
from store.state.engines import Engines
from store.state.parts import Parts
from store.state.stamps import Stamp, stamp_of


@dataclass(frozen=True)
class State(Parts):
    """
    Everything people enter and every run that was made. Close it at the end, or use it in a `with`.
    The parts take the principal first; they raise StateError when the database cannot be used.
    """

    @classmethod
    def open(cls, url: str, *, migrated: bool = True, departments: Mapping[str, str] | None = None) -> Self:
        """
        Opens a SQLite file or a PostgreSQL database; `migrated` brings its tables up to date first. `departments`:
        the one of each KPI; without it, who sees only some departments sees nothing that is kept by KPI.
        """
        state = cls(Engines(make_engine(url), make_engine(url, read_only=True)), departments or {})
        try:
            if migrated:
                migrate(state.engines.write)
        except BaseException:
            state.close()
            raise
        return state

    @classmethod
    def on(cls, engine: Engine) -> Self:
        """On one engine that somebody else closes."""
        return cls(Engines(engine, engine))

    def at(self, moment: datetime) -> Self:
        """
        The same state at another moment, for what was said before it came here: meetings and actions are then opened
        and closed at it. The audit trail keeps the moment at which it was entered.
        """
        return replace(self, engines=replace(self.engines, now=lambda: moment))

    def stamp(self) -> Stamp:
        """How far the tables have grown that only ever grow; one question, however long they are kept."""
        return self.engines.ask(stamp_of)

    def pending(self) -> list[str]:
        """The schema steps the database still waits for. Raises StateError when it does not answer or is newer."""
        return pending(self.engines.read)

    def close(self) -> None:
        self.engines.write.dispose()
        self.engines.read.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
