"""Why in one figure: the slice that moved a KPI beyond its size."""

from datetime import date, timedelta

import polars as pl
import pytest

from kpi.catalog import KPIS
from kpi.period import Every, Span
from kpi.reason import Moved, Reason, find_reason, moved_since, telling
from kpi.score import Status
from kpi.standing import Period, Standing
from kpi.why import Cut, Method, Why
from store.lake import Lake
from store.scope import LOCAL_OWNER

MONDAY = date(2025, 4, 7)
ON_TIME = KPIS["on_time_delivery_rate"]


def week(number: int, value: float | None = 0.9) -> Period:
    start = MONDAY + timedelta(weeks=number)
    return Period(start, start + timedelta(days=6), Status.OFF_TARGET, value, n=100)


def weeks(first: int, last: int) -> Span:
    return Span(MONDAY + timedelta(weeks=first), MONDAY + timedelta(weeks=last, days=6))


def cut(dimension: str, *segments: tuple[str, float, float, int]) -> Cut:
    """Segments as name, what they added, their share of the movement, and their rows."""
    names, totals, shares, rows = zip(*segments, strict=True)
    return Cut(
        dimension,
        Method.MIX_AND_RATE,
        pl.DataFrame(
            {"segment": names, "before": 0.95, "after": 0.5, "total": totals, "share": shares, "rows1": rows}
        ),
        1.0,
    )


def why(*cuts: Cut) -> Why:
    return Why(ON_TIME, weeks(-1, -1), weeks(0, 0), 0.95, 0.87, cuts)


@pytest.mark.parametrize(
    ("since", "earlier", "later"),
    [(7, (4, 6), (7, 9)), (3, (0, 2), (7, 9)), (9, (8, 8), (9, 9)), (4, (0, 3), (6, 9))],
)
def test_as_many_weeks_before_as_since(since: int, earlier: tuple[int, int], later: tuple[int, int]) -> None:
    """
    Ten weeks: those since it began, at most the last four, and as many right before it began.
    """
    standing = Standing(ON_TIME, Every.WEEK, tuple(week(n) for n in range(10)))

    moved = moved_since(standing, MONDAY + timedelta(weeks=since))

    assert moved == Moved(weeks(*earlier), weeks(*later))


def test_what_was_never_different_has_no_reason() -> None:
    """
    Off target since its first week.
    """
    assert moved_since(Standing(ON_TIME, Every.WEEK, (week(0), week(1))), MONDAY) is None


def test_the_slice_that_moved_it_beyond_its_size_is_named() -> None:
    """
    Japan has a tenth of the shipments and nine tenths of the fall; the one carrier that has all of them says nothing.
    """
    markets = cut("market", ("JP", -0.072, 0.9, 10), ("DE", -0.004, 0.05, 50), ("FR", -0.004, 0.05, 40))
    carriers = cut("carrier", ("DHL", -0.08, 1.0, 100))

    assert telling(why(carriers, markets)) == Reason("market", "JP", 0.95, 0.5, 0.9)


def test_what_made_it_better_is_no_reason() -> None:
    """
    Off target for months and rising again: the market that helped most is not why.
    """
    markets = cut("market", ("JP", 0.072, 0.9, 10), ("DE", 0.004, 0.05, 50), ("FR", 0.004, 0.05, 40))

    assert telling(Why(ON_TIME, weeks(-1, -1), weeks(0, 0), 0.87, 0.95, (markets,))) is None


def test_nobody_is_named_where_all_moved_alike_or_one_moved_against_it() -> None:
    """
    Two halves fell alike; a small market that rose is no reason for a fall.
    """
    alike = cut("market", ("DE", -0.04, 0.5, 50), ("FR", -0.04, 0.5, 50))
    against = cut("carrier", ("UPS", 0.06, 0.6, 10), ("DHL", -0.04, 0.4, 90))

    assert telling(why(alike, against)) is None


def test_what_does_not_add_up_has_no_reason(lake_of_seed: Lake) -> None:
    """
    Customers are counted, not added; a slice of them explains nothing.
    """
    assert (
        find_reason(lake_of_seed, LOCAL_OWNER, KPIS["active_customers"], Moved(weeks(-1, -1), weeks(0, 0)))
        is None
    )
