"""Why a procedure must be reviewed before its time, each reason with its evidence and its day."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import ReviewTrigger as Stored
from store.permits import Permit, Role
from store.scope import Principal
from store.state.editions import require_all_of
from store.state.edits import WrongEntry, require, sees_part
from store.state.engines import Engines
from store.state.looked_after import approved_of
from store.state.shelf import Shelf, record

TERM = timedelta(days=14)
LONGEST_EVIDENCE, LONGEST_SOURCE = 300, 500
RULE = Principal("fairlead", role=Role.ADMIN)  # in whose name a rule of ours acts


class TriggerKind(StrEnum):
    """What brings a review forward."""

    SIGNAL = "signal"
    FLAGS = "flags"
    REGULATION = "regulation"
    SYSTEM = "system"
    AUDITS = "audits"


ANNOUNCED = (TriggerKind.REGULATION, TriggerKind.SYSTEM)


@dataclass(frozen=True)
class Trigger:
    """
    One reason, known since `day`, for a review by the end of `due`. `subject` tells reasons of a kind apart (a KPI, a
    step); `evidence_of`: the department of what is told, that of the procedure where empty; `source`: an address;
    `takes_effect`: the day of what was announced; `review`: the one that answered it.
    """

    sop: str
    kind: TriggerKind
    subject: str
    evidence: str
    day: date
    due: date
    evidence_of: str = ""
    source: str = ""
    takes_effect: date | None = None
    department: str = ""
    markets: frozenset[str] | None = None
    raised_by: str = ""
    review: int | None = None
    version: int = 0
    id: int = 0

    def __str__(self) -> str:
        return f"{self.sop}: {self.evidence} ({self.kind}, {self.day})"


@dataclass(frozen=True)
class Announced:
    """A regulation or a system that changes: what, where it is written, from which day, which procedures it touches."""

    kind: TriggerKind
    what: str
    source: str
    takes_effect: date
    sops: frozenset[str]

    def __post_init__(self) -> None:
        what = " ".join(self.what.split())
        if self.kind not in ANNOUNCED:
            raise WrongEntry(f"'{self.kind}' is not announced by people; name {' or '.join(ANNOUNCED)}.")
        if not what or len(what) > LONGEST_EVIDENCE:
            raise WrongEntry(
                f"Say in up to {LONGEST_EVIDENCE} characters what changes; this has {len(what)}."
            )
        address = urlsplit(self.source.strip())
        if address.scheme not in ("http", "https") or not address.netloc or len(self.source) > LONGEST_SOURCE:
            raise WrongEntry(f"'{self.source[:60]}' is no address; name the page that says so (https://...).")
        if not self.sops:
            raise WrongEntry("No procedure is named; say which ones the change touches.")
        object.__setattr__(self, "what", what)
        object.__setattr__(self, "source", self.source.strip())


def _sees(principal: Principal, trigger: Trigger) -> bool:
    scope = principal.scope
    here = scope.markets is None or trigger.markets is None or not scope.markets.isdisjoint(trigger.markets)
    return here and all(
        sees_part(principal, each, {})
        for each in {trigger.department, trigger.evidence_of or trigger.department}
    )


def _covers(principal: Principal, trigger: Trigger) -> None:
    require_all_of(principal, trigger.department, trigger.markets)


def _trigger(stored: Stored) -> Trigger:
    return record(Trigger, stored, kind=TriggerKind(stored.kind))


SHELF = Shelf("reason for a review", Stored, _trigger, _sees, Permit.WRITE_PROCEDURES, _covers)


@dataclass(frozen=True)
class Triggers:
    """The reasons for reviews in the state database."""

    engines: Engines

    def rows(self, principal: Principal, sop: str | None = None, *, answered: bool = False) -> list[Trigger]:
        """Those the principal may see and no review has answered yet, by day; with those answered if asked."""
        where = [] if sop is None else [Stored.sop == sop]
        where += [] if answered else [Stored.review.is_(None)]
        return SHELF.rows(self.engines, principal, (Stored.day, Stored.id), *where)

    def announce(
        self, principal: Principal, change: Announced, today: date, key: str | None = None
    ) -> list[Trigger]:
        """
        A reason for each of the procedures, due before the change takes effect, or in two weeks where it has. Raises
        WrongEntry for a procedure that is not in force, NotAllowed outside the scope.
        """
        require(principal, Permit.WRITE_PROCEDURES)
        due = change.takes_effect if change.takes_effect > today else today + TERM

        def work(session: Session) -> list[int]:
            found = []
            for sop in sorted(change.sops):
                reason = Trigger(
                    sop, change.kind, change.what, change.what, today, due, source=change.source,
                    takes_effect=change.takes_effect,
                )  # fmt: skip
                located = _located(session, principal, reason)
                found.append(SHELF.adding(session, principal, located, "review asked for"))
            return found

        return [SHELF.stored(self.engines, number) for number in self.engines.change(work, key)]

    def raise_once(self, principal: Principal, reasons: Iterable[Trigger]) -> int:
        """Adds the reasons that do not stand there unanswered already; how many. Raises NotAllowed."""
        require(principal, Permit.WRITE_PROCEDURES)
        found = list(reasons)
        return self.engines.change(lambda session: sum(raised(session, each) is not None for each in found))


def raised(session: Session, reason: Trigger) -> int | None:
    """The number of the reason, added by a rule; None where the same one waits for a review already."""
    same = select(Stored.id).where(
        Stored.sop == reason.sop, Stored.kind == reason.kind, Stored.subject == reason.subject,
        Stored.review.is_(None),
    )  # fmt: skip
    if session.scalar(same) is not None:
        return None
    return SHELF.adding(session, RULE, _located(session, RULE, reason), "review brought forward")


def answer_with(session: Session, principal: Principal, numbers: Iterable[int], review: int) -> None:
    """The reasons that a review has answered."""
    for number in sorted(numbers):
        stored = session.get(Stored, number)
        if stored is not None and stored.review is None:
            SHELF.saving(session, principal, replace(_trigger(stored), review=review), "reason answered")


def _located(session: Session, principal: Principal, reason: Trigger) -> Trigger:
    """The reason with the part of the firm its procedure belongs to."""
    edition = approved_of(session, principal, reason.sop)[-1]
    return replace(
        reason, department=edition.department, markets=edition.markets, raised_by=principal.name,
        evidence=reason.evidence[:LONGEST_EVIDENCE],
    )  # fmt: skip
