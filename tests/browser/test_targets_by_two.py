"""Two people at one target, each in a browser of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_people import signed_in, with_people
from browser_watch import serving, watch
from playwright.sync_api import Browser, Page, expect

from store.home import open_store
from store.scope import LOCAL_OWNER
from store.state import Role, User

pytestmark = pytest.mark.browser

ANN, MO, BEN = (
    User("ann@example.com", "Ann", Role.LEAD),
    User("mo@example.com", "Mo", Role.LEAD),
    User("ben@example.com", "Ben", Role.APPROVER),
)


@pytest.fixture(scope="module")
def firm(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company with two leads and an approver."""
    return with_people(company, tmp_path_factory.mktemp("targets") / "home", (ANN, MO, BEN))


@pytest.fixture(scope="module")
def served(firm: Path) -> Iterator[str]:
    with serving(firm, sign_in="local") as address:
        yield address


def fill(page: Page, level: str, why: str) -> None:
    """Open the form and fill it in."""
    page.get_by_role("button", name="Propose a target").click()
    page.get_by_label("Target (%)").fill(level)
    page.get_by_label("Target (%)").press("Tab")
    page.get_by_label("Why").fill(why)
    page.get_by_label("Why").press("Tab")
    expect(page.get_by_text("it would have fired")).to_be_visible()


def test_the_second_sees_both_and_a_double_click_saves_once(
    chromium: Browser, served: str, firm: Path
) -> None:
    """
    Mo fills in 80 % while Ann, double-clicking, proposes 70 %: one proposal of hers is there, and Mo is shown hers
    beside his own. Ben approves hers with a double click: one target counts.
    """
    for anns, mos in zip(watch(chromium, served), watch(chromium, served), strict=True):
        ann, mo = signed_in(anns, ANN, "targets"), signed_in(mos, MO, "targets")
        fill(mo, "80", "Steady")
        fill(ann, "70", "Peak season")
        assert anns.barriers() == []

        ann.get_by_role("button", name="Propose", exact=True).dblclick()
        expect(ann.get_by_text("On-time delivery, all markets: 70 % from")).to_have_count(1)

        mo.get_by_role("button", name="Propose", exact=True).click()
        expect(mo.get_by_text("Somebody else was faster")).to_be_visible()
        expect(mo.get_by_text("(proposed by ann@example.com)")).to_be_visible()
        expect(mo.get_by_label("Target (%)")).to_have_value("80")
        assert (anns.complaints, mos.complaints) == ([], [])

    for bens in watch(chromium, served):
        ben = signed_in(bens, BEN, "targets")
        ben.get_by_role("button", name="Approve").click()
        expect(ben.get_by_label("Remark")).to_be_visible()
        ben.get_by_role("button", name="Approve").dblclick()
        expect(ben.get_by_text("Proposed, and not decided")).to_have_count(0)
        assert bens.barriers() == []

    store = open_store(firm)
    rows, proposals = store.state.targets.rows(LOCAL_OWNER), store.state.proposals.rows(LOCAL_OWNER)
    store.close()
    assert [(str(each.target), each.approver) for each in rows] == [("0.7", BEN.email)]
    assert len(proposals) == 1
