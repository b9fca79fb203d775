"""From a closed meeting to its team: who belongs to it is told once, by a real mail server, and nobody else."""

from datetime import date
from io import BytesIO

import pytest
from messages.conftest import ANN, KPI, NOON, Desk, by_hook, by_mail
from messages.receivers import hook, mailbox
from pypdf import PdfReader

from meetings.agenda import Agenda
from meetings.closing import close_meeting
from meetings.pack import Form, frozen_of, made
from store.permits import Role
from store.scope import LOCAL_OWNER
from store.state import Action, User
from store.state.meeting_records import Decision, Meeting
from store.state.wishes import How, Wish

MONDAY = date(2025, 6, 9)
LEA = User("lea@example.com", "Lea", Role.LEAD, True, frozenset({"shipping"}))
MAX = User("max@example.com", "Max", Role.LEAD, True, frozenset({"service"}))
BO = User("bo@example.com", "Bo Li")
VIC = User("vic@example.com", "Vic")


@pytest.fixture
def closed(desk: Desk) -> Meeting:
    """Bo was there, Ann owns the action, Lea leads shipping; Max leads service, and Vic only reads."""
    state = desk.store.state
    for user in (LEA, MAX, BO, VIC):
        state.users.save(LOCAL_OWNER, user, seen=0)
    opened = state.meetings.open(LOCAL_OWNER, Meeting("shipping", MONDAY, present=("Bo Li", "Guest")))
    state.meetings.decide(LOCAL_OWNER, Decision(opened.id, "Train"))
    state.actions.add(LOCAL_OWNER, Action(KPI, "shipping", "Call", ANN.email, MONDAY, meeting=opened.id))
    return close_meeting(state, LOCAL_OWNER, opened, Agenda(MONDAY, "EUR"), MONDAY)


def test_the_team_is_told_once_and_nobody_else(desk: Desk, closed: Meeting) -> None:
    """Three mails with a link and how much was decided, one hook; asked again nothing more is sent."""
    with mailbox() as box, hook() as place:
        desk.channels = by_mail(box.port) + by_hook(place.url)
        desk.messenger().all_due()
        desk.messenger().all_due()

    assert sorted(each["To"] for each in box.mails) == [ANN.email, BO.email, LEA.email]
    (text,) = {each.get_payload() for each in box.mails}
    assert "1 decision" in text
    assert f"https://kpi.example.com/meeting?meeting={closed.id}" in text
    said = place.said()
    assert (said["meeting"], said["link"]) == (
        closed.id, f"https://kpi.example.com/meeting?meeting={closed.id}",
    )  # fmt: skip
    assert len(place.keys) == 1


def test_the_pack_is_attached_where_the_firm_wants_it(desk: Desk, closed: Meeting) -> None:
    """The PDF of the mail is the pack, byte by byte."""
    with mailbox() as box:
        desk.channels = by_mail(box.port) + "packs = true\n"
        desk.messenger().all_due()

    parts = list(box.mails[0].walk())
    (pdf,) = [each for each in parts if each.get_content_type() == "application/pdf"]
    content = pdf.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert pdf.get_filename() == "meeting-shipping-2025-06-09.pdf"
    assert content == made(frozen_of(desk.store.state, LOCAL_OWNER, closed.id), Form.PDF)
    assert "Call" in PdfReader(BytesIO(content)).pages[0].extract_text()


def test_who_wishes_no_messages_gets_none(desk: Desk, closed: Meeting) -> None:
    """Lea wishes none, Ann one a day: Bo's goes out now, Ann's in the morning."""
    desk.store.state.wishes.save(LEA.principal, Wish(LEA.email, How.NEVER), NOON.date())
    desk.store.state.wishes.save(ANN.principal, Wish(ANN.email, How.DAILY), NOON.date())
    with mailbox() as box:
        desk.channels = by_mail(box.port)
        desk.messenger().all_due()
        now = [each["To"] for each in box.mails]
        desk.later(hours=24)
        desk.messenger().all_due()

    assert now == [BO.email]
    assert [each["To"] for each in box.mails] == [BO.email, ANN.email]
    assert ("skipped", LEA.email) in desk.states()


def test_who_may_not_see_it_any_more_is_not_told(desk: Desk, closed: Meeting) -> None:
    """Bo's account was closed between planning and sending."""
    with mailbox("451 later", "451 later", "451 later") as box:
        desk.channels = by_mail(box.port)
        desk.messenger().all_due()
        found = desk.store.state.users.find(LOCAL_OWNER, BO.email)
        assert found is not None
        desk.store.state.users.save(LOCAL_OWNER, User(BO.email, BO.name, BO.role, False), seen=found.version)
        desk.later(minutes=5)
        desk.messenger().all_due()

    assert sorted(each["To"] for each in box.mails) == [ANN.email, LEA.email]
    assert closed.id


def test_without_a_channel_nothing_waits(desk: Desk, closed: Meeting) -> None:
    """A firm that sends nothing does not tell of old meetings once it begins to."""
    desk.messenger().all_due()
    with mailbox() as box:
        desk.channels = by_mail(box.port)
        desk.messenger().all_due()

    assert (box.mails, desk.states(), closed.is_open) == ([], [], False)
