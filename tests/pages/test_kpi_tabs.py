"""The page of one KPI: its head, and each of its tabs in every state a KPI can be in."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from small_company import LAST, small_store
from test_pages_open import GERMANY, opened, read

from kpi.catalog import KPIS, find
from kpi.period import Every, Span
from kpi.score import Status
from kpi.standing import Period, Standing
from kpi.why import Note
from kpi.why.comparing import Against, began, compared
from pages.kpi import TABS
from pages.kpi.breakdown import evidence
from pages.kpi.load import load_why
from pages.kpi.month import build_month
from pages.kpi.records import matched, names_of, tidy
from pages.kpi.targets import steps_of
from pages.kpi.vitals import build_vitals
from pages.kpi.why import build_why, choose_cut, reason
from pages.parts.load import load_month, load_standings
from pages.parts.viewer import Viewer
from store.home import Store
from store.scope import LOCAL_OWNER
from store.state import TargetRow

OTD = find("on_time_delivery_rate")
EARLIER, LATER = Span(date(2025, 3, 31), date(2025, 4, 6)), Span(date(2025, 4, 7), date(2025, 4, 13))


def flat(text: str) -> str:
    return text.replace("\u00a0", " ")


def tab(viewer: Viewer, name: str, kpi: str = OTD.key, **query: str) -> str:
    page = opened("pages.kpi", viewer, kpi=kpi, tab=name, **query)
    assert not page.exception, page.exception
    return read(page)


@pytest.mark.parametrize("name", TABS)
@pytest.mark.parametrize(
    "key",
    [
        OTD.key,  # off target
        "first_response_time",  # a duration without any row
        "net_sales",  # a sum, nothing known
        "csat_score",  # on target
        "oee",  # a product, too few runs
        "active_customers",  # different values
        "customer_lifetime_value",  # by month
        "rolled_throughput_yield",  # a product of steps
        "inventory_value",  # a level
    ],
)
def test_every_tab_opens_for_every_kind_of_kpi(owner: Viewer, name: str, key: str) -> None:
    """
    With data or without: words, and never a failure.
    """
    page = opened("pages.kpi", owner, kpi=key, tab=name)

    assert not page.exception
    assert "could not be built" not in read(page)


@pytest.mark.parametrize("name", TABS)
def test_every_tab_opens_for_a_reader_of_one_market(store: Store, name: str) -> None:
    """
    Twenty a week are too few to judge; France is nowhere.
    """
    told = tab(Viewer(store, GERMANY), name)

    assert "could not be built" not in told
    assert ">FR<" not in told


def test_the_head_says_both_lights_since_when_and_who(owner: Viewer) -> None:
    """
    75 % since 7 April, worse than usual since then; nobody is on it.
    """
    told = tab(owner, "why")

    assert "75.0 %" in told
    assert "Off target" in told
    assert "Worse than usual since 7 Apr" in told
    assert "7 Apr (20 days)" in told
    assert "Shipping lead" in told
    assert "None open" in told


def test_a_nonsense_tab_is_the_first_one(owner: Viewer) -> None:
    """
    A link from another version still opens.
    """
    assert "Compared" in [
        each.label for each in opened("pages.kpi", owner, kpi=OTD.key, tab="nonsense").selectbox
    ]


def test_a_head_without_any_period_says_so() -> None:
    """
    A KPI that never had data.
    """
    assert "No period is over yet" in build_vitals(Standing(OTD, Every.WEEK, ()), "EUR", LAST, "")


def test_what_began_in_april_is_compared_with_as_long_before(owner: Viewer) -> None:
    """
    Three bad weeks against the three good ones before them, not the last week against the one before.
    """
    standing = load_standings(owner, [OTD], None, 13)[OTD.key]
    assert standing.current is not None

    assert began(standing) == date(2025, 4, 7)
    assert compared(standing, standing.current, Against.SINCE) == (
        Span(date(2025, 3, 17), date(2025, 4, 6)), Span(date(2025, 4, 7), date(2025, 4, 27)),
    )  # fmt: skip
    assert compared(standing, standing.current, Against.BEFORE) == (
        Span(date(2025, 4, 14), date(2025, 4, 20)), Span(date(2025, 4, 21), date(2025, 4, 27)),
    )  # fmt: skip
    assert compared(standing, standing.current, Against.YEAR) == (
        Span(date(2024, 4, 22), date(2024, 4, 28)), Span(date(2025, 4, 21), date(2025, 4, 27)),
    )  # fmt: skip


def test_the_whole_history_bad_leaves_nothing_before() -> None:
    """
    What was always so did not begin.
    """
    bad = Period(date(2025, 4, 21), date(2025, 4, 27), Status.OFF_TARGET, 0.5, target=0.9, n=40)
    standing = Standing(OTD, Every.WEEK, (bad,), until=LAST)

    assert compared(standing, bad, Against.SINCE) is None
    assert compared(standing, bad, Against.BEFORE) is None


def test_the_page_names_who_brought_the_drop(owner: Viewer) -> None:
    """
    From 100 to 75 %; France lost half of its parcels, which is all of it.
    """
    told = tab(owner, "why")

    assert "From 100.0 % (17 Mar – 6 Apr) to 75.0 % (7 Apr – 27 Apr): −25.0 pp" in told
    assert "FR brought −25.0 pp of it, 100% of the change." in told


def test_contributions_add_up_and_small_segments_are_folded(owner: Viewer) -> None:
    """
    In one week carriers of 20 parcels are too small to be named: together they are all of the 25 points.
    """
    why = load_why(owner, OTD, EARLIER, LATER, None, None)
    (cut,) = [each for each in why.cuts if each.dimension == "carrier"]
    shown = flat(build_why(OTD, why, cut, "EUR"))

    assert "Together" in shown
    assert "(other)" in shown
    assert "UPS" not in shown
    assert float(cut.contributions["total"].sum()) == pytest.approx(-0.25)


def test_nothing_stands_out_is_said(owner: Viewer) -> None:
    """
    Inside the limits no segment is to blame.
    """
    why = load_why(owner, OTD, EARLIER, LATER, None, None)
    calm = replace(why, notes=(Note.NOTHING_STANDS_OUT,))

    assert reason(calm, why.cuts[0], "EUR").startswith("No segment stands out")
    assert choose_cut(replace(why, cuts=(), factors=None)) is None


def test_what_does_not_add_up_is_refused_with_a_reason(owner: Viewer) -> None:
    """
    Different customers can stand in several segments.
    """
    standing = load_standings(owner, [find("active_customers")], None, 13)["active_customers"]

    assert standing.chart is None
    assert "no usual range is kept" in tab(owner, "usual", "active_customers")


def test_a_breakdown_begins_with_what_still_varies(owner: Viewer) -> None:
    """
    All markets: by market. Germany alone: by carrier, the market stays to be chosen.
    """
    for query, first in (({}, "market"), ({"market": "DE"}, "carrier")):
        page = opened("pages.kpi", owner, kpi=OTD.key, tab="breakdown", **query)
        (by,) = [each for each in page.selectbox if each.label == "Broken down by"]
        assert by.value == first
        assert "Market" in by.options


def test_a_breakdown_says_how_sure_it_is(owner: Viewer) -> None:
    """
    10 of 20 French parcels in a week are too few to judge; in 13 weeks 230 of 260 miss the target for sure.
    """
    week = tab(owner, "breakdown", by="market")
    thirteen = tab(owner, "breakdown", by="market", shown="13w")

    assert "Not sure" in week
    assert "Clearly missed" in week
    assert "Clearly met" in thirteen
    assert "88.5 %" in thirteen


def test_evidence_needs_the_whole_interval_on_one_side() -> None:
    """
    Between 90 and 96 % a target of 93 % is neither met nor missed.
    """
    scrap = find("scrap_rate")

    assert evidence(OTD, 0.90, 0.96, 0.93) == "Not enough evidence"
    assert evidence(OTD, 0.94, 0.96, 0.93) == "Clearly met"
    assert evidence(OTD, 0.80, 0.85, 0.93) == "Clearly missed"
    assert evidence(scrap, 0.01, 0.02, 0.03) == "Clearly met"
    assert evidence(OTD, None, None, 0.93) == "–"


def test_a_second_dimension_is_read_from_the_records(owner: Viewer) -> None:
    """
    Carriers by currency, which only the records know.
    """
    told = tab(owner, "breakdown", by="carrier", **{"and": "currency"})

    assert ">EUR<" in told
    assert "UPS" in told


def test_a_duration_is_spread_and_others_say_why_not(owner: Viewer) -> None:
    """
    A rate has nothing between hit and miss; OEE is kept as sums.
    """
    assert "Each row of this rate is a hit or a miss" in tab(owner, "distribution")
    assert "this KPI is kept as sums" in tab(owner, "distribution", "oee")


def test_the_running_month_and_what_its_rest_must_bring(owner: Viewer) -> None:
    """
    Due on the five Wednesdays of April: 130 of 160 in time; 186 of 200 would need 56 of 40, 170 of 200 can be.
    """
    told = dict(build_month(OTD, load_month(owner, OTD, None, LAST), "EUR"))

    assert flat(told["So far"]).startswith("81.2 % until 27 Apr 2025, from 160 rows; with 95 %")
    assert flat(told["For 93\u00a0%"]) == "out of reach this month; 85.0 % at best"
    assert told["A year before"] == "No data from 2 Apr 2024 to 28 Apr 2024"
    assert "April so far" in tab(owner, "review")


def test_the_review_has_six_weeks_and_twelve_months(owner: Viewer) -> None:
    """
    The last week 75 %, March 100 %; nothing is known of the year before.
    """
    told = tab(owner, "review")

    assert "Week of 21 Apr 2025" in told
    assert "March 2025" in told
    assert "Year to date" in told


@pytest.mark.parametrize(
    ("side", "said", "number"),
    [
        ("missed", "10 records of 40.", 10),
        ("numerator", "30 records; they add up to 30, divided by 40.", 30),
        ("denominator", "40 records; they add up to 40.", 40),
        ("left_out", "No record was left out.", 0),
    ],
)
def test_records_add_up_to_the_number(owner: Viewer, side: str, said: str, number: int) -> None:
    """
    75 % is 30 of 40.
    """
    page = opened("pages.kpi", owner, kpi=OTD.key, tab="records", side=side)

    assert said in read(page)
    assert sum(len(each.value) for each in page.dataframe) == number


def test_another_week_can_be_looked_into(owner: Viewer) -> None:
    """
    In the week of 31 March all forty were in time.
    """
    told = tab(owner, "records", shown="2025-03-31", side="numerator")

    assert "40 records; they add up to 40, divided by 40." in told


def test_records_can_be_searched(owner: Viewer) -> None:
    """
    All ten that missed went with UPS.
    """
    assert "10 of them hold “ups”." in tab(owner, "records", find="ups")
    assert "0 of them hold “dhl”." in tab(owner, "records", find="dhl")


def test_records_say_nothing_twice() -> None:
    """
    One table of facts, a name in the source that ends with the key, a one in every row: all left out.
    """
    found = pl.DataFrame(
        {
            "fact": ["shipments"] * 2, "key": ["A", "B"], "day": [LAST] * 2, "market": ["DE", "FR"],
            "numerator": [1, 0], "denominator": [1, 1], "source": ["demo"] * 2,
            "source_id": ["shipments A", "shipments B"],
        }
    )  # fmt: skip

    assert tidy(found).columns == ["key", "day", "market", "numerator", "source"]
    assert matched(found, "fr")["key"].to_list() == ["B"]
    assert matched(found, "")["key"].to_list() == ["A", "B"]


def test_what_is_wrong_comes_first() -> None:
    """
    The missed ones of a rate that should be high, the affected ones of a rate that should be low.
    """
    assert list(names_of(OTD)) == ["missed", "numerator", "denominator", "left_out"]
    assert next(iter(names_of(find("return_rate")))) == "numerator"
    assert list(names_of(find("net_sales"))) == ["numerator", "left_out"]


def test_targets_without_an_entry_are_those_of_the_definition(owner: Viewer) -> None:
    """
    93 %, as nobody entered another.
    """
    assert "No target was entered for this; 93 % of the definition counts." in tab(owner, "targets")


def test_the_history_of_targets_is_a_step() -> None:
    """
    95 % from February on, nothing of our own from April on: 93, 95 and again 93 %.
    """
    entry = TargetRow(OTD.key, date(2025, 2, 1), Decimal("0.95"), valid_to=date(2025, 4, 1))

    steps = steps_of(OTD, [entry], None, "EUR")

    assert [(each.start, each.level) for each in steps] == [
        (date(2025, 1, 1), pytest.approx(93)), (date(2025, 2, 1), pytest.approx(95)),
        (date(2025, 4, 1), pytest.approx(93)),
    ]  # fmt: skip


def test_the_definition_tells_everything(owner: Viewer) -> None:
    """
    Meaning, source, target, freshness, sample, and the SOPs behind it.
    """
    told = tab(owner, "definition")

    assert "Shipments delivered by the promised local day" in told
    assert "SCOR RL.2.2" in told
    assert "93 %, watched from 90 %" in told
    assert "Order fulfilment" in told
    assert "No random check of it in 13 weeks" in told
    assert "40 in the period from 21 Apr 2025 to 27 Apr 2025" in told


def test_the_usual_range_is_begun_anew_and_taken_back(tmp_path: Path) -> None:
    """
    With a reason from 7 April on; the chart and the list say so; taking it back needs a reason, too.
    """
    store = small_store(tmp_path)
    viewer = Viewer(store, LOCAL_OWNER)
    page = opened("pages.kpi", viewer, kpi=OTD.key, tab="usual")
    form = f"baseline_{OTD.key}"

    page.button(key=f"start_{form}").click().run()
    page.button(key=f"save_{form}").click().run()
    assert "no reason" in read(page)
    page.text_input(key=f"why_{form}").set_value("New <b>carrier</b>")
    page.button(key=f"save_{form}").click().run()

    (row,) = store.state.baselines.rows(LOCAL_OWNER, OTD.key)
    assert (row.starts_on, row.reason, row.undone) == (date(2025, 4, 7), "New <b>carrier</b>", False)
    assert "New &lt;b&gt;carrier&lt;/b&gt;" in read(page)
    store.close()


def test_every_kpi_has_a_page_that_opens(owner: Viewer) -> None:
    """
    All of the catalogue's names are in the chooser.
    """
    page = opened("pages.kpi", owner, kpi=OTD.key)

    assert len(page.selectbox(key=f"chooser_{OTD.key}").options) == len(KPIS)
