"""Evaluates every alert and brings its episode up to date: in one transaction, and the same again changes nothing."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from alerts.duty import Duty, on_duty, repeats
from alerts.findings import AT_ONCE, CLOCKED, SOP, Finding
from alerts.incidents import incidents
from alerts.life import Change, confirmed, joined, left, opened, telling
from alerts.reasons import Reason
from alerts.state import Alert, Evaluation, Notice, Outcome, State, Step, evaluate
from store.scope import Principal
from store.state import Owned
from store.state.episode_ledger import Ledger
from store.state.episode_records import Answering, Episode, Event, Happened, Stage, Watch
from store.state.episodes import Episodes

RANKS = list(Duty)
Works = Callable[[frozenset[str] | None, str | None, date], bool]


@dataclass(frozen=True)
class Moment:
    """When an evaluation takes place, for the clock and for the firm; `works`: is a day one of somebody's working days,
    by the markets the person sees and the market of the episode."""

    at: datetime
    today: date
    works: Works = field(default=lambda _markets, _market, day: day.weekday() < 5)


@dataclass(frozen=True)
class Evaluated:
    """What an evaluation changed: alert states, and what happened in episodes by its kind."""

    states: int = 0
    happened: Mapping[Happened, int] = field(default_factory=dict)

    def __str__(self) -> str:
        told = [f"{count} {kind}" for kind, count in sorted(self.happened.items())]
        return ", ".join([f"{self.states} states moved on", *told])


def evolve(
    episodes: Episodes, principal: Principal, found: Sequence[Finding], moment: Moment, name: str = "fairlead"
) -> Evaluated:
    """
    What was found since the last evaluation, in data time; then who is told, and whom it escalates to.

    Of an alert that was never evaluated only what still lasts becomes an episode. Raises NotAllowed.
    """
    return episodes.evolve(principal, lambda ledger: _Round(ledger, moment, name).run(found))


class _Round:
    """One evaluation within its transaction."""

    def __init__(self, ledger: Ledger, moment: Moment, name: str):
        self.ledger, self.moment, self.name = ledger, moment, name
        self.open = {each.key: each for each in ledger.open()}
        self.owners, self.people = ledger.owners(), ledger.people()
        self.told_again = ledger.told_again()
        self.states = 0
        self.happened: dict[Happened, int] = {}

    def run(self, found: Sequence[Finding]) -> Evaluated:
        watches = self.ledger.watches()
        for each in [*found, *_gone(watches.values(), found, self.moment.today)]:
            self._follow(each, watches.get(each.fingerprint))
        sources = {each.kpi: each.sources for each in found if each.kpi}
        self._place(sources)
        for episode in list(self.open.values()):
            self._wake(episode)
            self._tell(self.open[episode.key])
            self._escalate(self.open[episode.key])
            self._remind(self.open[episode.key])
        return Evaluated(self.states, self.happened)

    def _follow(self, found: Finding, watch: Watch | None) -> None:
        """The periods one alert has not seen yet."""
        seen = watch or Watch(found.fingerprint, found.rule, found.kpi, found.segment)
        before = now = _alert(seen)
        for evaluation in found.evaluations:
            step = _step(now, evaluation, found)
            if watch is not None and step.alert != now:
                self._live(found, evaluation, now, step)
            now = step.alert
        if watch is None and now.is_open and now.since:
            self._begin(found, now.since)
        if now != before:
            self.ledger.put(seen, _watch(seen, now))
            self.states += 1

    def _live(self, found: Finding, evaluation: Evaluation, before: Alert, step: Step) -> None:
        """What one step means for the episode."""
        day, episode = evaluation.period, self.open.get(found.key)
        if step.notice is Notice.FIRING and episode is None:
            self._begin(found, day)
            return
        if episode is None:
            return
        change: Change | None = None
        at, rule = self.moment.at, found.rule.value
        if step.notice is Notice.FIRING:
            change = joined(episode, rule, day)
        elif step.notice is not None:
            gone = step.notice is Notice.SEGMENT_GONE
            change = left(episode, rule, day, at, gone=gone, proven=found.rule in CLOCKED)
        elif _stays_well(evaluation, before, step) and rule in episode.reasons:
            change = confirmed(episode, day, at)
        self._write(change)

    def _begin(self, found: Finding, since: date) -> None:
        if (episode := self.open.get(found.key)) is not None:
            self._write(joined(episode, found.rule.value, since))
            return
        whose = (
            (Owned.SOP, found.segment.removeprefix(f"{SOP}=")) if not found.kpi else (Owned.KPI, found.kpi)
        )
        owner = self.owners.get((whose[0].value, whose[1]), "")
        rule = found.rule.value
        self._write(opened(found.kpi, found.department, found.segment, rule, since, self.moment.at, owner))

    def _place(self, sources: Mapping[str, Collection[str]]) -> None:
        placed = incidents(list(self.open.values()), sources)
        for key, each in self.open.items():
            to = placed[each.id]
            if (each.incident, each.explained) != (to.incident, to.explained):
                self.open[key] = self.ledger.mark(each, incident=to.incident, explained=to.explained)

    def _wake(self, episode: Episode) -> None:
        if episode.snoozed_until is None or episode.sleeps(self.moment.today):
            return
        self.told_again[episode.id] = self.moment.today
        awake = replace(episode, snoozed_until=None, snoozed_by="", snooze_reason="")
        hears = (telling(Happened.SNOOZE_ENDED, Duty.OWNER, episode.owner, self.moment.at),)
        self._write(Change(awake, Happened.SNOOZE_ENDED, self.moment.today, "", hears))

    def _tell(self, episode: Episode) -> None:
        """Its owner, once, as soon as nothing else speaks for it and it does not sleep."""
        quiet = episode.explained or episode.sleeps(self.moment.today) or not episode.active
        if episode.told_on is not None or quiet:
            return
        now = replace(episode, told_on=self.moment.today)
        hears = (telling(Happened.OPENED, Duty.OWNER, episode.owner, self.moment.at),)
        self._write(Change(now, Happened.TOLD, self.moment.today, "", hears))

    def _escalate(self, episode: Episode) -> None:
        """To the lead after a working day of the owner, to the head after three, while nobody acknowledges."""
        today = self.moment.today
        if episode.told_on is None or episode.stage is not Stage.OPEN or episode.sleeps(today):
            return
        duty = on_duty(episode.told_on, today, acknowledged=False, works=self._works(episode))
        if RANKS.index(duty) <= RANKS.index(Duty(episode.duty)):
            return
        hears = (telling(Happened.ESCALATED, duty, self._person(episode, duty), self.moment.at),)
        self.told_again[episode.id] = today
        self._write(Change(replace(episode, duty=duty.value), Happened.ESCALATED, today, duty.value, hears))

    def _remind(self, episode: Episode) -> None:
        """While nobody acknowledges: owner and whoever it escalated to, five working days after they last heard."""
        today = self.moment.today
        if episode.told_on is None or episode.stage is not Stage.OPEN or episode.sleeps(today):
            return
        last = max(episode.told_on, self.told_again.get(episode.id, episode.told_on))
        if episode.explained or not repeats(last, today, self._works(episode)):
            return
        duties = [each for each in Duty if each in (Duty.OWNER, Duty(episode.duty))]
        hears = tuple(
            telling(Happened.REMINDED, each, self._person(episode, each), self.moment.at) for each in duties
        )
        self._write(Change(episode, Happened.REMINDED, today, "", hears))

    def _works(self, episode: Episode) -> Callable[[date], bool]:
        """Whether a day is one of the owner's working days."""
        owner = self.people.get(episode.owner, Answering())
        return lambda day: self.moment.works(owner.markets, episode.pairs.get("market"), day)

    def _person(self, episode: Episode, duty: Duty) -> str:
        """Who has a duty: the owner, the owner's lead, or that one's."""
        lead = self.people.get(episode.owner, Answering()).lead
        match duty:
            case Duty.OWNER:
                return episode.owner
            case Duty.LEAD:
                return lead
            case Duty.HEAD:
                return self.people.get(lead, Answering()).lead

    def _write(self, change: Change | None) -> None:
        if change is None:
            return
        event = Event(change.kind, change.day, self.moment.at, self.name, change.text)
        stored = self.ledger.write(change.episode, event, change.tellings)
        self.happened[change.kind] = self.happened.get(change.kind, 0) + 1
        if stored.is_open:
            self.open[stored.key] = stored
        else:
            self.open.pop(stored.key, None)


def _step(alert: Alert, evaluation: Evaluation, found: Finding) -> Step:
    """What looks at the clock may change within a day, and never looks back."""
    if found.rule not in CLOCKED:
        return evaluate(alert, evaluation, found.policy)
    if alert.period is not None and evaluation.period < alert.period:
        return Step(alert)
    return evaluate(replace(alert, period=None), evaluation, found.policy)


def _stays_well(evaluation: Evaluation, before: Alert, step: Step) -> bool:
    return evaluation.outcome is Outcome.OK and before.held is step.alert.held is State.NORMAL


def _gone(watches: Iterable[Watch], found: Iterable[Finding], today: date) -> list[Finding]:
    """Sources and procedures that nobody speaks of any more while an alert on them is open."""
    known = {each.fingerprint for each in found}
    told = {each.rule for each in found}
    return [
        Finding(Reason(each.rule), each.kpi, "", each.segment, (Evaluation(today, Outcome.GONE),), AT_ONCE)
        for each in watches
        if each.rule in CLOCKED and each.rule in told and each.fingerprint not in known and _alert(each).is_open
    ]  # fmt: skip


def _alert(watch: Watch) -> Alert:
    return Alert(State(watch.state), State(watch.held), watch.run, watch.absent, watch.period, watch.since)


def _watch(seen: Watch, now: Alert) -> Watch:
    return replace(
        seen, state=now.state.value, held=now.held.value, run=now.run, absent=now.absent, period=now.period,
        since=now.since,
    )  # fmt: skip
