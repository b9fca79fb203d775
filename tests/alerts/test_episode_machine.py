"""Episodes under anything that can happen: data, people, outages, crashes and restarts in any order."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import create_engine, select
from sqlalchemy.pool import StaticPool

from alerts.evaluation import Evaluated, Moment, evolve
from alerts.findings import AT_ONCE, PART_OF_A_KPI, Finding
from alerts.reasons import Reason
from alerts.state import DAILY, WEEKLY, Alert, Evaluation, Notice, Outcome, Policy, replay
from store.models import Action, AlertState, AuditEntry, Base, DoneCommand, Owner, User
from store.models import Episode as StoredEpisode
from store.models import EpisodeEvent as StoredEvent
from store.models import Notice as StoredNotice
from store.scope import LOCAL_OWNER
from store.state import Action as Promise
from store.state import ChangedMeanwhile, State
from store.state.episode_ledger import Ledger
from store.state.episode_records import FOLLOWS, Closing, Episode, Happened, Stage
from store.state.episodes import Episodes

KPI, MONDAY = "on_time_delivery_rate", date(2025, 1, 6)
TABLES = (Action, AlertState, AuditEntry, DoneCommand, Owner, User, StoredEpisode, StoredEvent, StoredNotice)
WATCHED: dict[tuple[Reason, str], Policy] = {
    (Reason.SPECIAL_CAUSE, ""): WEEKLY,
    (Reason.FORECAST_BREACH, ""): DAILY,
    (Reason.SPECIAL_CAUSE, "market=JP"): PART_OF_A_KPI,
}
FIRED = {Happened.OPENED, Happened.REASON_ADDED, Happened.CAME_BACK}
PRESSING = (Happened.ESCALATED, Happened.REMINDED)
OUTCOMES = st.sampled_from([*Outcome, Outcome.OK, Outcome.BREACH, Outcome.BREACH])


class Crash(Exception):
    """The worker is killed in the middle of its transaction."""


class Life(RuleBasedStateMachine):
    """A year in which weeks pass, workers evaluate late, twice or die, and people do what they may."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        Base.metadata.create_all(
            self.engine, tables=[Base.metadata.tables[each.__tablename__] for each in TABLES]
        )
        self.state = State.on(self.engine)
        self.truth: dict[tuple[Reason, str], list[Evaluation]] = {each: [] for each in WATCHED}
        self.evaluated = 0
        self.late = False
        self.week = self.today = MONDAY

    @property
    def episodes(self) -> Episodes:
        return self.state.episodes

    @initialize()
    def begin(self) -> None:
        """Every alert was evaluated once, so that nothing later is taken for history."""
        self.pass_week((Outcome.OK,) * len(WATCHED))
        self.evaluate()

    @rule(weeks=st.lists(st.tuples(*[OUTCOMES] * len(WATCHED)), min_size=1, max_size=3), late=st.booleans())
    def weeks_pass(self, weeks: list[tuple[Outcome, ...]], late: bool) -> None:
        """One or several, and the worker looks after each of them or only at the end."""
        for outcomes in weeks:
            self.pass_week(outcomes)
            if not late:
                self.evaluate()
        self.evaluate()

    @rule(outcomes=st.tuples(*[OUTCOMES] * len(WATCHED)))
    def pass_week(self, outcomes: tuple[Outcome, ...]) -> None:
        for known, outcome in zip(self.truth.values(), outcomes, strict=True):
            known.append(Evaluation(self.week, outcome))
        self.week += timedelta(weeks=1)
        self.today += timedelta(weeks=1)

    @rule(days=st.sampled_from([-1, 1]))
    def clock_moves(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule()
    def source_changes(self) -> None:
        self.late = not self.late

    @rule()
    def evaluate(self) -> None:
        """Whatever came since; the same data again, as by a second worker, changes nothing."""
        self.run()
        self.evaluated = len(next(iter(self.truth.values())))
        assert self.run() == Evaluated()

    @rule()
    def die(self) -> None:
        """Killed before the commit: as if it had never run."""
        before = self.everything()

        class Dying(Episodes):
            def evolve(self, principal, work):  # type: ignore[no-untyped-def]
                def die(ledger: Ledger) -> None:
                    work(ledger)
                    raise Crash

                return super().evolve(principal, die)

        with suppress(Crash):
            evolve(Dying(self.state.engines), LOCAL_OWNER, self.findings(), self.moment())
        assert self.everything() == before

    @rule()
    def restart(self) -> None:
        self.state = State.on(self.engine)

    @precondition(lambda self: self.episodes.rows(LOCAL_OWNER))
    @rule(data=st.data())
    def somebody_acts(self, data: st.DataObject) -> None:
        """Any of the open ones, in any way its stage allows; whoever saw an older version is told."""
        episode = data.draw(st.sampled_from(self.episodes.rows(LOCAL_OWNER)))
        ways = {"comment", "snooze", "false"}
        ways |= {"acknowledge"} if episode.stage is Stage.OPEN else set()
        ways |= {"act"} if episode.kpi and episode.stage is not Stage.IN_ACTION else set()
        ways |= {"carried"} if episode.stage is Stage.IN_ACTION else set()
        way = data.draw(st.sampled_from(sorted(ways)))
        self.do(way, episode)
        try:
            self.episodes.comment(LOCAL_OWNER, episode, "too late")
        except ChangedMeanwhile:
            return
        raise AssertionError("an old version was saved over a newer one")

    def do(self, way: str, episode: Episode) -> None:
        who, episodes = LOCAL_OWNER, self.episodes
        match way:
            case "comment":
                episodes.comment(who, episode, "Looking")
            case "snooze":
                episodes.snooze(who, episode, self.today + timedelta(days=10), "Known", self.today)
            case "false":
                episodes.close(who, episode, Closing.FALSE_ALARM, "A holiday")
            case "acknowledge":
                episodes.acknowledge(who, episode)
            case "act":
                action = self.state.actions.add(who, Promise(KPI, "shipping", "Call", "Ann", self.today))
                episodes.act(who, episode, action.id)
            case "carried":
                episodes.carried_out(who, episode)

    @invariant()
    def states_are_those_of_the_data(self) -> None:
        """Whatever happened to the workers: as if each period had been evaluated once and in time."""
        stored = self.episodes.evolve(LOCAL_OWNER, lambda ledger: ledger.watches())
        for found in self.findings()[: len(WATCHED)]:
            periods = found.evaluations[: self.evaluated]
            want = replay(periods, found.policy)[-1].alert if periods else Alert()
            watch = stored[found.fingerprint]
            assert (watch.state, watch.held, watch.run, watch.absent, watch.period, watch.since) == (
                want.state, want.held, want.run, want.absent, want.period, want.since,
            )  # fmt: skip

    @invariant()
    def no_transition_is_lost_or_repeated(self) -> None:
        """As many openings, further reasons and returns as alerts began to fire; events are numbered without a gap."""
        fired = Counter[str]()
        for found in self.findings()[: len(WATCHED)]:
            steps = replay(found.evaluations[: self.evaluated], found.policy)
            fired[found.key] += sum(step.notice is Notice.FIRING for step in steps)
        told = Counter[str]()
        for episode in self.all():
            history = self.episodes.history(LOCAL_OWNER, episode.id)
            assert [each.n for each in history] == [*range(1, episode.happened + 1)]
            told[episode.key] += sum(each.kind in FIRED for each in history)
            if episode.kpi:
                assert_legal([each.kind for each in history], episode)
        assert {key: count for key, count in told.items() if "source" not in key} == +fired

    @invariant()
    def notices_are_told_once(self) -> None:
        told = self.episodes.notices(LOCAL_OWNER)
        assert len({(each.episode, each.what, each.duty, each.event) for each in told}) == len(told)
        firsts = Counter(each.episode for each in told if each.what == Happened.OPENED)
        assert all(count == 1 for count in firsts.values())

    def teardown(self) -> None:
        self.engine.dispose()

    def findings(self) -> list[Finding]:
        found = [
            Finding(why, KPI, "shipping", segment, tuple(known), WATCHED[why, segment], frozenset({"files"}))
            for (why, segment), known in self.truth.items()
        ]
        outcome = Outcome.BREACH if self.late else Outcome.OK
        return [
            *found,
            Finding(Reason.DATA_STALE, "", "", "source=files", (Evaluation(self.today, outcome),), AT_ONCE),
        ]

    def moment(self) -> Moment:
        return Moment(datetime.combine(self.today, time(6), UTC), self.today)

    def run(self) -> Evaluated:
        """Nobody hears of what sleeps, and nobody is pressed about what somebody looks after."""
        rows, known = self.episodes.rows(LOCAL_OWNER), self.episodes.notices(LOCAL_OWNER)
        asleep = {each.id for each in rows if each.sleeps(self.today)}
        looked_after = {each.id for each in rows if each.stage is not Stage.OPEN}
        done = self.evolved()
        new = self.episodes.notices(LOCAL_OWNER, after=max((each.id for each in known), default=0))
        assert not asleep & {each.episode for each in new}
        assert not looked_after & {each.episode for each in new if each.what in PRESSING}
        return done

    def evolved(self) -> Evaluated:
        return evolve(self.episodes, LOCAL_OWNER, self.findings(), self.moment())

    def all(self) -> list[Episode]:
        return self.episodes.rows(LOCAL_OWNER, datetime(2000, 1, 1, tzinfo=UTC))

    def everything(self) -> str:
        with self.engine.connect() as connection:
            return str([connection.execute(select(each.__table__)).all() for each in TABLES[1:]])


STAGE_AFTER = {
    Happened.ACKNOWLEDGED: Stage.ACKNOWLEDGED, Happened.ACTION: Stage.IN_ACTION, Happened.VERIFYING: Stage.VERIFYING,
    Happened.CLOSED: Stage.CLOSED,
}  # fmt: skip


def assert_legal(kinds: list[Happened], episode: Episode) -> None:
    """The stages an episode went through follow each other as they may, and nothing follows the last."""
    stage = Stage.OPEN
    assert kinds[0] is Happened.OPENED
    for kind in kinds[1:]:
        came_back = kind in FIRED and stage is Stage.VERIFYING
        after = Stage.IN_ACTION if came_back else STAGE_AFTER.get(kind, stage)
        assert after is stage or after in FOLLOWS[stage]
        assert stage is not Stage.CLOSED or kind is Happened.COMMENTED
        stage = after
    assert stage is episode.stage
    assert episode.is_open == (episode.closed_at is None)


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
