"""What fairlead.toml says of a plant: its protocol and address, its machines, and what their states are called."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from connectors.block import Block
from connectors.errors import ConfigError
from connectors.plant.words import Words, read_words


class Protocol(StrEnum):
    """How the machines of a plant are heard."""

    MTCONNECT = "mtconnect"
    OPCUA = "opcua"
    SPARKPLUG = "sparkplug"


TLS_KEYS = ("ca_file", "certificate", "private_key", "server_certificate")
PLANT_KEYS = ("protocol", "url", "inside", "timezone", "states", "machines", "user", "key", *TLS_KEYS)
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
class Papers:
    """
    Files by which both sides know each other: `ca_file` has certificates believed beside the usual ones; an OPC UA
    channel is encrypted by our `certificate` with its `private_key`, for the one `server_certificate`.
    """

    ca_file: Path | None = None
    certificate: Path | None = None
    private_key: Path | None = None
    server_certificate: Path | None = None


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
    papers: Papers = Papers()


def plant_options(block: Block, folder: Path, zone: str) -> Mapping[str, object]:
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
            block.flag("inside"), *_signed(block, protocol), _papers(block, folder, protocol),
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
    way = {Protocol.SPARKPLUG: "mqtts://", Protocol.OPCUA: "certificate, private_key and server_certificate"}
    is_open = not (block.text("url") or "").startswith("mqtts:") and "certificate" not in block.values
    if user and is_open and not block.flag("inside"):
        raise block.wrong("url", f"would send the password in the open; write {way.get(protocol, 'https')}.")
    if user and protocol is Protocol.MTCONNECT:
        raise block.wrong("user", "means nothing here: agents of MTConnect ask nobody who they are.")
    return user, key


def _papers(block: Block, folder: Path, protocol: Protocol) -> Papers:
    """Those of OPC UA all or none; a file of certificates where TLS is spoken."""
    own = TLS_KEYS[1:] if protocol is Protocol.OPCUA else TLS_KEYS[:1]
    told = {key: block.text(key, "") or "" for key in TLS_KEYS}
    for key in TLS_KEYS:
        if told[key] and key not in own:
            raise block.wrong(key, f"means nothing for {protocol}; it knows {', '.join(own)}.")
        if not told[key] and any(told.values()) and key in own:
            raise block.wrong(key, f"is missing; {', '.join(own)} go together.")
        if told[key] and not (folder / told[key]).is_file():
            raise block.wrong(key, f"names {folder / told[key]}, which is no file.")
    return Papers(*(folder / told[key] if told[key] else None for key in TLS_KEYS))


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
