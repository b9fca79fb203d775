"""Somebody on the floor follows a procedure on a phone while the connection is cut, and a colleague confirms a step."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from browser_people import signed_in, with_people
from browser_watch import free_port, serving, watch
from cable import Cable, cable_to
from made_procedures import LABEL, PACKING
from playwright.sync_api import Browser, Page, expect

from sop.library import content_of
from sop.procedure import Check, CheckKind
from store.evidence import read
from store.home import open_store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal
from store.state import User
from store.state.run_records import Answer, Outcome, RunState

pytestmark = pytest.mark.browser

FLO, PIA = User("flo@example.com", "Flo"), User("pia@example.com", "Pia")
STEPS = tuple(
    replace(LABEL, key=key, title=title, check=check, critical=key == "read")
    for key, title, check in (
        ("address", "Address verified", Check()),
        ("weigh", "Parcel weighed", Check(CheckKind.VALUE, Decimal("0.1"), Decimal(30), "kg")),
        ("photo", "Photo taken", Check(CheckKind.PHOTO)),
        ("read", "Label read by two", Check(CheckKind.TWO_PEOPLE)),
        ("handed", "Handed over", Check()),
    )
)
PICTURE = Path(__file__).parents[2] / "static" / "favicon.png"


@pytest.fixture(scope="module")
def firm(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company with a procedure of five steps in force, and two people who work by it."""
    home = with_people(company, tmp_path_factory.mktemp("runs") / "home", (FLO, PIA))
    store = open_store(home)
    procedures, content = store.state.procedures, content_of(replace(PACKING, steps=STEPS))
    draft = procedures.start(LOCAL_OWNER, content)
    review = procedures.submit(LOCAL_OWNER, draft.id, draft.version, "First")
    day = review.changed_at.date()
    procedures.approve(Principal("boss", role=Role.APPROVER), review.id, review.version, day, day)
    store.close()
    return home


@pytest.fixture(scope="module")
def cable(firm: Path) -> Iterator[Cable]:
    port = free_port()
    with serving(firm, port, quiet=False, sign_in="local"), cable_to(port) as cable:
        yield cable


def kept(firm: Path, run: int = 1) -> list[Answer]:
    store = open_store(firm)
    found = store.state.procedure_runs.answers(FLO.principal, run)
    store.close()
    return found


def at_step(page: Page, number: int) -> None:
    expect(page.get_by_text(f"Step {number} of 5")).to_be_visible()


def test_what_was_shown_as_saved_is_there(chromium: Browser, firm: Path, cable: Cable) -> None:
    """
    One step is answered, then the connection breaks. Three more are answered without it: none is called saved, none is
    there. It comes back: all are sent once, without a tap, also the one of a page that was closed meanwhile. Another
    device shows the same; a second person confirms on a third; the run is finished, and a peer finds no such run.
    """
    address = f"http://127.0.0.1:{cable.port}"
    (phone, desk, tablet) = (watch(chromium, address, width) for width in (390, 1280, 390))
    for flos, pias, others in zip(phone, desk, tablet, strict=True):
        page = signed_in(flos, FLO, "run?sop=packing&order=HP-1")
        page.get_by_role("button", name="Begin", exact=True).click()
        page.get_by_role("heading", name="Address verified").wait_for()
        assert flos.barriers() == []
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        sizes = [each.bounding_box() for each in page.locator(".controls button, .ways button").all()]
        assert all(box and box["height"] >= 44 for box in sizes)
        page.get_by_role("button", name="Done", exact=True).click()
        expect(page.get_by_text("✓ Done · Saved ")).to_be_visible()
        assert len(kept(firm)) == 1

        cable.cut()
        page.get_by_role("button", name="Next").click()
        page.get_by_label("Measured value").fill("2,5")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Done · Not saved yet")).to_be_visible()
        expect(page.get_by_text("No connection.", exact=False)).to_be_visible()
        page.get_by_role("button", name="Next").click()
        page.locator("input[type=file]").set_input_files(PICTURE)
        expect(page.get_by_text("Done · Not saved yet")).to_be_visible()
        expect(page.get_by_text("2 not saved yet")).to_be_visible()
        assert page.locator(".saved").count() == 0
        assert [each.step for each in kept(firm)] == ["address"]

        cable.mend()
        expect(page.get_by_text("Everything is saved")).to_be_visible()
        expect(page.get_by_text("✓ Done · Saved ")).to_be_visible()
        assert [(each.step, each.value) for each in kept(firm)] == [
            ("address", None), ("weigh", Decimal("2.5")), ("photo", None),
        ]  # fmt: skip

        cable.cut()
        for _ in range(2):
            page.get_by_role("button", name="Next").click()
        at_step(page, 5)
        page.get_by_role("button", name="Not done", exact=True).click()
        page.get_by_label("Remark").fill("Van was late")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Not done · Not saved yet")).to_be_visible()
        again = page.context.new_page()
        page.close()
        assert len(kept(firm)) == 3
        cable.mend()
        again.goto(f"{address}/run?run=1")
        expect(again.get_by_text("Everything is saved")).to_be_visible()
        at_step(again, 4)
        assert [(each.step, each.remark) for each in kept(firm)][3:] == [("handed", "Van was late")]

        other = signed_in(others, FLO, "run")
        other.get_by_role("link", name="Packing a parcel", exact=False).click()
        at_step(other, 4)
        other.get_by_text("All steps").click()
        expect(other.locator(".all .word")).to_have_text(["Done", "Done", "Done", "Open", "Not done"])
        other.get_by_role("button", name="Done", exact=True).click()
        code = other.locator(".code").inner_text()

        pia = signed_in(pias, PIA, "run?run=1")
        expect(pia.get_by_text("No such run")).to_be_visible()
        pias.open(f"run?confirm={code}")
        pia.get_by_role("button", name="I looked at it and confirm").click()
        expect(pia.get_by_text("Confirmed", exact=True)).to_be_visible()
        expect(other.get_by_text("Confirmed by pia@example.com", exact=False)).to_be_visible()
        for _ in range(2):
            other.get_by_role("button", name="Next").click()
        other.get_by_role("button", name="Finish the run").click()
        expect(other.get_by_role("heading", name="Finished", exact=False)).to_be_visible()
        assert others.barriers() == []

    store = open_store(firm)
    run = store.state.procedure_runs.find(FLO.principal, 1)
    (file,) = store.state.run_files.of(FLO.principal, 1)
    picture = read(firm, file.sha256)
    store.close()
    assert (run.state, [each.outcome for each in kept(firm)][-2:]) == (
        RunState.FINISHED, [Outcome.DONE, Outcome.CONFIRMED],
    )  # fmt: skip
    assert picture is not None
    assert (file.kind, picture[:3]) == ("image/jpeg", b"\xff\xd8\xff")
