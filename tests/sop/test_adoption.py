"""N6: four weeks after publishing, who has read it, who is trained, and how many runs go by it; three things."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_adherence import SECOND, _answer, adherence_store
from small_company import LAST, frame

from kpi.compute import refresh
from kpi.engine import AsOf
from meetings.spreading import spreads_of
from sop.adherence.straying import strayed
from sop.library import library
from sop.outcomes.spreading import spread
from sop.share import Share
from store.facts import SopRunSteps
from store.home import Store
from store.scope import LOCAL_OWNER
from store.state import Edition, EditionState
from store.state.meeting_records import WHOLE_FIRM, Meeting
from store.state.owing import AskedVersion, Standing
from store.state.owing_counts import curve
from store.state.posts import Post
from store.state.readings import Answer, Reading
from store.state.training_rules import TrainingRule
from store.state.trainings import How, Training

SINCE = date(2026, 3, 2)
AT = datetime.combine(SINCE, time(9), UTC)
EDITION = Edition(
    1, "packing", "en", 4, 0, "", "Packing", "shipping", "Lead", None, frozenset(), None, 12, "digest",
    EditionState.APPROVED, "New", frozenset({"Ann"}), AT, "Ann", AT, "Ann", AT, "Ben", AT, "", SINCE, None, 3,
)  # fmt: skip
V4 = AskedVersion(EDITION, SINCE, SINCE)
RULE = TrainingRule("packing", "Packer", "shipping")


def standing(number: int, read: int | None, trained: int | None, begun: int = -90) -> Standing:
    """Somebody who read it and was trained on so many days after it began to count; None: not yet."""
    person = f"p{number}@example.com"
    post = Post(person, "Packer", "shipping", SINCE + timedelta(days=begun))
    answer = training = None
    if read is not None:
        at = datetime.combine(SINCE + timedelta(days=read), time(9), UTC)
        answer = Reading(number, person, "packing", 4, 0, "en", "digest", Answer.READ, "", at)
    if trained is not None:
        on = SINCE + timedelta(days=trained)
        training = Training(number, person, "packing", 4, 0, How.QUIZ, on, "", person)
    return Standing(person, post, V4, RULE, SINCE + timedelta(days=40), answer, training)


def test_day_28_reads_as_the_manager_asked() -> None:
    """
    Of 100 people 81 had read it and 70 passed the quiz by day 28; nine read on day 29, and a newcomer counts nowhere.
    """
    people = [
        standing(n, -3 if n < 40 else 28 if n < 81 else 29 if n < 90 else None, 10 if n < 70 else 35)
        for n in range(100)
    ]
    days = curve([*people, standing(100, 5, 5, begun=4)], SINCE + timedelta(days=40), 28)

    last = days[-1]
    assert (len(days), last.day) == (29, SINCE + timedelta(days=28))
    assert (last.read, last.trained, last.people) == (81, 70, 100)
    assert (days[0].read, days[9].trained, days[10].trained, days[27].read) == (40, 0, 70, 40)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.none() | st.integers(-5, 40), st.none() | st.integers(-5, 40)), min_size=5, max_size=9
    ),
    st.integers(0, 40),
)
def test_curves_only_rise_and_the_past_stays(people: list[tuple[int | None, int | None]], days: int) -> None:
    """
    Whatever happens: monotone curves within the people; a later look does not change an earlier day.
    """
    told = [standing(n, *each) for n, each in enumerate(people)]
    found = curve(told, SINCE + timedelta(days=days), 28)

    assert len(found) == min(days, 28) + 1
    for one, two in pairwise(found):
        assert one.read <= two.read <= len(people)
        assert one.trained <= two.trained <= len(people)
    assert curve(told, SINCE + timedelta(days=60), 28)[: len(found)] == found


def test_of_four_people_nothing_is_told() -> None:
    assert curve([standing(n, 1, 1) for n in range(4)], SINCE + timedelta(days=40), 28) == []


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Store]:
    """
    Packing 2.0 counts since 3 March 2025, ten checks a week go by it; on Monday 31 March six more went by 1.0, on
    28 February, while it still counted, three.
    """
    store = adherence_store(tmp_path / "home")
    late = [_by_the_first(date(2025, 3, 31), n) for n in range(6)]
    in_time = [_by_the_first(date(2025, 2, 28), n) for n in range(3)]
    store.lake.append(SopRunSteps.name, frame(SopRunSteps, late + in_time), marks={"y": 1})
    refresh(store.lake, AsOf.end_of(LAST))
    yield store
    store.close()


def _by_the_first(day: date, n: int) -> dict[str, object]:
    own = f"packing/{day}/first/{n}"
    return {**_answer(day, n, "seal"), "version": "1.0", "step_id": f"{own}/seal", "run_id": own}


def test_a_run_by_a_retired_version_is_a_deviation(firm: Store) -> None:
    """
    In the week to 31 March 6 of 16 went by 1.0, which no longer counted; in the week to 2 March all three were right.
    """
    (shelf,) = library(firm.state.procedures.rows(LOCAL_OWNER, "packing"), LAST)
    days = [date(2025, 3, 2), date(2025, 3, 31), date(2025, 4, 21)]

    assert strayed(firm.lake, LOCAL_OWNER, shelf, days) == {
        days[0]: Share(0, 3), days[1]: Share(6, 16), days[2]: Share(0, 10),
    }  # fmt: skip


def test_four_weeks_later_stands_in_the_pack_of_that_week_alone(firm: Store) -> None:
    """
    2.0 was four weeks old on Monday 31 March: told in the meeting of 7 April (10 of 16 by it), in no other week, of
    no other department, for no single market; and in the one of the whole firm in the month after.
    """
    shelves = library(firm.state.procedures.rows(LOCAL_OWNER), LAST)
    monday = date(2025, 4, 7)

    def told(meeting: Meeting, today: date = LAST) -> list[tuple[str, str, int, int]]:
        found = spreads_of(firm, LOCAL_OWNER, shelves, meeting, today)
        return [(each.sop, each.version, each.worked, each.checks) for each in found]

    assert told(Meeting("shipping", monday)) == [("packing", "2.0", 10, 16)]
    for week in (monday - timedelta(weeks=1), monday + timedelta(weeks=1)):
        assert told(Meeting("shipping", week)) == []
    assert told(Meeting("service", monday)) == []
    assert told(Meeting("shipping", monday, "market=DE")) == []
    assert told(Meeting(WHOLE_FIRM, monday - timedelta(weeks=1))) == []
    assert told(Meeting(WHOLE_FIRM, date(2025, 4, 28))) == [("packing", "2.0", 10, 16)]


def test_nothing_is_told_of_days_to_come(firm: Store) -> None:
    """On day 27 there is the first day and two weeks later, and no day 28."""
    found = spread(
        firm.state, LOCAL_OWNER, "packing", SECOND, {SECOND: Share(1, 1)}, SECOND + timedelta(days=27)
    )
    assert [each.after for each in found] == [0]
