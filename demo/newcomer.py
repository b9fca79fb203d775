"""The first nine days of whoever opens the example, as a packer: signed off, alone, and one reply to evidence."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from demo.company import CODES
from demo.running import HOST, Kind, case_of, is_done_in, measured
from demo.training import NEW, PEOPLE, TEAM
from sop.procedure import CheckKind, Procedure, Step
from sop.procedure.markdown import read
from store.scope import Principal
from store.state import State
from store.state.editions import in_force
from store.state.evidence_replies import EvidenceReply
from store.state.run_past import PastAnswer, PastRun
from store.state.run_records import Case, NewRun, Outcome

OPEN = timedelta(seconds=50)  # a step, until it is answered
MISSED = ("order_fulfilment", "weight_within_the_range")
REPLY = "Station 4 had no scale until Wednesday, and nobody had shown me the new range of weights yet."


@dataclass(frozen=True)
class Stretch:
    """Runs of one procedure on the days of the post from `first` to `last`, so many a day."""

    sop: str
    first: int
    last: int
    a_day: int


STRETCHES = (
    Stretch("address_verification", 3, 5, 4), Stretch("sorting", 5, 7, 4), Stretch("packaging_labelling", 8, 8, 3),
    Stretch("order_fulfilment", 4, 9, 2),
)  # fmt: skip


def first_runs(state: State, principal: Principal, last: date) -> Iterator[PastRun]:
    """Every step was done, but for every third parcel that was not weighed."""
    for stretch in STRETCHES:
        editions = [each for each in state.procedures.rows(principal, stretch.sop) if not each.translates]
        edition = in_force(editions, last)
        if edition is None:
            continue
        text, nth = read(state.procedures.text(principal, edition.id)), 0
        for day in range(stretch.first, stretch.last + 1):
            for _ in range(stretch.a_day):
                nth += 1
                yield _run(text, edition.id, principal.name, last - NEW + timedelta(days=day), nth)


def say_one_side(state: State, principal: Principal, last: date) -> None:
    """The reply to what the runs say of one step, once."""
    sop, step = MISSED
    if state.evidence_replies.of_step(principal, principal.name, sop, step, date.min) is None:
        said = EvidenceReply(principal.name, sop, step, last - timedelta(days=182), last, REPLY)
        state.evidence_replies.write(principal, said)


def _run(text: Procedure, edition: int, person: str, day: date, nth: int) -> PastRun:
    kind, market = Kind(text.key, "order", TEAM), CODES[nth % 3]
    begun = datetime.combine(day, time(8 + nth % 8, 5 * (nth % 12)), UTC)
    missed = _missed(text.key, nth)
    answers = tuple(
        answer
        for place, step in enumerate(each for each in text.steps if is_done_in(each, market))
        for answer in _answers(step, begun + timedelta(minutes=1 + place), is_missed=step.key == missed)
    )
    case = Case("order", case_of(kind, market, day, 2 + nth % 5), True)
    return PastRun(
        NewRun(edition, case, market, "", TEAM), text.key, str(text.version), text.department, person, begun, answers,
        answers[-1].at + timedelta(minutes=1),
    )  # fmt: skip


def _missed(sop: str, nth: int) -> str:
    """The key of the step that was left out in a run; empty for none."""
    return MISSED[1] if sop == MISSED[0] and nth % 3 == 1 else ""


def _answers(step: Step, at: datetime, *, is_missed: bool) -> Iterator[PastAnswer]:
    if is_missed:
        yield PastAnswer(
            step.key, Outcome.NOT_DONE, at, remark="No scale at this station.", shown_at=at - OPEN
        )
        return
    yield PastAnswer(step.key, Outcome.DONE, at, measured(step, 0.5), shown_at=at - OPEN)
    if step.check.kind is CheckKind.TWO_PEOPLE:
        yield PastAnswer(
            step.key, Outcome.CONFIRMED, at + timedelta(seconds=30), person=f"{PEOPLE[0]}@{HOST}"
        )
