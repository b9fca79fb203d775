"""The review life of procedures: when each is due and why, what brings one forward, and how one ends."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kpi.catalog import KPIS
from kpi.standing import Standing
from kpi.words import marked, say, say_many
from sop.audits.short import shortfall_told
from sop.library import Clock, Shelved, content_of, procedure_of
from store.permits import Permit
from store.scope import Principal
from store.state import Edition, Ending, Review, State, Trigger, TriggerKind, WrongEntry
from store.state.edits import require
from store.state.triggers import TERM

QUIET = timedelta(days=56)  # what a review has looked at is given time to show
ENDINGS = {
    Ending.STILL_RIGHT: marked("Still right"), Ending.NEW_DRAFT: marked("Write it anew"),
    Ending.RETIRE: marked("Retire it"),
}  # fmt: skip
REASONS = {
    TriggerKind.SIGNAL: marked("Signal of a KPI"), TriggerKind.FLAGS: marked("Flags on a step"),
    TriggerKind.REGULATION: marked("Regulation"), TriggerKind.SYSTEM: marked("System"),
    TriggerKind.AUDITS: marked("Audits"),
}  # fmt: skip


@dataclass(frozen=True)
class Due:
    """One procedure in the calendar of reviews: by when, and what came up since its last review."""

    shelf: Shelved
    by: date
    reasons: tuple[Trigger, ...]

    @property
    def is_late(self) -> bool:
        return self.by < self.shelf.day


def clocks(state: State, principal: Principal) -> dict[str, Clock]:
    """What is known of the reviews of each procedure the principal may see, by key."""
    reviewed = state.reviews.last(principal)
    wanted: dict[str, date] = {}
    for each in state.triggers.rows(principal):
        wanted[each.sop] = min(each.due, wanted.get(each.sop, each.due))
    return {
        sop: Clock(reviewed[sop].reviewed_on if sop in reviewed else None, wanted.get(sop))
        for sop in reviewed.keys() | wanted.keys()
    }


def calendar(shelves: Iterable[Shelved], reasons: Sequence[Trigger]) -> list[Due]:
    """Every procedure in force by the day its review is due, the most late first."""
    found = [
        Due(each, each.review_due, tuple(reason for reason in reasons if reason.sop == each.key))
        for each in shelves
        if each.review_due is not None
    ]
    return sorted(found, key=lambda due: (due.by, due.shelf.key))


def coming(shelves: Iterable[Shelved]) -> list[tuple[Shelved, Edition]]:
    """Versions that were approved for a later day, the nearest first."""
    found = [(each, later) for each in shelves if (later := each.coming()) is not None]
    return sorted(found, key=lambda each: (str(each[1].effective_on), each[0].key))


def finish(
    state: State,
    principal: Principal,
    shelf: Shelved,
    ending: Ending,
    remark: str,
    *,
    answers: Collection[int],
    after: int,
    key: str | None = None,
) -> Review:
    """
    A review is over: it is still right until the next one, a draft is begun (or goes on), or it is retired from today
    on. Raises WrongEntry, NotAllowed, ChangedMeanwhile where somebody else finished one since.
    """
    if ending is Ending.RETIRE:
        require(principal, Permit.APPROVE_PROCEDURES)
    review = Review(shelf.key, ending, remark, shelf.day)
    done = state.reviews.finish(principal, review, answers=answers, after=after, key=key)
    if ending is Ending.NEW_DRAFT:
        begin_draft(state, principal, shelf, key=f"{key}-draft" if key else None)
    if ending is Ending.RETIRE:
        retire_key = f"{key}-retire" if key else None
        state.procedures.retire(principal, shelf.key, shelf.day, shelf.day, done.remark, retire_key)
    return done


def begin_draft(state: State, principal: Principal, shelf: Shelved, key: str | None = None) -> Edition:
    """The draft that is open, else a small change of what counts. Raises WrongEntry, NotAllowed."""
    open_one, now = shelf.draft(), shelf.effective()
    if open_one is not None:
        return open_one
    if now is None:
        raise WrongEntry(say("Nothing of {sop} counts today.", sop=shelf.key))
    text = procedure_of(state, principal, now.id)
    number = shelf.next_version(shelf.source, major=False)
    return state.procedures.start(principal, content_of(replace(text, version=number)), key=key)


def signals(
    shelves: Iterable[Shelved], standings: Iterable[Standing], judged: Mapping[str, str]
) -> list[Trigger]:
    """
    A reason for every procedure in force whose KPI is worse than usual in a period that began after the version took
    effect and a while after its last review. `judged`: the KPI each is judged by, by its key; of a procedure that names
    none, all that it drives.
    """
    concerns = [(each, each.signal) for each in standings if each.signal is not None]
    found = []
    for shelf in shelves:
        now, reviewed = shelf.effective(), shelf.clock.reviewed
        for standing, point in concerns:
            named = now.kpis if now else frozenset[str]()
            mine = frozenset({judged[shelf.key]}) if shelf.key in judged else named
            if now is None or point is None or standing.kpi.key not in mine:
                continue
            since = max(filter(None, (now.effective_on, reviewed and reviewed + QUIET)), default=None)
            if since is not None and point.start <= since:
                continue
            kpi = standing.kpi
            evidence = f"{kpi.name} was worse than usual in the period from {point.start} on"
            found.append(
                Trigger(
                    shelf.key, TriggerKind.SIGNAL, kpi.key, evidence, shelf.day, shelf.day + TERM,
                    evidence_of=kpi.department.value,
                )
            )  # fmt: skip
    return found


def evidence_told(reason: Trigger) -> str:
    """Why, in the reader's language where the words are ours."""
    if reason.kind is TriggerKind.SIGNAL and reason.subject in KPIS:
        return say("{kpi} is worse than usual", kpi=say(KPIS[reason.subject].name))
    if reason.kind is TriggerKind.AUDITS:
        return shortfall_told(reason)
    count = reason.evidence.partition(" ")[0]
    if reason.kind is TriggerKind.FLAGS and count.isdigit():
        step = reason.subject.replace("_", " ")
        return say_many("{n} flag on “{step}”", "{n} flags on “{step}”", int(count), step=step)
    return reason.evidence


def reason_told(kind: TriggerKind) -> str:
    """What sort of reason it is, in the reader's language."""
    return say(REASONS[kind])


def ending_told(ending: Ending) -> str:
    """How a review ended, in the reader's language."""
    return say(ENDINGS[ending])
