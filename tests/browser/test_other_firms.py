"""Pages for a firm without any data, for one that knows only its parcels, and what a wrong link is told."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_watch import Watched, serving, watch
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser

TABS = ("why", "breakdown", "distribution", "review", "records", "usual", "targets", "definition")
OTHERS = ("service", "manufacturing", "marketing", "planning", "procedures")
OF_WORK = (
    "alerts",
    "meeting",
    "actions",
    "sops",
    "run",
    "checks",
    "adherence",
    "training",
    "reviews",
    "targets",
)
SHIPPED = (
    "",
    "flow",
    "shipping",
    "data",
    *OF_WORK,
    *(f"kpi?kpi=on_time_delivery_rate&tab={tab}" for tab in TABS),
)
UNKNOWN = "kpi?kpi=nonsense"


@pytest.fixture(scope="module")
def unfed(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Watched]:
    """An installation nobody has given anything to."""
    with serving(tmp_path_factory.mktemp("unfed")) as address:
        yield from watch(chromium, address)


@pytest.fixture(scope="module")
def shipper(parcels: Path, chromium: Browser) -> Iterator[Watched]:
    with serving(parcels) as address:
        yield from watch(chromium, address)


@pytest.mark.parametrize("path", ["", "flow", "shipping", *OTHERS, "kpi?kpi=oee&tab=records", "data"])
def test_an_empty_installation_says_what_to_do_next(unfed: Watched, path: str) -> None:
    """
    On every page: the demo, or one's own files, with the commands.
    """
    page = unfed.open(path)

    expect(page.get_by_text("There is no data yet")).to_be_visible()
    expect(page.get_by_text("fairlead demo")).to_be_visible()
    expect(page.get_by_text("fairlead source inspect FILE")).to_be_visible()
    assert unfed.barriers() == []
    assert unfed.complaints == []


@pytest.mark.parametrize("path", OF_WORK)
def test_nothing_fails_where_nothing_was_entered(unfed: Watched, path: str) -> None:
    """
    Procedures can be written, targets set and meetings looked for before there is any data.
    """
    page = unfed.open(path)

    expect(page.locator("h1")).to_be_visible()
    expect(page.locator('[role="alert"], [data-testid="stException"]')).to_have_count(0)
    assert unfed.barriers() == []
    assert unfed.complaints == []


@pytest.mark.parametrize("path", SHIPPED)
def test_a_shipper_s_pages_are_quiet(shipper: Watched, path: str) -> None:
    """
    Nothing failed on any page or tab, whatever else the firm has never recorded.
    """
    page = shipper.open(path)

    expect(page.locator('[role="alert"], [data-testid="stException"]')).to_have_count(0)
    expect(page.get_by_text("could not be built")).to_have_count(0)
    assert shipper.barriers() == []
    assert shipper.complaints == []


def test_a_shipper_sees_its_late_parcels(shipper: Watched) -> None:
    """
    Ten of forty are late in the last weeks, all with UPS to FR: 75 %, and the slice is named.
    """
    page = shipper.open()
    line = page.locator(".decisions tbody tr", has_text="On-time delivery")

    expect(line.locator(".value .first")).to_have_text("75.0 %")
    expect(line.locator(".why .first")).to_contain_text("50.0 %")
    links = page.get_by_test_id("stTopNav").get_by_role("link")
    expect(links.filter(has_text="Shipping")).to_be_visible()
    for department in ("Customer service", "Manufacturing", "Marketing", "Planning", "Procedures"):
        expect(links.filter(has_text=department)).to_have_count(0)


@pytest.mark.parametrize("path", [*OTHERS, "kpi?kpi=oee", "kpi?kpi=first_response_time&tab=breakdown"])
def test_what_was_never_sent_is_no_zero(shipper: Watched, path: str) -> None:
    """
    Other departments, and a KPI of theirs, say that there is no data yet and which tables are missing: no figure, no
    chart, and not the offer of a made-up company to a firm that has begun.
    """
    page = shipper.open(path)
    main = page.locator("[data-testid=stMain]")

    expect(main).to_contain_text("No data for ")
    expect(main).to_contain_text("Most is asked of: ")
    expect(main).to_contain_text("fairlead source inspect FILE")
    expect(main).not_to_contain_text("fairlead demo")
    expect(main).not_to_contain_text(re.compile(r"\b0(\.0+)?\s?%"))
    expect(page.locator('[data-testid="stVegaLiteChart"]')).to_have_count(0)
    assert shipper.barriers() == []
    assert shipper.complaints == []


@pytest.mark.parametrize(
    ("path", "title"), [(UNKNOWN, "That can't be shown"), (f"{UNKNOWN}&lang=zh", "无法显示")]
)
def test_a_wrong_link_is_a_page_with_a_title(shipper: Watched, path: str, title: str) -> None:
    """
    A KPI that does not exist: a heading, a sentence in the reader's language, and the way on above it.
    """
    page = shipper.open(path)

    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator(".fl-state")).to_contain_text("nonsense")
    expect(page.get_by_test_id("stTopNav").get_by_role("link").first).to_be_visible()
    assert shipper.barriers() == []
    assert shipper.complaints == []
