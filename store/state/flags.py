"""What people say of a step of a procedure, in one tap; who looks after it answers, and the reporter sees it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from store.models import StepFlag as Stored
from store.permits import Permit
from store.scope import Principal
from store.state.editions import require_all_of
from store.state.edits import ChangedMeanwhile, NotAllowed, WrongEntry, require
from store.state.engines import Engines
from store.state.looked_after import approved_of, require_looking_after
from store.state.shelf import Shelf, record
from store.state.triggers import TERM, Trigger, TriggerKind, raised

LONGEST_WORD, LONGEST_ANSWER = 200, 500
ENOUGH, SPAN = 3, timedelta(days=90)  # so many open flags on a step, of so many days, ask for a review


class FlagKind(StrEnum):
    """What is the matter with a step."""

    UNCLEAR = "unclear"
    OUTDATED = "outdated"
    SLOW = "slow"
    WRONG = "wrong"
    LACKING = "lacking"
    IDEA = "idea"


TERM_DAYS = {
    FlagKind.WRONG: 2, FlagKind.LACKING: 2, FlagKind.UNCLEAR: 7, FlagKind.OUTDATED: 7, FlagKind.SLOW: 14,
    FlagKind.IDEA: 28,
}  # fmt: skip


class FlagState(StrEnum):
    """What became of it."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ANSWERED = "answered"


class LeadsTo(StrEnum):
    """What an accepted flag leads to."""

    NOTHING = ""
    REVIEW = "review"
    DRAFT = "draft"


@dataclass(frozen=True)
class Flag:
    """
    What `reporter` said of `step` of the version `edition`; to be answered by the end of `due`. `run` is the checklist
    run it was said in, if any. Version 0 is not stored yet. Raises WrongEntry for too long a text.
    """

    sop: str
    edition: str
    step: str
    kind: FlagKind
    flagged_on: date
    text: str = ""
    run: str = ""
    department: str = ""
    markets: frozenset[str] | None = None
    reporter: str = ""
    due: date = date.max
    state: FlagState = FlagState.OPEN
    leads_to: LeadsTo = LeadsTo.NOTHING
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    version: int = 0
    id: int = 0

    def __post_init__(self) -> None:
        for name, most in (("text", LONGEST_WORD), ("answer", LONGEST_ANSWER)):
            line = " ".join(getattr(self, name).split())
            if len(line) > most:
                raise WrongEntry(f"The {name} has {len(line)} characters; {most} are the most.")
            object.__setattr__(self, name, line)

    def __str__(self) -> str:
        return f"'{self.kind}' on {self.sop} {self.edition}, step {self.step}, {self.state}"


@dataclass(frozen=True)
class Answer:
    """What whoever looks after a procedure says to a matter. Raises WrongEntry for words or a way that is missing."""

    state: FlagState
    words: str = ""
    leads_to: LeadsTo = LeadsTo.NOTHING

    def __post_init__(self) -> None:
        if self.state is FlagState.OPEN:
            raise WrongEntry("An answer accepts, declines or answers; name one of these.")
        if self.state is FlagState.ACCEPTED and self.leads_to is LeadsTo.NOTHING:
            raise WrongEntry("What is accepted leads to a review or a draft; say which.")
        if self.state is not FlagState.ACCEPTED and self.leads_to is not LeadsTo.NOTHING:
            raise WrongEntry(f"What is {self.state} leads to nothing; accept it instead.")
        if self.state is not FlagState.ACCEPTED and not self.words.strip():
            raise WrongEntry("Say why, or what the answer is: whoever said it reads it.")


def _sees(principal: Principal, flag: Flag) -> bool:
    """One's own; those of others for who works on procedures of all of that part."""
    mine = flag.reporter == principal.name or principal.may(Permit.WRITE_PROCEDURES)
    return mine and _is_here(principal, flag)


def _is_here(principal: Principal, flag: Flag) -> bool:
    """Whether it is of a part the principal sees."""
    scope = principal.scope
    here = scope.markets is None or flag.markets is None or not scope.markets.isdisjoint(flag.markets)
    return here and scope.sees_department(flag.department)


def _covers_own(principal: Principal, flag: Flag) -> None:
    if flag.reporter != principal.name:
        raise NotAllowed(f"{flag.reporter} said this; say it in your own name.")


def _covers(principal: Principal, flag: Flag) -> None:
    require_all_of(principal, flag.department, flag.markets)


def _flag(stored: Stored) -> Flag:
    return record(
        Flag,
        stored,
        kind=FlagKind(stored.kind),
        state=FlagState(stored.state),
        leads_to=LeadsTo(stored.leads_to),
    )


_SAYING = Shelf("flag", Stored, _flag, _sees, Permit.RUN_PROCEDURES, _covers_own)
_ANSWERING = Shelf("flag", Stored, _flag, _sees, Permit.WRITE_PROCEDURES, _covers)


@dataclass(frozen=True)
class Flags:
    """The flags of the state database."""

    engines: Engines

    def rows(
        self,
        principal: Principal,
        sop: str | None = None,
        state: FlagState | None = None,
        *,
        mine: bool = False,
    ) -> list[Flag]:
        """Those the principal may see, the latest first; of one procedure, one state, or their own only."""
        where: list[ColumnElement[bool]] = [] if sop is None else [Stored.sop == sop]
        where += [] if state is None else [Stored.state == state]
        if mine or not principal.may(Permit.WRITE_PROCEDURES):
            where.append(Stored.reporter == principal.name)
        return _SAYING.rows(self.engines, principal, (Stored.id.desc(),), *where)

    def find(self, principal: Principal, number: int) -> Flag:
        """One flag; raises WrongEntry for one that does not exist or that the principal may not see."""
        return _SAYING.find(self.engines, principal, number)

    def lacking(self, principal: Principal, sop: str, step: str, since: date) -> bool:
        """
        Whether somebody said since a day that what a step needs was not there, and nobody declined that; who it was is
        not told. False for what is of no part the principal sees.
        """
        query = select(Stored).where(
            Stored.sop == sop, Stored.step == step, Stored.kind == FlagKind.LACKING, Stored.flagged_on >= since,
            Stored.state != FlagState.DECLINED,
        )  # fmt: skip
        found = self.engines.ask(lambda session: [_flag(each) for each in session.scalars(query)])
        return any(_is_here(principal, each) for each in found)

    def add(self, principal: Principal, flag: Flag, key: str | None = None) -> Flag:
        """
        Keeps a flag in the principal's name. Said again of the same step while it is open, it is still one, with the
        later words. Too many open flags on a step bring its review forward. Raises WrongEntry for a version that is
        not approved or not seen, RoleForbids.
        """
        require(principal, Permit.RUN_PROCEDURES)

        def work(session: Session) -> int:
            editions = approved_of(session, principal, flag.sop)
            edition = next((each for each in editions if each.name == flag.edition), None)
            if edition is None:
                raise WrongEntry(f"There is no version {flag.edition} of {flag.sop} that counts or counted.")
            said = _said_already(session, principal, flag)
            if said is not None:
                again = replace(said, text=flag.text or said.text, run=flag.run or said.run)
                return _SAYING.saving(session, principal, again, "step flagged again")
            kept = replace(
                flag, department=edition.department, markets=edition.markets, reporter=principal.name,
                due=flag.flagged_on + timedelta(days=TERM_DAYS[flag.kind]),
            )  # fmt: skip
            number = _SAYING.adding(session, principal, kept, "step flagged")
            _press(session, kept)
            return number

        return _SAYING.stored(self.engines, self.engines.change(work, key))

    def settle(
        self, principal: Principal, seen: Sequence[Flag], answer: Answer, today: date, key: str | None = None
    ) -> list[Flag]:
        """
        One answer to all flags of a matter that were seen; those said meanwhile stay open. Accepted for a review, they
        bring it forward. Raises ChangedMeanwhile, NotAllowed, WrongEntry.
        """
        require(principal, Permit.WRITE_PROCEDURES)

        def work(session: Session) -> list[int]:
            now = datetime.now(UTC)
            for each in seen:
                require_looking_after(session, principal, each.sop, each.department, each.markets)
                if each.state is not FlagState.OPEN:
                    raise ChangedMeanwhile("This flag", each, each.version)
            answered = [
                replace(
                    each, state=answer.state, leads_to=answer.leads_to, answer=answer.words,
                    answered_by=principal.name, answered_at=now,
                )
                for each in seen
            ]  # fmt: skip
            if answer.leads_to is LeadsTo.REVIEW:
                for each in {(flag.sop, flag.step): flag for flag in answered}.values():
                    raised(session, _reason(each, today, [flag.kind for flag in answered]))
            told = f"flag {answer.state}"
            return [_ANSWERING.saving(session, principal, each, told) for each in answered]

        return [_SAYING.stored(self.engines, number) for number in self.engines.change(work, key)]


def _said_already(session: Session, principal: Principal, flag: Flag) -> Flag | None:
    query = select(Stored).where(
        Stored.sop == flag.sop, Stored.step == flag.step, Stored.kind == flag.kind,
        Stored.reporter == principal.name, Stored.state == FlagState.OPEN,
    )  # fmt: skip
    stored = session.scalars(query).first()
    return None if stored is None else _flag(stored)


def _press(session: Session, flag: Flag) -> None:
    """Brings the review forward once enough flags on the step are open."""
    kinds = session.scalars(
        select(Stored.kind).where(
            Stored.sop == flag.sop, Stored.step == flag.step, Stored.state == FlagState.OPEN,
            Stored.flagged_on > flag.flagged_on - SPAN,
        )
    ).all()  # fmt: skip
    if len(kinds) >= ENOUGH:
        raised(session, _reason(flag, flag.flagged_on, kinds))


def _reason(flag: Flag, today: date, kinds: Sequence[str]) -> Trigger:
    told = ", ".join(sorted(set(kinds)))
    evidence = f"{len(kinds)} flags on step {flag.step}: {told}"
    return Trigger(flag.sop, TriggerKind.FLAGS, flag.step, evidence, today, today + TERM)
