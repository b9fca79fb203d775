"""What only a browser can tell: links, keys, width, downloads, and that the console stays quiet."""

from pathlib import Path

import pytest
from browser_watch import AT_REST, Watched, serving, until, watch
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser

PAGES = {
    "": "Operations overview",
    "shipping": "Shipping and cross-border",
    "service": "Customer service",
    "manufacturing": "Manufacturing",
    "kpi?kpi=on_time_delivery_rate": "On-time delivery",
    "kpi?kpi=first_response_time": "First response time",
    "flow": "Flow",
    "data": "Data",
    "marketing": "Marketing and sales",
    "planning": "Planning",
    "procedures": "SOP adherence and training",
}
OF_WORK = {
    "alerts": "Alerts",
    "meeting": "Performance meeting",
    "actions": "Actions",
    "targets": "Targets",
    "sops": "SOP library",
    "run": "Run a procedure",
    "checks": "Audits",
    "adherence": "Adherence",
    "training": "Training",
    "reviews": "Reviews and flags",
}
WALK = """function* walk(root) { for (const each of root.querySelectorAll('*')) {
    yield each; if (each.shadowRoot) yield* walk(each.shadowRoot) } };
  const named = each => (  // the main part holds all words of the page, some of which may still change
    each.getAttribute('aria-label') || each.innerText?.trim() || each.placeholder || each.id)?.slice(0, 60);"""
REACHABLE = f"""() => {{ {WALK}
  const stops = each => each.matches('a[href],button,input,select,textarea,summary,[tabindex="0"]')
    && !each.disabled && each.tabIndex >= 0 && each.checkVisibility({{visibilityProperty: true}});
  const grouped = each => each.getAttribute('role') === 'radio';  // one stop for all of them
  return [...walk(document)].filter(each => stops(each) && !grouped(each)).map(named).filter(Boolean) }}"""
FOCUSED = f"""() => {{ {WALK}
  let each = document.activeElement;
  while (each.shadowRoot?.activeElement) each = each.shadowRoot.activeElement;
  const accent = 'rgb(43, 89, 195)', inside = each.matches('input,textarea');
  const drawn = style => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
    || (inside && style.borderTopColor === accent);
  let part = each, ringed = false;
  for (let n = 0; n < (inside ? 5 : 1) && part; n++, part = part.parentElement)
    ringed ||= drawn(getComputedStyle(part));
  return [named(each) || each.tagName, ringed] }}"""
MOVING = f"""() => {{ {WALK}
  const longest = told => Math.max(...told.split(',').map(parseFloat));
  const moves = style => longest(style.transitionDuration) > 0.01
    || (style.animationName !== 'none' && longest(style.animationDuration) > 0.01);
  return [...walk(document.body)].filter(each => moves(getComputedStyle(each)))
    .map(each => each.tagName + '.' + each.className) }}"""
WIDE, DARK, NARROW = (1280, "light"), (1280, "dark"), (390, "light")
LOOKS = [
    *((look, path) for look in (WIDE, DARK, NARROW) for path in PAGES),
    *((look, path) for look in (DARK, NARROW) for path in OF_WORK),
]


@pytest.mark.parametrize(("profile", "path"), LOOKS, indirect=["profile"])
def test_a_page_is_quiet_at_home_and_fits(looked: Watched, path: str) -> None:
    """
    No complaint in the console or of axe-core, nobody else is asked, and nothing sticks out to the right.
    """
    page = looked.open(path)

    expect(page.locator("h1")).to_have_text((PAGES | OF_WORK)[path])
    expect(page.get_by_text("Page not found")).to_have_count(0)
    expect(page.get_by_text("made-up company")).to_be_visible()
    assert looked.barriers() == []
    assert looked.complaints == []
    assert looked.strangers == []
    assert (
        page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        <= page.viewport_size["width"]
    )


def test_enter_on_a_card_opens_its_kpi(watched: Watched) -> None:
    """
    A card is a link: it can be reached and followed without a mouse.
    """
    page = watched.open("?market=FR")
    card = page.get_by_role("link", name="On-time delivery 50.0")

    card.focus()
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("On-time delivery")
    expect(page).to_have_url(f"{watched.address}/kpi?kpi=on_time_delivery_rate&market=FR")


def test_a_decision_opens_its_kpi(watched: Watched) -> None:
    """
    One click from what is wrong to why.
    """
    page = watched.open()

    page.get_by_role("link", name="On-time delivery · Off target").click()

    expect(page.locator("h1")).to_have_text("On-time delivery")
    expect(page.locator('[data-testid="stVegaLiteChart"] svg').first).to_be_visible()


def test_another_period_redraws_a_chart_without_building_it_anew(watched: Watched) -> None:
    """
    The picture stays the same element and shows another path: nothing blinks.
    """
    page = watched.open("shipping")
    picture = page.locator('[data-testid="stVegaLiteChart"] svg').first
    expect(picture).to_be_visible()
    picture.evaluate("each => { each.dataset.seen = 'yes'; window.before = each.innerHTML }")

    page.get_by_role("radio", name="26 weeks").click()

    until(page, "document.querySelector('[data-testid=stVegaLiteChart] svg').innerHTML != window.before")
    expect(picture).to_have_attribute("data-seen", "yes")


def test_a_heading_of_the_scorecard_sorts_by_number(watched: Watched) -> None:
    """
    Up, down, and back to the order of the page; percentages by their size, not by their first digit.
    """
    page = watched.open("manufacturing")
    heading = page.get_by_role("columnheader", name="Value")
    values = page.locator(".score tbody .value")

    def shown() -> list[str]:
        return [each for each in values.all_inner_texts() if "%" in each]

    expect(values.first).to_be_visible()
    before = shown()
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    rising = [float(each.split()[0]) for each in shown()]
    heading.get_by_role("button").press("Enter")
    expect(heading).to_have_attribute("aria-sort", "descending")
    falling = [float(each.split()[0]) for each in shown()]
    heading.get_by_role("button").press("Enter")

    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)
    assert shown() == before


def test_on_paper_there_are_no_controls_and_no_row_is_lost(watched: Watched) -> None:
    """
    The bar, the filters and menus are gone, the page is white and as long as its table.
    """
    page = watched.open("shipping")
    expect(page.locator(".score tbody tr").nth(10)).to_be_visible()
    page.emulate_media(media="print")

    for gone in (
        '[data-testid="stHeader"]',
        ".st-key-filters",
        ".st-key-views",
        '[class*="st-key-exports_"]',
    ):
        expect(page.locator(gone).first).to_be_hidden()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
        == "rgb(255, 255, 255)"
    )
    assert page.locator(".score").evaluate("each => each.scrollHeight - each.clientHeight") <= 2


def test_filters_live_in_the_link(watched: Watched) -> None:
    """
    A choice changes the link; the link brings the choice back.
    """
    page = watched.open()
    page.get_by_role("radio", name="26 weeks").click()
    page.wait_for_url("**period=26*")

    page.reload()
    watched.settled()

    expect(page.get_by_role("radio", name="26 weeks")).to_be_checked()


def test_another_kpi_can_be_chosen(watched: Watched) -> None:
    """
    The link follows, so that it can be sent on.
    """
    page = watched.open("kpi?kpi=on_time_delivery_rate")
    page.get_by_role("combobox", name="KPI").fill("Manufacturing · OEE")
    page.get_by_role("option", name="Manufacturing · OEE").click()

    expect(page.locator("h1")).to_have_text("OEE")
    page.wait_for_url("**kpi=oee")


def test_a_download_holds_all_records_and_no_formula(watched: Watched) -> None:
    """
    Forty records and a heading; the shipment called =… cannot be run by a spreadsheet.
    """
    page = watched.open("kpi?kpi=on_time_delivery_rate&tab=records&side=denominator")

    with page.expect_download() as coming:
        page.get_by_role("button", name="All 40 rows as CSV").click()

    lines = Path(coming.value.path()).read_text(encoding="utf-8").splitlines()
    assert len(lines) == 41
    keys = [line.split(",")[lines[0].split(",").index("key")] for line in lines]
    assert [key for key in keys if "=" in key] == ["'=2025-04-21-39"]


def test_every_deep_link_into_a_fresh_server_finds_its_page(chromium: Browser, company: Path) -> None:
    """
    All of them at once, as the first things a restarted server is asked.
    """
    with serving(company) as address:
        context = chromium.new_context()
        context.set_default_timeout(60_000)
        opened = {path: context.new_page() for path in PAGES}
        for path, page in opened.items():
            page.goto(f"{address}/{path}", wait_until="commit")
        for path, page in opened.items():
            expect(page.locator("h1")).to_have_text(PAGES[path])
            expect(page.get_by_text("Page not found")).to_have_count(0)
            assert page.url == f"{address}/{path}"
        context.close()


def test_the_scorecard_opens_with_the_keyboard(watched: Watched) -> None:
    """
    Each name in the table is a link that the tab key reaches and Enter follows.
    """
    page = watched.open()
    link = page.locator(".score").get_by_role("link", name="Customer satisfaction", exact=True)
    link.focus()
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("Customer satisfaction")
    assert watched.complaints == []


def test_the_tab_key_reaches_every_control_and_shows_where_it_is(watched: Watched) -> None:
    """
    From the link to the main part through menus, filters, decisions, cards and table: nothing is skipped, each stop is
    drawn with a ring, and the order is that of the page.
    """
    page = watched.open()
    for late in (".score a", ".st-key-tongue button", ".st-key-filters button", ".wall a"):
        page.locator(late).last.wait_for()
    wanted, stops = page.evaluate(REACHABLE), list[str]()
    for _ in range(len(wanted) + 10):
        page.keyboard.press("Tab")
        until(page, AT_REST)
        name, ringed = page.evaluate(FOCUSED)
        if page.evaluate("document.activeElement === document.body"):
            break
        assert ringed, f"No ring is seen on {name!r}, after {stops[-3:]}"
        stops.append(name)

    assert [each for each in wanted if each not in stops] == []
    assert "4 weeks" in stops


def test_nothing_moves_for_those_who_asked_for_less(chromium: Browser, address: str) -> None:
    """
    With reduced motion no animation or transition of the page runs longer than a blink.
    """
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    page.locator(".wall .card").first.wait_for()
    page.locator(".wall .card").first.hover()
    page.get_by_role("radio", name="26 weeks").click()
    assert page.evaluate(MOVING) == []
    context.close()


@pytest.mark.parametrize(
    ("path", "title"), [("parts", "Operations overview"), ("data", "Data"), ("kpi?kpi=oee", "OEE")]
)
def test_the_first_link_into_a_fresh_server_finds_its_page(
    chromium: Browser, company: Path, path: str, title: str
) -> None:
    """
    The server has opened the pages itself before it answers: no page runs by itself, none is missing at first.
    """
    with serving(company) as address:
        for watched in watch(chromium, address):
            page = watched.open(path)
            expect(page.get_by_role("link", name="Overview")).to_be_visible()
            expect(page.locator("h1")).to_have_text(title)
            assert [each for each in watched.complaints if path != "parts"] == []
            expect(page).to_have_title("Fairlead")
