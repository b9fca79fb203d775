"""What a department's page says: what fires, where it goes wrong, what waits, why lines stop, how far visits come."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
from test_decisions import MONDAY, ON_TIME, bad, good, standing, week

from kpi.catalog import KPIS
from kpi.decisions import needs_decision
from kpi.firing import alarming_since, firing
from kpi.funnel import VISITS, Sums, reached
from kpi.model import Department
from kpi.pareto import pareto
from kpi.score import Status
from kpi.standing import Period
from kpi.vocabulary import named
from pages.department import besides
from pages.department.backlog import Waiting, backlog_html, build_backlog, together, waiting
from pages.department.board import Slice, board_html, build_board, dimensions_of
from pages.department.funnels import funnel_html
from pages.department.stops import stops_html

OTIF = KPIS["otif_rate"]


def watched(number: int) -> Period:
    return week(number, 0.92, Status.AT_RISK)


def test_what_fires_begins_with_its_first_bad_week() -> None:
    """
    Watched in week 1, off in 2 and 3: off target since week 2, alarming since week 1.
    """
    on_time = standing(good(0), watched(1), bad(2), bad(3))

    (fires,) = firing([on_time])

    assert fires.off_target
    assert fires.since == MONDAY + timedelta(weeks=2)
    assert alarming_since(on_time) == MONDAY + timedelta(weeks=1)


def test_off_target_stands_before_what_is_watched() -> None:
    """
    The order is by seriousness, then by age; what is on target does not fire.
    """
    off, old, calm = standing(good(0), bad(1)), standing(watched(0), watched(1)), standing(bad(0), good(1))
    parts = [replace(old, kpi=OTIF), calm, off]

    assert [(each.kpi, each.period.status) for each in firing(parts)] == [
        (ON_TIME, Status.OFF_TARGET), (OTIF, Status.AT_RISK),
    ]  # fmt: skip


def test_procedures_are_called_by_name() -> None:
    """
    Those of the catalogue everywhere, a firm's own where the dimension says what they are; other texts stay.
    """
    assert [named("order_fulfilment"), named("hot_melt", "sop"), named("hot_melt"), named("(other)")] == [
        "Order fulfilment", "Hot melt", "hot_melt", "(other)",
    ]  # fmt: skip


def test_a_decision_is_not_told_twice() -> None:
    """
    Two weeks off target lead the list above; one week off stands among the others.
    """
    long, short = standing(bad(0), bad(1)), replace(standing(good(0), bad(1)), kpi=KPIS["return_rate"])

    rest = besides(needs_decision([long, short]), firing([long, short]))

    assert [each.kpi.key for each in rest] == ["return_rate"]


def test_the_board_puts_the_slice_that_is_off_first() -> None:
    """
    Blue Crane is off target with 10 rows, Austral is fine with 900; a KPI that a slice lacks stays blank.
    """
    on_time = standing(good(0))
    slices = {
        ON_TIME.key: {
            "Austral": Slice(0.96, Status.ON_TARGET, 900),
            "Blue Crane": Slice(0.5, Status.OFF_TARGET, 10),
        },
        "rts_rate": {"Austral": Slice(0.01, Status.OK, 900)},
    }

    board = build_board("carrier", [on_time, replace(on_time, kpi=KPIS["rts_rate"])], slices)
    html = board_html(board, "EUR")

    assert [name for name, _ in board.rows] == ["Blue Crane", "Austral"]
    assert "■" in html
    assert html.index("50.0") < html.index("96.0")
    assert "–" in html


def test_a_page_of_one_market_is_not_compared_by_market() -> None:
    """
    All other ways to compare stay.
    """
    found = {ON_TIME.key: standing(good(0))}

    assert dimensions_of(Department.SHIPPING, found, None) == ["carrier", "mode", "market"]
    assert dimensions_of(Department.SHIPPING, found, "FR") == ["carrier", "mode"]
    assert dimensions_of(Department.SERVICE, found, None) == []


def test_what_waits_is_counted_with_its_oldest() -> None:
    """
    Team A: 3 open, the oldest for 48 hours; team B: none open, one not answered for an hour and a half.
    """
    solved = pl.DataFrame({"team": ["A", "B"], "open": [3, 0], "oldest_age": [48.0, None]})
    answered = pl.DataFrame({"team": ["B"], "open": [1], "oldest_age": [90.0]})

    backlog = build_backlog(waiting(solved, "team", 3600), waiting(answered, "team", 60))
    html = backlog_html(backlog, "team")

    assert backlog["A"] == (Waiting(3, 2.0), Waiting(0, None))
    assert backlog["B"] == (Waiting(0, None), Waiting(1, 0.0625))
    assert together({name: pair[0] for name, pair in backlog.items()}) == Waiting(3, 2.0)
    assert "2 days" in html
    assert "1 h" in html


def test_causes_are_ranked_in_either_measure() -> None:
    """
    Jams cost 60 of 100 minutes but 10 of 90 euros; the change of tools has 80 of them in 30 minutes.
    """
    minutes = pl.DataFrame({"cause": ["jam", "tools", "film"], "value": [60.0, 30.0, 10.0]})
    money = pl.DataFrame({"cause": ["jam", "tools"], "value": [10.0, 80.0]})

    by_minutes = pareto(minutes, money, "cause")
    by_money = pareto(minutes, money, "cause", by_second=True)

    assert [(each.name, each.share, each.reached) for each in by_minutes] == [
        ("jam", 0.6, 0.6), ("tools", 0.3, pytest.approx(0.9)), ("film", 0.1, pytest.approx(1.0)),
    ]  # fmt: skip
    assert [each.name for each in by_money] == ["tools", "jam", "film"]
    assert by_money[2].second is None
    assert by_money[0].share == pytest.approx(80 / 90)
    assert stops_html(by_money, "EUR").index("tools") < stops_html(by_money, "EUR").index("jam")


def test_no_stop_is_no_share() -> None:
    """
    Nothing lost: no row, and no division by zero where all losses are zero.
    """
    none = pl.DataFrame(schema={"cause": pl.String, "value": pl.Float64})
    zero = pl.DataFrame({"cause": ["jam"], "value": [0.0]})

    assert pareto(none, none, "cause") == []
    assert pareto(zero, none, "cause")[0].share == 0.0


def test_a_funnel_divides_sums_step_by_step() -> None:
    """
    1,000 sessions, 200 carts, 80 checkouts of which 30 left: 50 orders, 62.5 % of the checkouts.
    """
    sums = {
        "conversion_rate": Sums(50, 1_000),
        "cart_abandonment_rate": Sums(150, 200),
        "checkout_abandonment_rate": Sums(30, 80),
    }

    steps = reached(VISITS, sums, {"conversion_rate": Sums(40, 800)})

    assert [each.count for each in steps] == [1_000, 200, 80, 50]
    assert [each.of_last for each in steps] == [None, 0.2, 0.4, 0.625]
    assert [each.before for each in steps] == [800, None, None, None]
    assert "62.5%" in funnel_html(steps, "From visit to order")
    assert "+25.0%" in funnel_html(steps, "From visit to order")


def test_a_firm_without_carts_has_a_shorter_funnel() -> None:
    """
    Steps that nobody reports are left out, not shown as zero.
    """
    assert [each.step.name for each in reached(VISITS, {"conversion_rate": Sums(50, 1_000)})] == ["Sessions"]
