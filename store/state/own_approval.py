"""Who may approve their own procedure: only somebody beside whom nobody in the firm approves, and who says so."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import User as StoredUser
from store.permits import Permit, roles_with
from store.scope import Principal
from store.state.edition_rules import OwnWork, require_other, wrote
from store.state.editions import Edition
from store.state.edits import WrongEntry


class NotAlone(OwnWork):
    """Somebody else in the firm may approve procedures, so nobody approves their own."""


def is_only_approver(session: Session, principal: Principal) -> bool:
    """Whether the principal may approve procedures and no other active person may, in any part of the firm."""
    if not principal.may(Permit.APPROVE_PROCEDURES):
        return False
    others = select(StoredUser.id).where(
        StoredUser.active.is_(True),
        StoredUser.role.in_(roles_with(Permit.APPROVE_PROCEDURES)),
        StoredUser.email != principal.name,
    )
    return session.scalar(others.limit(1)) is None


def require_decider(session: Session, principal: Principal, edition: Edition, *, alone: bool) -> None:
    """
    Raises OwnWork for whoever wrote or submitted it, unless they say that they approve `alone` and are the only one
    who may: NotAlone once there is somebody else, WrongEntry for who wrote none of it.
    """
    if not alone:
        require_other(principal, edition)
    elif not wrote(principal, edition):
        raise WrongEntry(f"{principal.name} wrote none of {edition.key} {edition.name}; approve it as usual.")
    elif not is_only_approver(session, principal):
        raise NotAlone(
            f"{principal.name} wrote {edition.key} {edition.name}, and somebody else may approve it; ask them."
        )
