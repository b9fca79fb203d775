"""The state database as a whole: open it, bring it up to date, and ask its parts."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from store.database import make_engine
from store.migrations import migrate
from store.state.actions import Actions
from store.state.annotations import Annotations
from store.state.audit import Audit
from store.state.baselines import Baselines
from store.state.calendars import Calendars
from store.state.engines import Engines
from store.state.markets import Markets
from store.state.runs import Runs
from store.state.targets import Targets
from store.state.users import Users
from store.state.views import Views


@dataclass(frozen=True)
class State:
    """
    Everything people enter and every run that was made. Close it at the end, or use it in a `with`.
    The parts take the principal first; they raise StateError when the database cannot be used.
    """

    engines: Engines

    @classmethod
    def open(cls, url: str, *, migrated: bool = True) -> Self:
        """Opens a SQLite file or a PostgreSQL database; `migrated` brings its tables up to date first."""
        state = cls(Engines(make_engine(url), make_engine(url, read_only=True)))
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

    @property
    def targets(self) -> Targets:
        return Targets(self.engines)

    @property
    def baselines(self) -> Baselines:
        return Baselines(self.engines)

    @property
    def actions(self) -> Actions:
        return Actions(self.engines)

    @property
    def annotations(self) -> Annotations:
        return Annotations(self.engines)

    @property
    def views(self) -> Views:
        return Views(self.engines)

    @property
    def runs(self) -> Runs:
        return Runs(self.engines)

    @property
    def calendars(self) -> Calendars:
        return Calendars(self.engines)

    @property
    def markets(self) -> Markets:
        return Markets(self.engines)

    @property
    def users(self) -> Users:
        return Users(self.engines)

    @property
    def audit(self) -> Audit:
        return Audit(self.engines)

    def close(self) -> None:
        self.engines.write.dispose()
        self.engines.read.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
