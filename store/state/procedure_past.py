"""Versions that were written and approved before the library came here: brought along once, with their own days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import ProcedureVersion as Stored
from store.permits import Permit
from store.scope import Principal
from store.state.edition_rules import require_effective, require_next, require_other
from store.state.editions import Content, Edition, EditionState
from store.state.edits import WrongEntry, note, require
from store.state.procedures import Procedures, edition_of


@dataclass(frozen=True)
class Past:
    """
    Who wrote a version and who decided, and when. Without a day of submission it is a draft, without one of approval
    in review; `change` says what was new. Times in UTC.
    """

    author: str
    change: str
    drafted_at: datetime
    submitted_at: datetime | None = None
    approver: str = ""
    approved_at: datetime | None = None
    remark: str = ""
    effective_on: date | None = None

    @property
    def state(self) -> EditionState:
        """Where it stands."""
        if self.approved_at is not None:
            return EditionState.APPROVED
        return EditionState.DRAFT if self.submitted_at is None else EditionState.REVIEW


def bring_along(
    procedures: Procedures, principal: Principal, versions: Iterable[tuple[Content, Past]]
) -> int:
    """
    Enters the versions of every procedure that is not here yet, each procedure's from the oldest, in one transaction;
    returns how many. The rules are those of today: nobody approved their own, numbers and days rise, one draft.

    Raises WrongEntry, OwnWork or ChangedMeanwhile for a history that breaks them, NotAllowed for all but
    administrators, because it states approvals in the names of others.
    """
    require(principal, Permit.CHANGE_COMPANY)
    grouped = [list(each) for _, each in groupby(versions, key=lambda pair: pair[0].key)]

    def work(session: Session) -> int:
        known = set(session.scalars(select(Stored.key).where(Stored.state != EditionState.DISCARDED)))
        fresh = [each for each in grouped if each[0][0].key not in known]
        return sum(_enter_all(session, principal, each) for each in fresh)

    return procedures.engines.change(work)


def _enter_all(session: Session, principal: Principal, history: Sequence[tuple[Content, Past]]) -> int:
    """The versions of one procedure."""
    editions: list[Edition] = []
    for content, past in history:
        require_next(content, editions)
        stored = _row(content, past)
        session.add(stored)
        session.flush()
        edition = edition_of(stored)
        if past.approved_at is not None:
            _require_decided(edition, past, editions)
        editions.append(edition)
        subject = f"procedure {edition.key} {edition.language}"
        note(session, principal, "procedure brought along", subject, None, edition)
    return len(editions)


def _require_decided(edition: Edition, past: Past, others: Iterable[Edition]) -> None:
    if past.effective_on is None or past.approved_at is None or not past.approver:
        raise WrongEntry(f"{edition} was approved, but not by whom and from which day; say both.")
    require_other(Principal(past.approver), edition)
    require_effective(edition, others, past.effective_on, past.approved_at.date())


def _row(content: Content, past: Past) -> Stored:
    moments = [at for at in (past.drafted_at, past.submitted_at, past.approved_at) if at is not None]
    return Stored(
        key=content.key, language=content.language, major=content.major, minor=content.minor,
        translates=content.translates, title=content.title, department=content.department, owner=content.owner,
        markets=content.markets, kpis=content.kpis, roles=content.roles, review_months=content.review_months,
        text=content.text, digest=content.digest, state=past.state, change=past.change,
        editors=frozenset({past.author}),
        created_at=past.drafted_at, changed_by=past.author, changed_at=past.drafted_at,
        submitted_by=past.author if past.submitted_at else "", submitted_at=past.submitted_at,
        decided_by=past.approver, decided_at=past.approved_at, remark=past.remark, effective_on=past.effective_on,
        retired_on=None, version=len(moments),
    )  # fmt: skip
