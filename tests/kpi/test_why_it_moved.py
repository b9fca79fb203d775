"""Why a figure moved: contributions add up, small segments stand together, and some figures are refused."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_facts import made, put
from random_facts import AS_OF_DAY

from kpi.access import NotAllowed
from kpi.catalog import KPIS, find
from kpi.compute import refresh
from kpi.engine import AsOf
from kpi.model import Distinct, Distribution
from kpi.period import Span
from kpi.question import Question
from kpi.results import SliceError, values
from kpi.rolled import Rolled
from kpi.why import (
    OTHER,
    Limits,
    Measure,
    Method,
    NoChange,
    NotAdditive,
    Note,
    cut,
    lmdi,
    shapley,
    usual_range,
    why_moved,
)
from kpi.why.contributions import mix_and_rate, numerator_and_denominator, ratio_before_and_after
from kpi.why.products import logarithmic_mean
from kpi.why.ranking import folded, with_significance
from store.facts import Orders, Shipments, Tickets, WebSessions
from store.lake import Lake
from store.scope import LOCAL_OWNER, Principal, Scope

OTD = find("on_time_delivery_rate")
JANUARY, FEBRUARY = (
    Span(date(2025, 1, 1), date(2025, 1, 31)),
    Span(date(2025, 2, 1), date(2025, 2, 28)),
)
COUNT = st.integers(0, 5_000)
ROW = st.tuples(COUNT, COUNT, COUNT, COUNT)


def table(rows: list[tuple[int, int, int, int]]) -> pl.DataFrame:
    """Segments named by their place, with hits out of rows before and after."""
    told = [(f"s{n}", *row, row[1], row[3]) for n, row in enumerate(rows)]
    return pl.DataFrame(told, schema=["segment", "n0", "d0", "n1", "d1", "rows0", "rows1"], orient="row")


@settings(max_examples=30, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=12))
def test_mix_and_rate_add_up_to_the_change(rows: list[tuple[int, int, int, int]]) -> None:
    """
    Whatever segments appear, vanish or stay, folded or not, the contributions are the change.
    """
    hits = [(n0 if d0 else 0, d0, n1 if d1 else 0, d1) for n0, d0, n1, d1 in rows]
    segments = table([*hits, (1, 2, 1, 2)])
    before, after = ratio_before_and_after(segments)

    for some in (segments, folded(segments, 30)):
        assert mix_and_rate(some)["total"].sum() == pytest.approx(after - before, rel=1e-9, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=12))
def test_numerator_and_denominator_add_up_to_the_change(rows: list[tuple[int, int, int, int]]) -> None:
    """
    Also when a segment spends and wins nobody.
    """
    segments = table([*rows, (1, 2, 1, 2)])
    before, after = ratio_before_and_after(segments)

    assert numerator_and_denominator(segments)["total"].sum() == pytest.approx(
        after - before, rel=1e-9, abs=1e-9
    )


FACTOR = st.floats(1e-3, 1e3)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(FACTOR, FACTOR), min_size=1, max_size=5))
def test_factors_add_up_to_the_change_of_their_product(factors: list[tuple[float, float]]) -> None:
    """
    Two methods, one sum; one that did not move brings nothing.
    """
    before = {f"x{n}": pair[0] for n, pair in enumerate(factors)} | {"still": 2.0}
    after = {f"x{n}": pair[1] for n, pair in enumerate(factors)} | {"still": 2.0}
    if len(before) > 5:
        before.pop("still"), after.pop("still")
    value0, value1 = 1.0, 1.0
    for name in before:
        value0, value1 = value0 * before[name], value1 * after[name]

    for found in (lmdi(before, after), shapley(before, after)):
        assert sum(found.values()) == pytest.approx(value1 - value0, rel=1e-9, abs=1e-9 * max(value0, value1))
        assert found.get("still", 0.0) == 0.0


def test_the_logarithmic_mean_of_equal_numbers_is_that_number() -> None:
    """
    L(5, 5) is 5, and just beside it nothing jumps.
    """
    assert logarithmic_mean(5.0, 5.0) == 5.0
    assert logarithmic_mean(5.0, 5.0 + 1e-12) == pytest.approx(5.0)


def test_too_many_factors_are_refused() -> None:
    """
    Six factors have 720 orders.
    """
    six = {f"x{n}": 1.0 for n in range(6)}
    with pytest.raises(ValueError, match="at most 5"):
        shapley(six, six)


def test_small_segments_stand_together() -> None:
    """
    UPS has 29 and 20 rows: it is folded. GLS has 40 in one period: it is named.
    """
    told = table([(90, 100, 80, 100), (20, 29, 10, 20), (1, 4, 40, 40)])

    found = cut(OTD, "carrier", told, 0.0).contributions

    assert set(found["segment"]) == {"s0", OTHER, "s2"}
    assert found.filter(pl.col("segment") == OTHER).select("rows0", "rows1").row(0) == (29, 20)


def test_a_change_of_a_share_is_significant_when_zero_lies_outside() -> None:
    """
    Newcombe's example of 56 of 70 against 48 of 80 is; 9 of 10 against 8 of 10 is not; nothing says nothing.
    """
    found = with_significance(table([(48, 80, 56, 70), (8, 10, 9, 10), (0, 0, 9, 10)]))

    assert found["significant"].to_list() == [True, False, None]


def test_both_halves_better_and_the_whole_worse_is_called_a_mix_effect() -> None:
    """
    Mobile 1.00 to 1.10 %, desktop 4.00 to 4.10 %, together 3.00 to 1.53 %.
    """
    told = table([(100, 10_000, 330, 30_000), (800, 20_000, 205, 5_000)])

    assert cut(OTD, "device", told, -0.0147).notes == (Note.MIX_EFFECT,)
    assert cut(OTD, "device", table([(50, 100, 60, 100)]), 0.1).notes == ()


def parcels(month: int, carrier: str, market: str, late: int, of: int) -> list[dict[str, object]]:
    day = date(2025, month, 10)
    return [
        {"shipment_id": f"{month}{carrier}{market}{n}", "carrier": carrier, "market": market, "mode": "road",
         "shipped_day": date(2025, month, 5), "promised_day": day,
         "delivered_day": date(2025, month, 11) if n < late else day}
        for n in range(of)
    ]  # fmt: skip


@pytest.fixture
def shipped(lake: Lake) -> Lake:
    """January: 90 of 100 on time; February: 70 of 100, 20 of UPS in FR late instead of 0, DHL 10 as before."""
    rows = [
        *parcels(1, "DHL", "DE", 10, 50), *parcels(1, "UPS", "FR", 0, 50),
        *parcels(2, "DHL", "DE", 10, 50), *parcels(2, "UPS", "FR", 20, 50),
    ]  # fmt: skip
    put(lake, Shipments, made(Shipments, rows))
    refresh(lake, AsOf.end_of(date(2025, 3, 1)), kpis=[OTD])
    return lake


def test_who_brought_the_change(shipped: Lake) -> None:
    """
    From 90 % to 70 %, all of it rate of UPS: half of the parcels times 40 points.
    """
    found = why_moved(shipped, LOCAL_OWNER, OTD, JANUARY, FEBRUARY)
    carrier = next(each for each in found.cuts if each.dimension == "carrier")
    first = carrier.contributions.row(0, named=True)

    assert (found.before, found.after) == (0.9, 0.7)
    assert {each.dimension for each in found.cuts} == {"market", "carrier", "mode"}
    assert (first["segment"], first["before"], first["after"]) == ("UPS", 1.0, 0.6)
    assert [first["mix"], first["rate"], first["total"]] == pytest.approx([0, -0.2, -0.2])
    assert first["significant"] is True
    assert all(each.contributions["total"].sum() == pytest.approx(found.change) for each in found.cuts)
    assert carrier.method is Method.MIX_AND_RATE
    assert carrier.concentration == 1.0


def test_inside_the_limits_no_segment_stands_out(shipped: Lake) -> None:
    """
    70 % between limits of 65 and 99 % is an ordinary month; of 80 and 99 % it is not; without limits that is said.
    """

    def notes(limits: Limits | None) -> tuple[Note, ...]:
        return why_moved(shipped, LOCAL_OWNER, OTD, JANUARY, FEBRUARY, by=["carrier"], limits=limits).notes

    assert notes(Limits(0.65, 0.99)) == (Note.NOTHING_STANDS_OUT,)
    assert notes(Limits(0.80, 0.99)) == ()
    assert notes(None) == (Note.NO_LIMITS,)


def test_a_slice_leaves_out_what_it_is_limited_to(shipped: Lake) -> None:
    """
    Within FR the change is 40 points, and there is no cut by market; a strange dimension is refused.
    """
    found = why_moved(shipped, LOCAL_OWNER, OTD, JANUARY, FEBRUARY, where={"market": "FR"})

    assert found.change == pytest.approx(-0.4)
    assert "market" not in {each.dimension for each in found.cuts}
    with pytest.raises(SliceError, match="cannot be cut by colour"):
        why_moved(shipped, LOCAL_OWNER, OTD, JANUARY, FEBRUARY, by=["colour"])


def test_without_a_value_there_is_no_change(shipped: Lake) -> None:
    """
    Nothing was shipped in 2024; and somebody of another department may not ask.
    """
    empty = Span(date(2024, 1, 1), date(2024, 1, 31))
    with pytest.raises(NoChange, match="no value from 2024-01-01"):
        why_moved(shipped, LOCAL_OWNER, OTD, empty, FEBRUARY)
    with pytest.raises(NoChange, match="before adds up to zero"):
        mix_and_rate(table([(0, 0, 1, 2)]))
    stranger = Principal("Ada", Scope(departments=frozenset({"service"})))
    with pytest.raises(NotAllowed):
        why_moved(shipped, stranger, OTD, JANUARY, FEBRUARY)


def test_what_does_not_add_up_is_refused_with_a_way_out(lake: Lake) -> None:
    """
    Distinct customers and percentiles have no parts; the message says what to ask instead.
    """
    with pytest.raises(NotAdditive, match=r"kpi values active_customers --by"):
        why_moved(lake, LOCAL_OWNER, find("active_customers"), JANUARY, FEBRUARY)
    for measure in (Measure.MEDIAN, Measure.P90):
        with pytest.raises(NotAdditive, match="share within a limit"):
            why_moved(lake, LOCAL_OWNER, find("first_response_time"), JANUARY, FEBRUARY, measure=measure)


def test_a_mean_moves_by_mix_and_rate(lake: Lake) -> None:
    """
    Mail takes 10 minutes and chat 2; with more mail the mean rises from 4 to 8 and both halves stay.
    """
    kpi = find("first_response_time")
    assert isinstance(kpi, Distribution)
    minutes = {"mail": 10, "chat": 2}
    rows = [
        {"ticket_id": f"{month}{channel}{n}", "channel": channel, "created_at": f"2025-0{month}-10T10:00:00Z",
         "first_reply_at": f"2025-0{month}-10T10:{minutes[channel]:02}:00Z"}
        for month, counts in ((1, {"mail": 30, "chat": 90}), (2, {"mail": 90, "chat": 30}))
        for channel, of in counts.items() for n in range(of)
    ]  # fmt: skip
    put(lake, Tickets, made(Tickets, rows))
    refresh(lake, AsOf.end_of(date(2025, 3, 1)), kpis=[kpi])

    found = why_moved(lake, LOCAL_OWNER, kpi, JANUARY, FEBRUARY, by=["channel"])

    told = found.cuts[0].contributions
    assert (found.before, found.after) == (4.0, 8.0)
    assert told["rate"].to_list() == [0.0, 0.0]
    assert told["total"].to_list() == pytest.approx([2.0, 2.0])


def test_sales_move_by_segments_and_by_factors(lake: Lake) -> None:
    """
    January: 100 sessions, 4 with a purchase, 4 orders of 50; February: 200, 4, 4 of 60. From 200 to 240.
    """
    sales = find("net_sales")
    orders = [
        {"order_id": f"{month}{n}", "market": "DE", "channel": "web" if n else "shop", "customer_id": f"c{n}",
         "ordered_day": date(2025, month, 7), "net": worth, "currency": "EUR"}
        for month, worth in ((1, 50), (2, 60)) for n in range(4)
    ]  # fmt: skip
    visits = [
        {"session_id": f"v{month}", "session_day": date(2025, month, 7), "market": "DE", "channel": "web",
         "sessions": number, "purchase_sessions": 4}
        for month, number in ((1, 100), (2, 200))
    ]  # fmt: skip
    for facts, rows in ((Orders, orders), (WebSessions, visits)):
        put(lake, facts, made(facts, rows))
    kpis = [sales, find("conversion_rate"), find("average_order_value")]
    refresh(lake, AsOf.end_of(date(2025, 3, 1)), kpis=kpis)

    found = why_moved(lake, LOCAL_OWNER, sales, JANUARY, FEBRUARY, by=["channel"])

    assert (found.before, found.after) == (200.0, 240.0)
    assert found.cuts[0].method is Method.ADDITIVE
    assert dict(found.cuts[0].contributions.select("segment", "total").iter_rows()) == {OTHER: 40.0}
    assert found.factors is not None
    brought = dict(found.factors.contributions.select("segment", "total").iter_rows())
    assert brought["Average order value"] == pytest.approx(40.0)
    assert brought["Sessions"] == pytest.approx(-brought["Conversion"])


@pytest.mark.parametrize("key", KPIS)
def test_every_kpi_is_explained_exactly_or_refused(lake_of_seed: Lake, key: str) -> None:
    """
    Over two spans of facts nobody chose, each cut adds up to the change; what cannot says so.
    """
    kpi = find(key)
    middle = AS_OF_DAY - timedelta(days=40)
    spans = Span(AS_OF_DAY - timedelta(days=80), middle), Span(middle + timedelta(days=1), AS_OF_DAY)
    try:
        found = why_moved(lake_of_seed, LOCAL_OWNER, kpi, *spans)
    except (NoChange, NotAdditive):
        told = [values(lake_of_seed, LOCAL_OWNER, kpi, Question(span))["value"].item() for span in spans]
        assert isinstance(kpi, Distinct) or None in told
        return

    size = max(abs(found.before), abs(found.after), 1.0)
    assert found.all_cuts or not kpi.dimensions or isinstance(kpi, Rolled)
    for each in found.all_cuts:
        assert float(each.contributions["total"].sum()) == pytest.approx(found.change, abs=1e-9 * size), (
            each.dimension
        )


def test_the_usual_range_comes_from_the_chart_of_such_periods(lake: Lake) -> None:
    """
    Twelve weeks of about 90 % and one more of 88 %: inside the limits; 30 days are no period and have none.
    """
    monday = date(2025, 1, 6)
    weeks = [monday + timedelta(weeks=n) for n in range(13)]
    rows = [
        {"shipment_id": f"{week}{n}", "carrier": "DHL", "shipped_day": week, "promised_day": week,
         "delivered_day": week + timedelta(days=int(n < (12 if place == 12 else 8 + place % 4)))}
        for place, week in enumerate(weeks) for n in range(100)
    ]  # fmt: skip
    put(lake, Shipments, made(Shipments, rows))
    refresh(lake, AsOf.end_of(date(2025, 4, 6)), kpis=[OTD])
    before, last = (Span(week, week + timedelta(days=6)) for week in weeks[-2:])

    limits = usual_range(lake, LOCAL_OWNER, OTD, last)

    assert limits is not None
    assert limits.low < 0.88 < limits.high
    found = why_moved(lake, LOCAL_OWNER, OTD, before, last, limits=limits)
    assert Note.NOTHING_STANDS_OUT in found.notes
    assert usual_range(lake, LOCAL_OWNER, OTD, Span(monday, monday + timedelta(days=29))) is None
    assert usual_range(lake, LOCAL_OWNER, OTD, last, where={"colour": "red"}) is None
