"""A forecast breach: more runs out before new goods can come than the firm accepts, two months running."""

from datetime import date

from alerts.findings import FORETELLS, of_standing
from alerts.reasons import Reason
from alerts.state import Notice, Outcome, replay
from kpi.catalog import find
from kpi.period import Every
from kpi.score import Status
from kpi.standing import Period, Standing


def standing(key: str, *statuses: Status) -> Standing:
    periods = tuple(
        Period(date(2026, month, 1), date(2026, month, 28), status)
        for month, status in enumerate(statuses, 1)
    )
    return Standing(find(key), Every.MONTH, periods)


def test_two_months_beyond_the_target_open_it_and_two_within_end_it() -> None:
    """One month alone interrupts nobody, and one within does not end it."""
    off, on = Status.OFF_TARGET, Status.ON_TARGET
    (found,) = of_standing(standing(FORETELLS, off, on, off, off, on, off, on, on), [])
    assert (found.rule, found.key) == (Reason.FORECAST_BREACH, f"{FORETELLS}|")
    steps = replay(found.evaluations, found.policy)
    assert [(each.alert.period.month, each.notice) for each in steps if each.notice and each.alert.period] == [
        (4, Notice.FIRING), (8, Notice.RESOLVED),
    ]  # fmt: skip


def test_without_a_target_nothing_is_foretold_and_what_is_not_known_holds() -> None:
    """A firm that set none accepts any share; a month nobody reported is missing, not well."""
    (found,) = of_standing(standing(FORETELLS, Status.OK, Status.INCOMPLETE, Status.SMALL_SAMPLE), [])
    assert [each.outcome for each in found.evaluations] == [Outcome.OK, Outcome.MISSING, Outcome.MISSING]


def test_a_target_missed_elsewhere_interrupts_nobody() -> None:
    """On-time delivery off target for a year, without a chart: no finding at all."""
    assert of_standing(standing("on_time_delivery_rate", *[Status.OFF_TARGET] * 12), []) == []
