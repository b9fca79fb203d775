"""The scorecard as plain rows: order, search, gap, and the figures of the cards."""

import pytest
from test_decisions import ON_TIME, bad, good, week

from kpi.catalog import KPIS
from kpi.model import Kpi, Unit
from kpi.period import Every
from kpi.score import Status
from kpi.standing import Period, Standing
from kpi.words import Language, speaking
from pages.parts.cards import build_card
from pages.parts.scorecard import build_rows, columns_of, gap, gap_words, points, rank, ranks, table_rows

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
    assert [row.key for row in build_rows(FOUR, "EUR")] == [
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
    assert [row.key for row in build_rows(FOUR, "EUR", find)] == found


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
    card, (row,) = build_card(FOUR[2], "EUR", TODAY), build_rows([FOUR[2]], "EUR")

    assert (row.value, row.target, row.status.word) == (
        f"{card.value}\u00a0{card.unit}",
        card.target,
        card.word,
    )
    (drawn,) = table_rows([row], TODAY, "&market=DE")
    assert (drawn["glyph"], drawn["word"], drawn["css"]) == ("■", "Off target", "off")
    assert drawn["href"] == "kpi?kpi=on_time_delivery_rate&market=DE"


def test_values_sort_by_number_within_their_unit() -> None:
    """
    9.5 % before 81 %, which as texts it is not; then money; then durations, by how long they last.
    """
    told = [
        (Unit.DAYS, 2.0),
        (Unit.PERCENT, 0.81),
        (Unit.MONEY, 29.1),
        (Unit.HOURS, 36.0),
        (Unit.PERCENT, 0.095),
    ]

    assert ranks([rank(*each) for each in told]) == [4, 1, 2, 3, 0]
    assert ranks([rank(Unit.PERCENT, None), rank(Unit.PERCENT, 0.5)]) == [None, 0]


def test_a_gap_is_written_in_the_readers_way() -> None:
    """
    One decimal, a sign in front, and a comma where the reader writes one.
    """
    assert [gap_words(each) for each in (5.5, -6.0, 0.0, None)] == [
        "+5.5\u00a0%",
        "−6.0\u00a0%",
        "±0.0\u00a0%",
        "–",
    ]
    with speaking(Language.ENGLISH, "de-DE"):
        assert gap_words(5.5) == "+5,5\u00a0%"


def test_a_line_keeps_its_gaps() -> None:
    """
    Two digits a week between its lowest and its highest; nothing for a week without a value.
    """
    assert points([0.9, None, 1.0, 0.925]) == "00  9925"
    assert (points([]), points([7.0, 7.0])) == ("", "4949")


def test_the_department_is_told_where_there_are_several() -> None:
    """
    Four departments' KPIs have the column, one department's do not.
    """
    titles = [
        [each["title"] for each in columns_of(rows)]
        for rows in (build_rows(FOUR, "EUR"), build_rows(FOUR[:1], "EUR"))
    ]

    assert ["Department" in each for each in titles] == [True, False]
