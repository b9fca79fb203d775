"""What the nodes of a Sparkplug plant say, in their order: a number left out is a gap until the node is born again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from connectors.plant.journal import Said, What
from connectors.plant.reading import Machine
from connectors.plant.sparkplug import BD_SEQ, Metric, Payload
from connectors.plant.words import UNAVAILABLE

NUMBERS = 256
BIRTHS, DEATHS, DATA = ("NBIRTH", "DBIRTH"), ("NDEATH", "DDEATH"), ("NDATA", "DDATA")


@dataclass(frozen=True)
class Message:
    """One message of a node, or of a device of it; `is_again`: it may have come before, as we were cut off."""

    kind: str
    node: str
    device: str
    payload: Payload
    came: datetime
    is_sure: bool = False
    is_again: bool = False

    @property
    def place(self) -> str:
        return f"{self.node}/{self.device}" if self.device else self.node

    @property
    def at(self) -> datetime:
        return self.payload.at or self.came


def message_of(topic: str) -> tuple[str, str, str] | None:
    """Kind, node and device of a topic `spBv1.0/group/kind/node[/device]`; None for any other."""
    parts = topic.split("/")
    if len(parts) not in (4, 5) or parts[0] != "spBv1.0" or parts[2] not in (*BIRTHS, *DEATHS, *DATA):
        return None
    if (len(parts) == 5) != parts[2].startswith("D"):
        return None
    return parts[2], f"{parts[1]}/{parts[3]}", parts[4] if len(parts) == 5 else ""


@dataclass
class Node:
    """
    How far a node was heard: its last number, the birth it belongs to, when that was, what its aliases mean by place.
    `is_known`: nothing since its birth was missed. `is_sure`: its messages wait for us while we are away.
    """

    seq: int = -1
    birth: int | None = None
    heard: str = ""
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    is_known: bool = False
    is_sure: bool = False


@dataclass
class Nodes:
    """All nodes of the machines of a plant; `unborn` are those that have to be asked for a birth."""

    machines: Sequence[Machine]
    nodes: dict[str, Node] = field(default_factory=dict)
    unborn: set[str] = field(default_factory=set)

    @staticmethod
    def of(machines: Sequence[Machine], kept: Mapping[str, Any]) -> "Nodes":
        """As they were kept; all others are not known yet."""
        found = Nodes(machines, {name: Node(**told) for name, told in kept.items()})
        found.unborn = {name for name in found.names if not found._node(name).is_known}
        return found

    @property
    def names(self) -> list[str]:
        """group/node of every machine."""
        return list(dict.fromkeys("/".join(each.device.split("/")[:2]) for each in self.machines))

    def kept(self) -> dict[str, Any]:
        return {name: asdict(node) for name, node in self.nodes.items()}

    def away(self, until: datetime, *, waited: bool) -> list[Said]:
        """We come back: what was said since then is lost, but of nodes whose messages `waited` for us."""
        lost = [name for name in self.names if not (waited and self._node(name).is_sure)]
        return [each for name in lost for each in self._lose(name, until, "nobody listened")]

    def hear(self, message: Message) -> list[Said]:
        """
        What a message tells of our machines, and the gap before it. Whether one that comes again was heard before is
        told by its number: births of node and device often bear the same instant.
        """
        node = self._node(message.node)
        if message.node not in self.names:
            return []
        node.is_sure = message.is_sure
        match message.kind:
            case "NBIRTH":
                return self._born(node, message)
            case "NDEATH":
                return self._died(node, message)
        if not node.is_known:
            return []
        if message.payload.seq != (due := (node.seq + 1) % NUMBERS):
            if message.is_again and message.at.isoformat() <= node.heard:
                return []
            told = f"message {due} of {message.node} is missing"
            return self._lose(message.node, datetime.fromisoformat(node.heard), told)
        node.seq, node.heard = message.payload.seq, message.at.isoformat()
        if message.kind == "DDEATH":
            return self._silent(message.place, message.at)
        return self._told(node, message)

    def _born(self, node: Node, message: Message) -> list[Said]:
        """A birth under another number, without a death before it, says that the death was missed."""
        birth = message.payload.number(BD_SEQ)
        is_missed = node.is_known and birth != node.birth
        gap = (
            self._lose(message.node, datetime.fromisoformat(node.heard), "its death was missed")
            if is_missed
            else []
        )
        node.seq, node.birth, node.heard = message.payload.seq or 0, birth, message.at.isoformat()
        node.names, node.is_known = {}, True
        self.unborn.discard(message.node)
        return [*gap, *self._told(node, message)]

    def _died(self, node: Node, message: Message) -> list[Said]:
        """The last will of the birth we know of; that of an earlier one comes too late to mean anything."""
        if not node.is_known or message.payload.number(BD_SEQ) != node.birth:
            return []
        node.is_known = False
        own = [each.device for each in self.machines if self._belongs(each, message.node)]
        return [each for place in own for each in self._silent(place, message.came)]

    def _told(self, node: Node, message: Message) -> list[Said]:
        is_birth = message.kind in BIRTHS
        names = node.names.setdefault(message.place, {})
        if is_birth:
            names.update(
                {str(each.alias): each.name for each in message.payload.metrics if each.alias is not None}
            )
        return [
            Said(machine.name, message.at if is_birth else metric.at or message.at, what, metric.value)
            for metric in message.payload.metrics
            for machine in self.machines
            if machine.device == message.place
            for what in _means(machine, metric, names)
        ]

    def _silent(self, place: str, at: datetime) -> list[Said]:
        """A machine that is gone tells neither state nor count."""
        own = [each.name for each in self.machines if each.device == place]
        return [Said(name, at, what, UNAVAILABLE) for name in own for what in (What.STATE, What.COUNT)]

    def _lose(self, name: str, since: datetime, why: str) -> list[Said]:
        """Nothing of a node is known until it is born again."""
        node = self._node(name)
        was_known, node.is_known = node.is_known, False
        self.unborn.add(name)
        own = [each.name for each in self.machines if self._belongs(each, name)]
        return [Said(machine, since, What.GAP, why) for machine in own] if was_known else []

    def _belongs(self, machine: Machine, node: str) -> bool:
        return f"{machine.device}/".startswith(f"{node}/")

    def _node(self, name: str) -> Node:
        return self.nodes.setdefault(name, Node())


def _means(machine: Machine, metric: Metric, names: Mapping[str, str]) -> list[What]:
    name = metric.name or names.get(str(metric.alias), "")
    return [
        what
        for what, own in ((What.STATE, machine.state), (What.COUNT, machine.count))
        if own and own == name
    ]
