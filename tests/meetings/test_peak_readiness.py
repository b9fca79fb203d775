"""The gate of a peak: closed until knowledge, goods, carriers and people are ready, and then open (N8)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from made_procedures import PACKING

from meetings.readiness import Check, Gate, Light, gate, gate_of, overlays
from meetings.readiness_told import found_told, time_told
from sop.peaks import black_friday, coming, plan_peaks
from sop.refreshers import ask_refreshers
from sop.taking_in import publish
from store.home import SYSTEM, Store, open_store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import TargetRow, User, target_on
from store.state.edits import NotAllowed
from store.state.peak_records import Need, NeedKind, Peak, PeakError, Reach, Short, Stock
from store.state.posts import Post
from store.state.refreshed import Refreshed, Waiting
from store.state.trainings import How

BEGINS = date(2026, 11, 27)
PEAK = Peak("Black Friday", BEGINS, date(2026, 11, 30), id=1)
EARLY, LATE = BEGINS - timedelta(days=15), BEGINS - timedelta(days=14)
READY = [Refreshed("service", "", 6, 6)]
CARRIER, TEAM = (
    Need(1, NeedKind.CARRIER, "DHL", 100, 100, segment="market=DE"), Need(1, NeedKind.STAFF, "Desk", 4, 4),
)  # fmt: skip
FULL = Stock(EARLY, EARLY, (Reach(None, 3, 0), Reach("DE", 2, 0)))


def lights(found: Gate) -> list[Light]:
    return [each.light for each in found.found]


def test_the_gate_opens_when_all_four_checks_are_ready() -> None:
    """Six of six refreshed, five articles to the end, one carrier and one team with what is needed: open."""
    found = gate(PEAK, EARLY, READY, FULL, [CARRIER, TEAM])
    assert lights(found) == [Light.READY] * 4
    assert found.is_open


def test_what_nobody_knows_keeps_it_closed() -> None:
    """Without anybody asked, stock looked at or a need entered nothing is green, however far away the peak is."""
    found = gate(PEAK, EARLY, [], None, [])
    assert lights(found) == [Light.UNKNOWN] * 4
    assert not found.is_open
    assert lights(gate(PEAK, EARLY, None, FULL, [CARRIER, TEAM]))[0] is Light.UNKNOWN


def test_a_refresher_that_is_not_done_is_red_from_fourteen_days_before() -> None:
    """One of six: to do on the fifteenth day before, missing from the fourteenth on; so with carriers and teams."""
    one = [Refreshed("service", "", 6, 5, (Waiting("pat@example.com", "packing"),))]
    short = [Need(1, NeedKind.CARRIER, "DHL", 100, 70), Need(1, NeedKind.STAFF, "Desk", 4, 3)]
    for day, light in ((EARLY, Light.TO_DO), (LATE, Light.MISSING), (BEGINS, Light.MISSING)):
        found = gate(PEAK, day, one, FULL, short)
        assert [found.of(each).light for each in (Check.REFRESHED, Check.CARRIER, Check.STAFF)] == [light] * 3
        assert not found.is_open
    assert found_told(found.of(Check.REFRESHED)) == "1 of 6 people are not refreshed"
    assert [each.missing for each in short] == [30, 1]


def test_stock_is_red_once_it_is_too_late_to_order() -> None:
    """Cups end on the second day of the peak; ordered by the 20th they would come: to do until then, red after it."""
    by = date(2026, 11, 20)
    stock = Stock(EARLY, EARLY, (Reach(None, 3, 0),), (Short("cup", "HH", None, 5, date(2026, 11, 28), by),))
    for day, light in ((by, Light.TO_DO), (by + timedelta(days=1), Light.MISSING)):
        assert gate(PEAK, day, READY, stock, []).of(Check.STOCK).light is light
    unknown = Stock(EARLY, EARLY, (Reach(None, 3, 1),))
    assert gate(PEAK, EARLY, READY, unknown, []).of(Check.STOCK).light is Light.UNKNOWN


def test_a_market_has_a_gate_of_its_own() -> None:
    """The carrier of Germany falls short: its gate is closed and that of France, where none is named, unknown."""
    needs = [Need(1, NeedKind.CARRIER, "DHL", 100, 70, segment="market=DE"), TEAM]
    people = [Refreshed("service", "DE", 6, 6), Refreshed("service", "FR", 6, 5)]
    german, french = (gate(PEAK, LATE, people, FULL, needs, each) for each in ("DE", "FR"))
    assert lights(german) == [Light.READY, Light.READY, Light.MISSING, Light.READY]
    assert lights(french) == [Light.MISSING, Light.READY, Light.UNKNOWN, Light.READY]
    assert french.of(Check.STOCK).whole == 3


def test_the_days_are_told() -> None:
    """Before, when it is to be ready, under way, and over."""
    days = (LATE - timedelta(days=28), LATE + timedelta(days=4), BEGINS, date(2026, 12, 1))
    told = [time_told(PEAK, each) for each in days]
    assert told == ["begins in 42 days, to be ready by 13 Nov 2026", "begins in 10 days", "under way", "over"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "home", departments={"on_time_delivery_rate": "shipping"})
    yield opened
    opened.close()


def test_peaks_are_planned_once_and_stay_away_when_removed(store: Store) -> None:
    """In November both Black Fridays of the next 300 days but not the one after; a removed one does not come back."""
    day = date(2026, 11, 1)
    assert [each.begins for each in coming(store.state, day)] == [black_friday(2026)]
    assert [plan_peaks(store.state, day) for _ in range(2)] == [1, 0]
    (peak,) = store.state.peaks.rows(LOCAL_OWNER)
    store.state.peaks.remove(LOCAL_OWNER, peak)
    assert plan_peaks(store.state, day) == 0
    assert store.state.peaks.rows(LOCAL_OWNER) == []


def test_who_is_not_refreshed_is_named_to_their_lead_only(store: Store) -> None:
    """
    Two of three packers were trained; once the peak is near all are asked again. Pat refreshes: Lea, who leads Kim,
    finds one of three done and Kim by name; Max, who leads nobody, only the numbers; who does not train people nothing.
    """
    today = datetime.now().astimezone().date()
    state, ago = store.state, today - timedelta(days=90)
    ann, ben = Principal("Ann", role=Role.SOP_OWNER), Principal("Ben", role=Role.APPROVER)
    publish(state, ann, ben, PACKING, "First", ago, ago)
    lea, maximum = User("lea@example.com", "Lea", Role.LEAD), User("max@example.com", "Max", Role.MANAGER)
    people = [User(f"{name}@example.com", name.title(), lead=lea.email) for name in ("kim", "pat", "sam")]
    for user in (lea, maximum, *people):
        state.users.save(LOCAL_OWNER, user, seen=0)
    for user in people:
        state.posts.save(LOCAL_OWNER, Post(user.email, "Packer", "shipping", ago))
    (edition,) = state.procedures.rows(LOCAL_OWNER)
    names = [each.email for each in people]
    state.trainings.enter(
        LOCAL_OWNER, edition.id, names[:2], How.SESSION, today - timedelta(days=60), today=today
    )
    peak = state.peaks.add(LOCAL_OWNER, Peak("Sale", today + timedelta(days=30), today + timedelta(days=33)))
    assert gate_of(store, lea.principal, peak, today).of(Check.REFRESHED).light is Light.UNKNOWN
    assert ask_refreshers(state, today) == 1
    state.trainings.enter(LOCAL_OWNER, edition.id, names[1:2], How.HUDDLE, today, today=today)

    told = gate_of(store, lea.principal, peak, today)
    assert told.of(Check.REFRESHED).light is Light.TO_DO
    assert told.refreshed == [
        Refreshed(
            "shipping",
            "",
            3,
            1,
            (Waiting("kim@example.com", "packing"), Waiting("sam@example.com", "packing")),
        )
    ]
    assert gate_of(store, maximum.principal, peak, today).refreshed == [Refreshed("shipping", "", 3, 1)]
    assert gate_of(store, Principal("Vic"), peak, today).refreshed is None


def test_the_target_of_a_peak_holds_on_its_dates_only(store: Store) -> None:
    """0.97 all year and 0.92 from the 27th to the 30th: the day before and the day after it is 0.97 again."""
    rows = [
        TargetRow("on_time_delivery_rate", date(2026, 1, 1), Decimal("0.97")),
        TargetRow(
            "on_time_delivery_rate", BEGINS, Decimal("0.92"), valid_to=date(2026, 12, 1), reason="Peak"
        ),
    ]
    for each in rows:
        store.state.targets.add(LOCAL_OWNER, each)
    (overlay,) = overlays(store, LOCAL_OWNER, PEAK)
    assert overlay.target == Decimal("0.92")
    held = store.state.targets.rows(LOCAL_OWNER)
    days = (date(2026, 11, 26), BEGINS, date(2026, 11, 30), date(2026, 12, 1))
    found = [target_on(held, "on_time_delivery_rate", {}, each) for each in days]
    assert [each.target for each in found if each] == [
        Decimal(each) for each in ("0.97", "0.92", "0.92", "0.97")
    ]


def test_what_cannot_be_right_is_said(store: Store) -> None:
    """Days the wrong way round, a second one in the year, numbers below zero, no name, a peak that is not there."""
    with pytest.raises(PeakError, match="ends on 2026-11-01, before it begins on 2026-11-27"):
        Peak("Sale", BEGINS, date(2026, 11, 1))
    with pytest.raises(PeakError, match="lasts 121 days; 120 are the most"):
        Peak("Sale", BEGINS, BEGINS + timedelta(days=120))
    with pytest.raises(PeakError, match="has no name"):
        Peak("  ", BEGINS, BEGINS)
    with pytest.raises(PeakError, match="-1 people promised cannot be"):
        Need(1, NeedKind.STAFF, "Desk", 3, -1)
    store.state.peaks.add(LOCAL_OWNER, PEAK)
    with pytest.raises(PeakError, match="There is 'Black Friday' from 2026-11-27 to 2026-11-30 already"):
        store.state.peaks.add(LOCAL_OWNER, PEAK)
    with pytest.raises(PeakError, match="There is no peak 9"):
        store.state.peaks.add_need(LOCAL_OWNER, Need(9, NeedKind.STAFF, "Desk", 3))


def test_each_sees_and_changes_their_part(store: Store) -> None:
    """
    The lead of Germany sees the peak and Germany's carrier, not that of France, and no stock without planning; they may
    say what Germany needs, but neither move the peak nor speak for France.
    """
    peaks = store.state.peaks
    peak = peaks.add(LOCAL_OWNER, Peak("Sale", BEGINS, BEGINS, ("DE", "FR")))
    for code in ("DE", "FR"):
        peaks.add_need(LOCAL_OWNER, Need(peak.id, NeedKind.CARRIER, "DHL", 9, segment=f"market={code}"))
    shorts = tuple(Short("cup", "HH", code, 1, BEGINS) for code in ("DE", "FR"))
    peaks.keep_stock(SYSTEM, peak.id, Stock(EARLY, EARLY, (Reach("DE", 1, 0), Reach("FR", 1, 0)), shorts))
    german = Principal("Gil", Scope(markets=frozenset({"DE"})), Role.LEAD)
    shipping = Principal("Sia", Scope(departments=frozenset({"shipping"})), Role.LEAD)
    british = Principal("Bea", Scope(markets=frozenset({"UK"})), Role.LEAD)
    assert [each.market for each in peaks.needs(german, peak.id)] == ["DE"]
    assert peaks.stock(german, peak.id) == Stock(EARLY, EARLY, (Reach("DE", 1, 0),), shorts[:1])
    assert peaks.stock(shipping, peak.id) is None
    assert peaks.rows(british) == []
    peaks.add_need(german, Need(peak.id, NeedKind.CARRIER, "GLS", 5, segment="market=DE"))
    with pytest.raises(NotAllowed):
        peaks.add_need(german, Need(peak.id, NeedKind.CARRIER, "GLS", 5, segment="market=FR"))
    with pytest.raises(NotAllowed):
        peaks.remove(german, peak)
