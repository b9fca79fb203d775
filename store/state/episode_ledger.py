"""Alert states, episodes, their events and notices within one transaction: every change numbered, none twice."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from store.models import AlertState, EpisodeEvent
from store.models import Episode as StoredEpisode
from store.models import Notice as StoredNotice
from store.models import Owner as StoredOwner
from store.models import User as StoredUser
from store.state.edits import ChangedMeanwhile
from store.state.episode_records import (
    Answering,
    Episode,
    Event,
    Happened,
    Notice,
    Stage,
    Telling,
    Watch,
    check_move,
)
from store.state.shelf import record

TOLD_AGAIN = (Happened.ESCALATED, Happened.SNOOZE_ENDED, Happened.REMINDED)


class Overtaken(Exception):
    """Another worker has evaluated the same alert meanwhile; nothing of this transaction counts."""


@dataclass(frozen=True)
class Ledger:
    """What an evaluation, or a person, writes; it lives as long as the transaction."""

    session: Session

    def watches(self) -> dict[str, Watch]:
        """Every alert state by fingerprint."""
        return {each.fingerprint: record(Watch, each) for each in self.session.scalars(select(AlertState))}

    def put(self, seen: Watch, now: Watch) -> None:
        """The state after an evaluation in place of the one seen. Raises Overtaken."""
        values = {name: value for name, value in asdict(now).items() if name not in ("id", "version")}
        if not seen.version:
            self.session.add(AlertState(**values, version=1))
            return
        same = (
            AlertState.id == seen.id,
            AlertState.version == seen.version,
            AlertState.period.is_not_distinct_from(seen.period),
        )
        done = self.session.execute(
            update(AlertState)
            .where(*same)
            .values(**values, version=seen.version + 1)
            .returning(AlertState.id)
        )
        if done.first() is None:
            raise Overtaken(seen.fingerprint)

    def open(self) -> list[Episode]:
        """The open episodes, the oldest first."""
        query = select(StoredEpisode).where(StoredEpisode.open_key.is_not(None)).order_by(StoredEpisode.id)
        return [episode_of(each) for each in self.session.scalars(query)]

    def told_again(self) -> dict[int, date]:
        """The day on which somebody last heard anew of each open episode that was told before."""
        query = (
            select(EpisodeEvent.episode, func.max(EpisodeEvent.day).label("last"))
            .join(StoredEpisode, StoredEpisode.id == EpisodeEvent.episode)
            .where(StoredEpisode.open_key.is_not(None), EpisodeEvent.kind.in_(TOLD_AGAIN))
            .group_by(EpisodeEvent.episode)
        )
        return {each.episode: each.last for each in self.session.execute(query)}

    def owners(self) -> dict[tuple[str, str], str]:
        """Who answers for what: addresses of active people by what it is and its key."""
        active = select(StoredUser.email).where(StoredUser.active.is_(True))
        query = select(StoredOwner.what, StoredOwner.subject, StoredOwner.person).where(
            StoredOwner.person.in_(active)
        )
        return {(what, subject): person for what, subject, person in self.session.execute(query)}

    def people(self) -> dict[str, Answering]:
        """Active people by address."""
        found = self.session.scalars(select(StoredUser).where(StoredUser.active.is_(True)))
        return {
            each.email: Answering(each.lead.email if each.lead and each.lead.active else "", each.markets)
            for each in found
        }

    def mark(self, before: Episode, *, incident: str, explained: bool) -> Episode:
        """Which incident an open episode belongs to; this is worked out anew each time and is no event."""
        self.session.execute(
            update(StoredEpisode)
            .where(StoredEpisode.id == before.id)
            .values(incident=incident, explained=explained)
        )
        return replace(before, incident=incident, explained=explained)

    def write(self, episode: Episode, event: Event, tellings: Iterable[Telling] = ()) -> Episode:
        """
        An episode as it is from now on, with what happened and what is to be told of it; as it was stored. Raises
        ChangedMeanwhile where it is no longer the version it was made from, EpisodeError for a stage that cannot
        follow.
        """
        now = replace(episode, happened=episode.happened + 1, version=episode.version + 1)
        values = _columns(now)
        if episode.id:
            before = self.session.get(StoredEpisode, episode.id, with_for_update=True)
            if before is None or before.version != episode.version:
                theirs = episode_of(before) if before is not None else None
                raise ChangedMeanwhile("This episode", theirs, episode.version)
            check_move(Stage(before.stage), now.stage)
            for name, value in values.items():
                setattr(before, name, value)
        else:
            stored = StoredEpisode(**values)
            self.session.add(stored)
            self.session.flush()
            now = replace(now, id=stored.id)
        self._event(now, event, tellings)
        return now

    def _event(self, now: Episode, event: Event, tellings: Iterable[Telling]) -> None:
        self.session.add(
            EpisodeEvent(
                episode=now.id, n=now.happened, kind=event.kind, at=event.at, day=event.day, who=event.who,
                text=event.text, detail=dict(event.detail) or None,
            )
        )  # fmt: skip
        for each in tellings:
            self.session.add(
                StoredNotice(
                    **asdict(each), key=f"{now.id}-{now.happened}-{each.duty}", episode=now.id, event=now.happened,
                    department=now.department, incident=now.incident, made_at=event.at,
                )
            )  # fmt: skip
        self.session.flush()


def episode_of(stored: StoredEpisode) -> Episode:
    """A stored episode as a record."""
    return record(
        Episode, stored, stage=Stage(stored.stage), reasons=tuple(stored.reasons), active=tuple(stored.active)
    )


def notice_of(stored: StoredNotice) -> Notice:
    """A stored notice as a record."""
    return Notice(**{name: getattr(stored, name) for name in Notice.__dataclass_fields__})


def _columns(now: Episode) -> dict[str, object]:
    values = {name: value for name, value in asdict(now).items() if name != "id"}
    return values | {
        "reasons": list(now.reasons), "active": list(now.active), "open_key": now.key if now.is_open else None,
    }  # fmt: skip
