"""How many pieces of a lot to inspect, and how many bad ones are too many."""

from dataclasses import dataclass

from sop.aql_table import AQLS, DOWN, LETTERS, PLANS, UP, Level
from sop.binomial import at_most


@dataclass(frozen=True)
class Plan:
    """Inspect `sample` pieces; accept the lot with up to `accept` bad ones, refuse it from `refuse` on.

    `letter` is the code letter of the lot size, whatever row the arrows led to. An AQL is the process average that
    is tolerated over many lots, not the quality of the lot that was accepted.
    """

    letter: str
    sample: int
    accept: int
    inspect_all: bool = False

    @property
    def refuse(self) -> int:
        return self.accept + 1

    def chance_of_acceptance(self, bad_share: float) -> float:
        """Probability that a lot with this share of bad pieces (0 to 1) is accepted (binomial)."""
        return at_most(self.accept, self.sample, bad_share)


def plan(lot: int, aql: float, level: Level = Level.II) -> Plan:
    """The single sampling plan for normal inspection of a lot of `lot` pieces at an AQL in percent.

    Where a cell holds an arrow, both sample and acceptance number come from the row it points to. A sample as large
    as the lot means inspecting all of it. Raises ValueError for a lot under 2 and an AQL the standard does not have.
    Source: ISO 2859-1 tables 1 and 2-A, ANSI/ASQ Z1.4.
    """
    if lot < 2:
        raise ValueError(f"A lot of {lot} needs no plan; inspect the piece, or say how many the lot has.")
    if aql not in AQLS:
        known = ", ".join(f"{each:g}" for each in AQLS)
        raise ValueError(f"AQL {aql:g} is none of the standard's; take one of {known}.")
    letter = code_letter(lot, level)
    sample, accept = _follow(letter, AQLS.index(aql))
    if sample >= lot:
        return Plan(letter, lot, accept, inspect_all=True)
    return Plan(letter, sample, accept)


def code_letter(lot: int, level: Level = Level.II) -> str:
    """The sample size code letter of a lot size (table 1)."""
    letters = next(letters for largest, letters in LETTERS if lot <= largest)
    return letters[list(Level).index(level)]


def _follow(letter: str, column: int) -> tuple[int, int]:
    """Sample size and acceptance number of a cell, or of the row its arrow leads to."""
    rows = list(PLANS)
    place = rows.index(letter)
    while (cell := PLANS[rows[place]][1][column]) in (DOWN, UP):
        place += 1 if cell == DOWN else -1
    return PLANS[rows[place]][0], int(cell)
