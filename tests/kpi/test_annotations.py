"""What happened on the days of a chart: notes of people, and what the system knows by itself."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from kpi.annotations import Annotation, Diary, Kind, annotations_of, at_most, concerns, pauses
from kpi.catalog import find
from kpi.period import Span
from store.company import Event
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import BaselineRow, Counts, Freshness, Note, Run, RunStatus, TargetRow

MAY = date(2026, 5, 4)
ON_TIME = find("on_time_delivery_rate")
SPRING = Span(date(2026, 3, 30), date(2026, 6, 28))
STRIKE = Note(
    MAY, date(2026, 5, 6), "Port strike in Hamburg and Bremen", "shipping", ON_TIME.key, "market=DE", "Ann"
)
SERVICE = Principal("Service only", Scope(departments=frozenset({"service"})))


def told(known: Diary, *notes: Note) -> list[tuple[date, str, str, str]]:
    """Day, kind, label and text of what is found for on-time delivery."""
    found = annotations_of(known, LOCAL_OWNER, ON_TIME, notes)
    return [(each.day, each.kind.value, each.label, each.text) for each in found]


def test_a_note_is_three_words_on_the_chart() -> None:
    """
    The sentence says for which part and by whom.
    """
    assert told(Diary(SPRING), STRIKE) == [
        (MAY, "note", "Port strike in …", "Port strike in Hamburg and Bremen (market DE) · Ann"),
    ]


def test_a_note_concerns_what_it_is_for() -> None:
    """
    Company, department or KPI; another market's is left out where one is chosen, and so is a removed one.
    """
    csat = find("csat_score")
    company, department = replace(STRIKE, department="", kpi="", segment=""), replace(STRIKE, kpi="")

    assert [concerns(each, ON_TIME, "DE") for each in (STRIKE, department, company)] == [True, True, True]
    assert [concerns(each, csat, "DE") for each in (STRIKE, department, company)] == [False, False, True]
    assert [concerns(each, ON_TIME, "FR") for each in (STRIKE, company)] == [False, True]
    assert not concerns(replace(STRIKE, deleted=True), ON_TIME, None)


def test_a_target_is_told_where_it_changes() -> None:
    """
    95 % for June instead of the definition's 93 %, and back in July; Germany's own target is no news for all.
    """
    june = TargetRow(
        ON_TIME.key,
        date(2026, 6, 1),
        Decimal("0.95"),
        valid_to=date(2026, 6, 15),
        owner="Ann",
        reason="new carrier",
    )
    german = replace(june, segment="market=DE", target=Decimal("0.97"))
    known = Diary(SPRING, targets=[june, german])

    assert told(known) == [
        (date(2026, 6, 1), "target", "Target 95\u00a0%", "Target 93\u00a0% → 95\u00a0%: new carrier"),
        (date(2026, 6, 15), "target", "Target 93\u00a0%", "Target 95\u00a0% → 93\u00a0%"),
    ]
    (first, _) = told(replace(known, market="DE"))
    assert first[3] == "Target 93\u00a0% → 97\u00a0%: new carrier"


def test_a_target_that_stays_the_same_is_no_news() -> None:
    """
    Somebody entered the 93 % that counted already.
    """
    same = TargetRow(ON_TIME.key, MAY, Decimal("0.93"), owner="Ann")

    assert told(Diary(SPRING, targets=[same])) == []


def test_the_usual_range_begun_anew_is_told() -> None:
    """
    Not where it first began.
    """
    first = BaselineRow(ON_TIME.key, date(2026, 4, 6), "First baseline", set_by="worker")
    again = BaselineRow(ON_TIME.key, MAY, "New carrier", set_by="Ann")

    assert told(Diary(SPRING, baselines=[first, again])) == [
        (MAY, "baseline", "Usual range anew", "Usual range anew: New carrier · Ann"),
    ]


def test_a_source_that_stopped_is_told() -> None:
    """
    Pulled daily, then not from 4 to 8 May: one pause; the last pull was an hour ago. Other KPIs' sources do not count.
    """
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    times = [noon + timedelta(days=n) for n in (0, 1, 2, 3, 7, 8)]
    run = Run(1, "parcels", noon, noon, RunStatus.OK, "", None, (Counts("shipments"),))
    desk = replace(run, source="desk", counts=(Counts("tickets"),))
    fresh = [Freshness(each.source, times[-1], None, each) for each in (run, desk)]
    found = pauses(times, times[-1] + timedelta(hours=1))
    assert found == [Span(MAY, date(2026, 5, 8))]

    known = Diary(SPRING, fresh=fresh, pauses={"parcels": found, "desk": found})
    assert told(known) == [(MAY, "outage", "parcels stopped", "Source parcels was not read for 4 days")]


def test_a_source_that_is_still_silent_is_told() -> None:
    """
    Last pulled three days ago.
    """
    last = datetime(2026, 5, 1, 12, tzinfo=UTC)

    assert pauses([last], last + timedelta(days=3)) == [Span(date(2026, 5, 1), MAY)]
    assert pauses([last], last + timedelta(hours=25)) == []


def test_holidays_in_a_row_are_one_and_events_speak_for_theirs() -> None:
    """
    Three days of Golden Week; Easter Monday lies in the window of the event Easter.
    """
    golden = {date(2026, 5, day): "Golden Week" for day in (1, 2, 3)}
    easter = Event("easter", date(2026, 4, 5), before=2, after=1)
    known = Diary(SPRING, events=[easter], holidays={**golden, date(2026, 4, 6): "Easter Monday"})

    found = annotations_of(known, LOCAL_OWNER, ON_TIME)
    assert [(each.label, each.start, each.end) for each in found] == [
        ("Easter", date(2026, 4, 3), date(2026, 4, 6)),
        ("Golden Week", date(2026, 5, 1), date(2026, 5, 3)),
    ]


def test_nothing_outside_the_span_or_twice() -> None:
    """
    One before it, one that reaches into it, and the same company note entered for the department, too.
    """
    before = replace(STRIKE, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 2))
    reaching = replace(STRIKE, starts_on=date(2026, 3, 1), ends_on=date(2026, 4, 2))
    again = replace(STRIKE, kpi="")

    assert [row[0] for row in told(Diary(SPRING), before, reaching, STRIKE, again)] == [date(2026, 3, 1), MAY]


def test_the_most_telling_stay_and_the_rest_is_counted() -> None:
    """
    Of a note and three holidays, at most two: the note and the latest holiday, still by day.
    """
    holidays = [
        Annotation(MAY + timedelta(days=n), MAY, MAY, Kind.HOLIDAY, f"Holiday {n}", "") for n in (1, 2, 3)
    ]
    note = Annotation(MAY + timedelta(days=2), MAY, MAY, Kind.NOTE, "Strike", "")
    found = [holidays[0], note, *holidays[1:]]

    kept = at_most(found, 2)
    assert ([each.label for each in kept.shown], kept.more) == (["Strike", "Holiday 3"], 2)
    assert at_most(found).more == 0


def test_another_department_reads_nothing() -> None:
    """
    Neither notes nor targets of a KPI it may not see.
    """
    june = TargetRow(ON_TIME.key, MAY, Decimal("0.95"), owner="Ann")

    assert annotations_of(Diary(SPRING, targets=[june]), SERVICE, ON_TIME, [STRIKE]) == []
