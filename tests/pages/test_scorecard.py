"""The scorecard as plain rows: order, search, gap, and the figures of the cards."""

import pytest
from test_decisions import ON_TIME, bad, good, week

from kpi.catalog import KPIS
from kpi.model import Kpi
from kpi.period import Every
from kpi.score import Status
from kpi.standing import Period, Standing
from pages.parts.cards import build_card
from pages.parts.scorecard import HEAD, MOST_ROWS, ROW, build_rows, frame, gap, height

TODAY = good(3).end


def one(kpi: Kpi, *periods: Period) -> Standing:
    return Standing(kpi, Every.WEEK, periods, until=TODAY)


COST, OEE, CSAT = (KPIS[key] for key in ("transportation_cost_per_order", "oee", "csat_score"))
FOUR = [
    one(OEE, good(0)),
    one(COST, week(0, 9.3, Status.AT_RISK)),
    one(ON_TIME, bad(0), bad(1)),
    one(CSAT, week(0, None, Status.NO_DATA)),
]


def test_the_most_serious_comes_first() -> None:
    """
    Off target, watched, on target, without data.
    """
    assert [row.key for row in build_rows(FOUR, "EUR", TODAY)] == [
        each.kpi.key for each in (FOUR[2], FOUR[1], FOUR[0], FOUR[3])
    ]


@pytest.mark.parametrize(
    ("find", "found"),
    [("on-time", ["on_time_delivery_rate"]), ("OFF target", ["on_time_delivery_rate"]), ("lead production", ["oee"]),
     ("nothing such", [])],
)  # fmt: skip
def test_every_word_of_a_search_must_be_there(find: str, found: list[str]) -> None:
    """
    In name, key, department, owner or status, in any case and order.
    """
    assert [row.key for row in build_rows(FOUR, "EUR", TODAY, find)] == found


def test_plus_is_better_in_every_gap() -> None:
    """
    90 % against 93 % is 3.2 % short; a cost of 0.90 against 0.93 is 3.2 % better; no target, no gap.
    """
    assert gap(one(ON_TIME, bad(0))) == -3.2
    assert gap(one(COST, bad(0))) == 3.2
    assert gap(one(ON_TIME, Period(TODAY, TODAY, Status.OK, 0.9))) is None


def test_a_row_says_what_the_card_says() -> None:
    """
    Value, target and status of the same standing, written alike.
    """
    card, (row,) = build_card(FOUR[2], "EUR", TODAY), build_rows([FOUR[2]], "EUR", TODAY)

    assert (row.value, row.target, row.status.word) == (
        f"{card.value}\u00a0{card.unit}",
        card.target,
        card.word,
    )
    assert frame([row])["status"].to_list() == [["■ Off target"]]
    assert frame([row])["trend"].to_list() == [[0.9, 0.9]]


def test_the_table_is_as_high_as_its_rows() -> None:
    """
    One row, three rows, and never more than is shown without scrolling.
    """
    assert [height(rows) for rows in (1, 3, 90)] == [HEAD + ROW, HEAD + 3 * ROW, HEAD + MOST_ROWS * ROW]
