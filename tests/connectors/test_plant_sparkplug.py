"""Machines that speak by themselves over MQTT: what was acknowledged is kept, and a message left out is a gap."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from cryptography import x509
from mqtt_broker import DEVICE, GROUP, NODE, Gateway, running_broker
from own_certificate import certificate_of
from system_calls import stored

from commands.collecting import heard
from connectors.config import read_config
from connectors.errors import ConfigError
from connectors.plant.journal import Journal
from connectors.plant.listening import Listener
from connectors.plant.nodes import message_of
from connectors.plant.reading import plant_of
from connectors.plant.sparkplug import METRIC, METRICS, PAYLOAD, NoPayload, Wire, payload_of
from store.state.runs import RunStatus

HOUSE = Path(__file__).parents[2]
PLANT = """
[company]
timezone = "UTC"
[sources.floor]
connector = "plant"
protocol = "sparkplug"
url = "mqtt://127.0.0.1:{port}"
inside = true
states = "packml"
[sources.floor.machines.Filler]
device = "Bottling/Gateway/Filler"
state = "Status/State"
count = "Count"
"""
RUNS, HELD = 6, 11


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with running_broker(tmp_path_factory.mktemp("broker")) as found:
        yield found


@pytest.fixture
def gateway(port: int) -> Iterator[Gateway]:
    """A node of its own for each test: its births are numbered by the clock."""
    found = Gateway(port, birth=time.time_ns() % 2**40)
    found.come()
    yield found
    found.leave(well=True)


def yesterday(hour: float = 0) -> datetime:
    """Of UTC; the tests ask for that day alone, also when a midnight passes meanwhile."""
    return TODAY - timedelta(days=1) + timedelta(hours=hour)


TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def listener_of(firm: Any, port: int, toml: str = PLANT) -> Listener:
    (source,) = read_config(toml.format(port=port)).sources
    plant = plant_of(source.options)
    assert plant is not None
    return Listener("floor", plant, Journal(firm.store.home / "plant" / "floor"))


@contextmanager
def listening(firm: Any, port: int, toml: str = PLANT) -> Iterator[Listener]:
    """The listener in a thread, connected and subscribed once its first word is kept."""
    listener, stop = listener_of(firm, port, toml), Event()
    before = listener.heard
    thread = Thread(target=listener.listen, args=(stop.is_set,), daemon=True)
    thread.start()
    until(lambda: listener.is_connected and listener.heard != before)
    try:
        yield listener
    finally:
        stop.set()
        thread.join(120)


def until(is_so: Callable[[], bool]) -> None:
    """Waits for what happens elsewhere; fails after two minutes: a slow disk is no fault."""
    end = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def lines(firm: Any) -> list[str]:
    folder = firm.store.home / "plant" / "floor"
    return [line for file in sorted(folder.glob("*.jsonl")) for line in file.read_text().splitlines()]


def told(firm: Any, word: str, times: int = 1) -> Callable[[], bool]:
    return lambda: sum(word in line for line in lines(firm)) >= times


def synced(firm: Any, port: int) -> str:
    report = firm.sync(PLANT.format(port=port))
    assert report.status is RunStatus.OK, report.message
    return report.message


def of_day(firm: Any, day: date) -> list[tuple[Any, ...]]:
    rows = stored(firm, "production_runs", "run_id", "produced_day", "planned_busy_s", "run_s", "produced")
    return [row[2:] for row in rows if row[1] == day]


def test_messages_of_a_node_are_times_and_pieces(firm, port: int, gateway: Gateway) -> None:
    """
    Asked for a birth, the node runs from 08:00, tells held by alias at 10:00 and runs again from 22:00: four of sixteen
    hours. Its counter goes from 100 to 160.
    """
    with listening(firm, port):
        assert gateway.is_asked_for_a_birth()
        gateway.be_born(yesterday(8), RUNS, 100)
        gateway.tell(yesterday(9), count=160)
        gateway.tell(yesterday(10), state=HELD)
        gateway.tell(yesterday(22), state=RUNS)
        until(told(firm, '"state", "6"', 2))
        assert synced(firm, port) == ""
    assert of_day(firm, yesterday().date()) == [(16 * 3_600, 4 * 3_600, 60)]


def test_a_message_left_out_is_a_gap_until_a_birth(firm, port: int, gateway: Gateway) -> None:
    """
    The message after 09:00 is lost: the node is asked for a birth, and what it says until then does not count. It is
    born again at 12:00: two hours of running are known from 08:00 and 12:00 to 13:00, and pieces of neither gap.
    """
    with listening(firm, port):
        assert gateway.is_asked_for_a_birth()
        gateway.be_born(yesterday(8), RUNS, 100)
        gateway.tell(yesterday(9), count=110)
        until(told(firm, '"110"'))
        gateway.skip()
        gateway.tell(yesterday(10), count=150)
        until(told(firm, '"gap"'))
        assert not any('"150"' in line for line in lines(firm))
        gateway.be_born(yesterday(12), RUNS, 170)
        gateway.tell(yesterday(13), state=HELD, count=175)
        until(told(firm, '"175"'))
        message = synced(firm, port)
    assert of_day(firm, yesterday().date()) == [((1 + 12) * 3_600, 2 * 3_600, 15)]
    assert "Filler not known from" in message
    assert "09:00 until heard again (message 3 of Bottling/Gateway is missing)" in message


def test_a_node_that_dies_is_unknown_from_then_on(firm, port: int, gateway: Gateway) -> None:
    """The broker tells the will of a node that is gone without a word: its machine is unavailable, by our clock."""
    with listening(firm, port):
        assert gateway.is_asked_for_a_birth()
        gateway.be_born(yesterday(8), RUNS, 100)
        until(told(firm, '"state", "6"'))
        gateway.leave()
        until(told(firm, '"UNAVAILABLE"', 2))
        synced(firm, port)
        gateway.come()
    assert of_day(firm, yesterday().date()) == [(16 * 3_600, 16 * 3_600, 0)]
    gone = [datetime.fromisoformat(json.loads(line)[1]) for line in lines(firm) if "UNAVAILABLE" in line]
    assert min(gone) >= TODAY


def test_a_gap_that_is_found_late_takes_back_what_was_counted(firm, port: int, gateway: Gateway) -> None:
    """
    Running since yesterday 08:00, as far as anybody knew; then a message after 09:00 turns out to be missing, which
    was lost: yesterday is one hour, and today nothing.
    """
    with listening(firm, port):
        assert gateway.is_asked_for_a_birth()
        gateway.be_born(yesterday(8), RUNS, 100)
        gateway.tell(yesterday(9), count=110)
        until(told(firm, '"110"'))
        synced(firm, port)
        assert of_day(firm, yesterday().date()) == [(16 * 3_600, 16 * 3_600, 10)]
        gateway.skip()
        gateway.tell(datetime.now(UTC), count=150)
        until(told(firm, '"gap"'))
        synced(firm, port)
    assert of_day(firm, yesterday().date()) == [(3_600, 3_600, 10)]
    assert {seconds for seconds, _, _ in of_day(firm, TODAY.date())} <= {0}


def test_what_comes_while_nobody_listens_waits_at_the_broker(firm, port: int, gateway: Gateway) -> None:
    """
    A node whose messages are sent to be acknowledged (QoS 1) says held at 10:00 while the listener is stopped: it is
    heard afterwards, without a gap.
    """
    with listening(firm, port):
        assert gateway.is_asked_for_a_birth()
        gateway.be_born(yesterday(8), RUNS, 100)
        until(told(firm, '"state", "6"'))
    gateway.tell(yesterday(10), state=HELD)
    with listening(firm, port):
        until(told(firm, '"state", "11"'))
        assert synced(firm, port) == ""
    assert of_day(firm, yesterday().date()) == [(16 * 3_600, 2 * 3_600, 0)]


def test_what_was_sent_to_nobody_is_a_gap(firm, port: int, gateway: Gateway) -> None:
    """A node that sends without acknowledgement (QoS 0) may have said anything meanwhile: a gap, and a new birth."""
    gateway.qos = 0
    with listening(firm, port):
        assert gateway.is_asked_for_a_birth()
        gateway.be_born(yesterday(8), RUNS, 100)
        until(told(firm, '"state", "6"'))
    with listening(firm, port):
        assert gateway.is_asked_for_a_birth()
        assert "(nobody listened)" in synced(firm, port)


def test_a_broker_is_known_by_its_certificate(firm, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Over TLS a broker is listened to whose certificate is believed, and no other."""
    made = certificate_of(tmp_path, x509.IPAddress(ip_address("127.0.0.1")))
    with running_broker(tmp_path, made.file) as tls:
        toml = PLANT.replace("mqtt://", "mqtts://")
        with listening(firm, tls, toml.replace("inside = true", f'inside = true\nca_file = "{made.file}"')):
            pass
        stop = Event()
        stranger = listener_of(firm, tls, toml)
        thread = Thread(target=stranger.listen, args=(stop.is_set,), daemon=True)
        thread.start()
        until(lambda: "cannot be reached (SSLCertVerificationError)" in caplog.text)
        stop.set()
        thread.join(120)
        assert not stranger.is_connected


def test_a_name_that_is_listened_to_is_a_plant() -> None:
    """`fairlead up` starts a listener for each plant of Sparkplug, and for nothing else."""
    config = read_config(
        PLANT.format(port=1)
        + """
[sources.agent]
connector = "plant"
protocol = "mtconnect"
url = "http://agent:5000"
"""
    )
    assert heard(config) == ["floor"]


def test_a_sync_without_a_listener_says_so(firm, port: int, gateway: Gateway) -> None:
    """What was heard counts; that nobody listens any more is a failure a person can act on."""
    with listening(firm, port):
        assert gateway.is_asked_for_a_birth()
        gateway.be_born(yesterday(20), RUNS, 100)
        until(told(firm, '"state", "6"'))
    report = firm.sync(PLANT.format(port=port))
    assert report.status is RunStatus.FAILED
    assert "nobody listens; start `fairlead collect floor`" in report.message
    assert of_day(firm, yesterday().date()) == [(4 * 3_600, 4 * 3_600, 0)]


def test_a_kill_loses_nothing_that_was_acknowledged(
    firm, port: int, gateway: Gateway, tmp_path: Path
) -> None:
    """
    `fairlead collect` is killed three times while a node counts from 1 to 60: every count is kept, none is taken for a
    gap, and 59 pieces are made after the first.
    """
    config = tmp_path / "fairlead.toml"
    config.write_text(PLANT.format(port=port))
    command = [
        sys.executable, "-m", "cli", "--config", str(config), "--home", str(firm.store.home), "collect", "floor",
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(HOUSE)}
    process = subprocess.Popen(command, cwd=HOUSE, env=environment, stderr=subprocess.DEVNULL)
    try:
        assert gateway.is_asked_for_a_birth()
        gateway.be_born(yesterday(8), RUNS, 1)
        until(told(firm, '"count", "1"'))
        for count in range(2, 61):
            gateway.tell(yesterday(8 + count / 60), count=count)
            if count % 20 == 0:
                process.kill()
                process.wait()
                process = subprocess.Popen(command, cwd=HOUSE, env=environment, stderr=subprocess.DEVNULL)
        until(told(firm, '"count", "60"'))
        counts = {int(found) for line in lines(firm) for found in re.findall(r'"count", "(\d+)"', line)}
        assert counts == set(range(1, 61))
        assert synced(firm, port) == ""
    finally:
        process.terminate()
        process.wait(120)
    assert of_day(firm, yesterday().date()) == [(16 * 3_600, 16 * 3_600, 59)]


def test_the_schema_is_the_published_one(shared) -> None:
    """Each field has the number and type of Eclipse Tahu's sparkplug_b.proto."""
    text = (shared / "apis/sparkplug/sparkplug_b.proto").read_text(encoding="utf-8")
    metric = text.split("message Metric {")[1].split("MetricValueExtension")[0]
    payload = text.split("message Metric {")[1].split("optional uint64   timestamp     = 1; ")[1]
    published = dict(re.findall(r"(\w+)\s+= (\d+);", metric))
    assert {name: int(published[name]) for name in METRIC} == {
        name: number for name, (number, _) in METRIC.items()
    }
    types = {name: kind for kind, name in re.findall(r"(\w+)\s+(\w+)\s+= \d+;", metric)}
    kinds = {9: "string", 4: "uint64", 13: "uint32", 8: "bool", 2: "float", 1: "double"}
    assert {name: types[name] for name in METRIC} == {name: kinds[kind] for name, (_, kind) in METRIC.items()}
    assert (PAYLOAD["seq"][0], METRICS) == (int(re.findall(r"seq\s+= (\d+);", payload)[0]), 2)


def test_numbers_keep_their_sign() -> None:
    """-7 as an Int32 and as an Int16 travels as a number without sign; a metric that is null is unavailable."""
    wire = Wire(timestamp=0)
    wire.metrics.add(name="a", datatype=3, int_value=2**32 - 7)
    wire.metrics.add(name="b", datatype=2, int_value=2**16 - 7)
    wire.metrics.add(name="c", datatype=7, int_value=2**32 - 7)
    wire.metrics.add(name="d", datatype=3, is_null=True)
    wire.metrics.add(name="e", datatype=11, boolean_value=True)
    values = [metric.value for metric in payload_of(wire.SerializeToString()).metrics]
    assert values == ["-7", "-7", "4294967289", "UNAVAILABLE", "true"]


@pytest.mark.parametrize("content", [b"\xff\xff\xff", b"{'seq': 1}"])
def test_what_is_no_payload_is_left_alone(content: bytes) -> None:
    """Bytes of anything else are refused as a whole."""
    with pytest.raises(NoPayload):
        payload_of(content)


def test_topics_are_those_of_sparkplug() -> None:
    """Births, deaths and data of nodes and devices are read; commands, states and other topics are not."""
    assert message_of(f"spBv1.0/{GROUP}/DDATA/{NODE}/{DEVICE}") == ("DDATA", "Bottling/Gateway", "Filler")
    assert message_of("spBv1.0/G/NBIRTH/N") == ("NBIRTH", "G/N", "")
    for topic in (
        "spBv1.0/G/NCMD/N",
        "spBv1.0/STATE/host",
        "spBv1.0/G/NDATA/N/D",
        "spBv1.0/G/DDATA/N",
        "other",
    ):
        assert message_of(topic) is None


@pytest.mark.parametrize(
    "change, told",
    [
        (("Bottling/Gateway/Filler", "Filler"), "write group/node, or group/node/device"),
        (('states = "packml"', ""), "states is missing"),
        (
            ("[sources.floor.machines.Filler]", "[sources.floor.tables.production_runs.columns]"),
            "machines is missing",
        ),
        (
            ("inside = true", 'user = "ann"\nkey = "env:A"'),
            "would send the password in the open; write mqtts://",
        ),
        (("inside = true", 'user = "ann"'), "key and user go together"),
    ],
)
def test_a_mistake_in_the_configuration_is_said(change: tuple[str, str], told: str) -> None:
    """The key, its value and the way out."""
    with pytest.raises(ConfigError, match=told.replace("/", r"\/")):
        read_config(PLANT.format(port=1883).replace(*change))
