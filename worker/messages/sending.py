"""From notices to messages that have left: planned once, sent by whoever begins, tried again, given up after a day."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from connectors.channels import Channel, Kind
from connectors.plan import Config
from meetings.pack import frozen_of
from store.company_file import load_company
from store.database import StateError
from store.home import SYSTEM, Store
from store.redaction import redacted
from store.scope import Principal
from store.state.deliveries import LONGEST_WAIT, Delivery, DeliveryState
from store.state.edits import WrongEntry
from store.state.episode_records import Episode, EpisodeError, Notice
from store.state.job_rules import wait_after
from store.state.wishes import Wish
from worker.messages.channels import NotSent, Secret, send
from worker.messages.compose import Letter, compose
from worker.messages.meetings import letter_of, members, sees
from worker.messages.whom import Addressing

GIVEN_UP_AFTER = timedelta(hours=24)
KEPT = timedelta(days=92)
log = logging.getLogger("fairlead.worker")


def now_utc() -> datetime:
    """The moment, by the clock of this machine."""
    return datetime.now(UTC)


class NobodyMayRead(Exception):
    """A message would tell its recipient of nothing that recipient may see."""


@dataclass(frozen=True)
class Messenger:
    """Sends what is due, one message a call of `once`; `address` is what links begin with."""

    store: Store
    config_of: Callable[[], Config]
    secret: Secret
    address: str
    clock: Callable[[], datetime] = now_utc
    chance: Random = field(default_factory=Random)

    def once(self) -> bool:
        """Make and send what is due, one message at most; whether there was anything."""
        now, deliveries = self.clock(), self.store.state.deliveries
        if not deliveries.is_due(now):
            return False
        channels = {each.name: each for each in self.config_of().channels}
        addressing = self._addressing(channels, now)
        planned = deliveries.plan(SYSTEM, addressing.messages, now) + self._tell(addressing, now)
        begun = deliveries.claim(SYSTEM, now)
        if begun is None:
            return bool(planned)
        self._attempt(begun, channels.get(begun.channel), now)
        return True

    def all_due(self) -> None:
        """Everything that is due now, once."""
        while self.once():
            pass

    def _tell(self, addressing: Addressing, now: datetime) -> int:
        """Make the messages about meetings that were closed; how many meetings there were."""
        state, found = self.store.state, self.store.state.deliveries.untold(SYSTEM)
        for number in found:
            users = [each.value for each in state.users.rows(SYSTEM)]
            people = members(state, frozen_of(state, SYSTEM, number), users)
            places = {each.name for each in addressing.channels if sees(state, each.principal, number)}
            wanted = list(addressing.of_meeting(f"meeting-{number}", people, places))
            state.deliveries.tell(SYSTEM, number, wanted, now)
        return len(found)

    def _addressing(self, channels: dict[str, Channel], now: datetime) -> Addressing:
        state = self.store.state
        people = [each.value for each in state.users.rows(SYSTEM)]
        active = {each.email: each.role for each in people if each.active}
        zone = load_company(self.store.home).timezone
        return Addressing(list(channels.values()), state.wishes.of_people(SYSTEM), active, zone, now)

    def _attempt(self, begun: Delivery, channel: Channel | None, now: datetime) -> None:
        if channel is None:
            self._settle(begun, DeliveryState.DEAD, f"There is no channel '{begun.channel}' any more.", now)
            return
        try:
            self._send(begun, channel)
        except NobodyMayRead:
            self._settle(begun, DeliveryState.SKIPPED, "It tells of nothing the recipient may see.", now)
        except NotSent as failure:
            self._failed(begun, str(failure), now, for_good=failure.for_good, wait_s=failure.wait_s)
        except (StateError, WrongEntry, OSError, ValueError) as problem:
            self._failed(begun, redacted(str(problem)), now, for_good=False)
        else:
            self._settle(begun, DeliveryState.SENT, "", self.clock())

    def _send(self, begun: Delivery, channel: Channel) -> None:
        who, language = self._reader(begun, channel)
        if begun.meeting is not None:
            send(self._about(begun, who, channel, language), begun.recipient, channel, self.secret)
            return
        told = [(notice, episode) for notice in self._notices(begun) if (episode := self._seen(who, notice))]
        if not told:
            raise NobodyMayRead
        send(compose(begun.key, told, self.address, language), begun.recipient, channel, self.secret)

    def _about(self, begun: Delivery, who: Principal, channel: Channel, language: str) -> Letter:
        """The message about a closed meeting, as who reads it may see it."""
        try:
            frozen = frozen_of(self.store.state, who, begun.meeting or 0)
        except WrongEntry:
            raise NobodyMayRead from None
        return letter_of(begun.key, frozen, self.address, language, attach=channel.packs)

    def _reader(self, begun: Delivery, channel: Channel) -> tuple[Principal, str]:
        """On whose behalf it is read, with what that person may see by now, and in which language."""
        if channel.kind is not Kind.EMAIL:
            return channel.principal, Wish("").language
        found = self.store.state.users.find(SYSTEM, begun.recipient)
        if found is None or not found.value.active:
            raise NobodyMayRead
        principal = found.value.principal
        return principal, self.store.state.wishes.mine(principal).language

    def _notices(self, begun: Delivery) -> list[Notice]:
        asked = self.store.state.episodes.notices
        return [each for number in begun.notices for each in asked(SYSTEM, number - 1, 1)]

    def _seen(self, who: Principal, notice: Notice) -> Episode | None:
        try:
            return self.store.state.episodes.find(who, notice.episode)
        except EpisodeError:
            return None

    def _failed(
        self, begun: Delivery, why: str, now: datetime, *, for_good: bool, wait_s: float = 0.0
    ) -> None:
        over = begun.first_at is not None and now - begun.first_at >= GIVEN_UP_AFTER
        if for_good or over:
            self._settle(begun, DeliveryState.DEAD, why, now)
        else:
            asked = min(timedelta(seconds=wait_s), LONGEST_WAIT)
            wait = max(wait_after(begun.attempts, self.chance), asked)
            self._settle(begun, DeliveryState.WAITING, why, now + wait)

    def _settle(self, begun: Delivery, state: DeliveryState, why: str, at: datetime) -> None:
        if not self.store.state.deliveries.settle(SYSTEM, begun, state, why, at):
            log.warning("message %s took too long, and another attempt was begun", begun.id)
        elif why:
            log.warning("message %s by %s: %s (%s)", begun.id, begun.channel, why, state)
