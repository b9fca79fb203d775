"""An OPC UA server: the nodes that tell states and counts, by its history where it keeps one, else as they are."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asyncua import ua
from asyncua.client.client import Client
from asyncua.common.node import Node
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from asyncua.crypto.uacrypto import CertProperties
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.uaerrors import UaError

from connectors.errors import SourceError
from connectors.plant.address import checked
from connectors.plant.journal import Journal, Said, What
from connectors.plant.reading import Machine, Plant
from connectors.plant.words import UNAVAILABLE

PORT = 4840
APPLICATION = "urn:fairlead"  # stands in our certificate
ANSWER_S, WHOLE_S = 10.0, 300.0
FIRST = timedelta(days=31)  # of history, the first time
WINDOW = timedelta(days=1)  # of history, at a time
LATE = timedelta(minutes=10)  # what a server may enter into its history afterwards
POLLED = timedelta(minutes=15)  # between two readings of a value without history
HISTORY_READ = 1 << ua.AccessLevel.HistoryRead
logging.getLogger("asyncua").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Signal:
    """A node, and what it tells of which machine."""

    machine: str
    what: What
    node: Node
    has_history: bool


@dataclass(frozen=True)
class OpcUa:
    """A server at the address of a plant; `password` where it wants one of the plant's user."""

    source: str
    plant: Plant
    password: str = field(default="", repr=False)

    def bring(self, journal: Journal) -> None:
        """All that was not read yet into the journal. Raises SourceError in one line."""
        try:
            with ThreadPoolExecutor(
                1
            ) as own:  # whoever asks may run in a loop already, where no other one begins
                own.submit(lambda: asyncio.run(self._in_time(journal))).result()
        except TimeoutError:
            raise self._wrong("did not answer in time", retry=True) from None
        except (UaError, OSError) as wrong:
            raise self._wrong(f"says: {_first_line(wrong)}", retry=True) from None

    async def _in_time(self, journal: Journal) -> None:
        await asyncio.wait_for(self._bring(journal), WHOLE_S)

    async def _bring(self, journal: Journal) -> None:
        host, port = checked(self.source, self.plant.url, PORT, inside=self.plant.inside)
        path = self.plant.url.partition("//")[2].partition("/")[2]
        client = Client(f"opc.tcp://{f'[{host}]' if ':' in host else host}:{port}/{path}", timeout=ANSWER_S)
        await self._encrypt(client)
        if self.plant.user:
            client.set_user(self.plant.user)
            client.set_password(self.password)
        async with client:
            now = await _clock(client, ObjectIds.Server_ServerStatus_CurrentTime)
            started = await _clock(client, ObjectIds.Server_ServerStatus_StartTime)
            signals = [
                each for machine in self.plant.machines for each in await self._signals(client, machine)
            ]
            await _Reading(journal, now, started).read(signals)

    async def _encrypt(self, client: Client) -> None:
        """By our papers, for the one server whose certificate we have; nothing where there are none."""
        papers = self.plant.papers
        if not (papers.certificate and papers.private_key and papers.server_certificate):
            return
        client.application_uri = APPLICATION
        try:
            own, key, theirs = map(
                _paper, (papers.certificate, papers.private_key, papers.server_certificate)
            )
            await client.set_security(SecurityPolicyBasic256Sha256, own, key, server_certificate=theirs)
        except ValueError as wrong:
            raise self._wrong(
                f"cannot be trusted: a certificate or the key is none ({_first_line(wrong)})"
            ) from None

    async def _signals(self, client: Client, machine: Machine) -> list[Signal]:
        found = []
        for what, name in ((What.STATE, machine.state), (What.COUNT, machine.count)):
            if name:
                try:
                    node = client.get_node(name)
                    level = (await node.read_attribute(AttributeIds.UserAccessLevel)).Value
                except UaError as wrong:
                    raise self._wrong(
                        f"has no node '{name}' of {machine.name}: {_first_line(wrong)}"
                    ) from None
                found.append(Signal(machine.name, what, node, bool(level and level.Value & HISTORY_READ)))
        return found

    def _wrong(self, what: str, *, retry: bool = False) -> SourceError:
        return SourceError(f"Source '{self.source}': the server {what}.", retry=retry)


@dataclass(frozen=True)
class _Reading:
    """One reading of a server: when it is by its clock, and since when it runs."""

    journal: Journal
    now: datetime
    started: datetime

    async def read(self, signals: list[Signal]) -> None:
        """By windows of history, then what is so now; each is kept before the next is asked for."""
        told = self.journal.position().get("heard")
        heard = datetime.fromisoformat(told) if told else None
        if heard and self.started > heard:
            self.journal.append([Said("", heard, What.GAP, "the server began anew")])
        begin = heard - LATE if heard else self.now - FIRST
        while begin < self.now:
            end = min(begin + WINDOW, self.now)
            said = [
                each for signal in signals if signal.has_history for each in await _past(signal, begin, end)
            ]
            if end < self.now:
                self._keep(said, max(end, heard or end))
                begin = end
                continue
            present = [each for signal in signals for each in await self._present(signal, heard)]
            self._keep([*said, *present], self.now)
            return

    async def _present(self, signal: Signal, heard: datetime | None) -> list[Said]:
        """The value as it is; of a state without history nothing is known between readings that are far apart."""
        value = await signal.node.read_data_value(raise_on_bad_status=False)
        said = _said(signal, value, self.now)
        if heard and self.started > heard:
            said = Said(said.machine, max(said.at, self.started), said.what, said.said)
        is_missed = heard is not None and said.at > heard and self.now - heard > POLLED
        if signal.has_history or signal.what is not What.STATE or heard is None or not is_missed:
            return [said]
        minutes = POLLED // timedelta(minutes=1)
        return [Said(signal.machine, heard, What.GAP, f"read less often than every {minutes} minutes"), said]

    def _keep(self, said: list[Said], heard: datetime) -> None:
        self.journal.append([*said, Said("", heard, What.HEARD)])
        self.journal.keep({"heard": heard.isoformat()})


def _paper(file: Path) -> CertProperties:
    """A certificate or key, whatever its file is called."""
    content = file.read_bytes()
    return CertProperties(content, "pem" if content.startswith(b"-----") else "der")


async def _clock(client: Client, which: int) -> datetime:
    found = await client.get_node(ua.NodeId(ua.Int32(which))).read_value()
    return _utc(found) if isinstance(found, datetime) else datetime.now(UTC)


async def _past(signal: Signal, begin: datetime, end: datetime) -> list[Said]:
    """What the history has of a window."""
    values = await signal.node.read_raw_history(begin, end, return_bounds=False)
    return [_said(signal, value, end) for value in values]


def _said(signal: Signal, value: ua.DataValue, now: datetime) -> Said:
    """A value with the moment its source gives it; a bad one tells nothing but that."""
    at = value.SourceTimestamp or value.ServerTimestamp
    is_bad = value.StatusCode is not None and value.StatusCode.is_bad()
    inner = value.Value.Value if value.Value is not None and not is_bad else None
    return Said(signal.machine, _utc(at) if at else now, signal.what, _text(inner))


def _text(value: object) -> str:
    match value:
        case None:
            return UNAVAILABLE
        case bool():
            return "true" if value else "false"
        case ua.LocalizedText():
            return value.Text or UNAVAILABLE
        case _:
            return str(value)


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _first_line(wrong: Exception) -> str:
    return (str(wrong).strip() or type(wrong).__name__).splitlines()[0]
