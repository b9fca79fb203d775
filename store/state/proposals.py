"""Targets that somebody proposes and somebody else decides; only what was approved becomes an entry and counts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import Proposal as Stored
from store.permits import Permit
from store.scope import Principal
from store.state.edits import ChangedMeanwhile, NotAllowed, WrongEntry, note, require, require_own, sees_part
from store.state.engines import Engines
from store.state.precedence import TargetRow
from store.state.targets import enter, standing_of

_ZERO = Decimal(0)
KEPT_FIELDS = (
    "kpi", "segment", "valid_from", "valid_to", "target", "warn", "stretch", "basis", "owner", "review_on", "reason",
    "withdrawn",
)  # fmt: skip


class ProposalState(StrEnum):
    """Where a proposal stands; all but the first are for good."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Proposal:
    """A proposed entry and what was decided; `seen` is the version of the KPI's segment it was made on."""

    id: int
    row: TargetRow
    seen: int
    state: ProposalState
    proposed_by: str
    proposed_at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    remark: str = ""

    def __str__(self) -> str:
        return f"{self.row} ({self.proposed_by})"


@dataclass(frozen=True)
class Series:
    """What stands of a KPI's segment: the latest entry, and what is proposed but not decided."""

    latest: TargetRow | None = None
    proposed: tuple[Proposal, ...] = ()

    @property
    def mark(self) -> tuple[int, ...]:
        """Changes with every entry, and with every proposal that is made or decided."""
        return (self.latest.version if self.latest else 0, *(each.id for each in self.proposed))

    def __str__(self) -> str:
        told = [str(self.latest)] if self.latest else []
        return "; ".join([*told, *map(str, self.proposed)]) or "nothing"


@dataclass(frozen=True)
class Proposals:
    """The proposals of the state database; `departments` tells the one of each KPI."""

    engines: Engines
    departments: Mapping[str, str] = field(default_factory=dict)

    def rows(self, principal: Principal) -> list[Proposal]:
        """Every proposal of the principal's part of the firm, latest first."""
        query = select(Stored).order_by(Stored.id.desc())
        found = self.engines.ask(lambda session: [_proposal(each) for each in session.scalars(query)])
        return [each for each in found if self._sees(principal, each.row)]

    def series(self, principal: Principal, kpi: str, segment: str) -> Series:
        """What stands of a KPI's segment; nothing outside the principal's part of the firm."""
        if not self._sees(principal, TargetRow(kpi, datetime.now(UTC).date(), _ZERO, segment)):
            return Series()
        return self.engines.ask(lambda session: _series(session, kpi, segment))

    def propose(self, principal: Principal, row: TargetRow, seen: Series, key: str | None = None) -> int:
        """
        Propose an entry; returns the number of the proposal. `seen` is what the author saw: when an entry or a
        proposal has come since, ChangedMeanwhile with what stands there now. Raises NotAllowed, WrongEntry.
        """
        require(principal, Permit.PROPOSE_TARGETS)
        require_own(principal, self.departments.get(row.kpi), row.pairs, "targets")
        if not row.reason.strip():
            raise WrongEntry("The proposal has no reason; say why, so that whoever approves it can judge.")

        def work(session: Session) -> int:
            now = _series(session, row.kpi, row.segment)
            if now.mark != seen.mark:
                raise ChangedMeanwhile(f"The target of {row.kpi}", now, seen.mark[0])
            values = {name: asdict(row)[name] for name in KEPT_FIELDS}
            stored = Stored(
                **values, seen=now.mark[0], state=ProposalState.PROPOSED, proposed_by=principal.name,
                proposed_at=datetime.now(UTC), decided_by="", decided_at=None, remark="", entry=None,
            )  # fmt: skip
            session.add(stored)
            session.flush()
            note(session, principal, "target proposed", _subject(row), now.latest, row)
            return stored.id

        return self.engines.change(work, key)

    def approve(self, principal: Principal, number: int, remark: str = "", key: str | None = None) -> int:
        """
        Make a proposal an entry that counts, in the name of whoever approves; returns the number of the entry.
        Raises NotAllowed for its author, ChangedMeanwhile where it was decided already, WrongEntry where the target
        has changed since it was proposed.
        """
        require(principal, Permit.APPROVE_TARGETS)

        def work(session: Session) -> int:
            stored = self._open(session, principal, number)
            if stored.proposed_by == principal.name:
                raise NotAllowed(f"{principal.name} proposed this target; somebody else has to approve it.")
            row = _row(stored, approver=principal.name)
            last = standing_of(session, row)
            if (last.version if last else 0) != stored.seen:
                raise WrongEntry(
                    f"The target has changed since this was proposed, it is now: {last}. Reject it and propose anew."
                )
            entry = enter(session, principal, row, last)
            _decide(stored, principal, ProposalState.APPROVED, remark)
            stored.entry = entry.id
            return entry.id

        return self.engines.change(work, key)

    def reject(self, principal: Principal, number: int, remark: str, key: str | None = None) -> None:
        """Turn a proposal down; the remark says why. Raises NotAllowed, ChangedMeanwhile, WrongEntry without one."""
        require(principal, Permit.APPROVE_TARGETS)
        if not remark.strip():
            raise WrongEntry("The rejection has no remark; say why, so that a better one can be proposed.")
        self._end(principal, number, ProposalState.REJECTED, remark, key)

    def withdraw(self, principal: Principal, number: int, key: str | None = None) -> None:
        """Take one's own proposal back. Raises NotAllowed, ChangedMeanwhile."""
        require(principal, Permit.PROPOSE_TARGETS)
        self._end(principal, number, ProposalState.WITHDRAWN, "", key)

    def _end(
        self, principal: Principal, number: int, state: ProposalState, remark: str, key: str | None
    ) -> None:
        def work(session: Session) -> None:
            stored = self._open(session, principal, number)
            if state is ProposalState.WITHDRAWN and stored.proposed_by != principal.name:
                raise NotAllowed(f"{stored.proposed_by} proposed this target and can take it back.")
            _decide(stored, principal, state, remark)
            row = _row(stored)
            note(session, principal, f"target proposal {state}", _subject(row), row, _decision(stored))

        self.engines.change(work, key)

    def _open(self, session: Session, principal: Principal, number: int) -> Stored:
        """A proposal nobody has decided; ChangedMeanwhile otherwise, NotAllowed outside the principal's part."""
        stored = session.get(Stored, number, with_for_update=True)
        if stored is None:
            raise WrongEntry(f"There is no proposal {number}; look at the list of those there are.")
        row = _row(stored)
        require_own(principal, self.departments.get(row.kpi), row.pairs, "targets")
        if stored.state != ProposalState.PROPOSED:
            raise ChangedMeanwhile(f"The proposal for {row.kpi}", _proposal(stored), 0)
        return stored

    def _sees(self, principal: Principal, row: TargetRow) -> bool:
        return sees_part(principal, self.departments.get(row.kpi), row.pairs)


def _series(session: Session, kpi: str, segment: str) -> Series:
    asked = TargetRow(kpi, datetime.now(UTC).date(), _ZERO, segment)
    query = (
        select(Stored)
        .where(Stored.state == ProposalState.PROPOSED, Stored.kpi == kpi, Stored.segment == asked.segment)
        .order_by(Stored.id)
    )
    return Series(standing_of(session, asked), tuple(_proposal(each) for each in session.scalars(query)))


def _decide(stored: Stored, principal: Principal, state: ProposalState, remark: str) -> None:
    stored.state, stored.decided_by, stored.remark = state, principal.name, remark.strip()
    stored.decided_at = datetime.now(UTC)


def _decision(stored: Stored) -> Mapping[str, object]:
    return {"state": stored.state, "decided_by": stored.decided_by, "remark": stored.remark}


def _row(stored: Stored, approver: str = "") -> TargetRow:
    return TargetRow(**{name: getattr(stored, name) for name in KEPT_FIELDS}, approver=approver)


def _proposal(stored: Stored) -> Proposal:
    return Proposal(
        stored.id, _row(stored), stored.seen, ProposalState(stored.state), stored.proposed_by, stored.proposed_at,
        stored.decided_by, stored.decided_at, stored.remark,
    )  # fmt: skip


def _subject(row: TargetRow) -> str:
    return f"target {row.kpi} {row.segment}".strip()
