"""Which messages a notice becomes: to its person as they wish, and to the places that its part of the firm concerns."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.routing import Severity
from connectors.channels import Channel, Kind
from store.permits import Role
from store.state.deliveries import DeliveryState, Wanted
from store.state.episode_records import Notice
from store.state.wishes import How, Wish, usual


@dataclass(frozen=True)
class Addressing:
    """What decides whom a notice reaches now; `zone`: the firm's; `active`: people by address, with their role."""

    channels: Sequence[Channel]
    wishes: Mapping[str, Wish]
    active: Mapping[str, Role]
    zone: str
    now: datetime

    def messages(self, notice: Notice) -> Iterator[Wanted]:
        """One for each channel that concerns it."""
        for each in self.channels:
            if each.kind is Kind.EMAIL:
                yield self._letter(notice, each)
            elif each.departments is None or notice.department in each.departments:
                yield Wanted(f"{notice.key}:{each.name}", each.name, each.name, self.now)

    def of_meeting(self, key: str, people: Iterable[str], places: Collection[str]) -> Iterator[Wanted]:
        """One message about a meeting for each person by mail, and one for each of the places (channels by name)."""
        for each in self.channels:
            if each.kind is Kind.EMAIL:
                for person in people:
                    yield self._about(key, person, each)
            elif each.name in places:
                yield Wanted(f"{key}:{each.name}", each.name, each.name, self.now)

    def _about(self, key: str, person: str, channel: Channel) -> Wanted:
        wish = self.wishes.get(person, Wish(person))
        plain = Wanted(f"{key}:{channel.name}:{person}", channel.name, person, self.now)
        if why := self._unwished(wish):
            return replace(plain, state=DeliveryState.SKIPPED, message=why)
        due = self.now if wish.how is How.EACH else wish.digest_due(self.now, self.zone)
        return replace(plain, due_at=wish.open_at(due, self.zone))

    def _letter(self, notice: Notice, channel: Channel) -> Wanted:
        role = self.active.get(notice.person, Role.VIEWER)
        wish = self.wishes.get(notice.person) or usual(notice.person, role)
        plain = Wanted(f"{notice.key}:{channel.name}:{notice.person}", channel.name, notice.person, self.now)
        if why := self._why_not(notice, wish):
            return replace(plain, state=DeliveryState.SKIPPED, message=why)
        if notice.severity == Severity.PAGE:
            return plain
        if wish.how is How.EACH:
            return replace(plain, due_at=wish.open_at(self.now, self.zone))
        due = wish.open_at(wish.digest_due(self.now, self.zone), self.zone)
        return replace(plain, key=f"digest:{due.timestamp():.0f}:{channel.name}:{notice.person}", due_at=due)

    def _why_not(self, notice: Notice, wish: Wish) -> str:
        if not notice.person:
            return f"Nobody is known as {notice.duty}; say who answers for it."
        if notice.person not in self.active:
            return f"{notice.person} is no active user."
        return self._unwished(wish)

    def _unwished(self, wish: Wish) -> str:
        if wish.how is How.NEVER:
            return f"{wish.person} wishes no messages."
        if wish.is_paused(self.now, self.zone):
            return f"{wish.person} has paused messages until {wish.paused_until}."
        return ""
