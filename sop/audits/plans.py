"""How many records an audit needs, and the sentence that says why."""

from collections.abc import Mapping
from dataclasses import dataclass

from kpi.figures import count
from kpi.words import say
from sop import aql
from sop.aql_table import AQLS, Level
from sop.sampling import checks_needed
from store.brought import as_plain, of_plain
from store.state import WrongEntry
from store.state.audits import MOST_DRAWN

PERCENT = tuple(each for each in AQLS if each <= 10)  # above it the standard counts faults, not failed pieces


@dataclass(frozen=True)
class Precision:
    """Enough to know the share of passed checks within so many points to either side, 19 times of 20."""

    points: int
    kind: str = "precision"

    def __post_init__(self) -> None:
        if not 2 <= self.points <= 40:
            raise WrongEntry(f"A precision of {self.points} points is not among 2 to 40.")


@dataclass(frozen=True)
class Lot:
    """Accept or refuse a lot: the single plan for normal inspection of ISO 2859-1 at an AQL in percent."""

    aql: float
    level: str = "II"
    kind: str = "aql"

    def __post_init__(self) -> None:
        if self.aql not in PERCENT or self.level not in list(Level):
            known = ", ".join(f"{each:g}" for each in PERCENT)
            raise WrongEntry(f"There is no plan for AQL {self.aql:g}, level {self.level}; AQLs are {known}.")


@dataclass(frozen=True)
class Fixed:
    """So many, as agreed."""

    records: int
    kind: str = "fixed"

    def __post_init__(self) -> None:
        if not 1 <= self.records <= MOST_DRAWN:
            raise WrongEntry(f"{self.records} records are not among 1 to {MOST_DRAWN}.")


@dataclass(frozen=True)
class Named:
    """These records, which somebody named; never by chance, so they never enter a rate."""

    records: tuple[str, ...]
    kind: str = "named"

    def __post_init__(self) -> None:
        if not 1 <= len(self.records) <= MOST_DRAWN:
            raise WrongEntry(f"Name 1 to {MOST_DRAWN} records, separated by spaces or commas.")


Plan = Precision | Lot | Fixed | Named
KINDS: Mapping[str, type[Plan]] = {"precision": Precision, "aql": Lot, "fixed": Fixed, "named": Named}


def plain_plan(plan: Plan) -> Mapping[str, object]:
    """As it is kept with the audit."""
    return as_plain(plan)


def read_plan(plain: Mapping[str, object]) -> Plan:
    """A plan that was kept with an audit. Raises WrongEntry for an unknown one."""
    kind = KINDS.get(str(plain.get("kind")))
    if kind is None:
        raise WrongEntry("The audit has no plan yet; make one.")
    return of_plain(kind, dict(plain))


def lot_plan(plan: Lot, population: int) -> aql.Plan:
    """The plan of the standard for a lot of this size; a single piece is inspected."""
    if population < 2:
        return aql.Plan("A", population, 0, inspect_all=True)
    return aql.plan(population, plan.aql, Level(plan.level))


def size_of(plan: Plan, population: int) -> int:
    """How many records are drawn of so many."""
    match plan:
        case Precision(points):
            return checks_needed(points / 100, population=population) if population else 0
        case Lot():
            return min(population, lot_plan(plan, population).sample)
        case Fixed(records):
            return min(records, population)
        case Named(named):
            return len(named)


def before_the_draw(plan: Plan) -> str:
    """How many and why, before it is known how many there are, in the reader's language."""
    match plan:
        case Precision(points):
            most = checks_needed(points / 100)
            return say(
                "At most {n} records, fewer where there are few: enough to know the share of passed checks within "
                "{points} points to either side, 19 times of 20.",
                n=count(most), points=points,
            )  # fmt: skip
        case Lot():
            example = lot_plan(plan, 1_000)
            return say(
                "As many as ISO 2859-1 asks for (level {level}, AQL {aql} %). Of 1,000 records that would be {n}: "
                "accepted with up to {accept} failed ones, refused from {refuse} on.",
                level=plan.level, aql=f"{plan.aql:g}", n=example.sample, accept=example.accept,
                refuse=example.refuse,
            )  # fmt: skip
        case Fixed(records):
            return say(
                "{n} records, as agreed. About {points} points to either side is what that tells at worst.",
                n=count(records), points=round(100 * worst_half_width(records)),
            )  # fmt: skip
        case Named(named):
            return say("The {n} records that were named.", n=count(len(named)))


def after_the_draw(plan: Plan, population: int, size: int) -> str:
    """How many of how many, and why, in the reader's language."""
    told = {"n": count(size), "population": count(population)}
    match plan:
        case Precision(points):
            return say(
                "{n} of {population} records: enough to know the share of passed checks within {points} points to "
                "either side, 19 times of 20.",
                points=points, **told,
            )  # fmt: skip
        case Lot():
            found = lot_plan(plan, population)
            return say(
                "{n} of a lot of {population} (ISO 2859-1, level {level}, letter {letter}, AQL {aql} %): accepted with "
                "up to {accept} failed checks, refused from {refuse} on.",
                level=plan.level, letter=found.letter, aql=f"{plan.aql:g}", accept=found.accept,
                refuse=found.refuse, **told,
            )  # fmt: skip
        case Fixed():
            return say("{n} of {population} records, as agreed.", **told)
        case Named():
            return say("The {n} records that were named; they enter no rate.", n=count(size))


def worst_half_width(checks: int) -> float:
    """How far off a share of so many checks may be, at worst, 19 times of 20 (0 to 1)."""
    return float((0.9604 / checks) ** 0.5)
