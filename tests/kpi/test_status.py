"""How a value stands: one word of eight, in a fixed order, against the target of the period's own day."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from made_facts import Row, component_rows

from kpi.catalog import find
from kpi.model import Better
from kpi.period import Every, Span, end_of, whole_periods
from kpi.score import Judgement, Status, band, score
from store.state.precedence import TargetConflict, TargetRow, frame_of

OTD = find("on_time_delivery_rate")
AOV = find("average_order_value")
MARCH = date(2025, 3, 1)


def status(row: Row, **judged: object) -> str:
    found = score(OTD, component_rows(OTD, [row], MARCH), judgement=Judgement(**judged))  # type: ignore[arg-type]
    return str(found["status"].item())


def shares(hits: int, of: int = 100, **more: int) -> Row:
    return {"num": hits, "den": of, "n": of, **more}


@pytest.mark.parametrize(
    "row, expected",
    [
        (shares(0, 0), "no_data"),
        (shares(20, 29), "small_sample"),
        (shares(30, 30), "on_target"),
        (shares(95, 100, wait=1), "provisional"),
        (shares(20, 29, wait=1), "small_sample"),
        (shares(93), "on_target"),
        (shares(92), "at_risk"),
        (shares(90), "at_risk"),
        (shares(89), "off_target"),
    ],
)
def test_the_first_status_that_applies(row: Row, expected: str) -> None:
    """
    Nothing, then too few rows, then rows that wait, then the target of 93 % with a watch from 90 %.
    """
    assert status(row) == expected


def test_a_missing_rate_makes_the_value_incomplete_before_anything_else() -> None:
    """
    One order without a rate: unknown, also when the sample is small or rows wait.
    """
    row = {"num": 70_000_000, "den": 1, "n": 1, "x_no_rate": 1, "wait": 1}

    assert score(AOV, component_rows(AOV, [row]))["status"].item() == "incomplete"


def test_a_period_is_incomplete_while_its_sources_have_not_reported_it() -> None:
    """
    Sources have told until 30 March: March is unknown; until the 31st, it is not.
    """
    row = component_rows(OTD, [shares(95)], MARCH)

    def with_sources(until: date, closed: date) -> str:
        judgement = Judgement(synced=until, closed=closed)
        found = score(OTD, row, judgement=judgement, ends=lambda start: start + timedelta(days=30))
        return str(found["status"].item())

    assert with_sources(date(2025, 3, 30), date(2025, 3, 31)) == "incomplete"
    assert with_sources(date(2025, 3, 31), date(2025, 3, 30)) == "provisional"
    assert with_sources(date(2025, 3, 31), date(2025, 3, 31)) == "on_target"


def test_every_status_has_a_word() -> None:
    """
    Eight statuses, eight different words for people.
    """
    assert len({each.word for each in Status}) == len(Status) == 8


@pytest.mark.parametrize(
    "better, value, expected",
    [
        (Better.LOWER, 9.9, "on_target"),
        (Better.LOWER, 10.0, "on_target"),
        (Better.LOWER, 10.1, "at_risk"),
        (Better.LOWER, 12.0, "at_risk"),
        (Better.LOWER, 12.1, "off_target"),
    ],
)
def test_lower_is_better_mirrors_the_bands(better: Better, value: float, expected: str) -> None:
    """
    Up to 10 is on target, up to 12 is to be watched.
    """
    row = pl.DataFrame({"value": [value], "target": [10.0], "warn": [12.0]})

    assert row.select(band(better)).item() == expected


def test_without_a_target_a_value_is_just_ok() -> None:
    """
    Net sales has no target of its own.
    """
    kpi = find("net_sales")
    rows = component_rows(kpi, [{"num": 5_000_000, "den": 40, "n": 40}])

    assert score(kpi, rows).select("value", "target", "status").row(0) == (5.0, None, "ok")


def targets(*rows: TargetRow) -> pl.DataFrame:
    return frame_of(rows)


def target(at: str, warn: str | None = None, segment: str = "", since: date = MARCH) -> TargetRow:
    return TargetRow(
        OTD.key, since, Decimal(at), segment=segment, warn=None if warn is None else Decimal(warn)
    )


def test_a_target_of_the_segment_beats_the_general_one() -> None:
    """
    80 % everywhere, 99 % for DHL, 70 % for DHL by air.
    """
    rows = component_rows(
        OTD,
        [
            {"carrier": "DHL", "mode": "air", **shares(75)},
            {"carrier": "DHL", "mode": "road", **shares(85)},
            {"carrier": "UPS", "mode": "air", **shares(85)},
        ],
        MARCH,
    )
    known = targets(
        target("0.8"), target("0.99", segment="carrier=DHL"), target("0.7", segment="carrier=DHL;mode=air")
    )

    found = score(OTD, rows, ("carrier", "mode"), Judgement(targets=known))

    assert found.select("carrier", "mode", "target", "status").rows() == [
        ("DHL", "air", 0.7, "on_target"),
        ("DHL", "road", 0.99, "off_target"),
        ("UPS", "air", 0.8, "on_target"),
    ]


def test_the_slice_of_the_question_counts_as_a_segment() -> None:
    """
    Limited to DHL, the whole is judged by the target of DHL.
    """
    known = targets(target("0.8"), target("0.99", segment="carrier=DHL"))
    rows = component_rows(OTD, [shares(85)], MARCH)

    everyone = score(OTD, rows, judgement=Judgement(targets=known))
    of_dhl = score(OTD, rows, judgement=Judgement(targets=known, where={"carrier": "DHL"}))

    assert (everyone["target"].item(), of_dhl["target"].item()) == (0.8, 0.99)


def test_two_equally_specific_targets_are_a_mistake() -> None:
    """
    One for DHL, one for air: nobody can say which one counts for DHL by air.
    """
    known = targets(target("0.8", segment="carrier=DHL"), target("0.9", segment="mode=air"))
    rows = component_rows(OTD, [{"carrier": "DHL", "mode": "air", **shares(85)}], MARCH)

    with pytest.raises(TargetConflict, match="equally specific"):
        score(OTD, rows, ("carrier", "mode"), Judgement(targets=known))


def test_a_period_is_judged_by_the_target_of_its_own_day() -> None:
    """
    The bar rises in April; March stays as it was, February has the definition's own target.
    """
    known = targets(target("0.8"), target("0.95", since=date(2025, 4, 1)))
    rows = pl.concat(component_rows(OTD, [shares(85)], date(2025, month, 1)) for month in (2, 3, 4))

    found = score(OTD, rows, judgement=Judgement(targets=known))

    assert found["target"].to_list() == [0.93, 0.8, 0.95]
    assert found["status"].to_list() == ["off_target", "on_target", "off_target"]


def test_a_target_without_a_watch_level_has_no_watch() -> None:
    """
    Just under a target of 80 % is off target, not to be watched.
    """
    assert status(shares(79), targets=targets(target("0.8"))) == "off_target"
    assert status(shares(79), targets=targets(target("0.8", warn="0.75"))) == "at_risk"


@pytest.mark.parametrize(
    "every, start, last",
    [
        (Every.DAY, date(2025, 3, 3), date(2025, 3, 3)),
        (Every.WEEK, date(2025, 3, 3), date(2025, 3, 9)),
        (Every.MONTH, date(2024, 2, 1), date(2024, 2, 29)),
        (Every.QUARTER, date(2025, 1, 1), date(2025, 3, 31)),
        (Every.YEAR, date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_periods_end_where_people_expect(every: Every, start: date, last: date) -> None:
    """
    A week ends on Sunday, February of 2024 on the 29th.
    """
    assert end_of(every, start, Span(start, start)) == last


def test_the_last_whole_weeks_end_before_the_day() -> None:
    """
    On Wednesday 12 March the last two whole weeks are 24 February to 9 March; on Sunday the week is whole.
    """
    assert whole_periods(Every.WEEK, date(2025, 3, 12), 2) == Span(date(2025, 2, 24), date(2025, 3, 9))
    assert whole_periods(Every.WEEK, date(2025, 3, 16), 1) == Span(date(2025, 3, 10), date(2025, 3, 16))
    assert whole_periods(Every.MONTH, date(2025, 3, 30), 13) == Span(date(2024, 2, 1), date(2025, 2, 28))


def test_the_total_is_one_period_and_cannot_be_counted() -> None:
    """
    Its last day is the last of the span; thirteen totals make no sense.
    """
    assert end_of(Every.TOTAL, MARCH, Span(MARCH, date(2025, 3, 9))) == date(2025, 3, 9)
    with pytest.raises(ValueError, match="no periods to count"):
        whole_periods(Every.TOTAL, MARCH, 13)


def test_a_span_knows_its_direction() -> None:
    """
    From the 9th to the 1st is a slip of the pen.
    """
    with pytest.raises(ValueError, match="swap the two days"):
        Span(date(2025, 3, 9), MARCH)
