"""Corrective actions: judged by the KPI they promised to move, and never closed before that."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from made_procedures import PACKING
from small_company import COMPANY, frame, known

from kpi.catalog import DEPARTMENTS, find
from kpi.compute import refresh
from kpi.engine import AsOf
from meetings.actions import change, close, is_overdue
from sop.corrective import on_time
from sop.diagnosis.closing import NEXT, Next
from sop.diagnosis.effect import Outcome
from sop.mending import begin_again, carry_out, evaluate, look_after, open_corrective, timed
from sop.procedure import Direction, KpiLink
from sop.recorded import record_work
from sop.recorded.reviews import CORRECTIVES, REVIEWS, VERSIONS
from sop.taking_in import publish
from store.company_file import save_company
from store.contract import polars_schema
from store.facts import Shipments
from store.home import Store, open_store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal
from store.state import (
    Action,
    ActionError,
    ActionStatus,
    Cause,
    Corrective,
    Ending,
    Moves,
    Review,
    WrongEntry,
)
from store.state.actions import SHOWN, UNSHOWN

MONDAY, WEEKS = date(2025, 1, 6), 40
CHANGED = MONDAY + timedelta(weeks=18)
LAST = MONDAY + timedelta(weeks=WEEKS) - timedelta(days=1)
ANN, BEN = Principal("Ann", role=Role.SOP_OWNER), Principal("Ben", role=Role.APPROVER)
ON_TIME = find("on_time_delivery_rate")
ASKED = Corrective(
    "", "", "Move the cut-off", "Ann", date(2025, 5, 9), sop="packing", cause=Cause.AUDIT, reference="7",
    direction=Moves.UP, wanted_percent=15,
)  # fmt: skip


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def shipment(week: date, n: int, late: int) -> dict[str, Any]:
    return {
        "shipment_id": f"{week}-{n}", "market": "DE", "carrier": "DHL", "mode": "road", "status": "delivered",
        "shipped_day": week, "sent_day": week, "cost_day": week, "promised_day": week + timedelta(days=2),
        "due_day": week + timedelta(days=2), "delivered_day": week + timedelta(days=3 if n < late else 1),
    }  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Of 100 parcels a week 30 to 32 are late for 18 weeks, and 10 to 12 from then on."""
    home = tmp_path_factory.mktemp("mending")
    store = open_store(home, departments=DEPARTMENTS)
    save_company(home, COMPANY)
    weeks = [MONDAY + timedelta(weeks=n) for n in range(WEEKS)]
    rows = [
        shipment(week, n, (30 if week < CHANGED else 10) + place % 3)
        for place, week in enumerate(weeks)
        for n in range(100)
    ]
    store.lake.append(Shipments.name, frame(Shipments, known(Shipments, rows)), marks={"files": 1})
    refresh(store.lake, AsOf.end_of(LAST))
    linked = replace(PACKING, kpis=(KpiLink(ON_TIME.key, Direction.UP, 0, outcome=True),))
    publish(store.state, ANN, BEN, linked, "First", MONDAY, MONDAY)
    yield store
    store.close()


@pytest.fixture
def action(whole: Store) -> Corrective:
    """The only one that was ever carried out."""
    for each in whole.state.actions.correctives(ANN):
        whole.state.actions.save(ANN, replace(each, took_effect=None, verify_on=None), "action changed")
    return open_corrective(whole.state, ANN, ON_TIME, ASKED, today=date(2025, 5, 2))


def test_it_closes_once_the_kpi_shows_that_it_helped(whole: Store, action: Corrective) -> None:
    """
    Opened with cause and promise; carried out on the first better Monday, it can be seen after eight weeks, not
    before; then it is improved, and closes. Closing, dropping and forgetting the promise are refused until then.
    """
    assert (action.first_due, action.department, action.cause) == (date(2025, 5, 9), "shipping", Cause.AUDIT)
    carried = carry_out(whole, ANN, action, CHANGED, now=at(CHANGED))
    assert carried.verify_on == CHANGED + timedelta(weeks=8)
    assert (is_overdue(action, LAST), is_overdue(carried, LAST)) == (True, False)
    for status in (ActionStatus.DONE, ActionStatus.DROPPED):
        with pytest.raises(ActionError, match=r"evaluated|not known"):
            close(whole.state, ANN, carried, status, "Fine")
    with pytest.raises(ActionError, match="too early"):
        evaluate(whole, ANN, carried, now=at(CHANGED + timedelta(weeks=7)))
    plain = Action(
        carried.kpi, carried.department, "Other", "Ann", carried.due, version=carried.version, id=carried.id
    )
    with pytest.raises(ActionError, match="must keep"):
        whole.state.actions.save(ANN, plain, "action changed")

    seen = evaluate(whole, ANN, carried, now=at(LAST))
    assert (seen.outcome, seen.evaluated_on) == (Outcome.IMPROVED, LAST)
    done = close(whole.state, ANN, seen, note="Fewer late ones")
    assert done.status is ActionStatus.DONE
    assert look_after(whole, LOCAL_OWNER, at(LAST)) == 0


def test_an_effect_that_did_not_hold_opens_it_again(whole: Store, action: Corrective) -> None:
    """
    Judged by the way it was to move: down, the same weeks got worse; the one that was closed as improved is opened
    by the worker eight weeks later.
    """
    carried = carry_out(whole, ANN, action, CHANGED, now=at(CHANGED))
    seen = evaluate(whole, ANN, carried, now=at(LAST))
    assert seen.outcome == Outcome.IMPROVED
    told = replace(seen, direction=Moves.DOWN, evaluated_on=LAST - timedelta(weeks=8))
    kept = whole.state.actions.save(ANN, told, "action changed")
    close(whole.state, ANN, kept)

    assert look_after(whole, LOCAL_OWNER, at(LAST - timedelta(weeks=5))) == 0
    assert look_after(whole, LOCAL_OWNER, at(LAST)) == 1
    again = whole.state.actions.find(ANN, action.id)
    assert isinstance(again, Corrective)
    assert (again.status, again.outcome, again.reopened) == (ActionStatus.OPEN, Outcome.WORSENED, 1)

    fresh = begin_again(
        whole.state, ANN, again, text="Another carrier", owner="Ben", due=LAST, today=LAST
    )  # fmt: skip
    assert (fresh.took_effect, fresh.outcome, fresh.reopened, fresh.first_due) == (
        None,
        "",
        2,
        date(2025, 5, 9),
    )


def test_the_day_promised_first_stays(whole: Store, action: Corrective) -> None:
    """
    Put off by a month it is still late by the first day; one that was dropped was never closed in time.
    """
    later = change(
        whole.state, ANN, action, text=action.text, owner="Ann", due=date(2025, 6, 9), today=date(2025, 5, 2)
    )
    dropped = close(whole.state, ANN, later, ActionStatus.DROPPED, "Nobody needs it")
    assert isinstance(dropped, Corrective)
    found = on_time([timed(dropped)], LAST)
    assert (dropped.first_due, found.closed.denominator, found.overdue_open) == (
        date(2025, 5, 9), 1, (str(dropped.id),),
    )  # fmt: skip


def test_what_people_did_becomes_facts(whole: Store, action: Corrective) -> None:
    """
    The version that counts, a finished review, and the action by the day promised first; told twice it is one.
    """
    put_off = change(
        whole.state, ANN, action, text=action.text, owner="Ann", due=date(2025, 6, 9), today=date(2025, 5, 2)
    )
    whole.state.reviews.finish(ANN, Review("packing", Ending.STILL_RIGHT, "Followed ten", date(2025, 5, 5)))
    recorders = (VERSIONS, REVIEWS, CORRECTIVES)
    for _ in range(2):
        record_work(whole, recorders=recorders)
    tables = [whole.lake.read(each.table.name, polars_schema(each.table)) for each in recorders]
    versions, reviews, actions = (each.filter(~pl.col("deleted").fill_null(False)) for each in tables)

    assert versions.select("sop", "version", "effective_day", "minor").rows() == [
        ("packing", "1.0", MONDAY, False)
    ]
    assert reviews.select("sop", "reviewed_day").rows() == [("packing", date(2025, 5, 5))]
    mine = actions.filter(pl.col("action_id") == f"fairlead:action/{put_off.id}")
    assert mine.select("sop", "due_day", "extended_day", "closed_day").rows() == [
        ("packing", date(2025, 5, 9), date(2025, 6, 9), None)
    ]


def test_what_cannot_show_an_effect_is_refused(whole: Store) -> None:
    """
    A sum over time is no rate; neither is a procedure that is not in force, a day that has passed or 101 %.
    """
    with pytest.raises(ActionError, match="No effect can be seen"):
        open_corrective(whole.state, ANN, find("net_sales"), ASKED, today=MONDAY)
    with pytest.raises(WrongEntry, match="no procedure 'customs'"):
        open_corrective(whole.state, ANN, ON_TIME, replace(ASKED, sop="customs"), today=MONDAY)
    with pytest.raises(ActionError, match="has passed"):
        open_corrective(whole.state, ANN, ON_TIME, ASKED, today=LAST)
    with pytest.raises(ActionError, match="101 %"):
        replace(ASKED, wanted_percent=101)


def test_the_store_closes_what_the_rules_close() -> None:
    """
    The store knows no layer above it; its words are those of the rules.
    """
    assert {each.value for each in Outcome if NEXT[each] is Next.CLOSE} == set(SHOWN)
    assert {each.value for each in Outcome if NEXT[each] is Next.DECIDE} == set(UNSHOWN)
    unsure = replace(ASKED, kpi="x", outcome="confounded", evaluated_on=LAST)
    with pytest.raises(ActionError, match="give the reason"):
        replace(unsure, status=ActionStatus.DONE)
    assert replace(unsure, status=ActionStatus.DONE, note="Seen on the floor").note
