"""Sealed secrets in the state database: who set which and when; what they say is known to nobody here.

`store.vault` seals and opens them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from store.database import StateError
from store.models import SecretKey, StoredSecret
from store.permits import Permit
from store.scope import Principal
from store.state.edits import ChangedMeanwhile, note, require, require_everything
from store.state.engines import Engines

ONLY = 1


@dataclass(frozen=True)
class Sealed:
    """A secret as it is kept; `version` counts how often it was set."""

    name: str
    key_id: str
    text: str
    version: int = 0
    set_by: str = ""
    set_at: datetime | None = None


class NoSecret(StateError):
    """Nothing is kept under this name."""

    def __init__(self, name: str):
        super().__init__(f"No secret is kept as '{name}'; set it with: fairlead secret set {name}")
        self.name = name


class KeyChanged(StateError):
    """Another key seals by now: `key_id`."""

    def __init__(self, key_id: str):
        super().__init__("The key was changed meanwhile. Try again.")
        self.key_id = key_id


@dataclass(frozen=True)
class StoredSecrets:
    """The sealed secrets; every method raises NotAllowed for who may not keep any, or sees only a part."""

    engines: Engines

    def rows(self, principal: Principal) -> list[Sealed]:
        """All of them by name."""
        _require(principal)
        query = select(StoredSecret).order_by(StoredSecret.name)
        return self.engines.ask(lambda session: [_sealed(each) for each in session.scalars(query)])

    def find(self, principal: Principal, name: str) -> Sealed:
        """The one of this name. Raises NoSecret."""
        _require(principal)
        found = self.engines.ask(lambda session: session.get(StoredSecret, name))
        if found is None:
            raise NoSecret(name)
        return _sealed(found)

    def key_id(self, principal: Principal) -> str | None:
        """The key that seals; None before the first secret."""
        _require(principal)
        found = self.engines.ask(lambda session: session.get(SecretKey, ONLY))
        return found.key_id if found else None

    def put(self, principal: Principal, sealed: Sealed, seen: int | None = None) -> int:
        """
        Keeps a secret in place of the one there was, if any; with `seen`, only in place of that version (0: of none).
        Returns its version. Raises KeyChanged, ChangedMeanwhile.
        """
        _require(principal)

        def work(session: Session) -> int:
            _require_key(session, sealed.key_id)
            stored = session.get(StoredSecret, sealed.name)
            version = stored.version if stored else 0
            if seen is not None and version != seen:
                theirs = f"version {version}" if version else "gone"
                raise ChangedMeanwhile(f"The secret '{sealed.name}'", theirs, seen)
            session.merge(
                StoredSecret(
                    name=sealed.name, key_id=sealed.key_id, sealed=sealed.text, version=version + 1,
                    set_by=principal.name, set_at=datetime.now(UTC),
                )
            )  # fmt: skip
            note(session, principal, "secret set", f"secret {sealed.name}", None, {"version": version + 1})
            return version + 1

        return self.engines.change(work)

    def remove(self, principal: Principal, name: str) -> None:
        """Forgets one; it takes no key. Raises NoSecret."""
        _require(principal)

        def work(session: Session) -> None:
            stored = session.get(StoredSecret, name)
            if stored is None:
                raise NoSecret(name)
            session.delete(stored)
            note(session, principal, "secret removed", f"secret {name}", {"version": stored.version})

        self.engines.change(work)

    def reseal(
        self, principal: Principal, before: str | None, key_id: str, again: Callable[[Sealed], str]
    ) -> int:
        """
        Another key seals from now on, and all there is, or nothing changes; `again` seals one anew. Returns how many.
        Raises KeyChanged when another key than `before` seals by now, and what `again` raises.
        """
        _require(principal)

        def work(session: Session) -> int:
            _require_key(session, before)
            stored = list(session.scalars(select(StoredSecret)))
            for each in stored:
                each.sealed = again(_sealed(each))
                each.key_id = key_id
            session.merge(SecretKey(id=ONLY, key_id=key_id, since=datetime.now(UTC)))
            told = {"key": key_id, "secrets": len(stored)}
            note(session, principal, "secret key changed", "secrets", {"key": before}, told)
            return len(stored)

        return self.engines.change(work)

    def forget_all(self, principal: Principal) -> int:
        """Forgets every secret and which key sealed them: the way out when the key is lost. Returns how many."""
        _require(principal)

        def work(session: Session) -> int:
            gone = session.scalars(delete(StoredSecret).returning(StoredSecret.name)).all()
            session.execute(delete(SecretKey))
            note(session, principal, "secrets forgotten", "secrets", {"secrets": len(gone)})
            return len(gone)

        return self.engines.change(work)


def _require(principal: Principal) -> None:
    require(principal, Permit.MANAGE_SECRETS)
    require_everything(principal, "secrets")


def _require_key(session: Session, key_id: str | None) -> None:
    """The key that seals is this one; the first one to seal becomes it. Raises KeyChanged."""
    known = session.get(SecretKey, ONLY)
    if known is None and key_id is not None:
        session.add(SecretKey(id=ONLY, key_id=key_id, since=datetime.now(UTC)))
    elif known is not None and known.key_id != key_id:
        raise KeyChanged(known.key_id)


def _sealed(stored: StoredSecret) -> Sealed:
    return Sealed(stored.name, stored.key_id, stored.sealed, stored.version, stored.set_by, stored.set_at)
