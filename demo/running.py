"""Runs of procedures at the made-up firm in the last two weeks: finished, under way, left lying, given up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from demo.company import CODES
from demo.dice import Dice, identity
from demo.season import number
from sop.procedure import CheckKind, Procedure, Step
from sop.procedure.markdown import read
from store.scope import Principal
from store.state import State
from store.state.editions import in_force
from store.state.run_past import PastAnswer, PastRun
from store.state.run_records import Case, NewRun, Outcome

DAYS, PEOPLE = 14, ("flora.meier", "ge.wei", "tom.adeyemi", "lucia.rossi", "sven.dahl")
HOST = "hansa-pearl.example"
MISSED, LEFT_OUT, CORRECTED = 0.05, 0.04, 0.03
REASONS = ("The order was cancelled.", "Begun twice by mistake.")


@dataclass(frozen=True)
class Kind:
    """A procedure that is run every day, for what, where, and by which team."""

    sop: str
    case: str
    team: str


KINDS = (
    Kind("order_fulfilment", "order", "Hamburg warehouse"),
    Kind("customs_paperwork", "order", "Customs desk"),
    Kind("escalation", "ticket", "Hamburg desk"),
    Kind("hot_melt_binding", "batch", "Crew A"),
)


def runs_of_floor(state: State, principal: Principal, last: date, seed: int = 2024) -> Iterator[PastRun]:
    """Two runs a day and procedure; three open ones are of whoever loads the example."""
    for place, kind in enumerate(KINDS):
        written = [each for each in state.procedures.rows(principal, kind.sop) if not each.translates]
        edition = in_force(written, last)
        if edition is None:
            continue
        text = read(state.procedures.text(principal, edition.id))
        for back in range(DAYS):
            day = last - timedelta(days=back)
            if edition.effective_on is None or edition.effective_on > day:
                continue
            for nth in range(2):
                luck = Luck(Dice(seed), place, number(day), nth)
                own = back == 0 and nth == 0 and place != 1
                yield _run(kind, text, edition.id, day, luck, principal.name if own else "")


@dataclass(frozen=True)
class Luck:
    """The dice of one run."""

    dice: Dice
    place: int
    day: int
    nth: int

    def roll(self, name: str, at: int = 0) -> float:
        return float(
            self.dice.uniform(f"run, {name}", identity(self.place, self.day, self.nth * 500 + at))[0]
        )


def _run(kind: Kind, text: Procedure, edition: int, day: date, luck: Luck, own: str) -> PastRun:
    market = CODES[int(luck.roll("market") * 3)] if kind.case == "order" else ""
    begun = datetime.combine(day, time(7 + int(luck.roll("hour") * 9), int(luck.roll("minute") * 60)), UTC)
    person = own or f"{PEOPLE[int(luck.roll('person') * len(PEOPLE))]}@{HOST}"
    fate, steps = luck.roll("fate"), [each for each in text.steps if is_done_in(each, market)]
    is_open = bool(own) or (fate < 0.5 and luck.day % 5 == 0 and luck.nth == 1)
    given_up = not is_open and fate > 0.95
    done = steps[: len(steps) // 2] if is_open or given_up else steps
    answers = tuple(_answers(done, begun, luck, person))
    end = answers[-1].at + timedelta(minutes=1)
    return PastRun(
        NewRun(edition, Case(kind.case, case_of(kind, market, day, luck.nth), True), market, "", kind.team),
        text.key, str(text.version), text.department, person, begun, answers,
        None if is_open else end, REASONS[luck.nth] if given_up else "",
    )  # fmt: skip


def is_done_in(step: Step, market: str) -> bool:
    """Whether a step applies in a market."""
    return not market or not step.when.markets or market in step.when.markets


def _answers(steps: Sequence[Step], begun: datetime, luck: Luck, person: str) -> Iterator[PastAnswer]:
    at = begun
    for place, step in enumerate(steps):
        opened = at + timedelta(seconds=2)
        at += timedelta(seconds=40 + int(200 * luck.roll("time", place)))
        chance = luck.roll("step", place)
        if chance < MISSED:
            yield PastAnswer(
                step.key, Outcome.NOT_DONE, at, remark="No time before the cut-off.", shown_at=opened
            )
        elif chance < MISSED + LEFT_OUT and not step.critical:
            why = "Nothing of this kind in it."
            yield PastAnswer(step.key, Outcome.NOT_APPLICABLE, at, remark=why, shown_at=opened)
        else:
            if luck.roll("again", place) < CORRECTED:
                yield PastAnswer(step.key, Outcome.NOT_DONE, at, remark="Pressed too soon.", shown_at=opened)
                at += timedelta(seconds=15)
            value = measured(step, luck.roll("value", place))
            yield PastAnswer(step.key, Outcome.DONE, at, value, shown_at=opened)
            if step.check.kind is CheckKind.TWO_PEOPLE:
                second = next(f"{each}@{HOST}" for each in PEOPLE if not person.startswith(each))
                yield PastAnswer(step.key, Outcome.CONFIRMED, at + timedelta(seconds=30), person=second)


def measured(step: Step, at: float) -> Decimal | None:
    """A value within the limits of the step."""
    if step.check.kind is not CheckKind.VALUE:
        return None
    low = step.check.low if step.check.low is not None else Decimal(0)
    high = step.check.high if step.check.high is not None else low + 10
    return (low + (high - low) * Decimal(str(round(0.2 + 0.6 * at, 2)))).quantize(Decimal("0.01"))


def case_of(kind: Kind, market: str, day: date, nth: int) -> str:
    """A number that is in the books of the day before."""
    before = f"{day - timedelta(days=1):%y%m%d}"
    match kind.case:
        case "order":
            return f"HP-{before}-{market}-{nth + 1:05}"
        case "ticket":
            return f"T-{before}-DE-{nth + 1:05}"
        case _:
            return f"R-{before}-L{nth + 1}E"
