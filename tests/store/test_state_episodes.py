"""Episodes on both databases: two workers at once, what the database itself refuses, and who sees what."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from alerts.evaluation import Evaluated, Moment, evolve
from alerts.findings import Finding
from alerts.reasons import Reason
from alerts.state import Evaluation, Outcome
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import Action, ChangedMeanwhile, Owned, Owner, State, User
from store.state.episode_records import Closing, EpisodeError, Happened, Stage

KPI, MONDAY = "on_time_delivery_rate", date(2025, 6, 2)
AT = Moment(datetime(2025, 6, 9, 6, tzinfo=UTC), date(2025, 6, 9))
LEA, ANN = (
    User("lea@example.com", "Lea", Role.LEAD),
    User("ann@example.com", "Ann", Role.LEAD, lead="lea@example.com"),
)


def found(*outcomes: Outcome, segment: str = "") -> Finding:
    """One outcome a week from the first Monday on."""
    told = [Evaluation(MONDAY + timedelta(weeks=n), each) for n, each in enumerate(outcomes)]
    return Finding(Reason.SPECIAL_CAUSE, KPI, "shipping", segment, tuple(told))


def after(days: int) -> Moment:
    return Moment(AT.at + timedelta(days=days), AT.today + timedelta(days=days))


@pytest.fixture
def firing(state: State) -> State:
    """Ann, whom Lea leads, answers for a KPI that has just become worse; the alert was well the week before."""
    for each in (LEA, ANN):
        state.users.save(LOCAL_OWNER, each, seen=0)
    state.owners.assign(LOCAL_OWNER, Owner(Owned.KPI, KPI, "shipping", ANN.email))
    evolve(state.episodes, LOCAL_OWNER, [found(Outcome.OK)], AT)
    evolve(state.episodes, LOCAL_OWNER, [found(Outcome.OK, Outcome.BREACH)], AT)
    return state


def test_two_workers_at_once_are_one(state: State) -> None:
    """Both evaluate the same five alerts at the same moment: one does, and everything stands there once."""
    kinds = [
        found(Outcome.OK, Outcome.BREACH, segment=f"market={name}") for name in ("DE", "FR", "JP", "UK", "US")
    ]
    evolve(state.episodes, LOCAL_OWNER, [found(Outcome.OK, segment=each.segment) for each in kinds], AT)
    barrier = Barrier(2)

    def work(_: int) -> Evaluated:
        barrier.wait()
        return evolve(state.episodes, LOCAL_OWNER, kinds, AT)

    with ThreadPoolExecutor(2) as workers:
        done = sorted(workers.map(work, range(2)), key=lambda each: each.states)

    assert [each.states for each in done] == [0, 5]
    rows = state.episodes.rows(LOCAL_OWNER)
    assert len(rows) == 5
    assert len(state.episodes.notices(LOCAL_OWNER)) == len([each for each in rows if not each.explained])


def test_it_escalates_in_working_days_until_somebody_acknowledges(firing: State) -> None:
    """Fired on Monday: the lead hears on Tuesday, the head (Lea has none) on Thursday; then it is acknowledged."""
    for days in (1, 2, 3, 4, 5):
        evolve(firing.episodes, LOCAL_OWNER, [found(Outcome.OK, Outcome.BREACH)], after(days))

    told = [(each.what, each.duty, each.person) for each in firing.episodes.notices(LOCAL_OWNER)]
    assert told == [
        ("opened", "owner", ANN.email), ("escalated", "lead", LEA.email), ("escalated", "head of department", ""),
    ]  # fmt: skip


def test_acknowledged_it_goes_no_further(firing: State) -> None:
    (episode,) = firing.episodes.rows(LOCAL_OWNER)
    firing.episodes.acknowledge(ANN.principal, episode)
    evolve(firing.episodes, LOCAL_OWNER, [found(Outcome.OK, Outcome.BREACH)], after(9))

    assert len(firing.episodes.notices(LOCAL_OWNER)) == 1
    with pytest.raises(ChangedMeanwhile):
        firing.episodes.acknowledge(LEA.principal, episode)
    assert [each.what for each in firing.audit.rows(LOCAL_OWNER, limit=1)] == ["episode acknowledged"]


def test_asleep_it_is_silent_and_wakes_up(firing: State) -> None:
    (episode,) = firing.episodes.rows(LOCAL_OWNER)
    until = AT.today + timedelta(days=7)
    firing.episodes.snooze(ANN.principal, episode, until, "Strike until Sunday", AT.today)
    for days in (1, 4, 7):
        evolve(firing.episodes, LOCAL_OWNER, [found(Outcome.OK, Outcome.BREACH)], after(days))

    told = [each.what for each in firing.episodes.notices(LOCAL_OWNER)]
    assert told == ["opened", "snooze ended", "escalated"]
    (episode,) = firing.episodes.rows(LOCAL_OWNER)
    for wrong in (AT.today, AT.today + timedelta(days=93)):
        with pytest.raises(EpisodeError, match="cannot sleep"):
            firing.episodes.snooze(ANN.principal, episode, wrong, "x", AT.today)


def test_an_action_is_proven_by_two_good_weeks(firing: State) -> None:
    """In action, well again (verifying), once more worse (in action), then two good weeks: verified."""
    (episode,) = firing.episodes.rows(LOCAL_OWNER)
    due = AT.today + timedelta(days=7)
    action = firing.actions.add(LOCAL_OWNER, Action(KPI, "shipping", "Call", "Ann", due))
    firing.episodes.act(ANN.principal, episode, action.id)
    weeks = [Outcome.OK, Outcome.BREACH]
    seen = []
    for each in (Outcome.OK, Outcome.BREACH, Outcome.OK, Outcome.MISSING, Outcome.OK):
        weeks.append(each)
        evolve(firing.episodes, LOCAL_OWNER, [found(*weeks)], after(1))
        seen.append(firing.episodes.find(LOCAL_OWNER, episode.id).stage)

    verifying, acting = Stage.VERIFYING, Stage.IN_ACTION
    assert seen == [verifying, acting, verifying, verifying, Stage.CLOSED]
    last = firing.episodes.history(LOCAL_OWNER, episode.id)[-1]
    assert (last.kind, last.text) == (Happened.CLOSED, "verified")


def test_what_happened_cannot_be_changed(firing: State) -> None:
    for change in ("UPDATE episode_events SET text = 'x'", "DELETE FROM episode_events"):
        with pytest.raises(DatabaseError, match="append-only"), firing.engines.write.begin() as connection:
            connection.execute(text(change))


def test_an_erased_persons_name_leaves_the_history(firing: State) -> None:
    (episode,) = firing.episodes.rows(LOCAL_OWNER)
    firing.episodes.close(ANN.principal, episode, Closing.FALSE_ALARM, "Ask ann@example.com")
    alias = firing.erasures.erase_user(LOCAL_OWNER, ANN.email)

    history = firing.episodes.history(LOCAL_OWNER, episode.id)
    assert ANN.email not in str(history)
    assert history[-1].who == alias


def test_who_sees_one_market_sees_its_episodes_alone(firing: State) -> None:
    """Not those of all markets, which would tell of the others; and not those of other departments or sources."""
    german = Principal("gus@example.com", Scope(markets=frozenset({"DE"})), Role.LEAD)
    service = Principal("sue@example.com", Scope(departments=frozenset({"service"})), Role.LEAD)
    told = [found(Outcome.BREACH, segment=f"market={name}") for name in ("DE", "FR")]
    source = Finding(Reason.DATA_STALE, "", "", "source=files", (Evaluation(AT.today, Outcome.BREACH),))
    evolve(firing.episodes, LOCAL_OWNER, [*told, source], AT)

    assert [each.segment for each in firing.episodes.rows(german)] == ["market=DE"]
    assert firing.episodes.rows(service) == []
    for each in firing.episodes.rows(LOCAL_OWNER):
        if each.segment != "market=DE":
            with pytest.raises(EpisodeError, match="no episode"):
                firing.episodes.comment(german, each, "Hello")


def test_who_does_not_answer_is_told_again_every_five_working_days(firing: State) -> None:
    """
    Told on Monday the 9th, escalated on Friday the 13th: again on the 20th and the 27th, the owner and whom it
    escalated to; asked twice on one day it is once, and once acknowledged never.
    """

    def told() -> list[tuple[str, str]]:
        notices = firing.episodes.notices(LOCAL_OWNER)
        return [(each.duty, each.person) for each in notices if each.what == Happened.REMINDED]

    for days in (0, 4, 10):
        evolve(firing.episodes, LOCAL_OWNER, [], after(days))
    assert told() == []
    for _ in range(2):
        evolve(firing.episodes, LOCAL_OWNER, [], after(11))
    assert told() == [("owner", ANN.email), ("head of department", "")]
    evolve(firing.episodes, LOCAL_OWNER, [], after(18))
    assert len(told()) == 4
    (episode,) = firing.episodes.rows(LOCAL_OWNER)
    firing.episodes.acknowledge(LOCAL_OWNER, episode)
    evolve(firing.episodes, LOCAL_OWNER, [], after(30))
    assert len(told()) == 4
