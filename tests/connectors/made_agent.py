"""An MTConnect agent on loopback with a buffer of its own, as the standard describes one: what is too old is gone."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape

from web_shop import Asked, Shop, Told, opened

XML = {"Content-Type": "application/xml"}
PAGE = """<?xml version="1.0"?>
<MTConnectStreams xmlns="urn:mtconnect.org:MTConnectStreams:2.4">
<Header instanceId="{instance}" creationTime="{now}" bufferSize="{size}" version="2.4.0" sender="made"
 firstSequence="{first}" lastSequence="{last}" nextSequence="{next}"/>
<Streams>{streams}</Streams></MTConnectStreams>"""
ERROR = """<MTConnectError xmlns="urn:mtconnect.org:MTConnectError:2.4"><Header instanceId="{instance}"/>
<Errors><Error errorCode="OUT_OF_RANGE">'from' must be greater than {first}</Error></Errors></MTConnectError>"""


@dataclass(frozen=True)
class Observed:
    """One observation; `kind` is the type of its item and `id` which one it is."""

    sequence: int
    device: str
    id: str
    kind: str
    at: str
    value: str

    def xml(self) -> str:
        where = f'dataItemId="{self.id}" timestamp="{self.at}" sequence="{self.sequence}"'
        return f"<{self.kind} {where}>{escape(self.value)}</{self.kind}>"


@dataclass
class MadeAgent:
    """Keeps the last `size` observations and the value of each item; `now` is what its clock says."""

    now: str
    size: int = 131_072
    instance: int = 1
    page: int = 5_000
    everything: list[Observed] = field(default_factory=list)

    def say(self, at: str, item: str, value: str, device: str = "Mill") -> None:
        """An observation of execution or of a part count."""
        kind = {"execution": "Execution"}.get(item, "PartCount")
        self.everything.append(Observed(len(self.everything) + 1, device, item, kind, at, value))

    def restart(self) -> None:
        """Everything it knew is gone, and it counts from 1."""
        self.instance += 1
        self.everything = []

    @property
    def first(self) -> int:
        return max(1, len(self.everything) - self.size + 1)

    def answer(self, asked: Asked) -> Told:
        if asked.path.endswith("/current"):
            until = int(asked.parameters.get("at", len(self.everything)))
            latest = {(each.device, each.id): each for each in self.everything[:until]}
            return self._page(latest.values(), len(self.everything) + 1)
        start, count = int(asked.parameters["from"]), min(int(asked.parameters["count"]), self.page)
        if start < self.first:
            return Told(ERROR.format(instance=self.instance, first=self.first).encode(), headers=XML)
        told = self.everything[start - 1 : start - 1 + count]
        return self._page(told, start + len(told))

    def _page(self, told: Iterable[Observed], following: int) -> Told:
        by_device: dict[str, list[Observed]] = {}
        for each in told:
            by_device.setdefault(each.device, []).append(each)
        streams = "".join(
            f'<DeviceStream name="{name}" uuid="{name}"><ComponentStream component="Path"><Events>'
            + "".join(each.xml() for each in reversed(items))  # an agent promises no order
            + "</Events></ComponentStream></DeviceStream>"
            for name, items in by_device.items()
        )
        text = PAGE.format(
            instance=self.instance, now=self.now, size=self.size, first=self.first, last=len(self.everything),
            next=following, streams=streams,
        )  # fmt: skip
        return Told(text.encode(), headers=XML)

    @contextmanager
    def opened(self) -> Iterator[Shop]:
        with opened(self.answer) as shop:
            yield shop


def played(log: str, names: dict[str, str], now: str) -> MadeAgent:
    """An agent that saw what a log tells, a line "moment|item|value" each, of the items that are named."""
    agent = MadeAgent(now)
    for line in log.splitlines():
        at, item, value, *_ = line.split("|")
        if item in names:
            agent.say(at, names[item], value)
    return agent
