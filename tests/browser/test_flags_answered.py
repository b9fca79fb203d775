"""A reader flags a step on a phone, the owner answers, the reporter reads it; an action without proof stays open."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from browser_people import signed_in, with_people
from browser_watch import serving, watch
from made_procedures import PACKING
from playwright.sync_api import Browser, expect

from pages.parts.load import now
from sop.procedure import Direction, KpiLink
from sop.taking_in import publish
from store.home import open_store
from store.scope import LOCAL_OWNER
from store.state import ActionStatus, Cause, Corrective, Moves, Role, User

pytestmark = pytest.mark.browser

VIC = User("vic@example.com", "Vic", Role.VIEWER)
ANN = User("ann@example.com", "Ann", Role.SOP_OWNER)
BEN = User("ben@example.com", "Ben", Role.APPROVER)
ON_TIME = "on_time_delivery_rate"


@pytest.fixture(scope="module")
def firm(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company with a procedure that counts and a corrective action on it."""
    home = with_people(company, tmp_path_factory.mktemp("flags") / "home", (VIC, ANN, BEN))
    store, today = open_store(home), now().date()
    linked = replace(PACKING, kpis=(KpiLink(ON_TIME, Direction.UP, 0, outcome=True),))
    publish(store.state, ANN.principal, BEN.principal, linked, "First", today, today)
    store.state.actions.add(ANN.principal, Corrective(
        ON_TIME, "shipping", "Move the cut-off", ANN.email, today + timedelta(days=9), sop="packing", cause=Cause.KPI,
        direction=Moves.UP,
    ))  # fmt: skip
    store.close()
    return home


@pytest.fixture(scope="module")
def served(firm: Path) -> Iterator[str]:
    with serving(firm, sign_in="local") as address:
        yield address


def test_one_tap_an_answer_and_an_action_that_stays_open(chromium: Browser, served: str, firm: Path) -> None:
    """
    Vic taps *Unclear* on a phone; Ann answers; Vic finds it under My flags. Ann cannot close the action: its effect
    was not evaluated.
    """
    for vics, anns in zip(watch(chromium, served, 390), watch(chromium, served), strict=True):
        vic = signed_in(vics, VIC, "sop?sop=packing")
        vic.get_by_text("Unclear", exact=True).first.click()
        expect(vic.get_by_text("You said: Unclear.", exact=False)).to_be_visible()
        assert vic.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        assert vics.barriers() == []

        ann = signed_in(anns, ANN, "reviews?part=flags")
        expect(ann.get_by_text("Unclear × 1")).to_be_visible()
        assert anns.barriers() == []
        ann.get_by_role("button", name="Answer", exact=True).click()
        ann.get_by_label("Answer to whoever said it").fill("The small label")
        ann.get_by_role("button", name="Send the answer").click()
        expect(ann.get_by_text("No flag waits")).to_be_visible()

        vics.open("reviews")
        expect(vic.get_by_text("The small label", exact=False)).to_be_visible()
        assert vic.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        assert vics.barriers() == []

        anns.open("reviews?part=actions")
        ann.get_by_role("button", name="Close", exact=True).click()
        ann.get_by_label("What came of it").fill("Done")
        ann.get_by_role("button", name="Save", exact=True).click()
        expect(ann.get_by_text("is closed once its effect was evaluated", exact=False)).to_be_visible()
        assert anns.barriers() == []
        anns.open("reviews?part=calendar")
        assert anns.barriers() == []
        assert (vics.complaints, anns.complaints) == ([], [])

    store = open_store(firm)
    (flag,) = store.state.flags.rows(LOCAL_OWNER)
    (action,) = store.state.actions.correctives(LOCAL_OWNER)
    store.close()
    assert (flag.reporter, flag.answered_by, flag.answer) == (VIC.email, ANN.email, "The small label")
    assert action.status is ActionStatus.OPEN
