"""A real broker (Mosquitto) on loopback, and a node of a plant that speaks Sparkplug B to it."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from connectors.plant.sparkplug import BD_SEQ, REBIRTH, Wire, payload_of

GROUP, NODE, DEVICE = "Bottling", "Gateway", "Filler"
STATE, COUNT = "Status/State", "Count"
ALIASES = {STATE: 1, COUNT: 2}


@contextmanager
def running_broker(folder: Path, certificate: Path | None = None) -> Iterator[int]:
    """
    Its port, over TLS with the certificate and the key beside it. Skips where there is no Mosquitto (Debian: apt-get
    install mosquitto).
    """
    binary = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if binary is None:
        pytest.skip("no mosquitto on this machine: apt-get install mosquitto")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    settings = folder / "mosquitto.conf"
    tls = f"certfile {certificate}\nkeyfile {certificate.with_suffix('.key')}\n" if certificate else ""
    settings.write_text(
        f"listener {port} 127.0.0.1\n{tls}allow_anonymous true\npersistence false\nuser root\n"
    )
    process = subprocess.Popen([binary, "-c", str(settings)], stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        while "running" not in (line := process.stderr.readline()):
            assert line, "mosquitto ended"
        yield port
    finally:
        process.kill()
        process.communicate()


@dataclass
class Gateway:
    """A node with one device. It tells states and counts of moments by alias, as one does after a birth."""

    port: int
    qos: int = 1
    birth: int = 0
    seq: int = 0
    commands: "Queue[str]" = field(default_factory=Queue)
    wire: Client = field(init=False)

    def come(self) -> None:
        """Connects with its last will, which the broker tells when it is gone."""
        self.wire = Client(CallbackAPIVersion.VERSION2, client_id=f"node-{self.birth}")
        self.wire.will_set(self._topic("NDEATH"), self._written(None, None, {BD_SEQ: self.birth}), qos=1)
        self.wire.on_message = self._told
        ready: Queue[bool] = Queue()
        self.wire.on_subscribe = lambda *_: ready.put(True)
        self.wire.connect("127.0.0.1", self.port, keepalive=30)
        self.wire.loop_start()
        self.wire.subscribe(f"spBv1.0/{GROUP}/NCMD/{NODE}", qos=1)
        assert ready.get(timeout=120)

    def be_born(self, at: datetime, state: int, count: int) -> None:
        """The births of node and device, which tell names and values."""
        self.seq = 0
        self._send("NBIRTH", self._written(at, 0, {BD_SEQ: self.birth}))
        self.seq = 1
        self._send("DBIRTH", self._written(at, 1, {STATE: state, COUNT: count}, names=True), DEVICE)

    def tell(self, at: datetime, **values: int) -> None:
        """A message of the device: state=..., count=..."""
        self.skip()
        told = {{"state": STATE, "count": COUNT}[name]: value for name, value in values.items()}
        self._send("DDATA", self._written(at, self.seq, told), DEVICE)

    def skip(self) -> None:
        """A message that gets lost."""
        self.seq = (self.seq + 1) % 256

    def leave(self, *, well: bool = False) -> None:
        """Gone: without a word (the broker tells its will), or as if it had never been."""
        if well:
            self.wire.disconnect()
        elif (wire := self.wire.socket()) is not None:
            wire.close()
        self.wire.loop_stop()

    def _told(self, _client: Any, _data: Any, message: Any) -> None:
        self.commands.put(payload_of(message.payload).metrics[0].name)

    def is_asked_for_a_birth(self) -> bool:
        return self.commands.get(timeout=120) == REBIRTH

    def _send(self, kind: str, content: bytes, device: str = "") -> None:
        topic = f"{self._topic(kind)}/{device}" if device else self._topic(kind)
        self.wire.publish(topic, content, qos=self.qos).wait_for_publish(20)

    def _topic(self, kind: str) -> str:
        return f"spBv1.0/{GROUP}/{kind}/{NODE}"

    def _written(
        self, at: datetime | None, seq: int | None, values: dict[str, int], names: bool = False
    ) -> bytes:
        wire = Wire()
        if at is not None:
            wire.timestamp = int(at.timestamp() * 1000)
        if seq is not None:
            wire.seq = seq
        for name, value in values.items():
            metric = wire.metrics.add(datatype=8, long_value=value)
            if names or name not in ALIASES:
                metric.name = name
            if name in ALIASES:
                metric.alias = ALIASES[name]
        return bytes(wire.SerializeToString())
