"""Machines heard by OPC UA, from a real server on loopback: by its history where it keeps one, else as they are."""

import asyncio
import json
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

from asyncua import Node, Server, ua
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from asyncua.server.user_managers import User, UserRole
from cryptography.x509.oid import ExtendedKeyUsageOID
from system_calls import stored

from store.state.runs import RunStatus

PLANT = """
[company]
timezone = "UTC"
[sources.floor]
connector = "plant"
protocol = "opcua"
url = "{url}"
inside = true
states = "packml"
{more}
[sources.floor.machines.Filler]
state = "ns=2;s=Filler.State"
count = "ns=2;s=Filler.Count"
"""


@dataclass
class Floor:
    """A server in a thread of its own; `write` gives a node a value of a moment."""

    server: Server
    loop: asyncio.AbstractEventLoop
    nodes: dict[str, Node]
    url: str

    def write(self, name: str, value: object, at: datetime, status: int = ua.StatusCodes.Good) -> None:
        told = ua.DataValue(ua.Variant(value), ua.StatusCode(status), SourceTimestamp=at)
        self._do(self.nodes[name].write_value(told))

    def began(self, at: datetime) -> None:
        """The server says that it runs since then."""
        clock = self.server.get_node(ua.NodeId(ua.Int32(ua.ObjectIds.Server_ServerStatus_StartTime)))
        self._do(clock.write_value(at))

    def historize(self) -> None:
        self._do(self.server.historize_node_data_change(list(self.nodes.values()), timedelta(days=60)))

    def _do(self, work: Coroutine[Any, Any, Any]) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result(30)


class Doorman:
    """Lets in ann with her password, and nobody else."""

    def get_user(
        self, iserver: Any, username: Any = None, password: Any = None, certificate: Any = None
    ) -> Any:
        is_ann = (username, password) == ("ann", "canary-2718281")
        return User(role=UserRole.User) if is_ann else None


@contextmanager
def running(doorman: Doorman | None = None, papers: Path | None = None) -> Iterator[Floor]:
    """The server of a filler that said nothing yet, until the block ends; with `papers` by encrypted channels alone."""
    ready, over = Event(), asyncio.Event()
    found: list[Floor] = []

    async def serve() -> None:
        server = Server(user_manager=doorman)  # type: ignore[arg-type]
        await server.init()
        server.set_endpoint("opc.tcp://127.0.0.1:0/floor")
        server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
        if papers:
            server.set_security_policy([ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])
            await server.load_certificate(papers / "server.der")
            await server.load_private_key((papers / "server.key").read_bytes(), format="pem")
        space = await server.register_namespace("urn:floor")
        assert space == 2
        filler = await server.nodes.objects.add_object(space, "Filler")
        nodes = {
            name: await filler.add_variable(
                ua.NodeId(f"Filler.{name}", space), name, ua.Variant(0, ua.VariantType.Int64)
            )
            for name in ("State", "Count")
        }
        async with server:
            port = server.bserver._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
            url = f"opc.tcp://127.0.0.1:{port}/floor"
            found.append(Floor(server, asyncio.get_running_loop(), nodes, url))
            ready.set()
            await over.wait()

    thread = Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(120)
    try:
        yield found[0]
    finally:
        found[0].loop.call_soon_threadsafe(over.set)
        thread.join(120)


def plant(floor: Floor, more: str = "") -> str:
    return PLANT.format(url=floor.url, more=more)


def synced(firm: Any, toml: str) -> str:
    report = firm.sync(toml)
    assert report.status is RunStatus.OK, report.message
    return report.message


def stopped(firm: Any, toml: str) -> str:
    report = firm.sync(toml)
    assert report.status is RunStatus.FAILED
    return report.message


def yesterday() -> datetime:
    """Its midnight, of UTC; the tests ask for that day alone, also when a midnight passes meanwhile."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)


def of_day(firm: Any, day: date) -> list[tuple[Any, ...]]:
    rows = stored(firm, "production_runs", "run_id", "produced_day", "planned_busy_s", "run_s", "produced")
    return [row[2:] for row in rows if row[1] == day]


def test_a_history_tells_every_change(firm) -> None:
    """
    Executes (6) from 08:00, held (11) from 10:00, unknown from 16:00 as its value is bad: two of eight hours. The
    counter goes from 500 to 620, begins anew and comes to 30: 150 pieces.
    """
    day = yesterday()
    with running() as floor:
        floor.historize()
        for hour, state in ((8, 6), (10, 11)):
            floor.write("State", state, day + timedelta(hours=hour))
        floor.write("State", 11, day + timedelta(hours=16), ua.StatusCodes.BadCommunicationError)
        for hour, count in ((8, 500), (9, 620), (9.5, 30)):
            floor.write("Count", int(count), day + timedelta(hours=hour))
        assert synced(firm, plant(floor)) == ""
        assert of_day(firm, day.date()) == [(8 * 3_600, 2 * 3_600, 150)]


def test_a_value_without_history_counts_since_its_source_said_it(firm) -> None:
    """Executing since yesterday 20:00 without another word: four hours of yesterday."""
    day = yesterday()
    with running() as floor:
        floor.write("State", 6, day + timedelta(hours=20))
        synced(firm, plant(floor))
        synced(firm, plant(floor))
    assert of_day(firm, day.date()) == [(4 * 3_600, 4 * 3_600, 0)]


def test_what_was_not_read_often_enough_is_a_gap(firm) -> None:
    """
    Read yesterday at 10:00 as executing since 08:00, and again today as held since yesterday 22:00: what was between
    10:00 and 22:00 nobody knows. Two hours ran and two stood.
    """
    day = yesterday()
    with running() as floor:
        floor.began(day)
        floor.write("State", 6, day + timedelta(hours=8))
        synced(firm, plant(floor))
        forget(firm, day, heard=10)
        floor.write("State", 11, day + timedelta(hours=22))
        told = synced(firm, plant(floor))
    assert of_day(firm, day.date()) == [(4 * 3_600, 2 * 3_600, 0)]
    assert "Filler not known from" in told
    assert "10:00 until heard again (read less often than every 15 minutes)" in told


def test_a_server_that_began_anew_leaves_a_gap(firm) -> None:
    """Heard yesterday until 10:00, then the server began anew today: of yesterday only 08:00 to 10:00 is known."""
    day = yesterday()
    with running() as floor:
        floor.historize()
        floor.write("State", 6, day + timedelta(hours=8))
        synced(firm, plant(floor))
        forget(firm, day, heard=10)
        told = synced(firm, plant(floor))
    assert of_day(firm, day.date()) == [(2 * 3_600, 2 * 3_600, 0)]
    assert "(the server began anew)" in told


def forget(firm: Any, day: datetime, heard: int) -> None:
    """As if the plant was last heard at that hour of the day: no line says more, and none moves to another place."""
    folder = firm.store.home / "plant" / "floor"
    moment = (day + timedelta(hours=heard)).isoformat(timespec="microseconds")
    for file in folder.glob("*.jsonl"):
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        kept = [
            [name, min(at, moment), *rest] if rest[0] == "heard" else [name, at, *rest]
            for name, at, *rest in lines
        ]
        file.write_text("".join(f"{json.dumps(line)}\n" for line in kept), encoding="utf-8")
    with (folder / f"{day:%Y-%m-%d}.jsonl").open("a", encoding="utf-8") as opened:
        opened.write(f'["", "{moment}", "heard", ""]\n')
    (folder / "position").write_text(json.dumps({"heard": moment}), encoding="utf-8")


def test_a_password_is_asked_for(firm) -> None:
    """The server lets in ann by her stored password, and nobody without one; no line tells it."""
    with running(Doorman()) as floor:
        floor.write("State", 6, yesterday())
        assert "says:" in stopped(firm, plant(floor))
        synced(firm, plant(floor, 'user = "ann"\nkey = "stored:floor"'))


def paired(folder: Path) -> str:
    """Certificates of a server and of ours, and what the source says of them."""
    for name, uri in (("server", "urn:freeopcua:python:server"), ("own", "urn:fairlead")):
        made = setup_self_signed_certificate(
            folder / f"{name}.key",
            folder / f"{name}.der",
            uri,
            "localhost",
            [ExtendedKeyUsageOID.CLIENT_AUTH],
            {},
        )
        with ThreadPoolExecutor(1) as own:  # a browser of another test may have a loop at work here
            own.submit(asyncio.run, made).result()
        (folder / f"{name}.key").chmod(0o600)
    told = {"certificate": "own.der", "private_key": "own.key", "server_certificate": "server.der"}
    return "".join(f'{key} = "{folder / name}"\n' for key, name in told.items())


def test_a_channel_is_encrypted_for_the_one_server(firm, tmp_path, monkeypatch) -> None:
    """
    A server that takes encrypted channels alone is read with our certificate and its own; without them it is not, nor
    with the certificate of another one. A private key that others may read is refused.
    """
    day, own = yesterday(), paired(tmp_path)
    with running(papers=tmp_path) as floor:
        floor.write("State", 6, day + timedelta(hours=20))
        assert "says:" in stopped(firm, plant(floor))
        with monkeypatch.context() as hurried:
            hurried.setattr("connectors.plant.opcua.ANSWER_S", 1.0)
            told = stopped(firm, plant(floor, own.replace("server.der", "own.der")))
        assert "the server did not answer in time" in told
        (tmp_path / "no.der").write_bytes(b"no certificate")
        assert "a certificate or the key is none" in stopped(
            firm, plant(floor, own.replace("own.der", "no.der"))
        )
        synced(firm, plant(floor, own))
        (tmp_path / "own.key").chmod(0o644)
        assert "Every user of this machine can read or change" in stopped(firm, plant(floor, own))
    assert of_day(firm, day.date()) == [(4 * 3_600, 4 * 3_600, 0)]


def test_what_a_server_does_not_have_is_said(firm) -> None:
    """A node that is not there, one that is none, and a server that is away: a line each."""
    with running() as floor:
        away = plant(floor)
        assert "has no node 'ns=2;s=Nowhere' of Filler" in stopped(
            firm, away.replace("Filler.State", "Nowhere")
        )
        assert "has no node 'nothing' of Filler" in stopped(
            firm, away.replace("ns=2;s=Filler.State", "nothing")
        )
    assert "the server says:" in stopped(firm, away)
    assert "is not on the open internet" in stopped(firm, away.replace("inside = true\n", ""))
