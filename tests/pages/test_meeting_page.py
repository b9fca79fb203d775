"""The pages of meetings and actions: what was promised first, what is off with the way to decide, frozen at the end."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from small_company import empty_store, small_store
from streamlit.testing.v1 import AppTest

from meetings.agenda import Agenda, Item, as_content
from pages.meeting.packed import pack_exports
from pages.parts.exports import leaving
from pages.parts.viewer import Viewer
from store.home import Store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import Action, ActionStatus
from store.state.meeting_records import Comment, Decision, Meeting, Verdict

KPI = "on_time_delivery_rate"
TODAY = date.today()
MONDAY = TODAY - timedelta(days=TODAY.weekday())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = small_store(tmp_path / "home")
    yield store
    store.close()


def show_meeting(*args: object) -> None:
    from pages import meeting

    meeting.render(*args)  # type: ignore[arg-type]


def show_actions(*args: object) -> None:
    from pages import actions

    actions.render(*args)  # type: ignore[arg-type]


def opened(shown: object, store: Store, who: Principal = LOCAL_OWNER, **asked: str) -> AppTest:
    page = AppTest.from_function(shown, args=(Viewer(store, who),), default_timeout=60)  # type: ignore[arg-type]
    for name, value in asked.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def text(page: AppTest) -> str:
    told = "".join(str(each.value) for each in (*page.html, *page.text, *page.header))
    return told.replace("\u202f", " ").replace("\u00a0", " ")


def keys(page: AppTest) -> set[str]:
    return {str(each.key) for each in page.button}


def test_a_meeting_is_opened_decided_in_and_closed(store: Store) -> None:
    """
    75 % against 93 %, ten of 40 records late where two or three may be: eight beyond. The decision stays when the
    figures of the next week are others, and nothing can be decided any more.
    """
    page = opened(show_meeting, store, department="shipping")
    page.button(key="begin_meeting").click().run()
    (meeting,) = store.state.meetings.rows(LOCAL_OWNER)
    page = opened(show_meeting, store, meeting=str(meeting.id))
    assert "Nothing was promised before this week." in text(page)
    assert "75.0 % · target 93 % · 8 records beyond · since 7 Apr" in text(page)
    page.button(key=f"decide_{KPI}").click().run()
    page.text_input[0].input("Book a <b>second</b> pick-up")
    page.button(key="save_meeting_decide").click().run()
    page.button(key="meeting_close").click().run()
    page.button(key="save_meeting_close").click().run()
    assert "Nobody has said what happened to On-time delivery." in text(page)
    page.text_input(key="close_why").input("The carrier is asked")
    page.button(key="save_meeting_close").click().run()

    assert not page.exception
    assert "Book a &lt;b&gt;second&lt;/b&gt; pick-up" in text(page)
    assert "unchanged since" in text(page)
    assert keys(page) == set()
    (decision,) = store.state.meetings.decisions(LOCAL_OWNER, meeting.id)
    assert (decision.kpi, decision.verdict) == (KPI, Verdict.WATCH)


def test_the_whole_firm_meets_once_a_month(store: Store) -> None:
    """Opened from the same page: the KPI of shipping that is off stands in it, under the name of the month."""
    page = opened(show_meeting, store, department="firm")
    page.button(key="begin_meeting").click().run()
    (meeting,) = store.state.meetings.rows(LOCAL_OWNER, "")
    assert meeting.is_monthly
    told = text(opened(show_meeting, store, meeting=str(meeting.id)))
    assert "Whole firm · All markets" in told
    assert "Nothing was promised before this month." in told
    assert "75.0 % · target 93 % · 8 records beyond · since 7 Apr" in told
    assert (
        "Go to this month" in opened(show_meeting, store, department="firm").button(key="begin_meeting").label
    )


def test_a_comment_on_what_is_not_off_is_shown(store: Store) -> None:
    """Said of the time under way, which is not off: it stands with the decisions, escaped."""
    meeting = store.state.meetings.open(LOCAL_OWNER, Meeting("shipping", MONDAY))
    store.state.meetings.comment(
        LOCAL_OWNER, Comment(meeting.id, "transit_time", "<b>Snow</b>", "Winter", "Salt")
    )

    told = text(opened(show_meeting, store, meeting=str(meeting.id)))
    assert "&lt;b&gt;Snow&lt;/b&gt;" in told
    assert told.count("No comment yet on what happened") == 1


def test_a_figure_that_was_restated_stands_beside_the_frozen_one(store: Store) -> None:
    """The meeting looked at 80 % in the week of 21 April; today it is 75 %. The frozen number stays."""
    meeting = store.state.meetings.open(LOCAL_OWNER, Meeting("shipping", MONDAY))
    looked_at = date(2025, 4, 21)
    item = Item(KPI, "off_target", looked_at, 0.8, 0.93, date(2025, 4, 7), 6, off_target=True, signal=False)
    agenda = Agenda(date(2025, 4, 27), "EUR", (item,))
    store.state.meetings.close(LOCAL_OWNER, meeting, as_content(agenda))

    told = text(opened(show_meeting, store, meeting=str(meeting.id)))
    because = "nobody wrote down then of how many rows it was counted"
    assert f"80.0 % · restated since: 75.0 % now, {because} · target 93 % · 6 records beyond" in told
    assert "unchanged since" in told


def test_the_pack_of_a_closed_meeting_is_taken_along(store: Store) -> None:
    """Four files, none before the end; taking one is in the trail; who may not take files along does not."""
    opened_now = store.state.meetings.open(LOCAL_OWNER, Meeting("shipping", MONDAY))
    assert "export_pack_0" not in str(opened(show_meeting, store, meeting=str(opened_now.id)).main)
    closed = store.state.meetings.close(LOCAL_OWNER, opened_now, as_content(Agenda(MONDAY, "EUR")))
    viewer = Viewer(store, LOCAL_OWNER)
    files = pack_exports(viewer, closed)

    assert [each.file_name for each in files] == [
        f"meeting-shipping-{MONDAY}.{ending}" for ending in ("pdf", "pptx", "xlsx", "html")
    ]
    for each in files:
        taken = leaving(viewer, each)()
        entry = store.state.audit.rows(LOCAL_OWNER, limit=1)[0]
        assert (entry.subject, entry.after) == (f"export {each.file_name}", {"bytes": len(taken)})


def test_a_meeting_is_presented_part_by_part(store: Store) -> None:
    """Promises, the KPI that is off, what was decided, who was there: one at a time, with the way to decide."""
    meeting = store.state.meetings.open(LOCAL_OWNER, Meeting("shipping", MONDAY))
    page = opened(show_meeting, store, meeting=str(meeting.id))
    page.button(key="present").click().run()
    assert "1 of 4: What was promised · 0 min" in text(page)
    assert "75.0 %" not in text(page)
    page.button(key="part_next").click().run()
    assert "2 of 4: On-time delivery" in text(page)
    assert "Nothing was promised before this week." not in text(page)
    assert f"decide_{KPI}" in keys(page)
    for _ in range(2):
        page.button(key="part_next").click().run()
    assert "4 of 4: Who was there" in text(page)
    assert "meeting_close" in keys(page)
    page.button(key="part_all").click().run()

    assert not page.exception
    assert {f"decide_{KPI}", "meeting_close", "present"} <= keys(page)


def test_past_meetings_are_found_by_words(store: Store) -> None:
    """A word of the decision finds it and stands beside it; another word finds none."""
    meeting = store.state.meetings.open(LOCAL_OWNER, Meeting("shipping", MONDAY))
    store.state.meetings.decide(LOCAL_OWNER, Decision(meeting.id, "Train the <b>night</b> shift", kpi=KPI))
    store.state.meetings.close(LOCAL_OWNER, meeting, as_content(Agenda(MONDAY, "EUR")))

    told = text(opened(show_meeting, store, department="shipping", words="night"))
    assert "Train the &lt;b&gt;night&lt;/b&gt; shift" in told
    assert "No meeting holds these words." in text(
        opened(show_meeting, store, department="shipping", words="rocket")
    )
    assert "Train the" not in text(opened(show_meeting, store, department="shipping"))


def test_a_decision_without_words_stores_nothing(store: Store) -> None:
    """Not even the action of the same form."""
    meeting = store.state.meetings.open(LOCAL_OWNER, Meeting("shipping", MONDAY))
    page = opened(show_meeting, store, meeting=str(meeting.id))
    page.button(key=f"decide_{KPI}").click().run()
    page.text_input[1].input("Call")
    page.button(key="save_meeting_decide").click().run()

    assert store.state.meetings.decisions(LOCAL_OWNER) == store.state.actions.rows(LOCAL_OWNER) == []
    assert "save_meeting_decide" in keys(page)


def test_a_viewer_reads_a_meeting_and_does_nothing(store: Store) -> None:
    """And does not find that of another department."""
    meeting = store.state.meetings.open(LOCAL_OWNER, Meeting("shipping", MONDAY))
    store.state.meetings.decide(LOCAL_OWNER, Decision(meeting.id, "Train", kpi=KPI))
    vic = Principal("vic@example.com", role=Role.VIEWER)
    other = Principal("max@example.com", Scope(departments=frozenset({"service"})), Role.LEAD)
    page = opened(show_meeting, store, vic, meeting=str(meeting.id))

    assert "Train" in text(page)
    assert keys(page) == set()
    assert "There is no such meeting" in text(opened(show_meeting, store, other, meeting=str(meeting.id)))
    assert keys(opened(show_meeting, store, vic, department="service")) == set()


def test_nothing_to_meet_over_says_so(tmp_path: Path) -> None:
    store = empty_store(tmp_path / "empty")
    assert "Nothing to meet over yet" in text(opened(show_meeting, store))
    assert "No such action" in text(opened(show_actions, store))
    store.close()


def test_an_action_is_done_with_its_evidence_and_opened_again(store: Store) -> None:
    """Overdue since yesterday; done with a ticket to look at; opened again for a reason."""
    late = Action(KPI, "shipping", "Call <i>UPS</i>", "Ann", TODAY - timedelta(days=1))
    number = store.state.actions.add(LOCAL_OWNER, late).id
    page = opened(show_actions, store)
    assert "1 open action, 1 of them not kept or without effect" in text(page)
    assert "Call &lt;i&gt;UPS&lt;/i&gt;" in text(page)
    page.button(key=f"done_promise_{number}").click().run()
    page.text_input[1].input("ticket 7")
    page.button(key="save_promise").click().run()
    done = store.state.actions.find(LOCAL_OWNER, number)
    assert (done.status, done.evidence) == (ActionStatus.DONE, "ticket 7")

    page = opened(show_actions, store, show="closed")
    assert "ticket 7" in text(page)
    page.button(key=f"reopen_promise_{number}").click().run()
    page.text_input[0].input("Nobody called back")
    page.button(key="save_promise").click().run()
    again = store.state.actions.find(LOCAL_OWNER, number)
    assert (again.status, again.reopened) == (ActionStatus.OPEN, 1)
    assert "begun again once" in text(opened(show_actions, store))


def test_ones_own_actions_are_found(store: Store) -> None:
    store.state.actions.add(LOCAL_OWNER, Action(KPI, "shipping", "Mine", LOCAL_OWNER.name, TODAY))
    store.state.actions.add(LOCAL_OWNER, Action(KPI, "shipping", "Theirs", "Ann", TODAY))
    told = text(opened(show_actions, store, show="mine"))

    assert "Mine" in told
    assert "Theirs" not in told
