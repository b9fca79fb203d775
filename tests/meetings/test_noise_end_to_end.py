"""M1 of the product from the file to the episodes: what never changes interrupts a tenth as often as its target."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from from_a_file import Firm, parcels

from alerts.reasons import Reason
from alerts.state import WEEKLY, Evaluation, Notice, Outcome, replay
from store.home import SYSTEM, open_store
from store.scope import LOCAL_OWNER
from store.state import TargetRow
from store.state.episode_records import Happened
from worker.alerts import evaluate

KPI, RULE = "on_time_delivery_rate", Reason.SPECIAL_CAUSE.value
MARKETS = ("AT", "BE", "DE", "ES", "FR", "IT", "NL", "PL")
FIRST, WARM_UP, YEAR, A_WEEK = date(2024, 1, 1), 24, 52, 200
ROUNDS = (WARM_UP, *range(WARM_UP + 13, WARM_UP + YEAR + 1, 13))
FIRED = {Happened.OPENED, Happened.REASON_ADDED, Happened.CAME_BACK}


@dataclass(frozen=True)
class Year:
    """A firm after its year: how often its markets were below the target, and how often alerts opened."""

    firm: Firm
    below: int
    opened: int


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    folder = tmp_path_factory.mktemp("firm")
    store = open_store(folder / "home", departments={KPI: "shipping"})
    yield lived(Firm(store, folder))
    store.close()


def lived(firm: Firm) -> Year:
    """The warm-up, then a year in four rounds."""
    dice = np.random.default_rng(11)
    late = {market: dice.binomial(A_WEEK, 0.04, WARM_UP + YEAR) for market in MARKETS}
    firm.store.state.targets.add(LOCAL_OWNER, TargetRow(KPI, FIRST, Decimal("0.95"), reason="agreed"))
    openings = []
    for weeks in ROUNDS:
        lines = [
            line
            for market, each in late.items()
            for n in range(weeks)
            for line in parcels(market, FIRST + timedelta(weeks=n), A_WEEK, int(each[n]))
        ]
        evaluate(firm.store, SYSTEM, firm.live(lines, FIRST + timedelta(weeks=weeks) - timedelta(days=1)))
        openings.append(opened(firm))
    return Year(firm, sum(below_target(each) for each in late.values()), openings[-1] - openings[0])


def below_target(late: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    """How often a market goes below 95 % in the year after the warm-up."""
    outcomes = [Outcome.BREACH if each > A_WEEK * 0.05 else Outcome.OK for each in late]
    steps = replay(
        [Evaluation(FIRST + timedelta(weeks=n), found) for n, found in enumerate(outcomes)], WEEKLY
    )
    return sum(step.notice is Notice.FIRING for step in steps[WARM_UP:])


def opened(firm: Firm) -> int:
    """How often an episode of a market, or of them all, began, was joined or came back."""
    episodes = firm.store.state.episodes
    found = [each for each in episodes.rows(LOCAL_OWNER, datetime(2000, 1, 1, tzinfo=UTC)) if each.kpi == KPI]
    return sum(event.kind in FIRED for each in found for event in episodes.history(LOCAL_OWNER, each.id))


def test_a_healthy_kpi_interrupts_a_tenth_as_often_from_file_to_episode(year: Year) -> None:
    """
    Eight markets, a year each, 200 parcels a week of which 96 % are in time for ever, the target is 95 %: below target
    opens six times or more a year and market. The alerts of all markets and of the firm together open a tenth of it.
    """
    assert year.below >= 6 * len(MARKETS)
    assert year.opened <= year.below / 10


def test_what_falls_is_an_episode_in_its_second_week(year: Year) -> None:
    """Poland has 91 % in time for two weeks, which is what a market must be bad for: an episode of it, of no other."""
    firm, weeks = year.firm, WARM_UP + YEAR
    lines = (firm.folder / "parcels.csv").read_text().splitlines()[1:]
    for n in (weeks, weeks + 1):
        for market in MARKETS:
            lines += parcels(market, FIRST + timedelta(weeks=n), A_WEEK, 18 if market == "PL" else 8)
    evaluate(firm.store, SYSTEM, firm.live(lines, FIRST + timedelta(weeks=weeks + 2) - timedelta(days=1)))

    found = firm.store.state.episodes.rows(LOCAL_OWNER)
    since = FIRST + timedelta(weeks=weeks)
    open_now = [each for each in found if each.kpi == KPI and each.segment and each.since >= since]
    assert [(each.segment, each.since) for each in open_now] == [("market=PL", since + timedelta(weeks=1))]
