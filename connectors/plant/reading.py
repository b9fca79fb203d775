"""What fairlead.toml says of a plant: its protocol and address, its machines, and what their states are called."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from connectors.block import Block
from connectors.errors import ConfigError
from connectors.plant.words import Words, read_words


class Protocol(StrEnum):
    """How the machines of a plant are heard."""

    MTCONNECT = "mtconnect"
    OPCUA = "opcua"
    SPARKPLUG = "sparkplug"


PLANT_KEYS = ("protocol", "url", "inside", "timezone", "states", "machines", "user", "key")
SCHEMES: Mapping[Protocol, tuple[str, ...]] = {
    Protocol.MTCONNECT: ("http", "https"),
    Protocol.OPCUA: ("opc.tcp",),
    Protocol.SPARKPLUG: ("mqtts", "mqtt"),
}
EXAMPLES: Mapping[Protocol, str] = {
    Protocol.MTCONNECT: "http://agent.plant:5000",
    Protocol.OPCUA: "opc.tcp://server.plant:4840",
    Protocol.SPARKPLUG: "mqtts://broker.plant:8883",
}
USUAL_WORDS: Mapping[Protocol, str] = {Protocol.MTCONNECT: "mtconnect"}
MACHINE_KEYS: Mapping[Protocol, tuple[str, ...]] = {
    Protocol.MTCONNECT: ("device", "state", "count"),
    Protocol.OPCUA: ("state", "count"),
    Protocol.SPARKPLUG: ("device", "state", "count"),
}
MACHINE = '[sources.NAME.machines.MACHINE] with state = "..." and count = "..."'
TABLE = "production_runs"
MAPPING: Mapping[str, object] = {"key": ["machine", "day"], "duplicates": "last"}
COLUMNS: Mapping[str, object] = {
    "line": "machine", "produced_day": "day", "planned_busy_s": "known_s", "run_s": "running_s", "produced": "pieces",
}  # fmt: skip


@dataclass(frozen=True)
class Machine:
    """A machine: on which device, and by which of its items it tells its state and its count of pieces."""

    name: str
    device: str = ""
    state: str = ""
    count: str = ""


@dataclass(frozen=True)
class Plant:
    """One source of machines. Without `machines`, each device of an MTConnect agent is one."""

    protocol: Protocol
    url: str
    zone: str
    words: Words = field(default_factory=Words)
    machines: tuple[Machine, ...] = ()
    inside: bool = False
    user: str = ""
    key: str = ""


def plant_options(block: Block, zone: str) -> Mapping[str, object]:
    """The plant as told. Raises ConfigError."""
    told = block.choice("protocol", list(Protocol))
    if told is None:
        raise block.wrong("protocol", f"is missing; write one of {', '.join(Protocol)}.")
    protocol = Protocol(told)
    url = block.required("url", f'"{EXAMPLES[protocol]}"').rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES[protocol] or not parts.hostname:
        raise block.wrong("url", f'is {url!r}; write for example "{EXAMPLES[protocol]}".')
    if parts.username or parts.password:
        raise ConfigError(f"{block.file}: {block.place}.url must not name a user.")
    return {
        "plant": Plant(
            protocol, url, zone, read_words(block, USUAL_WORDS.get(protocol)), _machines(block, protocol),
            block.flag("inside"), *_signed(block, protocol),
        )
    }  # fmt: skip


def plant_of(options: Mapping[str, object]) -> Plant | None:
    """The plant of a source; None for sources of other kinds."""
    found = options.get("plant")
    return found if isinstance(found, Plant) else None


def _machines(block: Block, protocol: Protocol) -> tuple[Machine, ...]:
    found = tuple(_machine(name, inner, protocol) for name, inner in block.blocks("machines").items())
    if not found and protocol is not Protocol.MTCONNECT:
        raise block.wrong("machines", f"is missing; write {MACHINE}.")
    return found


def _machine(name: str, block: Block, protocol: Protocol) -> Machine:
    block.only(MACHINE_KEYS[protocol])
    device, state, count = (block.text(key, "") or "" for key in ("device", "state", "count"))
    if not state and protocol is not Protocol.MTCONNECT:
        raise block.wrong("state", f"is missing; write {MACHINE}.")
    if protocol is Protocol.SPARKPLUG and len(device.split("/")) not in (2, 3):
        raise block.wrong("device", f"is {device!r}; write group/node, or group/node/device.")
    return Machine(name, device or name, state, count)


def _signed(block: Block, protocol: Protocol) -> tuple[str, str]:
    """User and reference of a password."""
    user, key = block.text("user", "") or "", block.text("key", "") or ""
    if bool(user) != bool(key):
        raise block.wrong("key", 'and user go together; write user = "..." and key = "stored:NAME".')
    if user and (block.text("url") or "").startswith("mqtt:") and not block.flag("inside"):
        raise block.wrong("url", "would send the password in the open; write mqtts://.")
    if user and protocol is Protocol.MTCONNECT:
        raise block.wrong("user", "means nothing here: agents of MTConnect ask nobody who they are.")
    return user, key


def plant_tables(block: Block) -> Mapping[str, Block]:
    """Days of machines as production runs, column by column replaced by what the source says."""
    own = block.blocks("tables")
    if others := own.keys() - {TABLE}:
        raise block.wrong("tables", f"names {sorted(others)}; a plant fills {TABLE} alone.")
    said = own[TABLE].values if TABLE in own else {}
    columns = {**COLUMNS, **(own[TABLE].block("columns").values if TABLE in own else {})}
    return {
        TABLE: Block(block.file, f"{block.place}.tables.{TABLE}", {**MAPPING, **said, "columns": columns})
    }
