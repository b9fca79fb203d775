"""One version of a procedure in one language as it is stored, who may see it, and which one is in force on a day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from store.permits import Permit
from store.scope import Principal
from store.state.edits import NotAllowed

ALL_MARKETS: frozenset[str] | None = None


class EditionState(StrEnum):
    """Where a version stands; when an approved one is in force follows from its days, no job has to run for it."""

    DRAFT = "draft"
    REVIEW = "in review"
    APPROVED = "approved"
    DISCARDED = "discarded"


OPEN = (EditionState.DRAFT, EditionState.REVIEW)


@dataclass(frozen=True)
class Content:
    """A whole text, and what lists, scope and order need to know of it. `markets`, `roles` None: all of them."""

    key: str
    language: str
    major: int
    minor: int
    title: str
    department: str
    owner: str
    text: str
    translates: str = ""
    markets: frozenset[str] | None = None
    kpis: frozenset[str] = field(default_factory=frozenset)
    review_months: int = 12
    roles: frozenset[str] | None = None

    @property
    def number(self) -> tuple[int, int]:
        return self.major, self.minor

    @property
    def digest(self) -> str:
        """SHA-256 of the text."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Edition:
    """One version in one language without its text. `version` counts its changes, for those who edit it together."""

    id: int
    key: str
    language: str
    major: int
    minor: int
    translates: str
    title: str
    department: str
    owner: str
    markets: frozenset[str] | None
    kpis: frozenset[str]
    roles: frozenset[str] | None
    review_months: int
    digest: str
    state: EditionState
    change: str
    editors: frozenset[str]
    created_at: datetime
    changed_by: str
    changed_at: datetime
    submitted_by: str
    submitted_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    remark: str
    effective_on: date | None
    retired_on: date | None
    version: int

    @property
    def number(self) -> tuple[int, int]:
        return self.major, self.minor

    @property
    def name(self) -> str:
        """The number as people write it."""
        return f"{self.major}.{self.minor}"

    @property
    def is_approved_by_author(self) -> bool:
        """Nobody else could: it was the only person of the firm who approves procedures."""
        return self.state is EditionState.APPROVED and self.decided_by in self.editors | {self.submitted_by}

    @property
    def is_open(self) -> bool:
        """Not decided yet."""
        return self.state in OPEN

    def __str__(self) -> str:
        return f"{self.key} {self.name} ({self.language}, {self.state}, last changed by {self.changed_by})"


def in_force(editions: Iterable[Edition], day: date) -> Edition | None:
    """Of the versions of one procedure in one language, the one that counts on a day; there is never a second."""
    begun = [each for each in editions if _begun(each, day)]
    latest = max(begun, key=lambda each: (each.effective_on, each.number), default=None)
    gone = latest is not None and latest.retired_on is not None and latest.retired_on <= day
    return None if gone else latest


def sees(principal: Principal, edition: Edition) -> bool:
    """Whether a person may read it: of a department and a market in scope; drafts only who works on procedures."""
    scope = principal.scope
    here = scope.markets is None or edition.markets is None or not scope.markets.isdisjoint(edition.markets)
    works = principal.may(Permit.WRITE_PROCEDURES) or principal.may(Permit.APPROVE_PROCEDURES)
    return (
        scope.sees_department(edition.department)
        and here
        and (edition.state is EditionState.APPROVED or works)
    )


def require_all_of(principal: Principal, department: str, markets: frozenset[str] | None) -> None:
    """Raises NotAllowed unless the principal sees the department and every market the procedure is for."""
    scope = principal.scope
    if not scope.sees_department(department):
        raise NotAllowed(f"{principal.name} does not see {department} and cannot change its procedures.")
    if scope.markets is not None and (markets is None or not markets <= scope.markets):
        raise NotAllowed(
            f"{principal.name} sees only {', '.join(sorted(scope.markets)) or 'no market'} and cannot change a "
            f"procedure for {', '.join(sorted(markets)) if markets else 'all markets'}."
        )


def _begun(edition: Edition, day: date) -> bool:
    approved = edition.state is EditionState.APPROVED
    return approved and edition.effective_on is not None and edition.effective_on <= day
