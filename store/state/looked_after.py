"""Whose a procedure is: the part of the firm it belongs to, and who decides what becomes of feedback on it."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import Owner as StoredOwner
from store.models import ProcedureVersion as Stored
from store.permits import Permit
from store.scope import Principal
from store.state.editions import Edition, EditionState, in_force, require_all_of, sees
from store.state.edits import NotAllowed, WrongEntry, require
from store.state.owners import Owned
from store.state.procedures import edition_of


def approved_of(session: Session, principal: Principal, sop: str) -> list[Edition]:
    """
    Every version of a procedure that was approved and the principal sees, oldest first. Raises WrongEntry where there
    is none.
    """
    query = select(Stored).where(Stored.key == sop, Stored.state == EditionState.APPROVED).order_by(Stored.id)
    found = [edition_of(each) for each in session.scalars(query)]
    seen = [each for each in found if sees(principal, each)]
    if not seen:
        raise WrongEntry(f"There is no procedure '{sop}' in force; look at the list of those there are.")
    return seen


def counting_on(session: Session, principal: Principal, sop: str, day: date) -> Edition:
    """What counts on a day in the language it is written in. Raises WrongEntry where nothing does."""
    source = [each for each in approved_of(session, principal, sop) if not each.translates]
    found = in_force(source, day)
    if found is None:
        raise WrongEntry(f"Nothing of {sop} counts on {day}, so there is nothing to review.")
    return found


def require_looking_after(
    session: Session, principal: Principal, sop: str, department: str, markets: frozenset[str] | None
) -> None:
    """
    Raises NotAllowed unless the principal writes procedures, sees all the procedure is for, and is the person named
    for it, where one is; who approves procedures may stand in.
    """
    require(principal, Permit.WRITE_PROCEDURES)
    require_all_of(principal, department, markets)
    query = select(StoredOwner.person).where(StoredOwner.what == Owned.SOP, StoredOwner.subject == sop)
    person = session.scalar(query)
    if person and person != principal.name and not principal.may(Permit.APPROVE_PROCEDURES):
        raise NotAllowed(f"{person} answers for {sop}; ask them, or somebody who approves procedures.")
