"""Who hears of an alert, who of its cause instead, and who next."""

from datetime import UTC, date, datetime, timedelta

import pytest

from alerts.duty import Duty, Silence, on_duty, over_budget, repeats
from alerts.identity import Segment, fingerprint
from alerts.reasons import Reason, outcome_of
from alerts.routing import Raised, route
from alerts.state import Outcome
from kpi.score import Status

FRIDAY = date(2025, 3, 7)
LANE = Segment.of({"market": "DE", "carrier": "DHL"})


def workdays(day: date) -> bool:
    return day.weekday() < 5


def test_the_order_of_the_segment_does_not_matter() -> None:
    """
    Market and carrier are the same slice as carrier and market, and another one than market alone.
    """
    same = Segment.of({"carrier": "DHL", "market": "DE"})

    assert fingerprint("late", "otd", LANE) == fingerprint("late", "otd", same)
    assert fingerprint("late", "otd", LANE) != fingerprint("late", "otd", Segment.of({"market": "DE"}))
    assert fingerprint("late", None, LANE) != fingerprint("late", "None", LANE)


def test_the_total_speaks_for_its_segments() -> None:
    """
    Total and lane fire: one message about the total, and the lane stays visible as what contributes.
    """
    total, lane = Raised("late", "otd", "shipping"), Raised("late", "otd", "shipping", LANE)
    other = Raised("late", "otif", "shipping", LANE)

    routed = route([lane, total, other])

    assert routed.inhibited == (lane,)
    assert [group.alerts for group in routed.groups] == [(total, other)]


def test_a_market_speaks_for_the_carriers_in_it() -> None:
    """
    A narrower slice is explained by the wider one that fires, not the other way round.
    """
    market = Raised("late", "otd", "shipping", Segment.of({"market": "DE"}))
    other_market = Raised("late", "otd", "shipping", Segment.of({"market": "US"}))

    assert route([market, Raised("late", "otd", "shipping", LANE), other_market]).inhibited == (
        Raised("late", "otd", "shipping", LANE),
    )


def test_a_stale_source_is_told_itself() -> None:
    """
    The alert on the source goes out; an alert without a source is not explained by it.
    """
    stale = Raised("source_stale", None, "data", Segment.of({"source": "carrier"}), "carrier")
    late, unknown = Raised("late", "otd", "shipping", source="carrier"), Raised("late", "csat", "service")

    assert route([stale, late, unknown]).inhibited == (late,)


@pytest.mark.parametrize("status", list(Status))
def test_off_target_alone_never_opens(status: Status) -> None:
    """
    Without a reason no status is a breach; a value that cannot be judged is missing even with one.
    """
    usable = status in (Status.ON_TARGET, Status.AT_RISK, Status.OFF_TARGET, Status.OK)

    assert outcome_of(status, []) == (Outcome.OK if usable else Outcome.MISSING)
    assert outcome_of(status, [Reason.SPECIAL_CAUSE]) == (Outcome.BREACH if usable else Outcome.MISSING)


def test_escalation_counts_working_days() -> None:
    """
    Fired on Friday: the weekend does not count, Monday is the first day, Wednesday the third.
    """

    def duty(days: int, *, acknowledged: bool = False) -> Duty:
        return on_duty(FRIDAY, FRIDAY + timedelta(days=days), acknowledged=acknowledged, works=workdays)

    assert [duty(days) for days in (0, 2, 3, 4, 5)] == [
        Duty.OWNER,
        Duty.OWNER,
        Duty.LEAD,
        Duty.LEAD,
        Duty.HEAD,
    ]
    assert duty(30, acknowledged=True) is Duty.OWNER


def test_an_open_alert_is_repeated_after_five_working_days() -> None:
    """
    Told on a Friday, again on the Friday after.
    """
    assert not repeats(FRIDAY, FRIDAY + timedelta(days=6), workdays)
    assert repeats(FRIDAY, FRIDAY + timedelta(days=7), workdays)


def test_a_silence_has_an_end_an_author_and_a_reason() -> None:
    """
    It covers its alert from its start up to its end; without a reason there is none.
    """
    start = datetime(2025, 3, 7, 8, tzinfo=UTC)
    silence = Silence("abc", start, start + timedelta(hours=2), "Ada", "carrier strike")

    assert silence.covers("abc", start)
    assert not silence.covers("abc", start + timedelta(hours=2))
    assert not silence.covers("xyz", start)
    with pytest.raises(ValueError, match="author and a reason"):
        Silence("abc", start, start + timedelta(hours=2), "Ada", " ")
    with pytest.raises(ValueError, match="later end"):
        Silence("abc", start, start, "Ada", "strike")


def test_more_than_five_new_alerts_a_week_are_too_many() -> None:
    """
    Six for Ada, five for Bo: Ada's limits are too narrow.
    """
    assert over_budget(["Ada"] * 6 + ["Bo"] * 5) == {"Ada": 6}
