"""Somebody who has never seen Fairlead brings an export, and a hostile file, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_watch import Watched, choose, serving, watch, working
from firms import parcels
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

HEADER = "Parcel,Country,Carrier,Sent,Promised,Delivered,Freight"
MOST_CLICKS = 8


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server and a worker on a home nothing was ever read into."""
    home = tmp_path_factory.mktemp("fresh")
    with serving(home) as address, working(home):
        yield address


@pytest.fixture(params=[(1280, "light"), (1280, "dark"), (390, "light")], ids=["light", "dark", "phone"])
def newcomer(chromium: Browser, fresh: str, request: pytest.FixtureRequest) -> Iterator[Watched]:
    yield from watch(chromium, fresh, *request.param)


class Hand:
    """A person who clicks; every click counts."""

    def __init__(self) -> None:
        self.clicks = 0

    def click(self, page: Page, role: str, name: str) -> None:
        self.clicks += 1
        page.get_by_role(role, name=name).locator("visible=true").first.click()  # type: ignore[arg-type]

    def choose(self, page: Page, file: Path) -> None:
        self.clicks += 2  # the button, and the file in the dialog
        page.locator("input[type=file]").set_input_files(str(file))


def ours(seen: Watched) -> list[str]:
    """Barriers but the one Streamlit 1.67 has in its field for files (docs/accessibility.md)."""
    return [each for each in seen.barriers() if "stFileUploaderDropzone" not in each]


def test_a_correct_export_reaches_a_kpi_in_eight_clicks(newcomer: Watched, tmp_path: Path) -> None:
    """
    From the first page of an empty installation: bring data, choose the file, load these rows, open a KPI. Every step
    is whole for axe-core, and nothing complains.
    """
    file, hand = tmp_path / "Parcels 2026.csv", Hand()
    file.write_text("\n".join([HEADER, *parcels()]))
    page = newcomer.open("")
    is_first = page.get_by_role("button", name="Bring my own file").locator("visible=true").count() > 0
    page = page if is_first else newcomer.open("bring")
    if is_first:
        assert ours(newcomer) == []
        hand.click(page, "button", "Bring my own file")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bring data")
    expect(page.locator("input[type=file]")).to_have_count(1)
    assert ours(newcomer) == []

    hand.choose(page, file)
    expect(page.get_by_role("button", name="Load these rows")).to_be_visible()
    expect(page.get_by_text("The first 200 rows fit.")).to_be_visible()
    newcomer.settled()
    assert ours(newcomer) == []

    hand.click(page, "button", "Load these rows")
    expect(page.get_by_role("button", name="Bring another file")).to_be_visible()
    newcomer.settled()
    assert ours(newcomer) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    hand.click(page, "link", "On-time delivery")
    expect(page.get_by_role("heading", level=1)).to_have_text("On-time delivery")
    expect(page.get_by_text("75.0").first).to_be_visible()
    assert hand.clicks <= MOST_CLICKS
    assert newcomer.complaints == []


def test_a_hostile_file_ends_in_a_sentence_and_the_server_lives(
    chromium: Browser, fresh: str, tmp_path: Path
) -> None:
    """
    A broken workbook and a program: each is refused under its own name, and the page works on.
    """
    (tmp_path / "march.xlsx").write_bytes(b"PK\x03\x04" + bytes(500))
    (tmp_path / "setup.exe").write_bytes(b"MZ")
    for seen in watch(chromium, fresh):
        page = seen.open("bring")
        page.locator("input[type=file]").set_input_files(str(tmp_path / "setup.exe"))
        expect(page.get_by_text("setup.exe is none of the kinds of file that are read")).to_be_visible()

        page = seen.open("bring")
        page.locator("input[type=file]").set_input_files(str(tmp_path / "march.xlsx"))
        expect(page.get_by_text("march.xlsx is not a readable zip")).to_be_visible()
        expect(page.locator("input[type=file]")).to_have_count(1)
        assert seen.complaints == []


def test_a_reload_and_another_browser(chromium: Browser, fresh: str, tmp_path: Path) -> None:
    """
    What was found survives a reload; the mapping leaves as TOML; what is altered must be looked at before loading: a
    word of the firm gets its meaning, and dates in another order would set both rows aside.
    """
    file = tmp_path / "Claims.csv"
    file.write_text("Parcel,Country,Status,Sent\nP1,DE,delivered,2026-03-01\nP2,DE,unterwegs,2026-03-02\n")
    for seen in watch(chromium, fresh):
        page = seen.open("bring")
        page.locator("input[type=file]").set_input_files(str(file))
        expect(page.get_by_role("button", name="Load these rows")).to_be_visible()
        page.reload()
        seen.settled()
        with page.expect_download() as taken:
            page.get_by_role("button", name="Mapping as TOML").click()
        assert "[sources.claims.tables.shipments]" in taken.value.path().read_text()

        expect(page.get_by_text("1 of the first 2 rows would be set aside")).to_be_visible()
        choose(page, "unterwegs (1 row)", "in_transit")
        page.get_by_role("button", name="Look again").click()
        expect(page.get_by_text("The first 2 rows fit.")).to_be_visible()
        page.get_by_text("How the file is written").click()
        choose(page, "Dates are written", "day, month, year")
        expect(page.get_by_role("button", name="Look again")).to_be_visible()
        expect(page.get_by_role("button", name="Load these rows")).to_have_count(0)
        page.get_by_role("button", name="Look again").click()
        expect(page.get_by_role("button", name="Load these rows")).to_be_visible()
        expect(page.get_by_text("2 of the first 2 rows would be set aside")).to_be_visible()
