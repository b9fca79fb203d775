"""Refreshers before peaks and on the steps that failed last month, and whom they are asked of."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from made_procedures import PACKING
from small_company import frame

from kpi.compute import refresh
from kpi.engine import AsOf
from sop import refreshers
from sop.library import library
from sop.peaks import black_friday
from sop.procedure.digests import digests
from sop.quizzing import quiz_of
from sop.refreshers import ask_refreshers
from sop.remeasured import refreshers_remeasured
from sop.share import Share
from sop.taking_in import bring_along
from store.facts import SopRunSteps
from store.home import Store, open_store
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import Role, RoleForbids, User
from store.state.owing import Rung
from store.state.peak_records import Peak
from store.state.posts import Post
from store.state.procedure_past import Past
from store.state.quiz_records import QuizKind
from store.state.refreshers import Refresher
from store.state.trainings import How

PAT, KIM = User("pat@example.com", "Pat"), User("kim@example.com", "Kim")
FEBRUARY = date(2026, 2, 2)
TRAINER = LOCAL_OWNER


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Packing 1.0 counts since February; Pat and Kim pack, and were trained 30 days ago."""
    opened = open_store(tmp_path / "home")
    at = datetime(2026, 1, 5, tzinfo=UTC)
    bring_along(opened.state, LOCAL_OWNER, [(PACKING, Past("Ann", "New", at, at, "Ben", at, "", FEBRUARY))])
    for user in (PAT, KIM):
        opened.state.users.save(LOCAL_OWNER, user, seen=0)
        opened.state.posts.save(LOCAL_OWNER, Post(user.email, "Packer", "shipping", FEBRUARY))
    (edition,) = opened.state.procedures.rows(LOCAL_OWNER)
    ago = today() - timedelta(days=30)
    opened.state.trainings.enter(TRAINER, edition.id, [PAT.email, KIM.email], How.SESSION, ago, today=today())
    yield opened
    opened.close()


def today() -> date:
    return datetime.now(UTC).date()


@pytest.mark.parametrize(("year", "day"), [(2025, 28), (2026, 27), (2029, 23)])
def test_black_friday_follows_the_fourth_thursday(year: int, day: int) -> None:
    """Not always the fourth Friday: in 2030 November begins on one."""
    assert black_friday(year) == date(year, 11, day)
    assert black_friday(2030) == date(2030, 11, 29)


def test_before_a_peak_everybody_refreshes_once(store: Store) -> None:
    """Asked 30 days before the peak: due 14 days before it, in 16 days; done, nothing is owed; asked twice, once."""
    peak = today() + timedelta(days=30)
    store.state.peaks.add(LOCAL_OWNER, Peak("Sale", peak, peak))
    assert [ask_refreshers(store.state, today()) for _ in range(2)] == [1, 0]
    for user in (PAT, KIM):
        (owed,) = store.state.standings.mine(user.principal, today())
        assert owed.refresher_due == today() + timedelta(days=16)
    (later,) = store.state.standings.mine(PAT.principal, today() + timedelta(days=17))
    assert later.train_rung is Rung.OVERDUE

    (edition,) = store.state.procedures.rows(LOCAL_OWNER)
    store.state.trainings.enter(TRAINER, edition.id, [PAT.email], How.HUDDLE, today(), today=today())
    assert store.state.standings.mine(PAT.principal, today())[0].called is None
    assert store.state.standings.mine(KIM.principal, today())[0].called is not None


def test_a_refresher_on_failing_steps_is_for_who_does_them(store: Store) -> None:
    """Pat weighs, Kim does not: Pat is asked about that one step, Kim about nothing."""
    wanted = Refresher("packing", "shipping", "steps of 2026-10", today(), ("weigh",), frozenset({PAT.email}))
    store.state.refreshers.ask(TRAINER, [wanted])
    assert store.state.standings.mine(KIM.principal, today())[0].called is None
    (owed,) = store.state.standings.mine(PAT.principal, today())
    assert owed.train_rung is Rung.SOON
    (shelf,) = library(store.state.procedures.rows(LOCAL_OWNER), today())
    assert quiz_of(lambda _: PACKING, shelf, owed) == (QuizKind.REFRESHER, digests(PACKING, ("weigh",)))


def test_nothing_failed_nothing_is_asked(store: Store) -> None:
    """Without runs in the month before there is no refresher but those of peaks."""
    spring = date(today().year, 5, 4)
    assert ask_refreshers(store.state, spring) == 0
    assert refreshers.evidence(store.state, spring).is_empty()
    assert isinstance(TRAINER, Principal)


def answered(step: str, day: date, missed: int, of: int) -> list[dict[str, object]]:
    """So many answers to a step on a day, the first ones not done right."""
    return [
        {
            "step_id": f"{step}/{day}/{n}", "run_id": f"{step}/{day}/{n}", "sop": "packing", "version": "1.0",
            "step": step, "team": "one", "selection": "random", "executed_day": day, "score": int(n >= missed),
            "max_score": 1, "weight": 1, "not_applicable": False, "critical": False, "pass_mark": 85,
        }
        for n in range(of)
    ]  # fmt: skip


def test_after_a_refresher_its_steps_are_measured_again(store: Store) -> None:
    """
    Weighing was missed in 20 of 100 in October and in 5 of 100 in the four weeks after 14 November: 15 points fewer.
    What was answered between, later, or to another step does not count; of 29 answers nothing is said.
    """
    due = date(2026, 11, 14)
    for sop, occasion in (("packing", "steps of 2026-10"), ("packing", "Sale 2026")):
        steps = ("weigh",) if occasion.startswith("steps") else ()
        store.state.refreshers.ask(
            TRAINER, [Refresher(sop, "shipping", occasion, due, steps, frozenset({PAT.email}))]
        )
    rows = [
        *answered("weigh", date(2026, 10, 1), 8, 40), *answered("weigh", date(2026, 10, 31), 12, 60),
        *answered("weigh", date(2026, 11, 14), 50, 50), *answered("weigh", date(2026, 11, 15), 1, 29),
        *answered("weigh", date(2026, 12, 12), 4, 71), *answered("weigh", date(2026, 12, 13), 9, 9),
        *answered("print_label", date(2026, 10, 5), 30, 30),
    ]  # fmt: skip
    store.lake.append(SopRunSteps.name, frame(SopRunSteps, rows), marks={"x": 1})
    refresh(store.lake, AsOf.end_of(date(2026, 12, 31)))

    (found,) = refreshers_remeasured(store.state, store.lake, TRAINER, date(2026, 12, 20))
    assert (found.sop, found.steps, found.due_on) == ("packing", ("weigh",), due)
    assert (found.before, found.after, found.missing) == (Share(20, 100), Share(5, 100), 0)
    assert found.change.value == pytest.approx(-0.15)
    assert found.change.high is not None
    assert found.change.high < 0

    (early,) = refreshers_remeasured(store.state, store.lake, TRAINER, date(2026, 11, 20))
    assert (early.after, early.missing) == (Share(1, 29), 1)
    assert refreshers_remeasured(store.state, store.lake, TRAINER, due) == []
    service = Principal("sam@example.com", Scope(departments=frozenset({"service"})), Role.LEAD)
    assert refreshers_remeasured(store.state, store.lake, service, date(2026, 12, 20)) == []
    with pytest.raises(RoleForbids):
        refreshers_remeasured(store.state, store.lake, PAT.principal, date(2026, 12, 20))
