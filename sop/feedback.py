"""Flags on steps: said in one tap, answered as one matter a step, and what became of each for whoever said it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median_high

from kpi.words import marked, say
from sop.library import Shelved, library, procedure_of
from sop.procedure import Step
from store.scope import Principal
from store.state import Edition, Flag, FlagKind, FlagState, State, WrongEntry

KINDS = {
    FlagKind.UNCLEAR: marked("Unclear"), FlagKind.OUTDATED: marked("Outdated"), FlagKind.SLOW: marked("Slow"),
    FlagKind.WRONG: marked("Wrong"), FlagKind.LACKING: marked("Tool missing"), FlagKind.IDEA: marked("Idea"),
}  # fmt: skip
STATES = {
    FlagState.OPEN: marked("waiting for an answer"), FlagState.ACCEPTED: marked("accepted"),
    FlagState.DECLINED: marked("declined"), FlagState.ANSWERED: marked("answered"),
}  # fmt: skip


@dataclass(frozen=True)
class Matter:
    """All open flags on one step, the first one first; one answer is for all of them."""

    sop: str
    step: str
    flags: tuple[Flag, ...]

    @property
    def due(self) -> date:
        """When the most urgent of them is to be answered."""
        return min(each.due for each in self.flags)

    @property
    def kinds(self) -> dict[FlagKind, int]:
        """How often each kind was said."""
        said = [each.kind for each in self.flags]
        return {kind: said.count(kind) for kind in FlagKind if kind in said}


@dataclass(frozen=True)
class Became:
    """What became of a flag: `changed_in` is the first version since in which its step reads otherwise."""

    flag: Flag
    changed_in: Edition | None = None


def flag(
    state: State,
    principal: Principal,
    sop: str,
    version: str,
    step: str,
    kind: FlagKind,
    text: str = "",
    *,
    today: date,
    run: str = "",
    key: str | None = None,
) -> Flag:
    """
    What somebody says of a step of a version (`2.0`), in a run or not. The same said again of a step while it is open
    stays one flag. Raises WrongEntry for a step or version that is not there, RoleForbids.
    """
    edition = _edition(state, principal, sop, version, today)
    if procedure_of(state, principal, edition.id).step(step) is None:
        raise WrongEntry(say("{sop} {version} has no step '{step}'.", sop=sop, version=version, step=step))
    return state.flags.add(principal, Flag(sop, version, step, kind, today, text, run), key)


def _edition(state: State, principal: Principal, sop: str, version: str, today: date) -> Edition:
    shelves = library(state.procedures.rows(principal, sop), today)
    found = [each for shelf in shelves for each in shelf.of(shelf.source) if each.name == version]
    if not found:
        raise WrongEntry(say("There is no version {version} of {sop}.", sop=sop, version=version))
    return found[-1]


def matters(flags: Iterable[Flag]) -> list[Matter]:
    """The open ones as matters, the one due first in front."""
    found: dict[tuple[str, str], list[Flag]] = {}
    for each in sorted(flags, key=lambda flag: flag.id):
        if each.state is FlagState.OPEN:
            found.setdefault((each.sop, each.step), []).append(each)
    return sorted(
        (Matter(sop, step, tuple(said)) for (sop, step), said in found.items()), key=lambda each: each.due
    )


@dataclass(frozen=True)
class Answered:
    """Of `flags` that were answered in a time so many were `in_time`; half of them within `days`, the median."""

    flags: int
    in_time: int
    days: int


def answered(flags: Iterable[Flag], since: date, until: date) -> Answered | None:
    """How long answers took that were given from one day to another; None where there were none."""
    took = [
        ((each.answered_at.date() - each.flagged_on).days, each.answered_at.date() <= each.due)
        for each in flags
        if each.answered_at is not None and since <= each.answered_at.date() <= until
    ]
    if not took:
        return None
    return Answered(len(took), sum(in_time for _, in_time in took), median_high(days for days, _ in took))


def became(state: State, principal: Principal, flag: Flag, shelf: Shelved | None) -> Became:
    """What became of a flag; versions are looked at only where it was accepted."""
    if shelf is None or flag.state is not FlagState.ACCEPTED or flag.answered_at is None:
        return Became(flag)
    editions = [each for each in shelf.of(shelf.source) if not each.is_open]
    before = next((each for each in editions if each.name == flag.edition), None)
    later = [each for each in editions if each.decided_at and each.decided_at > flag.answered_at]
    if before is None or not later:
        return Became(flag)
    was = procedure_of(state, principal, before.id).step(flag.step)
    return Became(flag, _changed(state, principal, was, flag.step, later))


def _changed(
    state: State, principal: Principal, was: Step | None, step: str, later: Sequence[Edition]
) -> Edition | None:
    return next((each for each in later if procedure_of(state, principal, each.id).step(step) != was), None)


def kind_told(kind: FlagKind) -> str:
    """What a page calls it, in the reader's language."""
    return say(KINDS[kind])


def state_told(state: FlagState) -> str:
    """Where a flag stands, in the reader's language."""
    return say(STATES[state])
