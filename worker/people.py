"""What is kept of one person: erased while no sync writes, and again where an erasure was interrupted."""

from dataclasses import dataclass
from datetime import date

from connectors.sync import only_one
from store.home import Store
from store.personal.erasing import Erased, begin, carry_out, resume
from store.personal.limits import Retention
from store.personal.retiring import Removed, retire
from store.scope import Principal


@dataclass(frozen=True)
class ErasedPerson:
    """What was erased: in the facts, and the pseudonym that is left of a user (empty: there was none)."""

    facts: Erased
    alias: str


def erase(store: Store, principal: Principal, id: str) -> ErasedPerson:
    """
    Erase the customer, member of staff or visitor with this id, as its source writes it, and the user of Fairlead with
    this address. Raises NotAllowed, LastAdministrator, SyncRunning (then the worker's next round ends what was begun).
    """
    known = store.state.users.find(principal, id)
    alias = store.state.erasures.erase_user(principal, id) if known else ""
    erasure = begin(store, principal, id)
    with only_one(store):
        return ErasedPerson(carry_out(store, erasure), alias)


def end_time(store: Store, retention: Retention, today: date) -> Removed:
    """Forget whose time is over, old uploads and old sign-ins. Raises SyncRunning."""
    with only_one(store):
        return retire(store, retention, today)


def end_erasures(store: Store) -> int:
    """End the erasures that are under way; returns how many. Raises SyncRunning."""
    with only_one(store):
        return resume(store)
