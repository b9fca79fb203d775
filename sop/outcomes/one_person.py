"""The evidence about one person and one step, from runs, trainings and quizzes, and what the person says to it.

For that person and the direct lead only.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import polars as pl

from sop.diagnosis.fairness import Account, Known, Sight, account_of
from store.scope import Principal
from store.state import State, WrongEntry
from store.state.evidence_replies import EvidenceReply
from store.state.owing import Standing
from store.state.run_counts import ME, StepCount, StepSeen
from store.state.run_records import Outcome
from store.state.trainings import How

REACH = timedelta(days=182)
_SCHEMA = {
    "person": pl.String,
    "market": pl.String,
    "team": pl.String,
    "followed": pl.Boolean,
    "runs": pl.UInt32,
}


@dataclass(frozen=True)
class Person:
    """Whom it is about: the address, and the name to show."""

    address: str
    name: str


def people_of(state: State, principal: Principal) -> tuple[Person, ...]:
    """The principal and whom they lead directly; nobody else."""
    led = [Person(each.email, each.name) for each in state.leads.people(principal)]
    return (Person(principal.name, principal.name), *led)


def steps_of(state: State, principal: Principal, person: str, day: date) -> list[StepSeen]:
    """The steps there is evidence about, those first that were missed most often; empty for whoever may not see it."""
    found = state.run_counts.steps(principal, person, datetime.combine(day - REACH, time(), UTC))
    return sorted(found, key=lambda each: (-each.missed, each.sop, each.step))


def evidence_of(
    state: State, principal: Principal, person: str, sop: str, step: str, day: date
) -> Account | None:
    """
    What half a year of finished runs says of one person and one step, held against peers in the same market and team;
    None where there is nothing, and for everybody who is not that person or their direct lead.
    """
    since = datetime.combine(day - REACH, time(), UTC)
    counts = state.run_counts.of_step(principal, person, sop, step, since)
    if not any(each.who == ME for each in counts):
        return None
    me = str(ME)
    checks = _checks(counts).with_columns(sop=pl.lit(sop), step=pl.lit(step))
    found = account_of(
        checks.lazy(), Sight(me, {}), me, sop, step, _known(state, principal, person, (sop, step), day),
        alike=("market", "team"),
    )  # fmt: skip
    return replace(found, reply=state.evidence_replies.of_step(principal, person, sop, step, day - REACH))


def _checks(counts: list[StepCount]) -> pl.DataFrame:
    """One row a run, as many as were counted."""
    said = {Outcome.DONE: True, Outcome.NOT_DONE: False}
    rows = [(str(each.who), each.market, each.team, said.get(each.outcome), each.runs) for each in counts]
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    return frame.select(pl.all().exclude("runs").repeat_by("runs").explode())


def _known(state: State, principal: Principal, person: str, what: tuple[str, str], day: date) -> Known:
    """
    What is known of reading, training, quizzes and sign-off for the version in force, and of what the step needs being
    there; whoever owes the procedure nothing was never asked to read it. `what`: the procedure and the step.
    """
    sop, step = what
    at_hand = False if state.flags.lacking(principal, sop, step, day - REACH) else None
    mine = state.standings.mine(principal, day)
    own = mine if person == principal.name else state.standings.people(principal, day)
    owed = [
        each
        for each in own
        if each.person == person and each.asked.edition.key == sop and each.asked.counts <= day
    ]
    now = max(owed, key=lambda each: each.asked.edition.major, default=None)
    quiz, signed_off = (
        _quiz(state, principal, person, sop, now),
        _signed_off(state, principal, person, sop, now),
    )
    if now is None:
        return Known(trained_on_current=True, quiz_passed=quiz, available=at_hand, competent=signed_off)
    return Known(
        trained_on_current=not now.needs_training or now.trained is not None, acknowledged=now.is_read,
        quiz_passed=quiz, available=at_hand, competent=signed_off,
    )  # fmt: skip


def _quiz(state: State, principal: Principal, person: str, sop: str, now: Standing | None) -> bool | None:
    """How the last quiz ended that was answered on the version in force; None where there was none."""
    ended = [
        each.passed
        for each in state.quizzes.attempts(principal)
        if (each.person, each.sop) == (person, sop) and each.passed is not None and _counts(now, each.major)
    ]
    return ended[0] if ended else None


def _signed_off(
    state: State, principal: Principal, person: str, sop: str, now: Standing | None
) -> bool | None:
    """Whether a mentor or lead signed that the person does it alone; without that nobody knows."""
    found = any(
        each.how is How.ALONE and each.entered_by != person and _counts(now, each.major)
        for each in state.trainings.rows(principal)
        if (each.person, each.sop) == (person, sop)
    )
    return True if found else None


def _counts(now: Standing | None, major: int) -> bool:
    """Whether something about a major version tells of the one that is asked for."""
    return now is None or now.asked.holds(major)


def reply(
    state: State, principal: Principal, sop: str, step: str, text: str, day: date, *, seen: int = 0,
    key: str | None = None,
) -> EvidenceReply:  # fmt: skip
    """
    The principal's own side of the evidence of half a year up to a day, in place of the one they saw (its version).
    Raises WrongEntry where there is no evidence about them, and as `EvidenceReplies.write`.
    """
    if evidence_of(state, principal, principal.name, sop, step, day) is None:
        raise WrongEntry(f"No finished run of yours has the step {step} of {sop} in half a year.")
    said = EvidenceReply(principal.name, sop, step, day - REACH, day, text, version=seen)
    return state.evidence_replies.write(principal, said, key)
