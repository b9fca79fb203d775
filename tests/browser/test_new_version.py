"""A new major version of a procedure, from the approver's refusal to who is asked, who is due, and who sees nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from browser_people import signed_in, with_people
from browser_watch import TRIES, Watched, serving, watch
from made_procedures import LABEL, PACKING, WEIGH
from playwright.sync_api import Browser, expect

from sop.procedure import Version
from sop.taking_in import publish, take_in
from store.home import open_store
from store.scope import LOCAL_OWNER
from store.state import Role, User
from store.state.posts import Post
from store.state.readings import Answer

pytestmark = pytest.mark.browser

STREAMLITS = ("list (", "listitem (")  # sections of the folded menu: docs/accessibility.md

ANN = User("ann@example.com", "Ann", Role.SOP_OWNER)
BEN = User("ben@example.com", "Ben", Role.APPROVER)
LEA = User("lea@example.com", "Lea", Role.LEAD)
PAT = User("pat@example.com", "Pat", lead=LEA.email)
PEER = User("peer@example.com", "Peer", lead=LEA.email)
LATER = replace(PACKING, version=Version(2, 0), steps=(replace(LABEL, instruction="Print it twice."), WEIGH))


@pytest.fixture(scope="module")
def firm(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packing 1.0 counts and Pat confirmed it; Ann has submitted 2.0. Lea leads Pat and Peer, who pack."""
    home = with_people(company, tmp_path_factory.mktemp("versions") / "home", (ANN, BEN, LEA, PAT, PEER))
    store = open_store(home)
    day = datetime.now(UTC).date() - timedelta(days=1)
    first = publish(store.state, ANN.principal, BEN.principal, PACKING, "First", day, day)
    for user in (PAT, PEER):
        store.state.posts.save(LOCAL_OWNER, Post(user.email, "Packer", "shipping", day, "night"))
    store.state.readings.answer(PAT.principal, first.id, Answer.READ)
    draft = take_in(store.state, ANN.principal, LATER, "Twice", day).edition
    store.state.procedures.submit(ANN.principal, draft.id, draft.version, "Labels are printed twice")
    store.close()
    return home


@pytest.fixture(scope="module")
def served(firm: Path) -> Iterator[str]:
    with serving(firm, sign_in="local") as address:
        yield address


def submit(seen: Watched) -> None:
    """Press the button until it was heard: a click while the page takes words in meets the page as it was."""
    told = seen.page.get_by_text("Somebody else has to approve it.")
    for _ in range(TRIES):
        seen.settled()
        seen.page.get_by_role("button", name="Submit for approval").click()
        try:
            expect(told).to_be_visible(timeout=10_000)
        except AssertionError:
            continue
        return
    raise AssertionError("The draft was never submitted.")


def test_a_new_version_is_refused_mended_approved_and_asked_for(chromium: Browser, served: str) -> None:
    """
    Ben refuses, Ann reads why and submits again, Ben approves. Pat, on a phone, is asked to read 2.0 though 1.0 was
    confirmed, and confirms; Lea sees by name that Pat has read it, and that Peer is due; Peer sees nothing of Pat,
    by page or link.
    """
    for bens in watch(chromium, served):
        ben = signed_in(bens, BEN, "sop?sop=packing&version=2.0")
        ben.get_by_role("button", name="Refuse").click()
        ben.get_by_label("Why").fill("Which printer?")
        ben.get_by_role("button", name="Refuse").click()
        expect(ben.get_by_text("Version 2.0 · draft", exact=False).first).to_be_visible()
    for anns in watch(chromium, served):
        ann = signed_in(anns, ANN, "write?sop=packing")
        expect(ann.get_by_text("Which printer?")).to_be_visible()
        ann.get_by_role("textbox", name="What is new, and why").fill(
            "Labels are printed twice, on the printer at the door"
        )
        ann.get_by_role("textbox", name="What is new, and why").press("Tab")
        submit(anns)
    for bens in watch(chromium, served):
        ben = signed_in(bens, BEN, "sop?sop=packing&version=2.0")
        ben.get_by_role("button", name="Approve").click()
        expect(ben.get_by_label("Remark")).to_be_visible()
        ben.get_by_role("button", name="Approve").click()
        expect(ben.get_by_text("Version 2.0 · effective", exact=False).first).to_be_visible()

    for pats in watch(chromium, served):
        pats.page.set_viewport_size({"width": 390, "height": 844})
        pat = signed_in(pats, PAT, "training")
        expect(pat.get_by_text("Read and confirm version 2.0", exact=False)).to_be_visible()
        assert [each for each in pats.barriers() if not each.startswith(STREAMLITS)] == []
        assert pat.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        pat.get_by_role("link", name="Packing a parcel").first.click()
        pat.get_by_role("button", name="I have read it").click()
        pat.get_by_role("button", name="Confirm", exact=True).click()
        expect(pat.get_by_text("You confirmed version 2.0", exact=False)).to_be_visible()
        assert (pats.complaints, pats.strangers) == ([], [])
    for leas in watch(chromium, served):
        lea = signed_in(leas, LEA, "training?part=people")
        expect(lea.get_by_role("row", name="Pat Packing a parcel 2.0 confirmed")).to_be_visible()
        expect(lea.get_by_role("row", name="Peer Packing a parcel 2.0 by")).to_be_visible()
        assert leas.barriers() == []
        assert leas.complaints == []
    for peers in watch(chromium, served):
        peer = signed_in(peers, PEER, "training?part=people")
        expect(peer.get_by_text("What is asked of me")).to_be_visible()
        for path in (
            "training",
            "training?part=teams",
            "training?part=roles",
            f"training?part=people&person={PAT.email}",
            "people",
        ):
            peers.open(path)
            assert PAT.email not in peer.content()
            assert "confirmed" not in peer.inner_text("body").replace("Read and confirm", "")
