"""Which cards a department shows: always the same six, and whatever is off."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from kpi.catalog import of
from kpi.headline import headline, is_exception, is_quiet, main_kpis, shown
from kpi.model import Department, Kpi
from kpi.period import Every
from kpi.score import Status
from kpi.signals.chart import ControlChart, Direction, Point, Signal
from kpi.signals.judging import Method
from kpi.signals.rules import Rule
from kpi.standing import Period, Standing

MONDAY, SUNDAY = date(2025, 4, 7), date(2025, 4, 13)
SHIPPING = main_kpis(of(Department.SHIPPING))


def standing(kpi: Kpi, status: Status) -> Standing:
    return Standing(kpi, Every.WEEK, (Period(MONDAY, SUNDAY, status, 0.9, target=0.93, n=100),))


def worse(kpi: Kpi) -> Standing:
    """On target, and beyond its usual range to the bad side."""
    signal = Signal(Rule.BEYOND_LIMITS, Direction.CONCERN, interrupts=True)
    chart = ControlChart(kpi, Every.WEEK, Method.XMR, (Point(MONDAY, 0.9, signals=(signal,)),))
    return replace(standing(kpi, Status.ON_TARGET), chart=chart)


def by_key(standings: Iterable[Standing]) -> dict[str, Standing]:
    return {each.kpi.key: each for each in standings}


def test_six_speak_for_a_department_and_those_with_a_target_first() -> None:
    """
    In the catalogue's order, whatever their figures are: people find them where they were.
    """
    first = headline(SHIPPING)

    assert len(first) == 6
    assert all(kpi.target for kpi in first)
    assert [SHIPPING.index(kpi) for kpi in first] == sorted(SHIPPING.index(kpi) for kpi in first)


def test_a_department_with_fewer_targets_shows_others_too() -> None:
    """
    Two with a target, then four without.
    """
    few = [kpi for kpi in SHIPPING if kpi.target][:2] + [kpi for kpi in SHIPPING if not kpi.target][:9]

    assert headline(list(reversed(few)))[:2] == [few[1], few[0]]
    assert len(headline(few)) == 6


def test_what_is_off_is_shown_whatever_it_is() -> None:
    """
    Six on target, a seventh off target, an eighth worse than usual, the others quiet: eight cards.
    """
    calm = {kpi.key: standing(kpi, Status.ON_TARGET) for kpi in SHIPPING}
    others = [kpi for kpi in SHIPPING if kpi not in headline(SHIPPING)]
    found = calm | by_key([standing(others[0], Status.OFF_TARGET), worse(others[1])])

    told = shown(found, Department.SHIPPING)

    assert [each.kpi for each in told.standings] == [*headline(SHIPPING), others[0], others[1]]
    assert told.total == len(SHIPPING)


def test_only_exceptions_hides_what_is_quiet() -> None:
    """
    Off target, watched and unknown cards stay; on target, without a target and without data go.
    """
    statuses = [
        Status.ON_TARGET, Status.OK, Status.NO_DATA, Status.AT_RISK, Status.INCOMPLETE, Status.OFF_TARGET,
    ]  # fmt: skip
    found = by_key(standing(kpi, status) for kpi, status in zip(headline(SHIPPING), statuses, strict=True))

    told = shown(found, Department.SHIPPING, exceptions=True)

    assert [each.current.status for each in told.standings if each.current] == statuses[3:]


def test_unknown_is_not_quiet_and_no_exception_of_its_own() -> None:
    """
    A stopped source must not bring thirty cards onto the page.
    """
    late = standing(SHIPPING[0], Status.INCOMPLETE)

    assert not is_exception(late)
    assert not is_quiet(late)
