"""Two people at one draft of a procedure, each in a browser of their own, and the person who decides about it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_people import signed_in, with_people
from browser_watch import serving, watch
from made_procedures import PACKING
from playwright.sync_api import Browser, Page, expect

from sop.library import content_of, procedure_of
from store.home import open_store
from store.scope import LOCAL_OWNER
from store.state import Role, User

pytestmark = pytest.mark.browser

STREAMLITS = "stFileUploaderDropzone"  # decoration with a name: docs/accessibility.md
ANN, MO, BEN = (
    User("ann@example.com", "Ann", Role.SOP_OWNER),
    User("mo@example.com", "Mo", Role.SOP_OWNER),
    User("ben@example.com", "Ben", Role.APPROVER),
)


@pytest.fixture(scope="module")
def firm(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company with two who write, one who approves, and a draft of one procedure."""
    home = with_people(company, tmp_path_factory.mktemp("sops") / "home", (ANN, MO, BEN))
    store = open_store(home)
    store.state.procedures.start(ANN.principal, content_of(PACKING))
    store.close()
    return home


@pytest.fixture(scope="module")
def served(firm: Path) -> Iterator[str]:
    with serving(firm, sign_in="local") as address:
        yield address


def write(page: Page, label: str, text: str) -> None:
    """Fill in a field and leave it, so that the server knows."""
    page.get_by_label(label).fill(text)
    page.get_by_label(label).press("Tab")
    expect(page.get_by_text("Not saved yet")).to_be_visible()


def test_the_second_is_told_and_both_texts_are_kept(chromium: Browser, served: str, firm: Path) -> None:
    """
    Both change the reason, Ann also the title, Mo the preparation. Mo comes second, is shown both reasons, chooses
    his, and submits; Ben approves; on a phone a reader finds it without barriers.
    """
    for anns, mos in zip(watch(chromium, served), watch(chromium, served), strict=True):
        ann, mo = signed_in(anns, ANN, "write?sop=packing"), signed_in(mos, MO, "write?sop=packing")
        assert anns.barriers() == []
        anns.open("write?sop=packing&part=steps")
        ann.get_by_role("button", name="Change", exact=True).first.click()
        expect(ann.get_by_label("Accountable (exactly one role)")).to_have_value("Packer")
        ann.mouse.move(2, 2)  # no tooltip floats over the page
        expect(ann.get_by_role("tooltip")).to_have_count(0)
        assert [each for each in anns.barriers() if STREAMLITS not in each] == []
        anns.open("write?sop=packing")
        write(mo, "Why: what goes wrong without it", "Parcels come back.")
        write(mo, "Before you start (tools, safety, papers)", "Gloves on.")
        write(ann, "Why: what goes wrong without it", "Customers wait.")
        write(ann, "Title", "Packing parcels")
        ann.get_by_role("button", name="Save", exact=True).click()
        expect(ann.get_by_text("Everything is saved")).to_be_visible()

        mo.get_by_role("button", name="Save", exact=True).click()
        expect(mo.get_by_text("Somebody else was faster")).to_be_visible()
        expect(mo.get_by_text("Taken over from theirs: Title")).to_be_visible()
        expect(mo.get_by_text("Customers wait.")).to_be_visible()
        assert mos.barriers() == []
        mo.get_by_text("Mine", exact=True).last.click()
        mo.get_by_role("button", name="Save both together").click()
        expect(mo.get_by_text("Everything is saved")).to_be_visible()
        expect(mo.get_by_label("Title")).to_have_value("Packing parcels")
        mo.get_by_role("textbox", name="What is new, and why").fill("First version")
        mo.get_by_role("textbox", name="What is new, and why").press("Tab")
        mo.get_by_role("button", name="Submit for approval").click()
        expect(mo.get_by_text("Somebody else has to approve it.")).to_be_visible()
        assert (anns.complaints, mos.complaints) == ([], [])

    for bens in watch(chromium, served):
        ben = signed_in(bens, BEN, "sop?sop=packing&version=1.0")
        ben.get_by_role("button", name="Approve").click()
        expect(ben.get_by_label("Remark")).to_be_visible()
        ben.get_by_role("button", name="Approve").dblclick()
        expect(ben.get_by_text("Version 1.0 · effective", exact=False).first).to_be_visible()
        ben.set_viewport_size({"width": 390, "height": 844})
        assert bens.barriers() == []
        assert ben.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        bens.open("sops")
        assert bens.barriers() == []
        assert (bens.complaints, bens.strangers) == ([], [])

    store = open_store(firm)
    (edition,) = store.state.procedures.rows(LOCAL_OWNER)
    kept = procedure_of(store.state, LOCAL_OWNER, edition.id)
    store.close()
    assert (kept.purpose, kept.title, kept.preparation) == (
        "Parcels come back.",
        "Packing parcels",
        "Gloves on.",
    )
    assert (edition.decided_by, edition.editors) == (BEN.email, {ANN.email, MO.email})
