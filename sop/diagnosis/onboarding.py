"""A newcomer's way through the procedures of a role: signed off by a mentor, then sound work without one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from kpi.interval import wilson
from sop.diagnosis.verdict import Bounded

FIRST_RUNS, SOUND = 10, 0.9


@dataclass(frozen=True)
class SignOff:
    """A mentor says that a person can do a procedure alone."""

    sop: str
    mentor: str
    on: date


@dataclass(frozen=True)
class Run:
    """One run of a procedure by the newcomer: when, whether every step was followed, and whether a mentor was there."""

    sop: str
    on: date
    followed: bool
    with_mentor: bool = False


@dataclass(frozen=True)
class Newcomer:
    """Who began when in a role; a new market or channel is a beginning like any other."""

    person: str
    started: date
    sign_offs: tuple[SignOff, ...] = ()
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True)
class Progress:
    """How far a newcomer is with one procedure.

    `signed_off` and `competent_on`: the days, None while they are to come. `runs_alone`: without a mentor, after the
    sign-off. `followed`: the share of the runs that competence is read from, with its Wilson bounds.
    """

    sop: str
    signed_off: date | None
    runs_alone: int
    followed: Bounded
    competent_on: date | None


@dataclass(frozen=True)
class Onboarding:
    """All required procedures of a newcomer, and days until the last of them was done alone and well; None: not yet."""

    person: str
    progress: tuple[Progress, ...]
    days: int | None

    @property
    def open(self) -> tuple[str, ...]:
        """The procedures still to come."""
        return tuple(each.sop for each in self.progress if each.competent_on is None)


def onboarding(
    newcomer: Newcomer, required: Sequence[str], *, runs: int = FIRST_RUNS, sound: float = SOUND
) -> Onboarding:
    """Days from the beginning to independent, adherent work in all `required` procedures.

    A procedure is mastered on the day when, after the sign-off by somebody else, `runs` runs in a row without a mentor
    were followed in at least the share `sound`: the first so many, or the latest ones where the first were not.
    """
    progress = tuple(_progress(newcomer, sop, runs, sound) for sop in required)
    days = [each.competent_on for each in progress]
    known = [day for day in days if day is not None]
    whole = bool(days) and len(known) == len(days)
    return Onboarding(newcomer.person, progress, (max(known) - newcomer.started).days if whole else None)


def _progress(newcomer: Newcomer, sop: str, runs: int, sound: float) -> Progress:
    signed = min(
        (each.on for each in newcomer.sign_offs if each.sop == sop and each.mentor != newcomer.person),
        default=None,
    )
    if signed is None:
        return Progress(sop, None, 0, Bounded(None, None, None), None)
    alone = sorted(
        (each for each in newcomer.runs if each.sop == sop and not each.with_mentor and each.on >= signed),
        key=lambda each: each.on,
    )
    ends = range(runs, len(alone) + 1)
    mastered = next((end for end in ends if _good(alone[end - runs : end]) >= sound * runs), None)
    shown = alone[-runs:] if mastered is None else alone[mastered - runs : mastered]
    on = None if mastered is None else alone[mastered - 1].on
    return Progress(sop, signed, len(alone), _share(_good(shown), len(shown)), on)


def _good(runs: Sequence[Run]) -> int:
    return sum(each.followed for each in runs)


def _share(hits: int, of: int) -> Bounded:
    if not of:
        return Bounded(None, None, None)
    low, high = wilson(pl.lit(hits), pl.lit(of))
    return Bounded(hits / of, *pl.select(low.alias("low"), high.alias("high")).row(0))
