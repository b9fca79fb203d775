"""The page of training: what is asked of me, who of my people is due, how teams stand, who works as what."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from made_procedures import LABEL, PACKING, WEIGH
from small_company import empty_store
from streamlit.testing.v1 import AppTest

from pages.parts.format import day as format_day
from pages.parts.viewer import Viewer
from sop.procedure import Version
from sop.taking_in import publish
from store.company_file import load_company, save_company
from store.home import Store
from store.reading_ladder import Ladder
from store.scope import LOCAL_OWNER, Principal
from store.state import Role, User
from store.state.posts import Post
from store.state.readings import Answer
from store.state.trainings import How

ANN, BEN = Principal("Ann", role=Role.SOP_OWNER), Principal("Ben", role=Role.APPROVER)
LEA = User("lea@example.com", "Lea", Role.LEAD)
PAT = User("pat@example.com", "Pat <b>", lead=LEA.email)
PEER = User("peer@example.com", "Peer", lead=LEA.email)
MIA = User("mia@example.com", "Mia", Role.MANAGER)
LATER = replace(PACKING, version=Version(2, 0), steps=(replace(LABEL, instruction="Print it twice."), WEIGH))


def show(viewer, which: str, query: dict[str, str], run: int) -> None:  # type: ignore[no-untyped-def]
    """Runs inside the page's script."""
    import streamlit as st

    from pages import training
    from pages.sops import one

    if "asked" not in st.session_state:
        st.session_state["asked"] = True
        st.query_params.from_dict(query)
    viewer.seen.clear()
    {"training": training.render, "sop": one.render}[which](viewer)


def opened(store: Store, who: Principal, which: str = "training", **query: str) -> AppTest:
    page = AppTest.from_function(show, args=(Viewer(store, who), which, query, 1), default_timeout=60).run()
    assert not page.exception
    return page


def read(page: AppTest) -> str:
    kinds = (page.html, page.text, page.title, page.header, page.subheader, page.caption)
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\u00a0", " ")


def today() -> date:
    return date.today() - timedelta(days=1)  # the firm's day, wherever this runs


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Store]:
    """Pat packs for three weeks and is led by Lea; version 2.0 counts; Peer packs, too."""
    store = empty_store(tmp_path)
    for procedure in (PACKING, LATER):
        day = today() - timedelta(days=procedure is PACKING)
        publish(store.state, ANN, BEN, procedure, "New", day, day)
    for user in (LEA, PAT, PEER, MIA):
        store.state.users.save(LOCAL_OWNER, user, seen=0)
    for user in (PAT, PEER):
        since = today() - timedelta(days=21)
        store.state.posts.save(MIA.principal, Post(user.email, "Packer", "shipping", since, "night"))
    yield store
    store.close()


def test_readers_are_told_the_days_of_the_firm(firm: Store) -> None:
    """
    2.0 is asked for since today: with four days to read it is due four days from now on the page of training and of
    the procedure, and who sees it later stands below; without a setting seven days.
    """
    for days, ladder in ((7, Ladder()), (4, Ladder(4, 1, 5, 9))):
        save_company(firm.home, replace(load_company(firm.home), ladder=ladder))
        due = f"by {format_day(today() + timedelta(days=days))}"
        later = f"the owner after {ladder.owner_after}, the manager after {ladder.manager_after} days."
        for page in (opened(firm, PAT.principal), opened(firm, PAT.principal, "sop", sop="packing")):
            assert due in read(page)
            assert later in read(page)


def test_one_clear_thing_to_do_and_done_it_is_gone(firm: Store) -> None:
    """For Pat: read and confirm version 2.0, on the page of training and of the procedure; confirmed, only training."""
    assert "Read and confirm version 2.0 · Be trained on version 2.0" in read(opened(firm, PAT.principal))
    page = opened(firm, PAT.principal, "sop", sop="packing")
    assert "Read and confirm version 2.0" in read(page)
    page.button(key="reading_read").click().run()
    page.button(key="save_reading").click().run()
    assert not page.exception
    assert "You confirmed version 2.0" in read(page)

    after = read(opened(firm, PAT.principal))
    assert "Read and confirm" not in after
    assert "Be trained on version 2.0" in after
    assert "Read and confirm" not in read(opened(firm, MIA.principal, "sop", sop="packing"))


def test_a_question_is_answered_by_the_owner(firm: Store) -> None:
    """An empty question is refused; the owner replies on the same page; Pat sees it beside what is still asked."""
    page = opened(firm, PAT.principal, "sop", sop="packing")
    page.button(key="reading_question").click().run()
    page.button(key="save_reading").click().run()
    assert "Say why, or what the question is." in read(page)
    page.text_area[0].input("Which <i>scale</i>?")
    page.button(key="save_reading").click().run()

    owner = opened(firm, ANN, "sop", sop="packing")
    (reply,) = [each for each in owner.button if str(each.key).startswith("reply_")]
    reply.click().run()
    owner.text_area[0].input("The one at the door")
    owner.button(key="save_reply").click().run()
    assert not owner.exception
    assert "Questions of readers" not in read(owner)
    told = read(opened(firm, PAT.principal, "sop", sop="packing"))
    assert "Ann: The one at the door" in told
    assert "you asked its owner" in told


def test_names_are_for_the_lead_and_numbers_for_the_manager(firm: Store) -> None:
    """
    Lea sees that Pat declined and Peer is due; Mia sees that two people are too few to tell anything; Peer has no such
    part at all.
    """
    edition = firm.state.procedures.rows(LOCAL_OWNER)[-1]
    firm.state.readings.answer(PAT.principal, edition.id, Answer.DECLINED, "No scale")
    lead = read(opened(firm, LEA.principal, part="people"))
    assert "Pat &lt;b&gt;" in lead
    assert "Declined" in lead
    manager = opened(firm, MIA.principal, part="teams")
    assert "Not enough evidence: 3 people too few" in read(manager)
    assert "You lead nobody directly" in read(opened(firm, MIA.principal, part="people"))
    for part in ("people", "teams", "roles"):
        told = read(opened(firm, PEER.principal, part=part))
        assert "What is asked of me" in told
        assert "Pat" not in told


def test_a_lead_enters_a_huddle_and_gives_a_post(firm: Store) -> None:
    """Pat was at the huddle and is trained; Mia becomes a packer, too, with Pat as mentor."""
    page = opened(firm, LEA.principal, part="people")
    page.button(key="training_new").click().run()
    page.multiselect[0].set_value([PAT.email])
    page.button(key="save_training").click().run()
    assert not page.exception
    (done,) = firm.state.trainings.rows(PAT.principal)
    assert (done.person, done.entered_by, done.name) == (PAT.email, LEA.email, "2.0")

    roles = opened(firm, LEA.principal, part="roles")
    roles.button(key="post_new").click().run()
    chosen = {"person": MIA.email, "role": "Packer", "department": "shipping", "mentor": PAT.email}
    for name, value in chosen.items():
        (field,) = [each for each in roles.selectbox if str(each.key).startswith(f"{name}_")]
        field.set_value(value)
    roles.button(key="save_post").click().run()
    assert not roles.exception
    made = [each for each in firm.state.posts.rows(LEA.principal) if each.person == MIA.email]
    assert [(each.role, each.mentor) for each in made] == [("Packer", PAT.email)]


def test_a_quiz_is_written_taken_and_told(firm: Store) -> None:
    """The owner writes a question in the page; Pat answers it wrong, sees why, and is trained the second time."""
    owner = opened(firm, ANN, part="questions")
    assert "2 steps have no question that holds" in read(owner)
    owner.button(key="question_new").click().run()
    owner.text_input[0].input("How often is it <b>printed</b>?")
    owner.text_area[0].input("* Twice\nOnce")
    owner.text_input[1].input("Since 2.0")
    owner.button(key="save_question").click().run()
    assert not owner.exception
    assert "✓ Twice; Once" in read(owner)

    page = opened(firm, PAT.principal)
    assert "1 question" in read(page)
    for chosen, told in ((1, "Not passed: 0 of 1 right"), (0, "Passed: 1 of 1 right")):
        page.button(key="quiz_packing").click().run()
        assert "Since 2.0" not in read(page)
        page.radio[0].set_value(chosen)
        page.button(key="save_quiz").click().run()
        assert not page.exception
        assert told in read(page)
        assert "Right: Twice" in read(page)
    assert "Be trained" not in read(page)
    assert firm.state.standings.mine(PAT.principal, today() + timedelta(days=2))[0].trained is not None


def test_a_training_entered_by_mistake_is_taken_back(firm: Store) -> None:
    """Lea takes back the huddle of Pat and no training is left; choosing none is refused; Mia finds nothing of it."""
    edition = firm.state.procedures.rows(LOCAL_OWNER)[-1]
    firm.state.trainings.enter(LEA.principal, edition.id, [PAT.email], How.HUDDLE, today(), today=today())
    assert "Trainings I entered" not in read(opened(firm, MIA.principal, part="people"))
    page = opened(firm, LEA.principal, part="people")
    page.button(key="withdraw_new").click().run()
    page.button(key="save_training_withdraw").click().run()
    assert "Not saved" in read(page)
    assert len(firm.state.trainings.rows(PAT.principal)) == 1
    (which,) = [each for each in page.selectbox if str(each.key).startswith("which_")]
    which.select_index(0)
    page.button(key="save_training_withdraw").click().run()
    assert not page.exception
    assert firm.state.trainings.rows(PAT.principal) == []
    assert "Trainings I entered" not in read(page)
