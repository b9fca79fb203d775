"""What a page can be narrowed to and compared with, and that a link restores it in every language."""

from datetime import date

from streamlit.testing.v1 import AppTest

from kpi.catalog import find
from kpi.compare import Comparison
from kpi.period import Span
from kpi.standings import Scored, scored, weeks_of
from pages.parts.comparing import load_compared
from pages.parts.filters import Filters
from pages.parts.load import known_of, load_standings
from pages.parts.viewer import Viewer
from store.scope import LOCAL_OWNER

ON_TIME, CSAT, OEE = (find(key) for key in ("on_time_delivery_rate", "csat_score", "oee"))
MARCH = Span(date(2025, 3, 3), date(2025, 3, 30))


def choosing(speaks: str) -> None:
    """Runs inside the page's script: one choice between two texts that the catalogue knows."""
    import streamlit as st

    from kpi.words import Language, speaking
    from pages.parts.filters import choose

    with speaking(Language(speaks)):
        st.text(choose("Shown", ["Overview", "Data"], "shown"))


def page(viewer: Viewer, **query: str) -> AppTest:
    """The page of on-time delivery, as a link opens it."""

    def show(viewer: object) -> None:
        from pages.kpi import render

        render(viewer)  # type: ignore[arg-type]

    test = AppTest.from_function(show, args=(Viewer(viewer.store, viewer.principal),), default_timeout=60)
    for name, value in {"kpi": ON_TIME.key, **query}.items():
        test.query_params[name] = value
    return test.run()


def told(test: AppTest) -> str:
    return "".join(each.value for each in test.html)


def test_a_link_carries_what_was_chosen() -> None:
    """
    What is usual needs no words.
    """
    assert Filters(13, None).link == ""
    assert Filters(26, "DE", Comparison.YEAR).link == "&period=26+weeks&market=DE&compare=Year+before"


def test_a_link_is_good_in_every_language() -> None:
    """
    The text of an option stands in the link: one made by a Chinese reader opens for an English one, and back.
    """
    for speaks, link in (("en", "数据"), ("zh", "Data"), ("zh", "数据"), ("en", "Data")):
        test = AppTest.from_function(choosing, args=(speaks,))
        test.query_params["shown"] = link
        assert test.run().text[0].value == "Data", (speaks, link)


def test_the_comparison_of_the_link_decides_what_is_told(owner: Viewer) -> None:
    """
    Three weeks at 75 %: no change from the period before; of a year before nothing is known.
    """
    assert "from the period before" in told(page(owner))
    for choice in ("Year before", "Nothing"):
        test = page(owner, compare=choice)
        assert test.selectbox(key="compare").value == choice
        assert "before" not in told(test).split("below target since")[0].split("Week of")[1]


def test_weeks_of_an_earlier_year_are_read_like_any_others(owner: Viewer) -> None:
    """
    Asked for March, they are what the standing holds of March, for all markets and for one; machines know no market.
    """
    kpis, known, lake = [ON_TIME, CSAT, OEE], known_of(owner), owner.store.lake
    whole = scored(lake, LOCAL_OWNER, kpis, known, over=MARCH)
    split = scored(lake, LOCAL_OWNER, [ON_TIME, CSAT], known, over=MARCH, by_market=True)
    scores = Scored(tuple(kpis), whole.whole, split.split)
    for market in (None, "DE"):
        stand = load_standings(owner, kpis, market, 13)
        for kpi in kpis:
            wanted = [each for each in stand[kpi.key].periods if MARCH.start <= each.start <= MARCH.end]
            found = weeks_of(scores, kpi, MARCH, market)
            assert [(each.start, each.value, each.n) for each in found] == [
                (each.start, each.value, each.n) for each in wanted
            ]


def test_a_year_without_data_is_no_change(owner: Viewer) -> None:
    """
    The small company is fourteen weeks old.
    """
    found = load_compared(owner, [ON_TIME, OEE], "DE", 13, Comparison.YEAR)

    assert {key: each.prior.value if each.prior else None for key, each in found.items()} == {
        ON_TIME.key: None, OEE.key: None,
    }  # fmt: skip
