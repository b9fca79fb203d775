"""What every edit by a person has in common: may they, has somebody else been faster, and the trail of it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from store.database import StateError
from store.models import AuditEntry
from store.models.base import plain
from store.permits import Permit, roles_with
from store.redaction import redacted
from store.scope import Principal

T = TypeVar("T")


@dataclass(frozen=True)
class Versioned(Generic[T]):
    """A stored thing and the number of times it was changed; an edit hands the number back."""

    value: T
    version: int

    def __str__(self) -> str:
        return str(self.value)


class WrongEntry(ValueError):
    """What a person entered cannot be right; the message says which value and why."""


class ChangedMeanwhile(StateError):
    """Somebody else changed the same thing first; `theirs` is what stands there now, None when it is gone."""

    def __init__(self, subject: str, theirs: object, seen: int):
        super().__init__(
            f"{subject} was changed by somebody else since you opened it (you saw version {seen}). "
            f"It is now: {theirs}. Look at both and save again."
        )
        self.theirs = theirs


class NotAllowed(StateError):
    """The principal's role or scope does not cover what is to be done."""


class RoleForbids(NotAllowed):
    """The principal's role does not permit it, whatever the scope."""

    def __init__(self, principal: Principal, permit: Permit):
        able = ", ".join(roles_with(permit))
        super().__init__(
            f"{principal.name} has the role {principal.role} and may not {permit}; these roles may: {able}. "
            "Ask one of them, or an administrator for another role."
        )
        self.role, self.permit = principal.role, permit


def require(principal: Principal, permit: Permit) -> None:
    """Raises RoleForbids unless the principal's role permits it. Asked by everything that changes the state."""
    if not principal.may(permit):
        raise RoleForbids(principal, permit)


def require_everything(principal: Principal, subject: str) -> None:
    """Raises NotAllowed unless the principal sees all departments, markets and teams."""
    if not principal.scope.is_whole:
        raise NotAllowed(
            f"{principal.name} sees only some departments, markets or teams and cannot change {subject}, "
            "which concerns all; ask somebody who sees them all."
        )


def require_part(
    principal: Principal, department: str, pairs: Mapping[str, str], what: str, *, everywhere: bool = False
) -> None:
    """
    Raises NotAllowed unless the principal sees the department, and the market and team of `pairs`; who sees only
    some markets must name one of them, unless what is changed belongs to no market (`everywhere`).
    """
    market, team = pairs.get("market"), pairs.get("team")
    scope = principal.scope
    if not scope.sees_department(department):
        raise NotAllowed(f"{principal.name} does not see {department} and cannot {what} there; ask its lead.")
    if scope.markets is not None and not everywhere and (market is None or market not in scope.markets):
        raise NotAllowed(
            f"{principal.name} may {what} for {', '.join(sorted(scope.markets)) or 'no market'} only, not for "
            f"{market or 'all markets'}; name one of these markets."
        )
    if not scope.sees_team(team):
        raise NotAllowed(
            f"{principal.name} does not see the team {team} and cannot {what} for it; ask its lead."
        )


def require_own(principal: Principal, department: str | None, pairs: Mapping[str, str], what: str) -> None:
    """
    Raises NotAllowed unless what is set for a department and the part of `pairs` concerns nothing the principal does
    not see: who sees only some markets or teams must name one of them.
    """
    scope = principal.scope
    if scope.departments is not None and department not in scope.departments:
        raise NotAllowed(
            f"{principal.name} does not see {department or 'this KPI'} and may not set {what} there."
        )
    for column, names in scope.parts.items():
        if pairs.get(column) not in names:
            raise NotAllowed(
                f"{principal.name} may set {what} for {sorted(names)} only, not for '{pairs.get(column) or 'all'}'; "
                f"name one of these {column}s in the segment."
            )


def sees_part(principal: Principal, department: str | None, pairs: Mapping[str, str]) -> bool:
    """Whether the principal sees the department (None: nobody knows which it is) and the part of `pairs`."""
    scope = principal.scope
    mine = scope.departments is None or (department is not None and department in scope.departments)
    return mine and scope.sees_market(pairs.get("market")) and scope.sees_team(pairs.get("team"))


def note(
    session: Session,
    principal: Principal,
    what: str,
    subject: str,
    before: object = None,
    after: object = None,
) -> None:
    """Adds one row to the audit trail, without any secret, in the same transaction as the change itself."""
    session.add(
        AuditEntry(
            at=datetime.now(UTC),
            who=principal.name,
            what=what,
            subject=redacted(subject),
            before=_record(before),
            after=_record(after),
        )
    )


def _record(thing: object) -> Mapping[str, object] | None:
    if thing is None:
        return None
    if isinstance(thing, Mapping):
        return {str(key): _plain(value) for key, value in thing.items()}
    if is_dataclass(thing) and not isinstance(thing, type):
        return {each.name: _plain(getattr(thing, each.name)) for each in fields(thing)}
    raise TypeError(f"The audit trail keeps records, not {thing!r}.")


def _plain(value: object) -> object:
    match value:
        case None | bool() | int():
            return value
        case str():
            return redacted(value)
        case Decimal():
            return plain(value)
        case date() | time():
            return value.isoformat()
        case frozenset() | set():
            return sorted(map(str, value))
        case tuple() | list():
            return [_plain(each) for each in value]
        case _:
            return str(value)
