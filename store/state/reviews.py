"""Reviews of procedures that were finished: still right, to be written anew, or not needed any more."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.models import ProcedureReview as Stored
from store.models import ReviewTrigger
from store.permits import Permit
from store.scope import Principal
from store.state.editions import require_all_of
from store.state.edits import ChangedMeanwhile, WrongEntry, require
from store.state.engines import Engines
from store.state.looked_after import counting_on, require_looking_after
from store.state.shelf import Shelf, record
from store.state.triggers import answer_with

LONGEST_REMARK = 500


class Ending(StrEnum):
    """What a review ends with."""

    STILL_RIGHT = "still right"
    NEW_DRAFT = "new draft"
    RETIRE = "retire"


@dataclass(frozen=True)
class Review:
    """
    `reviewed_by` looked at the version `edition` and finished on `reviewed_on`; `remark` says what was found. Version 0
    is not stored yet. Raises WrongEntry without a remark, or with too long a one.
    """

    sop: str
    outcome: Ending
    remark: str
    reviewed_on: date
    edition: str = ""
    department: str = ""
    markets: frozenset[str] | None = None
    reviewed_by: str = ""
    version: int = 0
    id: int = 0

    def __post_init__(self) -> None:
        line = " ".join(self.remark.split())
        if not line:
            raise WrongEntry("The review has no remark; say what was looked at and what was found.")
        if len(line) > LONGEST_REMARK:
            raise WrongEntry(f"The remark has {len(line)} characters; {LONGEST_REMARK} are the most.")
        object.__setattr__(self, "remark", line)

    def __str__(self) -> str:
        return f"{self.sop} {self.edition}: {self.outcome} on {self.reviewed_on}, by {self.reviewed_by}"


def _sees(principal: Principal, review: Review) -> bool:
    scope = principal.scope
    here = scope.markets is None or review.markets is None or not scope.markets.isdisjoint(review.markets)
    return here and scope.sees_department(review.department)


def _covers(principal: Principal, review: Review) -> None:
    require_all_of(principal, review.department, review.markets)


def _review(stored: Stored) -> Review:
    return record(Review, stored, outcome=Ending(stored.outcome))


_SHELF = Shelf("review", Stored, _review, _sees, Permit.WRITE_PROCEDURES, _covers)


@dataclass(frozen=True)
class Reviews:
    """The finished reviews of the state database."""

    engines: Engines

    def rows(self, principal: Principal, sop: str | None = None) -> list[Review]:
        """Those the principal may see, the latest first; optionally of one procedure only."""
        where = [] if sop is None else [Stored.sop == sop]
        return _SHELF.rows(self.engines, principal, (Stored.reviewed_on.desc(), Stored.id.desc()), *where)

    def last(self, principal: Principal) -> dict[str, Review]:
        """The latest review of each procedure the principal may see, by its key."""
        newest = select(func.max(Stored.id)).group_by(Stored.sop)
        found = _SHELF.rows(self.engines, principal, (Stored.id,), Stored.id.in_(newest))
        return {each.sop: each for each in found}

    def mark(self) -> str:
        """Changes with every review and every reason for one: for keys of caches."""
        reviews = select(func.max(Stored.id), func.sum(Stored.version))
        reasons = select(func.max(ReviewTrigger.id), func.sum(ReviewTrigger.version))

        def work(session: Session) -> str:
            return "|".join(
                str(each) for query in (reviews, reasons) for each in session.execute(query).one()
            )

        return self.engines.ask(work)

    def finish(
        self,
        principal: Principal,
        review: Review,
        *,
        answers: Collection[int] = (),
        after: int = 0,
        key: str | None = None,
    ) -> Review:
        """
        Keeps a review of what counts on its day, in the principal's name. `answers`: the reasons that were looked at;
        `after`: the number of the review before it, as the reviewer saw it (0 for none). Raises ChangedMeanwhile where
        somebody else finished one since, WrongEntry where nothing counts, NotAllowed.
        """
        require(principal, Permit.WRITE_PROCEDURES)

        def work(session: Session) -> int:
            edition = counting_on(session, principal, review.sop, review.reviewed_on)
            require_looking_after(session, principal, review.sop, edition.department, edition.markets)
            newest = session.scalar(select(func.max(Stored.id)).where(Stored.sop == review.sop)) or 0
            if newest != after:
                theirs = _review(session.get_one(Stored, newest))
                raise ChangedMeanwhile(f"The review of {review.sop}", theirs, after)
            kept = Review(
                review.sop, review.outcome, review.remark, review.reviewed_on, edition.name, edition.department,
                edition.markets, principal.name,
            )  # fmt: skip
            number = _SHELF.adding(session, principal, kept, "procedure reviewed")
            answer_with(session, principal, answers, number)
            return number

        return _SHELF.stored(self.engines, self.engines.change(work, key))
