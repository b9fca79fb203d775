"""The state database, opened once for writing and once for reading."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from store.database import read, run_transaction
from store.permits import Permit
from store.scope import Principal
from store.state.edits import require

T = TypeVar("T")


def utc_now() -> datetime:
    """What a clock says."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Engines:
    """`write` is for commands and the worker, `read` refuses every write. `now`: the moment people act at."""

    write: Engine
    read: Engine
    now: Callable[[], datetime] = utc_now

    def ask(self, work: Callable[[Session], T]) -> T:
        """Runs a question on one consistent view."""
        return read(self.read, work)

    def change(self, work: Callable[[Session], T], key: str | None = None) -> T:
        """
        Runs a change in one transaction; the same `key` (of a form, say) is carried out once.
        Over a network every change gets a key, because the answer to its commit can be lost.
        """
        over_network = self.write.dialect.name != "sqlite"
        own = uuid.uuid4().hex if over_network and key is None else None
        return run_transaction(self.write, work, key or own, fresh=own is not None)

    def change_as(self, principal: Principal, permit: Permit, work: Callable[[Session], T]) -> T:
        """Runs a change that takes a permit. Raises RoleForbids for a principal without it."""
        require(principal, permit)
        return self.change(work)
