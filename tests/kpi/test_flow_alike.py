"""Like for like: a carrier is judged by what others did with the same parcels, and only where there are any."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from kpi.flow.alike import Difference, Verdict, compared
from kpi.flow.tables import ORDERS, SCHEMAS

DAY = date(2025, 4, 21)
STRATA = ("day", "lane", "mode", "band")


def orders(*rows: dict[str, object]) -> pl.DataFrame:
    blank = {
        name: 0 if dtype == pl.Int64 else "x" for name, dtype in SCHEMAS[ORDERS].items() if name != "day"
    }
    return pl.DataFrame([{"day": DAY, **blank, **row} for row in rows], schema=SCHEMAS[ORDERS])


def against_others(rows: pl.DataFrame, name: str, measure: str = "on_time") -> Difference:
    return compared(rows, "carrier", STRATA)[name][measure]


def test_the_mix_of_lanes_does_not_decide() -> None:
    """
    A carries the hard lane mostly and looks worse overall (82 against 93 %), but on each lane it is 5 points better.
    """
    told = orders(
        {"lane": "easy", "carrier": "A", "due": 200, "kept": 200},
        {"lane": "hard", "carrier": "A", "due": 800, "kept": 640},
        {"lane": "easy", "carrier": "B", "due": 1_800, "kept": 1_710},
        {"lane": "hard", "carrier": "B", "due": 200, "kept": 150},
    )  # fmt: skip

    found = against_others(told, "A")

    assert found.difference == pytest.approx(0.05)
    assert found.verdict is Verdict.BETTER
    assert (found.rows, found.comparable) == (1_000, 1_000)


def test_without_a_counterpart_nothing_is_said() -> None:
    """
    C alone serves its lane: none of its parcels can be compared; D shares one lane, with ten parcels.
    """
    told = orders(
        {"lane": "only C", "carrier": "C", "due": 500, "kept": 400},
        {"lane": "both", "carrier": "D", "due": 10, "kept": 9},
        {"lane": "both", "carrier": "E", "due": 900, "kept": 800},
    )  # fmt: skip

    found = compared(told, "carrier", STRATA)

    assert {name: each["on_time"].verdict for name, each in found.items()} == dict.fromkeys(
        "CDE", Verdict.UNKNOWN
    )
    assert found["C"]["on_time"].overlap == 0


def test_a_small_overlap_is_not_enough() -> None:
    """
    40 of 1,000 parcels have a counterpart: too small a part to judge the rest by.
    """
    told = orders(
        {"lane": "alone", "carrier": "A", "due": 960, "kept": 900},
        {"lane": "both", "carrier": "A", "due": 40, "kept": 40},
        {"lane": "both", "carrier": "B", "due": 400, "kept": 200},
    )  # fmt: skip

    assert against_others(told, "A").verdict is Verdict.UNKNOWN
    assert against_others(told, "B").verdict is Verdict.WORSE


def test_days_and_costs_are_means() -> None:
    """
    A takes 2 days at 10.00, B 3 days at 8.00 on the same lane: a day faster and 2.00 dearer.
    """

    def row(carrier: str, minutes: int, cents: int) -> dict[str, object]:
        spread = [minutes - 60, minutes + 60] * 50
        paid = [cents - 50, cents + 50] * 50
        return {
            "carrier": carrier, "transit_n": 100, "transit_min": sum(spread),
            "transit_min2": sum(m * m for m in spread),
            "cost_n": 100, "cost_cents": sum(paid), "cost_cents2": sum(c * c for c in paid),
        }  # fmt: skip

    told = orders(row("A", 2 * 1_440, 1_000), row("B", 3 * 1_440, 800))
    days, cost = (against_others(told, "A", measure) for measure in ("days", "cost"))

    assert (days.own, days.difference, days.verdict) == (pytest.approx(2), pytest.approx(-1), Verdict.BETTER)
    assert (cost.own, cost.difference, cost.verdict) == (pytest.approx(10), pytest.approx(2), Verdict.WORSE)
    error = (100 / 99 * (60 / 1_440) ** 2 * 2 / 100) ** 0.5
    assert days.upper == pytest.approx(-1 + 2.5758 * error, abs=1e-4)


def test_rare_damage_is_no_evidence() -> None:
    """
    Four broken of 1,300 against none of 600: under two expected on the smaller side say nothing.
    """
    told = orders(
        {"carrier": "A", "delivered": 1_300, "damaged": 4}, {"carrier": "B", "delivered": 600, "damaged": 0}
    )

    assert against_others(told, "A", "damage").verdict is Verdict.UNKNOWN


def test_the_interval_holds_the_truth() -> None:
    """
    Of 400 comparisons over forty small strata with a true difference of -4 points, about 99 in 100 intervals hold it.
    """
    rng = np.random.default_rng(11)
    inside = 0
    for _ in range(400):
        rows: list[dict[str, object]] = []
        for lane in range(40):
            level = 0.85 + 0.1 * rng.random()
            for carrier, share in (("A", level - 0.04), ("B", level)):
                due = int(rng.integers(2, 12))
                rows.append(
                    {"lane": str(lane), "carrier": carrier, "due": due, "kept": int(rng.binomial(due, share))}
                )
        found = against_others(orders(*rows), "A")
        assert found.lower is not None
        assert found.upper is not None
        inside += found.lower <= -0.04 <= found.upper
    assert 0.975 <= inside / 400 < 1
