"""What the page of a KPI says about the running month and about the latest change."""

from datetime import date

from small_company import LAST
from test_pages_open import GERMANY, opened, read

from kpi.catalog import find
from kpi.period import Span
from pages.kpi.moves import build_month, build_why, headline
from pages.parts.load import load_month, load_why
from pages.parts.viewer import Viewer
from store.home import Store

OTD = find("on_time_delivery_rate")
EARLIER, LATER = Span(date(2025, 3, 31), date(2025, 4, 6)), Span(date(2025, 4, 7), date(2025, 4, 13))


def test_the_running_month_and_what_its_rest_must_bring(owner: Viewer) -> None:
    """
    Due on the five Wednesdays of April: 130 of 160 in time; 186 of 200 would need 56 of 40, 170 of 200 can be.
    """
    told = dict(build_month(OTD, load_month(owner, OTD, None, LAST), "EUR"))

    assert (
        told["So far"].replace("\u00a0", " ").startswith("81.2 % until 27 Apr 2025, from 160 rows; with 95 %")
    )
    assert told["For 93\u00a0%"].replace("\u00a0", " ") == "out of reach this month; 85.0 % at best"
    assert told["A year before"] == "No data from 2 Apr 2024 to 28 Apr 2024"
    assert "April so far" in read(opened("pages.kpi", owner, kpi=OTD.key))


def test_who_brought_the_change(owner: Viewer) -> None:
    """
    25 points, all of it; carriers of 20 parcels a week are too small to be named.
    """
    why = load_why(owner, OTD, EARLIER, LATER, "carrier", None)
    shown = build_why(OTD, why, why.cuts[0], "EUR").replace("\u00a0", " ")

    assert headline(why, "EUR").replace("\u00a0", " ") == (
        "From 100.0 % (31 Mar 2025 to 6 Apr 2025) to 75.0 %: −25.0 pp"
    )
    assert "Together" in shown
    assert "(other)" in shown
    assert "UPS" not in shown
    assert "−25.0 pp" in shown


def test_the_page_explains_the_shown_period(owner: Viewer, store: Store) -> None:
    """
    For everybody, also for a reader of one market; twice the same page reads nothing twice.
    """
    for viewer in (owner, Viewer(store, GERMANY)):
        page = opened("pages.kpi", viewer, kpi=OTD.key, by="Carrier")
        assert not page.exception
        assert "Why it moved" in read(page)
