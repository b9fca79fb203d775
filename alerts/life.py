"""What an evaluation makes of an episode: opened, joined by another reason, over, proven, or back again."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from alerts.duty import Duty
from alerts.routing import Severity
from store.state.episode_records import Closing, Episode, Happened, Stage, Telling

VERIFIED_AFTER = 2  # closed periods without any reason until an episode in action counts as proven


@dataclass(frozen=True)
class Change:
    """An episode as it is from a day of the data on, and what happened."""

    episode: Episode
    kind: Happened
    day: date
    text: str = ""
    tellings: tuple[Telling, ...] = ()


def opened(
    kpi: str, department: str, segment: str, rule: str, since: date, at: datetime, owner: str
) -> Change:
    """A new episode, nobody told yet."""
    first = Episode(kpi, department, segment, since, at, (rule,), (rule,), owner=owner, duty=Duty.OWNER)
    return Change(first, Happened.OPENED, since, rule)


def joined(episode: Episode, rule: str, day: date) -> Change | None:
    """Another reason, or the same one again; what was being verified is in action again. None: it holds already."""
    if rule in episode.active:
        return None
    back = rule in episode.reasons or episode.stage is Stage.VERIFYING
    stage = Stage.IN_ACTION if episode.stage is Stage.VERIFYING else episode.stage
    reasons = episode.reasons if rule in episode.reasons else (*episode.reasons, rule)
    now = replace(
        episode, reasons=reasons, active=(*episode.active, rule), stage=stage, verified=0, until=None
    )
    return Change(now, Happened.CAME_BACK if back else Happened.REASON_ADDED, day, rule)


def left(
    episode: Episode, rule: str, day: date, at: datetime, *, gone: bool = False, proven: bool = False
) -> Change | None:
    """
    A reason is over. With the last one an episode nobody acted on is closed; one in action has to be proven by the
    next periods, unless the rule's own word is proof (`proven`). None: the reason is none of its own.
    """
    if rule not in episode.active:
        return None
    now = replace(episode, active=tuple(each for each in episode.active if each != rule), until=day)
    if now.active:
        return Change(replace(now, until=None), Happened.REASON_ENDED, day, rule)
    if gone:
        return _closed(now, Closing.SEGMENT_GONE, day, at)
    acting = episode.stage in (Stage.IN_ACTION, Stage.VERIFYING)
    if not acting or proven:
        return _closed(now, Closing.VERIFIED if acting else Closing.RECOVERED, day, at)
    return Change(replace(now, stage=Stage.VERIFYING, verified=1), Happened.VERIFYING, day, rule)


def confirmed(episode: Episode, day: date, at: datetime) -> Change | None:
    """One more period without a reason while the effect is being verified; the last one needed closes it."""
    if episode.stage is not Stage.VERIFYING or episode.active:
        return None
    now = replace(episode, verified=episode.verified + 1)
    if now.verified >= VERIFIED_AFTER:
        return _closed(now, Closing.VERIFIED, day, at)
    return Change(now, Happened.VERIFIED_ONCE, day, str(now.verified))


def _closed(episode: Episode, closing: Closing, day: date, at: datetime) -> Change:
    now = replace(episode, stage=Stage.CLOSED, closed_at=at, ending=closing.value)
    hears = episode.told_on is not None and not episode.sleeps(at.date())
    told = (telling(Happened.CLOSED, Duty.OWNER, episode.owner, at),) if hears else ()
    return Change(now, Happened.CLOSED, day, closing.value, told)


def telling(what: Happened, duty: Duty, person: str, at: datetime) -> Telling:
    """One notice, due at once."""
    return Telling(what.value, duty.value, person, Severity.TICKET.value, at)
