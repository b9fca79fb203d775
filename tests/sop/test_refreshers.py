"""Refreshers before peaks and on the steps that failed last month, and whom they are asked of."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from made_procedures import PACKING

from sop import refreshers
from sop.library import library
from sop.peaks import black_friday
from sop.procedure.digests import digests
from sop.quizzing import quiz_of
from sop.refreshers import ask_refreshers
from sop.taking_in import bring_along
from store.home import Store, open_store
from store.scope import LOCAL_OWNER, Principal
from store.state import User
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
