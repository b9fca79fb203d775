"""Procedures into the library: as drafts, written and approved in one go by two people, or with the past they have."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sop.library import content_of, library
from sop.procedure import Procedure, Version
from sop.procedure.diff import differences
from sop.procedure.markdown import read
from sop.procedure.problems import require_sound
from store.scope import Principal
from store.state import Edition, State
from store.state import procedure_past as past


@dataclass(frozen=True)
class Taken:
    """What became of a procedure: the edition it is now, and whether that is new."""

    edition: Edition
    new: bool


def take_in(state: State, principal: Principal, procedure: Procedure, change: str, day: date) -> Taken:
    """
    A draft with the text of the procedure, unless the latest edition in its language says the same. Its number is
    kept where it comes after the others, else it is the next minor one.

    Raises ChangedMeanwhile where a draft is open, NotAllowed, WrongEntry.
    """
    shelf = next(iter(library(state.procedures.rows(principal, procedure.key), day)), None)
    editions = shelf.of(procedure.language) if shelf else ()
    if editions and not differences(read(state.procedures.text(principal, editions[-1].id)), procedure):
        return Taken(editions[-1], new=False)
    decided = [each.number for each in editions if not each.is_open]
    numbered = procedure
    if decided and (procedure.version.major, procedure.version.minor) <= max(decided):
        numbered = replace(procedure, version=Version(*max(decided)).after(major=False))
    return Taken(state.procedures.start(principal, content_of(numbered), change), new=True)


def publish(
    state: State,
    author: Principal,
    approver: Principal,
    procedure: Procedure,
    change: str,
    on: date,
    today: date,
) -> Edition:
    """
    Drafted and submitted by the author, approved by somebody else for a day; what says the same is left alone.

    Raises ProcedureError with everything that is missing, and as `take_in`.
    """
    require_sound(procedure)
    taken = take_in(state, author, procedure, change, today)
    if not taken.new:
        return taken.edition
    review = state.procedures.submit(author, taken.edition.id, taken.edition.version, change)
    return state.procedures.approve(approver, review.id, review.version, on, today)


def bring_along(state: State, principal: Principal, versions: Iterable[tuple[Procedure, past.Past]]) -> int:
    """
    Versions with their own authors, approvers and days, of procedures that are not here yet; how many.

    Raises ProcedureError for a gap in what was submitted, and as `store.state.procedure_past.bring_along`.
    """
    found = list(versions)
    for procedure, was in found:
        if was.submitted_at is not None:
            require_sound(procedure)
    return past.bring_along(
        state.procedures, principal, ((content_of(procedure), was) for procedure, was in found)
    )
