"""Stocks, states of a day and models: additive over things, never over days, and never zero for want of a snapshot."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import narwhals as nw
import pytest
from made_facts import Facts, Row, made, put, scored
from made_levels import (
    FIRST,
    LAST,
    Papers,
    Sent,
    Shelves,
    held,
    held_at_end,
    in_force_count,
    overdue,
    predicted,
    turns,
)

from kpi.compute import refresh, touched_days
from kpi.engine import AsOf, grains
from kpi.ledger import entries
from kpi.levels import Stock
from kpi.model import Kpi, OverTime, Rows
from kpi.opened import Opened
from kpi.period import Every, Span
from kpi.tables import component_table
from store.lake import Lake

SPAN = Span(FIRST, LAST)
MARCH = Span(date(2025, 3, 1), date(2025, 3, 31))


def march(number: int) -> date:
    return date(2025, 3, number)


def on_shelf(days: Mapping[int, int], place: str = "A") -> list[Row]:
    return [
        {
            "shelf_id": f"{place}{n}",
            "snapshot_day": march(n),
            "place": place,
            "group": "cup",
            "pieces": pieces,
        }
        for n, pieces in days.items()
    ]


def value_of(lake: Lake, kpi: Kpi, rows: Sequence[Row], span: Span = MARCH, **more: Any) -> Any:
    return scored(lake, kpi, {Shelves: made(Shelves, rows)}, span, **more)["value"].to_list()


def test_an_average_is_a_trapezoid_from_the_opening_snapshot(lake: Lake) -> None:
    """
    10 before the span, then 20 and 40: (15 + 30) / 2 = 22.5; without the opening one (20 + 40) / 2 = 30.
    """
    rows = on_shelf({9: 10, 10: 20, 11: 40})

    assert value_of(lake, held, rows, Span(march(10), march(11))) == [22.5]
    assert value_of(lake, held, rows[1:], Span(march(10), march(11)), as_of=AsOf.end_of(march(12))) == [22.5]


def test_a_missing_day_is_not_zero(lake: Lake) -> None:
    """
    100 on the 10th and 40 on the 13th: on average 70, not 35; the days between are passed over.
    """
    assert value_of(lake, held, on_shelf({10: 100, 13: 40})) == [70]


def test_a_single_snapshot_is_the_average(lake: Lake) -> None:
    """
    And a period without one has no data, even if the one before had.
    """
    rows = scored(lake, held, {Shelves: made(Shelves, on_shelf({10: 100}))}, MARCH, Every.WEEK)

    assert rows.select("period", "value").rows() == [(march(10), 100)]


def test_a_long_gap_weighs_its_days(lake: Lake) -> None:
    """
    0 on the 1st, 0 on the 2nd and 90 on the 10th: (1 x 0 + 8 x 45) / 9 = 40.
    """
    assert value_of(lake, held, on_shelf({1: 0, 2: 0, 10: 90})) == [40]


def test_months_may_weigh_alike(lake: Lake) -> None:
    """
    Ends of January, February and March with 0, 0 and 120: (0 + 60) / 2 = 30 where months are alike.
    """
    kpi = Stock(
        key="alike", name="", department=held.department, minimum=0, meaning="", formula="", source="", owner="",
        unit=held.unit, better=held.better, dimensions=("place",), numerator=nw.col("pieces"),
        rows=Rows(Shelves, day="snapshot_day", over_time=OverTime(months_alike=True)),
    )  # fmt: skip
    ends = zip([date(2025, 1, 31), date(2025, 2, 28), march(31)], (0, 0, 120), strict=True)
    rows = [{"shelf_id": n, "snapshot_day": day, "pieces": n} for day, n in ends]
    rows[0] = {**rows[0], "shelf_id": "first"}

    assert value_of(lake, kpi, rows, Span(date(2025, 2, 1), march(31))) == [30]


def test_places_add_up_and_a_silent_one_keeps_its_level(lake: Lake) -> None:
    """
    A 10, 10, 10; B 5 and then nothing for two days: 15 at the end, as B may be silent for three days.
    """
    rows = [*on_shelf({10: 10, 11: 10, 12: 10}), *on_shelf({10: 5}, "B")]

    assert value_of(lake, held_at_end, rows) == [15]
    assert value_of(lake, held, []) == [15]


def test_a_place_that_stays_silent_is_gone(lake: Lake) -> None:
    """
    B spoke on the 10th, A until the 14th: on the 14th only A is left.
    """
    rows = [*on_shelf(dict.fromkeys(range(10, 15), 10)), *on_shelf({10: 5}, "B")]

    assert value_of(lake, held_at_end, rows) == [10]


def test_one_day_is_its_snapshot(lake: Lake) -> None:
    """
    Day by day a stock is what was counted, not the mean with the day before.
    """
    assert value_of(lake, held, on_shelf({10: 10, 11: 20}), every=Every.DAY) == [10, 20]


def test_turns_divide_a_flow_by_a_level(lake: Lake) -> None:
    """
    300 pieces sent in a month of on average 100: 3 times in a month, 36 times a year.
    """
    sent = [{"sent_id": n, "sent_day": march(n), "place": "A", "pieces": 100} for n in (3, 9, 30)]
    facts: Facts = {
        Sent: made(Sent, sent),
        Shelves: made(Shelves, on_shelf({1: 80, 15: 100, 29: 120})),
    }

    row = scored(lake, turns, facts, MARCH).row(0, named=True)

    assert (row["numerator"], row["denominator"]) == pytest.approx((300, 100))
    assert row["value"] == pytest.approx(36)
    assert row["n"] == 3


def test_a_model_is_its_last_run(lake: Lake) -> None:
    """
    Runs on the 3rd and on the 10th: the value of the period is what the later one wrote.
    """
    rows = on_shelf({3: 7, 10: 9})

    assert value_of(lake, predicted, rows) == [9]
    assert value_of(lake, predicted, rows, Span(march(1), march(9)), as_of=AsOf.end_of(march(31))) == [7]


def in_force(name: str, start: int, end: int | None = None, **days: int) -> Row:
    later = {column: march(number) for column, number in days.items()}
    return {"paper_id": name, "effective_day": march(start), "withdrawn_day": end and march(end), **later}


def test_a_state_is_that_of_the_last_day(lake: Lake) -> None:
    """
    a is overdue from the 5th and reviewed on the 12th, b never: 0 of 1, 1 of 2, 0 of 2 at the ends of three weeks.
    """
    rows = [in_force("a", 1, overdue_day=5, reviewed_day=12), in_force("b", 6)]

    found = scored(lake, overdue, {Papers: made(Papers, rows)}, Span(march(1), march(16)), Every.WEEK)

    assert found.select("numerator", "denominator", "value", "n").rows() == [
        (0, 1, 0, 1), (1, 2, 0.5, 2), (0, 2, 0, 2),
    ]  # fmt: skip


def test_a_state_follows_the_evaluation(lake: Lake) -> None:
    """
    Evaluated on the 6th, March ends on the 6th; later reviews change it, and back again.
    """
    put(lake, Papers, made(Papers, [in_force("a", 1, overdue_day=5, reviewed_day=12)]))

    told = [
        scored(lake, overdue, {}, MARCH, as_of=AsOf.end_of(march(n)))["value"].item() for n in (4, 6, 20, 6)
    ]

    assert told == [0, 1, 0, 1]


def test_none_left_is_zero_and_never_any_is_no_data(lake: Lake) -> None:
    """
    Withdrawn on the 10th: nothing is in force on the 31st; in February there was nothing to speak of.
    """
    facts: Facts = {Papers: made(Papers, [in_force("a", 1, 10)])}
    before = Span(date(2025, 2, 1), date(2025, 2, 28))

    found = scored(lake, in_force_count, facts, MARCH)
    share = scored(lake, overdue, {}, MARCH)
    never = scored(lake, in_force_count, {}, before, as_of=AsOf.end_of(march(31)))

    assert found.select("value", "n", "status").row(0) == (0, 0, "ok")
    assert share["status"].to_list() == ["no_data"]
    assert never.select("value", "status").row(0) == (None, "no_data")


def test_a_withdrawal_touches_its_day(lake: Lake) -> None:
    """
    The day something ends is worked out again, not the days it stood.
    """
    put(lake, Papers, made(Papers, [in_force("a", 1), in_force("b", 2)]))
    now = AsOf.end_of(march(20))
    refresh(lake, now, kpis=[in_force_count])

    put(lake, Papers, made(Papers, [in_force("a", 1, 10)]))

    by_end = grains([in_force_count])[1]
    assert touched_days(Opened(lake, [by_end]), by_end, now, entries(lake)[component_table(by_end)]) == [
        march(10)
    ]
