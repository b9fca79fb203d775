"""In a real browser nothing that came as data or was typed runs, becomes an element, or asks another host."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from browser_watch import Watched, serving, watch
from hostile import ELSEWHERE, HOSTILE, MARK, hostile_store
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

KPI = "kpi?kpi=on_time_delivery_rate&tab="
PAGES = (
    "", "?market=" + quote(HOSTILE[0]), "?market=" + quote(HOSTILE[4]), "shipping", "shipping?by=carrier", "service",
    "manufacturing", "flow", "data", "audit", "people", "bring",
    *(KPI + tab for tab in ("why", "breakdown&by=carrier", "records", "review", "usual", "targets", "definition")),
    KPI + "breakdown&by=mode", "kpi?kpi=oee&tab=breakdown&by=line", "kpi?kpi=csat_score&tab=breakdown&by=team",
)  # fmt: skip
MADE = f"""() => {{
  const walk = root => [...root.querySelectorAll('*')].flatMap(
    each => [each, ...(each.shadowRoot ? walk(each.shadowRoot) : [])]);
  const strange = each => each.hasAttribute('{MARK}') || /^javascript:/i.test(each.getAttribute('href') || '')
    || (each.getAttribute('src') || '').includes('{ELSEWHERE}') || each.hasAttribute('srcdoc');
  return [window.{MARK} ?? 'no script ran',
    ...walk(document.documentElement).filter(strange).map(each => each.outerHTML.slice(0, 200))] }}"""


@pytest.fixture(scope="module")
def visitor(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A reader of the firm whose data and notes are hostile."""
    home = tmp_path_factory.mktemp("hostile")
    hostile_store(home).close()
    with serving(home) as address:
        yield from watch(chromium, address)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_shows_hostile_words_as_words(visitor: Watched, path: str) -> None:
    """
    No script runs, no element is made of a string, nobody else is asked, and the console has nothing to say.
    """
    asked: list[str] = []
    visitor.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    visitor.complaints.clear()

    page = visitor.open(path)
    page.mouse.move(400, 400)

    assert page.evaluate(MADE) == ["no script ran"]
    assert (asked, visitor.complaints, visitor.strangers) == ([], [], [])


def test_names_of_views_in_a_list_are_words(visitor: Watched) -> None:
    """
    The list of kept views names each string as it was typed.
    """
    page = visitor.open("kpi?kpi=on_time_delivery_rate")
    page.get_by_role("button", name="Views").click()
    page.locator(".st-key-view_pick input").click()

    page.get_by_role("option").first.wait_for()
    assert page.evaluate(MADE) == ["no script ran"]


def test_the_firm_is_there(tmp_path: Path) -> None:
    """
    Sixty strings or more, all different, each in the data.
    """
    assert len(set(HOSTILE)) == len(HOSTILE) >= 60
