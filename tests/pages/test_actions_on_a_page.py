"""Actions on the pages: started, changed and closed by a form; overdue ones need a decision; nobody sees others'."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from streamlit.testing.v1 import AppTest

from kpi.catalog import find
from kpi.decisions import needs_decision
from kpi.period import Every
from kpi.score import Status
from kpi.standing import Period, Standing
from meetings.actions import close, open_actions
from pages.parts.actions import load_actions, load_overdue, row_html
from pages.parts.attention import Told, build_attention
from pages.parts.viewer import Viewer
from store.home import Store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import Action, ActionStatus, Owned, Owner, User

TODAY = datetime.now(UTC).date()
LATE = TODAY - timedelta(days=2)
ON_TIME, CSAT = find("on_time_delivery_rate"), find("csat_score")
CALL = Action(ON_TIME.key, "shipping", "Call <b>the</b> carrier", "Ann", LATE)
FORM = f"action_{ON_TIME.key}"
SERVICE = Principal("Service only", Scope(departments=frozenset({"service"})), role=Role.LEAD)
WEEK = Period(date(2025, 4, 21), date(2025, 4, 27), Status.ON_TARGET, 0.95, target=0.93, n=40)


def show(*args: object) -> None:
    """Runs inside the page's script."""
    from pages.parts.actions import draw_actions

    viewer, *rest = args
    viewer.seen.clear()  # type: ignore[attr-defined]  # as in the app, where a viewer is made for every run
    draw_actions(viewer, *rest)  # type: ignore[arg-type]


def drawn(store: Store, principal: Principal = LOCAL_OWNER, market: str | None = None) -> AppTest:
    """The panel of actions on on-time delivery."""
    return AppTest.from_function(show, args=(Viewer(store, principal), ON_TIME, market)).run()


def field(page: AppTest, kind: str, name: str):  # type: ignore[no-untyped-def]
    """The one field of the open form whose key begins so."""
    (found,) = [each for each in page.get(kind) if str(each.key).startswith(f"{name}_")]
    return found


def lines(standings: Mapping[str, Standing], overdue: Mapping[str, date]) -> list[tuple[str, str]]:
    """Word and reason of the list of decisions."""
    decisions = needs_decision(standings.values(), overdue)
    told = build_attention(decisions, [], Told("EUR", date(2025, 4, 27)), datetime(2025, 4, 28, tzinfo=UTC))
    return [(line.word, line.why) for line in told.lines]


def test_an_action_is_started_from_the_form(own: Store) -> None:
    """
    The owner of the KPI is proposed; after saving the form is gone and the action is in the list.
    """
    page = drawn(own)
    assert "Nobody has promised" in page.html[0].value
    page.button(key=f"start_{FORM}").click().run()
    assert field(page, "text_input", "owner").value == ON_TIME.owner
    field(page, "text_input", "text").input("Call the carrier")
    field(page, "selectbox", "market").select("DE")
    page.button(key=f"save_{FORM}").click().run()

    assert not page.exception
    (action,) = open_actions(own.state, LOCAL_OWNER)
    assert (action.text, action.owner, action.segment) == ("Call the carrier", ON_TIME.owner, "market=DE")
    assert page.get("text_input") == []
    assert "Call the carrier" in page.html[0].value


def test_a_form_filled_in_wrongly_stays_as_it_is(own: Store) -> None:
    """
    Without a text: a sentence, nothing stored, and the owner typed in is still there.
    """
    page = drawn(own)
    page.button(key=f"start_{FORM}").click().run()
    field(page, "text_input", "owner").input("Eve")
    page.button(key=f"save_{FORM}").click().run()

    assert "the text is empty" in "".join(each.value for each in page.html)
    assert field(page, "text_input", "owner").value == "Eve"
    assert open_actions(own.state, LOCAL_OWNER) == []


def test_the_second_editor_sees_both(own: Store) -> None:
    """
    Bob's form shows version 1 when Eve moves the day. His is refused, tells of hers, and kept; sent again it counts.
    """
    seen = own.state.actions.add(LOCAL_OWNER, CALL)
    page = drawn(own)
    page.button(key=f"change_{FORM}_{seen.id}").click().run()
    own.state.actions.save(LOCAL_OWNER, replace(seen, owner="Eve"), "action changed")
    field(page, "text_input", "text").input("Write to the carrier")
    page.button(key=f"save_{FORM}").click().run()

    assert "(Eve · due" in "".join(each.value for each in page.html)
    assert field(page, "text_input", "text").value == "Write to the carrier"
    page.button(key=f"save_{FORM}").click().run()
    (action,) = open_actions(own.state, LOCAL_OWNER)
    assert (action.text, action.version) == ("Write to the carrier", 3)


def test_an_action_is_closed_with_a_note(own: Store) -> None:
    """
    Done, with what came of it; cancelling leaves it open.
    """
    seen = own.state.actions.add(LOCAL_OWNER, CALL)
    page = drawn(own)
    page.button(key=f"close_{FORM}_{seen.id}").click().run()
    page.button(key=f"cancel_{FORM}").click().run()
    assert open_actions(own.state, LOCAL_OWNER) == [seen]

    page.button(key=f"close_{FORM}_{seen.id}").click().run()
    field(page, "text_input", "note").input("A second lorry")
    page.button(key=f"save_{FORM}").click().run()
    closed = own.state.actions.find(LOCAL_OWNER, seen.id)
    assert (closed.status, closed.note) == (ActionStatus.DONE, "A second lorry")


def test_an_overdue_action_needs_a_decision(own: Store) -> None:
    """
    The KPI reaches its target and is as usual; the action on it is two days late. Closed, it needs none.
    """
    seen = own.state.actions.add(LOCAL_OWNER, CALL)
    viewer, standings = Viewer(own, LOCAL_OWNER), {"x": Standing(ON_TIME, Every.WEEK, (WEEK,))}

    assert load_actions(viewer) == {ON_TIME.key: seen}
    ((word, text),) = lines(standings, load_overdue(viewer))
    assert word == "Action overdue"
    assert text.startswith("an action was due ")
    close(own.state, LOCAL_OWNER, seen)
    assert lines(standings, load_overdue(replace(viewer, seen={}))) == []


def test_an_overdue_action_stands_beside_the_reason_there_is_already() -> None:
    """
    Off target for two weeks and an action late: one line with both.
    """
    bad = replace(WEEK, status=Status.OFF_TARGET, value=0.75)
    decisions = needs_decision([Standing(ON_TIME, Every.WEEK, (bad, bad))], {ON_TIME.key: date(2025, 4, 25)})
    told = Told("EUR", date(2025, 4, 27), actions={ON_TIME.key: replace(CALL, due=date(2025, 4, 25))})

    (line,) = build_attention(decisions, [], told, datetime(2025, 4, 28, tzinfo=UTC)).lines
    assert (line.word, line.action, line.due) == ("Off target", CALL.text, "overdue since 25 Apr")


def test_an_overdue_action_is_not_told_under_another_kpi() -> None:
    """
    Two KPIs of one goal off target are one line; one that only has an overdue action keeps its own.
    """
    fulfilled = find("otif_rate")
    bad = replace(WEEK, status=Status.OFF_TARGET, value=0.75)
    off = Standing(ON_TIME, Every.WEEK, (bad, bad))
    good = Standing(fulfilled, Every.WEEK, (WEEK,))
    assert ON_TIME.goal == fulfilled.goal

    decisions = needs_decision([off, good], {fulfilled.key: date(2025, 4, 25)})
    assert [each.kpi.key for each in decisions] == [ON_TIME.key, fulfilled.key]


def test_another_department_sees_no_action(own: Store) -> None:
    """
    Neither in the list, nor as a reason for a decision, nor when asking for the KPI's own.
    """
    own.state.actions.add(LOCAL_OWNER, CALL)
    viewer = Viewer(own, SERVICE)

    assert load_actions(viewer) == {}
    assert load_overdue(viewer) == {}
    assert "carrier" not in "".join(each.value for each in drawn(own, SERVICE).html)


def test_a_chosen_market_shows_its_actions(own: Store) -> None:
    """
    Germany's, and those for all; not France's.
    """
    german, french = (replace(CALL, segment=f"market={each}", due=TODAY) for each in ("DE", "FR"))
    for each in (CALL, german, french):
        own.state.actions.add(LOCAL_OWNER, each)

    shown = [each.value for each in drawn(own, market="DE").html]
    assert [("market DE" in each, "market FR" in each) for each in shown] == [(False, False), (True, False)]


def test_what_a_person_wrote_is_text() -> None:
    """
    Not markup; and late is said in shape and word.
    """
    told = row_html(CALL, TODAY)

    assert "Call &lt;b&gt;the&lt;/b&gt; carrier" in told
    assert "▲" in told
    assert "Overdue" in told
    assert "Overdue" not in row_html(replace(CALL, due=TODAY), TODAY)


def test_a_viewer_reads_actions_and_has_no_buttons(own: Store) -> None:
    """
    A form that was open when the role was taken away stays as it was filled in and says who may.
    """
    own.state.actions.add(LOCAL_OWNER, CALL)
    page = drawn(own, Principal("vic"))
    assert "Call &lt;b&gt;" in page.html[0].value
    assert not page.button

    page = drawn(own, Principal("lee", role=Role.LEAD))
    page.button(key=f"start_{FORM}").click().run()
    field(page, "text_input", "text").input("Call again")
    degraded = AppTest.from_function(show, args=(Viewer(own, Principal("lee")), ON_TIME, None))
    degraded.session_state[f"draft_{FORM}"] = page.session_state[f"draft_{FORM}"]
    degraded.run()
    field(degraded, "text_input", "text").input("Call again")
    degraded.button(key=f"save_{FORM}").click().run()

    assert "You are here as viewer and may not open, change or close actions" in " ".join(
        each.value for each in degraded.html
    )
    assert len(open_actions(own.state, LOCAL_OWNER)) == 1


def test_an_action_is_given_to_a_colleague(own: Store) -> None:
    """
    Who is named for the KPI is proposed; only people who may work on shipping are offered, and an old free text stays.
    """
    for email, role, department in (
        ("ann@example.com", Role.LEAD, "shipping"), ("cy@example.com", Role.LEAD, "service"),
        ("vic@example.com", Role.VIEWER, "shipping"), ("bob@example.com", Role.MANAGER, "shipping"),
    ):  # fmt: skip
        user = User(email, email[:3], role, departments=frozenset({department}))
        own.state.users.save(LOCAL_OWNER, user, seen=0)
    own.state.owners.assign(LOCAL_OWNER, Owner(Owned.KPI, ON_TIME.key, "shipping", "bob@example.com"))
    own.state.actions.add(LOCAL_OWNER, replace(CALL, owner="The carrier desk"))
    page = drawn(own)

    page.button(key=f"start_{FORM}").click().run()
    assert field(page, "selectbox", "owner").value == "bob@example.com"
    assert field(page, "selectbox", "owner").options == ["ann (ann@example.com)", "bob (bob@example.com)"]
    page.button(key=f"cancel_{FORM}").click().run()
    page.button(key=f"change_{FORM}_1").click().run()
    assert field(page, "selectbox", "owner").value == "The carrier desk"
    field(page, "selectbox", "owner").set_value("ann@example.com")
    page.button(key=f"save_{FORM}").click().run()

    assert [each.owner for each in open_actions(own.state, LOCAL_OWNER)] == ["ann@example.com"]
