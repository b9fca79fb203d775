"""A change of a real figure, divided as it was worked out beside it from the file's own lines."""

from datetime import date

import pytest
from real_sets import Load

from kpi.catalog import find
from kpi.period import Span
from kpi.why import Note, why_moved
from store.scope import LOCAL_OWNER

YEARS = [Span(date(year, 1, 1), date(year, 12, 31)) for year in (2009, 2010)]
BY_HAND = {  # on time and due in 2009 and in 2010: mix and rate
    "air": (823, 845, 736, 875, 0.000252887, -0.093049905),
    "road": (269, 278, 149, 176, -0.000331835, -0.022273278),
    "(other)": (3, 3, 16, 25, -0.001519632, -0.004168507),
    "air_charter": (113, 127, 112, 128, -0.000100807, -0.001532990),
}


def test_scms_on_time_fell_by_its_air_freight(load: Load) -> None:
    """
    From 1,208 of 1,253 to 1,013 of 1,204 lines: 12.3 points less, 9.3 of them by the rate of air freight.
    """
    store = load("scms_lines").store

    why = why_moved(store.lake, LOCAL_OWNER, find("on_time_delivery_rate"), *YEARS, by=["mode"])

    assert (why.before, why.after) == (1208 / 1253, 1013 / 1204)
    (cut,) = why.cuts
    rows = {row["segment"]: row for row in cut.contributions.rows(named=True)}
    assert list(rows) == list(BY_HAND)
    for name, (hits0, due0, hits1, due1, mix, rate) in BY_HAND.items():
        row = rows[name]
        assert (row["before"], row["after"]) == (hits0 / due0, hits1 / due1)
        assert (row["mix"], row["rate"]) == pytest.approx((mix, rate), abs=1e-9)
    assert cut.contributions["total"].sum() == pytest.approx(why.change, abs=1e-12)
    assert [name for name, row in rows.items() if row["significant"]] == ["air", "road"]
    assert why.notes == (Note.NO_LIMITS,)
