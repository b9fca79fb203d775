"""The flow page: what it says for a firm whose numbers a person can add up, and in every designed state."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from io import BytesIO

import pytest
from pypdf import PdfReader
from small_flow import LAST, flow_store
from streamlit.testing.v1 import AppTest
from test_pages_open import opened, read

from kpi.catalog import find
from kpi.flow.alike import Verdict
from kpi.flow.reading import flow, flow_slice, lanes
from pages.flow.carriers import headline as compared_headline
from pages.flow.late import build_attribution, listed
from pages.flow.late import headline as late_headline
from pages.flow.late import title as late_title
from pages.flow.load import load_compared, load_flow, load_funnel, load_ledger, load_slack
from pages.flow.markets import build_funnel
from pages.flow.markets import title as funnel_title
from pages.flow.paper import paper
from pages.flow.slack import headline as slack_headline
from pages.flow.strip import build_lead, build_strip, build_sum, headline
from pages.parts.viewer import Viewer
from store.home import Store
from store.scope import LOCAL_OWNER, Principal, Scope

FRANCE = Principal("France only", Scope(markets=frozenset({"FR"})))
SERVICE = Principal("Service only", Scope(departments=frozenset({"service"})))
ASKED = flow_slice(LAST, 26)


@pytest.fixture(scope="module")
def border(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The firm that ships over a border; tests only read it."""
    store = flow_store(tmp_path_factory.mktemp("border"))
    yield store
    store.close()


@pytest.fixture
def viewer(border: Store) -> Viewer:
    return Viewer(border, LOCAL_OWNER)


def page(store: Store, principal: Principal = LOCAL_OWNER, **query: str) -> AppTest:
    return opened("pages.flow", Viewer(store, principal), period="26 weeks", **query)


def test_the_page_on_paper_says_the_same(viewer: Viewer) -> None:
    """
    The promise kept, every stage, who made orders late, and customs, without a browser.
    """
    found = load_flow(viewer, ASKED)
    assert found is not None
    made = paper(viewer, ASKED, found, "EUR")
    text = " ".join("".join(each.extract_text() for each in PdfReader(BytesIO(made.make())).pages).split())

    assert made.file_name == f"flow-{LAST}.pdf"
    for told in (
        "95.8% of 313 orders",
        "Destination sorting",
        late_title(found),
        "declarations passed at once",
    ):
        assert told in text, told


def test_the_page_says_what_is_off(border: Store) -> None:
    """
    13 of 313 due came late or not yet: 12 of B to DE were three days late at customs, one is still under way.
    """
    shown = page(border)

    assert not shown.exception
    told = read(shown)
    assert "95.8%" in told
    assert "of 313 orders that fell due came on their day or before" in told
    assert "1 is still under way and counts as late" in told
    assert "of those delivered alone it would be 96.2%" in told
    assert "Customs made most of the lateness: 36 days of 36 days." in told


def test_stages_and_lateness_of_the_slice(border: Store) -> None:
    """
    312 orders are settled; customs takes 20 h for half of them and 100 h for twelve, who made all 36 days late.
    """
    found = flow(border.lake, LOCAL_OWNER, ASKED)

    assert found is not None
    customs = found.stages[4]
    assert (customs.n, round(customs.late_days)) == (312, 36)
    one_lane = flow(border.lake, LOCAL_OWNER, flow_slice(LAST, 26, "CN-DE"))
    assert one_lane is not None
    assert one_lane.stages[4].budget_s == 24 * 3_600
    assert customs.median_s == pytest.approx(20 * 3_600, rel=0.01)
    assert found.late.select("stage", "party", "orders").rows()[0] == ("customs", "customs", 12)
    assert found.on_time.late_days == 36
    assert (found.under_way, found.overdue) == (2, 1)
    assert [row["shipment_id"] for row in listed(found, overdue=False).iter_rows(named=True)] == ["SSTUCK"]


def test_a_budget_ends_with_its_promise(border: Store) -> None:
    """
    Six stages of 24 h are 144 h, six days; where it comes from is said.
    """
    rows = lanes(border.lake, LOCAL_OWNER)

    told = build_sum(rows.head(1))
    assert "Warehouse 24 + Mode and departure 24" in told
    assert "<strong>144 h</strong>, 6 days promised · set in fairlead.toml" in told
    assert "proposed from" in build_sum(rows.tail(1))


def test_carriers_are_compared_where_both_went(viewer: Viewer) -> None:
    """
    B keeps 144 of 156, A all but the one that never came: with the same parcels that is beyond chance.
    """
    found, spans = load_compared(viewer, ASKED, "carrier")

    assert found["B"]["on_time"].verdict is Verdict.WORSE
    assert compared_headline(found).startswith("With the same parcels B keeps 92.")
    assert spans["A"][0] == pytest.approx(100 / 24, rel=0.06)


def test_customs_tells_holds_and_who_owned_the_step(viewer: Viewer) -> None:
    """
    Four of the declarations released were held, two for papers, one of these without an owner.
    """
    cleared, holds = load_ledger(viewer, ASKED)

    assert cleared["cleared"].sum() == cleared["first_pass"].sum() + cleared["held"].sum()
    assert (cleared["held"].sum(), cleared["unowned"].sum(), holds.height) == (4, 1, 4)
    told = read(page(viewer.store))
    assert "For 1 hold nobody owned the declaration step." in told
    assert "▲ nobody" in told


def test_markets_stand_in_a_funnel(viewer: Viewer) -> None:
    """
    DE keeps 144 of 157, FR all 156; which is apart, and from what, is the text alternative too.
    """
    kpi = find("on_time_delivery_rate")
    found = load_funnel(viewer, kpi, ASKED)

    assert found is not None
    assert [f"{place.name} {place.hits:.0f}/{place.of:.0f}" for place in found.places] == [
        "DE 144/157",
        "FR 156/156",
    ]
    chart = build_funnel(kpi, found, "light")
    assert chart.alt.startswith(f"On-time delivery: {funnel_title(found)}")
    assert set(chart.rows["mark"]) <= {"outside", "inside", "few"}


def test_charts_say_their_message_in_words(border: Store) -> None:
    """
    The title of the lateness chart is its text alternative too, with the sums of all parties.
    """
    found = flow(border.lake, LOCAL_OWNER, ASKED)
    assert found is not None
    chart = build_attribution(found, "dark")

    assert late_title(found) == "Customs office: 36 of 36 days late, most of them in customs."
    assert chart.alt.startswith(late_title(found))
    assert late_headline(found).startswith("About ")
    assert headline(found) in read(page(border))


def test_a_lane_narrows_everything(border: Store) -> None:
    """
    On the lane to FR everything came in time, and its budget is proposed.
    """
    shown = page(border, lane="CN-FR")

    told = read(shown)
    assert not shown.exception
    assert "100.0%" in told
    assert "No order that was delivered in these weeks came late." in told
    assert "of 156 orders" in told


def test_scope_is_kept(border: Store) -> None:
    """
    Who sees FR alone sees no order, lane or hold of DE; who sees service alone is told whom to ask.
    """
    france, service = page(border, FRANCE), page(border, SERVICE)

    assert not france.exception
    assert "CN-DE" not in read(france)
    assert "STUCK" not in read(france)
    assert "of 156 orders" in read(france)
    assert "limited to people of shipping" in read(service)
    assert "You can't see this" in unescape(read(service))


def test_nothing_computed_and_nothing_in_the_slice(border: Store, empty: Store) -> None:
    """
    An empty installation says how to begin; a slice without orders says which filter to relax.
    """
    assert "There is no data yet" in read(page(empty))
    nothing = page(border, lane="CN-DE", market="FR")
    assert not nothing.exception
    assert "Choose a longer period or all lanes" in read(nothing)


def test_shipments_alone_are_enough(shipping_only: Store) -> None:
    """
    A firm that knows days of dispatch and delivery sees transit, promises and carriers; other stages are not passed.
    """
    shown = page(shipping_only)

    told = read(shown)
    assert not shown.exception
    assert "No order passes it here." in told
    assert "of 560 orders that fell due" in told
    assert "Transit made most of the lateness" in told
    assert "No declaration was presented to customs" in told


def test_slack_of_orders_under_way_names_stage_and_party(viewer: Viewer) -> None:
    """
    The order at customs since 84 h is 60 h beyond the 24 h of its stage; the overdue one waits at the door for longer.
    """
    rows = load_slack(viewer, flow_slice(LAST, 26, "CN-DE"))

    told = {
        (stage, party): over // 3_600
        for stage, party, over in rows.select("stage", "party", "over_s").iter_rows()
    }
    assert told["customs", "customs"] > 50
    assert slack_headline(rows).endswith("in last mile (carrier).")


def test_a_silent_source_is_named_before_anything_else(store: Store) -> None:
    """
    The files of the small company were read long ago: where orders are now may be old news.
    """
    at = datetime(2025, 4, 27, 12, tzinfo=UTC) + timedelta(days=9_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pages.flow.now", lambda: at)
        told = read(page(store))

    assert "◷ files sent nothing lately" in told


def test_few_orders_are_marked_and_text_is_escaped(border: Store) -> None:
    """
    A stage with fewer than 30 orders says so; names from data are no markup.
    """
    one_week = flow_slice(date(2025, 4, 20), 1)
    found = flow(border.lake, LOCAL_OWNER, one_week)
    assert found is not None

    assert "? only 24" in build_strip(found)
    assert "<strong>" in build_lead(found)
    assert "Over &lt;the&gt; border" in read(page(border))
