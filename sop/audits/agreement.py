"""How far two auditors who looked at the same records, blind to each other, say the same."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kpi.figures import decimal, share
from kpi.words import say

FEWEST = 30
Pair = tuple[int | None, int | None]


@dataclass(frozen=True)
class Agreement:
    """
    `n` answers that two auditors gave to the same items, `same` of them alike. `kappa`: Cohen's, how much of the
    agreement beyond chance was reached; None where both always gave one and the same answer, so that chance explains
    all of it.
    """

    n: int
    same: int
    kappa: float | None

    @property
    def missing(self) -> int:
        """How many answers are missing before it says anything."""
        return max(0, FEWEST - self.n)

    @property
    def told(self) -> str:
        """In a sentence, in the reader's language."""
        if self.missing:
            return say(
                "Agreement of two auditors: not enough evidence ({n} answers given twice, {missing} more are needed).",
                n=self.n, missing=self.missing,
            )  # fmt: skip
        alike = share(self.same / self.n)
        if self.kappa is None:
            return say(
                "Two auditors agree on {share} of {n} answers; all are alike, so kappa says nothing.",
                share=alike, n=self.n,
            )  # fmt: skip
        return say(
            "Two auditors agree on {share} of {n} answers (Cohen's kappa {kappa}).",
            share=alike, n=self.n, kappa=decimal(self.kappa),
        )  # fmt: skip


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """Percent and kappa of pairs of answers, the first and the second auditor's; None is 'not applicable'."""
    n, same = len(pairs), sum(first == second for first, second in pairs)
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    by_chance = sum(firsts[each] * seconds[each] for each in firsts)
    if n == 0 or by_chance == n * n:
        return Agreement(n, same, None)
    return Agreement(n, same, (same * n - by_chance) / (n * n - by_chance))
