"""Who answers for a KPI is picked on its page and stands in its place everywhere; forms name a team."""

from datetime import UTC, date, datetime

from streamlit.testing.v1 import AppTest

from kpi.catalog import KPIS, find
from kpi.decisions import Decision
from kpi.exports.answer import answered, basis_of, labelled
from kpi.period import Every, Span
from kpi.question import Question
from kpi.score import Status
from kpi.standing import Period
from pages.parts.attention import Told, decision_line
from pages.parts.people import owner_of
from pages.parts.viewer import Viewer
from store.home import Store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import User

ON_TIME, CSAT = find("on_time_delivery_rate"), find("csat_score")
ANN = User("ann@example.com", "Ann Lee", Role.LEAD)
APRIL = Span(date(2025, 4, 1), date(2025, 4, 27))
WEEK = Period(date(2025, 4, 21), date(2025, 4, 27), Status.OFF_TARGET, 0.9, target=0.95, n=40)


def naming(viewer, kpi) -> None:  # type: ignore[no-untyped-def]
    """Runs inside the page's script."""
    from pages.parts.naming import draw_naming

    viewer.seen.clear()
    draw_naming(viewer, kpi)


def acting(viewer, kpi) -> None:  # type: ignore[no-untyped-def]
    """Runs inside the page's script."""
    from pages.parts.actions import draw_actions

    viewer.seen.clear()
    draw_actions(viewer, kpi, None)


def test_a_person_named_on_the_page_stands_in_place_of_the_role(own: Store) -> None:
    """
    Ann is picked for on-time delivery: the page, the list of decisions and the CSV say Ann Lee.
    """
    own.state.users.save(LOCAL_OWNER, ANN, seen=0)
    page = AppTest.from_function(naming, args=(Viewer(own, LOCAL_OWNER), ON_TIME)).run()
    page.button(key=f"start_naming_{ON_TIME.key}").click().run()
    (person,) = [each for each in page.selectbox if str(each.key).startswith("person_")]
    person.select(ANN.email)
    page.button(key=f"save_naming_{ON_TIME.key}").click().run()
    assert not page.exception

    viewer = Viewer(own, LOCAL_OWNER)
    assert (owner_of(viewer, ON_TIME), owner_of(viewer, CSAT)) == ("Ann Lee", CSAT.owner)
    basis = basis_of(own, LOCAL_OWNER, list(KPIS.values()), datetime(2025, 4, 28, tzinfo=UTC))
    told = Told("EUR", APRIL.end, named=basis.named)
    assert decision_line(Decision(ON_TIME, WEEK, WEEK.start, 2), told).owner == "Ann Lee"
    rows = labelled(answered(own, LOCAL_OWNER, ON_TIME, Question(APRIL, Every.TOTAL), basis))
    assert set(rows["kpi_owner"]) == {"Ann Lee"}


def test_an_action_names_a_team(own: Store) -> None:
    """
    The desk in team one is asked; who sees only that team cannot speak for all.
    """
    page = AppTest.from_function(acting, args=(Viewer(own, LOCAL_OWNER), CSAT)).run()
    page.button(key=f"start_action_{CSAT.key}").click().run()
    (team,) = [each for each in page.selectbox if str(each.key).startswith("team_")]
    assert team.options == ["All teams", "one"]
    team.select("one")
    (text,) = [each for each in page.text_input if str(each.key).startswith("text_")]
    text.input("Answer the mails of Friday")
    page.button(key=f"save_action_{CSAT.key}").click().run()

    (action,) = own.state.actions.rows(LOCAL_OWNER)
    assert action.segment == "team=one"
    lead = Principal("Lead", Scope(teams=frozenset({"one"})), Role.LEAD)
    page = AppTest.from_function(acting, args=(Viewer(own, lead), CSAT)).run()
    page.button(key=f"start_action_{CSAT.key}").click().run()
    assert [each.options for each in page.selectbox if str(each.key).startswith("team_")] == [["one"]]
