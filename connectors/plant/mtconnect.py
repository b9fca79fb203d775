"""An MTConnect agent: every observation of states and counts since the last one read, and every gap between them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element  # only the type

from connectors.block import suggestion
from connectors.errors import SourceError
from connectors.file.markup import document, local
from connectors.file.problem import FileProblem
from connectors.http.asking import Question
from connectors.http.client import Client
from connectors.http.forms import Form, NotWhole
from connectors.plant.journal import Journal, Said, What
from connectors.plant.reading import Machine, Plant

COUNT = 5_000  # observations a page
STATE_TAG, COUNT_TAG = "Execution", "PartCount"
COUNTED = ("", "ALL", "GOOD", "ACTUAL")  # not TARGET, REMAINING or BAD, which are counters of other things
Chosen = Mapping[tuple[str, str], tuple[str, What]]  # device and item: of which machine it tells what


def _xml(body: bytes) -> Element:
    try:
        return document(body)
    except FileProblem:
        raise NotWhole from None


XML = Form("XML", "application/xml", _xml)


@dataclass(frozen=True)
class Header:
    """What an agent says of itself: which one it is, and which observations it still has."""

    instance: int
    first: int
    last: int
    next: int
    made: datetime


@dataclass(frozen=True)
class Item:
    """One observation as the agent has it."""

    device: str
    sequence: int
    at: datetime
    tag: str
    names: tuple[str, ...]  # by which it may be chosen: id, name
    kind: str
    value: str


@dataclass(frozen=True)
class Agent:
    """An agent at the address of a plant."""

    source: str
    plant: Plant
    client: Client
    path: str

    def bring(self, journal: Journal) -> None:
        """All that was not read yet into the journal, page by page with the position. Raises SourceError."""
        now = self._asked("current", {})
        header, chosen = self._header(now), self._chosen(list(self._items(now)))
        kept = {name: value for name, value in journal.position().items() if value}
        lost = _lost(kept, header)
        following = int(kept["next"]) if kept and not lost else header.first
        if lost:
            journal.append([Said("", datetime.fromisoformat(kept["heard"]), What.GAP, lost)])
        if lost or not kept:
            journal.append(self._begun(header, chosen))
        self._follow(journal, header, following, chosen)

    def _begun(self, header: Header, chosen: Chosen) -> list[Said]:
        """What was so at the first observation the agent still has, told of no earlier moment than that one."""
        if header.first > header.last:
            return []
        first = str(header.first)
        page = self._items(self._asked("sample", {"from": first, "count": "1"}))
        since = min((item.at for item in page), default=header.made)
        items = self._items(self._asked("current", {"at": first}))
        return [_told(item, chosen, since) for item in _ordered(items, chosen)]

    def _follow(self, journal: Journal, header: Header, following: int, chosen: Chosen) -> None:
        """Page by page up to what there was at the beginning; what came meanwhile comes with the next pull."""
        if following > header.last:
            _keep(journal, [], header, following, header.made)
        while following <= header.last:
            page = self._asked("sample", {"from": str(following), "count": str(COUNT)})
            told, items = self._header(page), list(self._items(page))
            if told.instance != header.instance:
                raise self._wrong("began anew while it was read", retry=True)
            if told.next <= following:
                raise self._wrong(f"leads back from observation {following} to {told.next}")
            following = told.next
            heard = told.made if following > told.last else max((i.at for i in items), default=header.made)
            said = [_told(item, chosen) for item in _ordered(items, chosen)]
            _keep(journal, said, header, following, heard)

    def _asked(self, what: str, parameters: Mapping[str, str]) -> Element:
        root: Element = self.client.ask(Question(f"{self.path}/{what}", parameters)).body
        if local(root.tag) == "MTConnectStreams":
            return root
        told = [
            f"{each.get('errorCode', '')} {(each.text or '').strip()}" for each in root.iter() if each.text
        ]
        raise self._wrong(f"answers {what} with {local(root.tag)}: {'; '.join(told).strip()[:200]}")

    def _header(self, root: Element) -> Header:
        found = next((each for each in root if local(each.tag) == "Header"), None)
        if found is None:
            raise self._wrong("has no Header")
        return Header(
            self._number(found, "instanceId"),
            self._number(found, "firstSequence"),
            self._number(found, "lastSequence"),
            self._number(found, "nextSequence"),
            self._moment(found.get("creationTime", "")),
        )

    def _number(self, header: Element, name: str) -> int:
        text = header.get(name, "")
        if not (text.isascii() and text.isdigit()):
            raise self._wrong(f"has a Header whose {name} is '{text[:40]}', which is no number")
        return int(text)

    def _moment(self, text: str) -> datetime:
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise self._wrong(f"tells a moment '{text[:40]}' that is none") from None
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def _items(self, root: Element) -> Iterator[Item]:
        for device in root.iter():
            if local(device.tag) != "DeviceStream":
                continue
            for events in (each for each in device.iter() if local(each.tag) == "Events"):
                for each in events:
                    names = (each.get("dataItemId", ""), each.get("name", ""))
                    yield Item(
                        device.get("name", ""), self._number(each, "sequence"), self._moment(each.get("timestamp", "")),
                        local(each.tag), names, each.get("subType", ""), (each.text or "").strip(),
                    )  # fmt: skip

    def _chosen(self, items: list[Item]) -> Chosen:
        devices = list(dict.fromkeys(item.device for item in items))
        machines = self.plant.machines or tuple(Machine(name, name) for name in devices)
        found: dict[tuple[str, str], tuple[str, What]] = {}
        for machine in machines:
            if machine.device not in devices:
                raise self._wrong(f"has no device '{machine.device}'. {suggestion(machine.device, devices)}")
            own = {item.names[0]: item for item in items if item.device == machine.device}
            for what, wanted, tag in (
                (What.STATE, machine.state, STATE_TAG),
                (What.COUNT, machine.count, COUNT_TAG),
            ):
                if name := self._item(machine, own, what, wanted, tag):
                    found[machine.device, name] = machine.name, what
        return found

    def _item(self, machine: Machine, own: Mapping[str, Item], what: What, wanted: str, tag: str) -> str:
        """The id of the item by which a machine tells this; none for a count where there is no counter."""
        if wanted:
            fits = [name for name, item in own.items() if wanted in item.names]
        else:
            fits = [name for name, item in own.items() if item.tag == tag and item.kind in COUNTED]
        if len(fits) == 1 or (not fits and not wanted and what is What.COUNT):
            return fits[0] if fits else ""
        there = ", ".join(fits or own)
        asked = f"no item '{wanted}'" if wanted else f"{len(fits)} items of type {tag}"
        raise self._wrong(
            f"has {asked} on '{machine.device}'; write which one is its {what} under machines.{machine.name}: {there}"
        )

    def _wrong(self, what: str, *, retry: bool = False) -> SourceError:
        return SourceError(f"Source '{self.source}': the agent {what}.", retry=retry)


def _lost(kept: Mapping[str, str], header: Header) -> str:
    """Why there is a gap between what was read and what the agent has; empty where there is none."""
    if not kept:
        return ""
    if int(kept["instance"]) != header.instance:
        return "the agent began anew"
    if int(kept["next"]) > header.next:
        return "the agent counts its observations anew"
    forgotten = header.first - int(kept["next"])
    return f"the agent forgot {forgotten:,} observations before they were read" if forgotten > 0 else ""


def _ordered(items: Iterator[Item] | list[Item], chosen: Chosen) -> list[Item]:
    wanted = (item for item in items if (item.device, item.names[0]) in chosen)
    return sorted(wanted, key=lambda item: item.sequence)


def _told(item: Item, chosen: Chosen, since: datetime | None = None) -> Said:
    machine, what = chosen[item.device, item.names[0]]
    return Said(machine, max(item.at, since) if since else item.at, what, item.value)


def _keep(journal: Journal, said: list[Said], header: Header, following: int, heard: datetime) -> None:
    """First what was said, then that it was read."""
    journal.append([*said, Said("", heard, What.HEARD)])
    journal.keep({"instance": str(header.instance), "next": str(following), "heard": heard.isoformat()})
