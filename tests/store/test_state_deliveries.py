"""Messages on both databases: made once, begun by one, ended by the newest attempt, sent again on demand."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest

from alerts.evaluation import Moment, evolve
from alerts.findings import Finding
from alerts.reasons import Reason
from alerts.state import Evaluation, Outcome
from store.scope import LOCAL_OWNER
from store.state import State
from store.state.deliveries import Delivery, DeliveryState, NotDead, Wanted
from store.state.episode_records import Notice

MONDAY, NOON = date(2025, 6, 2), datetime(2025, 6, 9, 12, tzinfo=UTC)


@pytest.fixture
def firing(state: State) -> State:
    """Three KPIs of three departments are in trouble: three notices."""
    breach = (Evaluation(MONDAY, Outcome.BREACH),)
    kpis = {"on_time_delivery_rate": "shipping", "csat_score": "service", "oee": "manufacturing"}
    found = [Finding(Reason.SPECIAL_CAUSE, kpi, where, "", breach) for kpi, where in kpis.items()]
    evolve(state.episodes, LOCAL_OWNER, found, Moment(NOON, NOON.date()))
    return state


def by_hook(notice: Notice) -> Iterator[Wanted]:
    yield Wanted(f"{notice.key}:ops", "ops", "ops", NOON)


def in_digest(notice: Notice) -> Iterator[Wanted]:
    yield Wanted("digest:ann", "mail", "ann@example.com", NOON + timedelta(hours=1))


def test_two_workers_make_and_begin_each_message_once(firing: State) -> None:
    """Both plan and claim at the same moment: three messages, each begun by one of them."""
    barrier = Barrier(2)

    def work(_: int) -> list[Delivery]:
        barrier.wait()
        firing.deliveries.plan(LOCAL_OWNER, by_hook, NOON)
        begun = [firing.deliveries.claim(LOCAL_OWNER, NOON) for _ in range(3)]
        return [each for each in begun if each is not None]

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(work, range(2))

    assert sorted(each.id for each in first + second) == [1, 2, 3]
    assert {each.attempts for each in firing.deliveries.rows(LOCAL_OWNER)} == {1}
    assert not firing.deliveries.is_due(NOON)


def test_a_digest_takes_in_what_comes_until_it_is_begun(firing: State) -> None:
    """Three notices are one message; planned again nothing is added."""
    assert firing.deliveries.plan(LOCAL_OWNER, in_digest, NOON) == 3
    assert firing.deliveries.plan(LOCAL_OWNER, in_digest, NOON) == 0

    (row,) = firing.deliveries.rows(LOCAL_OWNER)
    assert row.notices == (1, 2, 3)
    assert firing.deliveries.claim(LOCAL_OWNER, NOON) is None
    assert firing.deliveries.claim(LOCAL_OWNER, NOON + timedelta(hours=1)) is not None


def test_only_the_newest_attempt_ends_a_message(firing: State) -> None:
    """The first attempt was held for two minutes, another one began: what the first says counts for nothing."""
    firing.deliveries.plan(LOCAL_OWNER, in_digest, NOON)
    late = NOON + timedelta(hours=1)
    slept = firing.deliveries.claim(LOCAL_OWNER, late)
    newest = firing.deliveries.claim(LOCAL_OWNER, late + timedelta(minutes=2))
    assert slept is not None
    assert newest is not None

    assert not firing.deliveries.settle(LOCAL_OWNER, slept, DeliveryState.SENT, "", late)
    assert firing.deliveries.settle(LOCAL_OWNER, newest, DeliveryState.DEAD, "Nobody there.", late)
    assert [each.message for each in firing.deliveries.rows(LOCAL_OWNER)] == ["Nobody there."]


def test_what_was_given_up_is_sent_again_once_and_forgotten_in_time(firing: State) -> None:
    """Sent again by one key twice it is one change; what ended long ago is deleted, what waits stays."""
    firing.deliveries.plan(LOCAL_OWNER, by_hook, NOON)
    for state in (DeliveryState.DEAD, DeliveryState.SENT):
        begun = firing.deliveries.claim(LOCAL_OWNER, NOON)
        assert begun is not None
        firing.deliveries.settle(LOCAL_OWNER, begun, state, "", NOON)
    for _ in range(2):
        firing.deliveries.replay(LOCAL_OWNER, 1, "key of the form")
    with pytest.raises(NotDead, match="Message 2 is sent"):
        firing.deliveries.replay(LOCAL_OWNER, 2)

    firing.deliveries.forget(timedelta(days=1))
    assert [each.state for each in firing.deliveries.rows(LOCAL_OWNER)] == [DeliveryState.WAITING] * 2
