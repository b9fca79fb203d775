"""When a procedure is reviewed next, what brings that forward, and what a review ends with."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import pytest
from made_procedures import LABEL, PACKING

from kpi.catalog import KPIS
from kpi.period import Every
from kpi.score import Status
from kpi.signals.reading import known_chart
from kpi.standing import Period, Standing
from sop.audits.plans import Fixed, plain_plan
from sop.audits.short import reviews_asked
from sop.audits.template import template_of
from sop.feedback import Answered, answered, became, flag, matters
from sop.library import Shelved, library
from sop.procedure import Version
from sop.review_life import calendar, clocks, coming, evidence_told, finish, signals
from sop.taking_in import publish
from store.permits import Role
from store.scope import Principal
from store.state import (
    Answer,
    Ending,
    Flag,
    FlagKind,
    FlagState,
    LeadsTo,
    RoleForbids,
    State,
    TriggerKind,
    WrongEntry,
)
from store.state.audit_rows import Drawn, DrawnFrom, Found, NewAudit

ANN, BEN, VIC = Principal("Ann", role=Role.SOP_OWNER), Principal("Ben", role=Role.APPROVER), Principal("Vic")
DAY = date(2026, 3, 2)
YEAR = date(2027, 3, 2)
RETURNS = KPIS["return_rate"]


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """Packing 1.0 counts since 2 March 2026, for a year."""
    with State.open(f"sqlite:///{tmp_path}/state.db") as opened:
        publish(opened, ANN, BEN, PACKING, "First", DAY, DAY)
        yield opened


def shelf(state: State, day: date) -> Shelved:
    (found,) = library(state.procedures.rows(ANN), day, clocks(state, ANN))
    return found


def test_the_clock_runs_from_the_change_of_the_work_and_from_the_last_review(state: State) -> None:
    """
    A minor version does not reset it, a review does; the day itself is in time, the day after is late.
    """
    later = DAY + timedelta(days=60)
    publish(
        state, ANN, BEN, replace(PACKING, version=Version(1, 1), title="Packing"), "Shorter", later, later
    )
    assert shelf(state, later).review_due == YEAR
    assert [calendar([shelf(state, day)], [])[0].is_late for day in (YEAR, YEAR + timedelta(days=1))] == [
        False, True,
    ]  # fmt: skip

    reviewed = date(2026, 6, 1)
    finish(state, ANN, shelf(state, reviewed), Ending.STILL_RIGHT, "Followed ten", answers=(), after=0)
    assert shelf(state, reviewed).review_due == date(2027, 6, 1)


def test_three_flags_bring_the_review_forward_until_it_is_answered(state: State) -> None:
    """
    Due in two weeks with its evidence in the calendar; the review that answers it gives the procedure its months.
    """
    for kind in (FlagKind.UNCLEAR, FlagKind.SLOW, FlagKind.WRONG):
        flag(state, VIC, "packing", "1.0", LABEL.key, kind, today=DAY)
    (due,) = calendar([shelf(state, DAY)], state.triggers.rows(ANN))
    assert (due.by, [each.kind for each in due.reasons]) == (DAY + timedelta(days=14), [TriggerKind.FLAGS])

    numbers = [each.id for each in due.reasons]
    finish(state, ANN, shelf(state, DAY), Ending.STILL_RIGHT, "Seen", answers=numbers, after=0)
    assert shelf(state, DAY).review_due == YEAR


@pytest.mark.parametrize(("market", "told"), [
    ("", "only 0 of 6 checks of audit 1 passed"), ("DE", "too few checks of audit 1 passed"),
])  # fmt: skip
def test_a_failed_audit_asks_for_a_review_once(state: State, market: str, told: str) -> None:
    """
    It stands in the calendar with what was found (of one market only that it failed), and asks for nothing again while
    that waits or once a review has answered it.
    """
    failed_audit(state, market)
    today = datetime.now(UTC).date()
    assert state.triggers.raise_once(ANN, reviews_asked(state, ANN, [shelf(state, today)])) == 1
    (due,) = calendar([shelf(state, today)], state.triggers.rows(ANN))
    assert (due.by, [evidence_told(each) for each in due.reasons]) == (today + timedelta(days=14), [told])
    assert reviews_asked(state, ANN, [shelf(state, today)]) == []

    numbers = [each.id for each in due.reasons]
    finish(state, ANN, shelf(state, today), Ending.STILL_RIGHT, "Trained", answers=numbers, after=0)
    assert reviews_asked(state, ANN, [shelf(state, today)]) == []


def failed_audit(state: State, market: str) -> None:
    """Six tickets, all without their label, looked at and closed."""
    (edition,) = state.procedures.rows(ANN)
    new = NewAudit(
        "packing", edition.id, "1.0", "shipping", DrawnFrom.TICKET, DAY, DAY, plain_plan(Fixed(6)),
        template_of(PACKING).plain, "seed", market=market,
    )  # fmt: skip
    made = state.audits.make(ANN, new)
    opened = state.audits.drawn(ANN, made.id, 60, "abc", [Drawn(n, f"T{n}", DAY) for n in range(1, 7)])
    for place in range(1, 7):
        check = state.checks.begin(ANN, opened.id, place, {"weigh": "Not in this market."})
        state.checks.answer(ANN, check.id, Found(LABEL.key, 0))
        state.checks.finish(ANN, check.id, check.version + 1)
    state.audits.close(ANN, opened.id, state.audits.find(ANN, opened.id).version)


def test_a_review_ends_with_a_draft_or_the_end(state: State) -> None:
    """
    The draft is a small change of what counts; only who approves may retire, and nothing is recorded otherwise.
    """
    now = shelf(state, DAY)
    with pytest.raises(RoleForbids):
        finish(state, ANN, now, Ending.RETIRE, "Gone", answers=(), after=0)
    assert state.reviews.rows(ANN) == []

    first = finish(state, ANN, now, Ending.NEW_DRAFT, "The scale is new", answers=(), after=0)
    draft = shelf(state, DAY).draft()
    assert (draft and draft.name, first.outcome) == ("1.1", Ending.NEW_DRAFT)
    finish(state, BEN, shelf(state, DAY), Ending.RETIRE, "Gone", answers=(), after=first.id)
    assert shelf(state, DAY).review_due is None


def test_a_signal_since_the_version_counts_asks_for_a_review(state: State) -> None:
    """
    Twenty usual weeks and one of far more returns: asked for once where it began after the version took effect, not
    before; nor for eight weeks after a review.
    """
    usual = [0.1 + 0.002 * (n % 2) for n in range(20)]
    begin = DAY - timedelta(weeks=18)
    (reason,) = signals([shelf(state, DAY + timedelta(days=30))], [standing(begin, [*usual, 0.3])], {})
    assert (reason.kind, reason.subject, reason.evidence_of) == (
        TriggerKind.SIGNAL, RETURNS.key, RETURNS.department.value,
    )  # fmt: skip
    assert signals([shelf(state, DAY)], [standing(begin - timedelta(weeks=6), [*usual, 0.3])], {}) == []
    assert signals([shelf(state, DAY)], [standing(begin, usual)], {}) == []
    finish(state, ANN, shelf(state, DAY), Ending.STILL_RIGHT, "Seen", answers=(), after=0)
    assert signals([shelf(state, DAY)], [standing(begin, [*usual, 0.3])], {}) == []


def standing(begin: date, values: list[float]) -> Standing:
    """How returns stand whose weeks from a day on had these values, each of 1,000 orders."""
    starts = [begin + timedelta(weeks=n) for n in range(len(values))]
    scored = pl.DataFrame(
        {
            "period": starts, "value": values, "denominator": [1000.0] * len(values), "target": [0.1] * len(values),
            "status": [Status.ON_TARGET.value] * len(values),
        }
    )  # fmt: skip
    periods = tuple(
        Period(start, start + timedelta(days=6), Status.ON_TARGET, value, target=0.1, n=1000)
        for start, value in zip(starts, values, strict=True)
    )
    chart = known_chart(RETURNS, Every.WEEK, scored, (), None)
    return Standing(RETURNS, Every.WEEK, periods, until=periods[-1].end, chart=chart)


def test_one_answer_and_the_version_that_changed_the_step(state: State) -> None:
    """
    Two flags on a step are one matter; accepted, they name the first later version in which the step reads otherwise.
    """
    for who in (VIC, Principal("Zoé")):
        flag(state, who, "packing", "1.0", LABEL.key, FlagKind.UNCLEAR, "Which label?", today=DAY)
    (matter,) = matters(state.flags.rows(ANN))
    assert (matter.kinds, matter.due) == ({FlagKind.UNCLEAR: 2}, DAY + timedelta(days=7))
    state.flags.settle(ANN, matter.flags, Answer(FlagState.ACCEPTED, "Yes", LeadsTo.DRAFT), DAY)
    (mine,) = state.flags.rows(VIC)
    assert became(state, VIC, mine, shelf(state, DAY)).changed_in is None

    other = replace(PACKING, version=Version(1, 1), title="Packing")
    mended = replace(
        other, version=Version(1, 2), steps=(replace(LABEL, instruction="The small one."), PACKING.steps[1])
    )
    for number, each in enumerate((other, mended), 1):
        publish(state, ANN, BEN, each, "New", DAY + timedelta(days=number), DAY)
    changed = became(state, VIC, mine, shelf(state, DAY)).changed_in
    assert changed is not None
    assert changed.name == "1.2"
    assert [later.name for _, later in coming([shelf(state, DAY)])] == ["1.1"]


def test_how_long_answers_took() -> None:
    """
    Of four answered in May one was late; half of them took at most 5 days (1, 3, 5, 9). What waits, and what was
    answered before, is not counted; where nothing was answered nothing is said.
    """
    first = date(2026, 5, 1)

    def said(days: int | None, term: int = 7, on: date = first) -> Flag:
        at = None if days is None else datetime.combine(on + timedelta(days=days), time(9), UTC)
        return Flag(
            "packing", "1.0", "weigh", FlagKind.UNCLEAR, on, due=on + timedelta(days=term), answered_at=at
        )

    flags = [said(1), said(3), said(5), said(9), said(None), said(2, on=date(2026, 4, 1))]
    assert answered(flags, first, date(2026, 5, 31)) == Answered(flags=4, in_time=3, days=5)
    assert answered(flags, date(2026, 6, 1), date(2026, 6, 30)) is None


def test_a_step_that_is_not_there_cannot_be_flagged(state: State) -> None:
    with pytest.raises(WrongEntry, match="no step 'fold'"):
        flag(state, VIC, "packing", "1.0", "fold", FlagKind.SLOW, today=DAY)
    with pytest.raises(WrongEntry, match="no version 3"):
        flag(state, VIC, "packing", "3.0", LABEL.key, FlagKind.SLOW, today=DAY)
