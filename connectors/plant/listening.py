"""The listener of a Sparkplug plant: each message is on disk before the broker hears that it arrived."""

import json
import logging
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from connectors.errors import SourceError
from connectors.plant.address import checked, trusted
from connectors.plant.journal import Journal, Said, What
from connectors.plant.nodes import Message, Nodes, message_of
from connectors.plant.reading import Plant
from connectors.plant.sparkplug import NoPayload, payload_of, rebirth

PORTS = {"mqtt": 1883, "mqtts": 8883}
CONNECT_S, KEEP_ALIVE_S, LOOK_S = 10.0, 30, 0.2
HEARTBEAT_S, ASK_S = 60.0, 60.0  # how often it is kept that we listen, and a birth is asked for again
AGAIN_S, LONGEST_S = 1.0, 60.0  # before we connect again
log = logging.getLogger("fairlead.collect")


class _Wire(Client):
    """Connects to the very address that was checked, and believes the certificate of the name."""

    look: Callable[[], tuple[str, int]]
    name: str = ""
    trust: ssl.SSLContext | None = None

    def _create_socket_connection(self) -> socket.socket:
        return socket.create_connection(self.look(), CONNECT_S)

    def _ssl_wrap_socket(self, tcp_sock: socket.socket) -> ssl.SSLSocket:
        """A socket whose other side is not believed is closed at once, and not by the collector of waste."""
        context = self.trust or ssl.create_default_context()
        wrapped = context.wrap_socket(tcp_sock, server_hostname=self.name, do_handshake_on_connect=False)
        try:
            wrapped.settimeout(CONNECT_S)
            wrapped.do_handshake()
        except BaseException:
            wrapped.close()
            raise
        return wrapped


@dataclass(eq=False)
class Listener:
    """Listens to a broker until it is told to stop. One at a time: the journal is held by it."""

    source: str
    plant: Plant
    journal: Journal
    password: str = field(default="", repr=False)
    nodes: Nodes = field(init=False)
    heard: datetime | None = None
    is_connected: bool = False
    refused: str = ""
    _asked: float = 0.0
    _beat: float = 0.0

    def __post_init__(self) -> None:
        kept = self.journal.position()
        self.nodes = Nodes.of(self.plant.machines, json.loads(kept.get("nodes", "{}")))
        self.heard = datetime.fromisoformat(kept["heard"]) if "heard" in kept else None

    def listen(self, stopped: Callable[[], bool]) -> None:
        """Until `stopped`; a broker that is away is connected to again. Raises SourceError where it refuses us."""
        with self.journal.writing():
            client = self._client()
            try:
                self._run(client, stopped)
            finally:
                if self.is_connected:
                    self._keep([], datetime.now(UTC))
                client.disconnect()

    def _client(self) -> _Wire:
        parts = urlsplit(self.plant.url)
        client = _Wire(
            CallbackAPIVersion.VERSION2,
            client_id=f"fairlead-{self.source}",
            clean_session=False,
            manual_ack=True,
        )
        client.look = lambda: checked(
            self.source, self.plant.url, PORTS[parts.scheme], inside=self.plant.inside
        )
        if parts.scheme == "mqtts":
            client.name, client.trust = parts.hostname or "", trusted(self.plant.papers.ca_file)
            client.tls_set_context(client.trust)
        if self.plant.user:
            client.username_pw_set(self.plant.user, self.password)
        client.on_connect, client.on_message, client.on_disconnect = self._came, self._heard, self._went
        client.connect_async(parts.hostname or "", parts.port or PORTS[parts.scheme], KEEP_ALIVE_S)
        return client

    def _run(self, client: Client, stopped: Callable[[], bool]) -> None:
        wait, code = AGAIN_S, MQTTErrorCode.MQTT_ERR_NO_CONN
        while not stopped():
            if self.refused:
                raise SourceError(f"Source '{self.source}': the broker refused us: {self.refused}.")
            if code is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                code, wait = self._connected(client, stopped, wait)
                continue
            code = client.loop(LOOK_S)
            if self.is_connected:
                wait = AGAIN_S
                self._regularly(client)

    def _connected(
        self, client: Client, stopped: Callable[[], bool], wait: float
    ) -> tuple[MQTTErrorCode, float]:
        """Connects once; where that fails, a wait that grows goes by."""
        try:
            return client.reconnect(), wait
        except OSError as away:
            log.warning("%s cannot be reached (%s); again in %g s", self.source, type(away).__name__, wait)
        until = time.monotonic() + wait
        while time.monotonic() < until and not stopped():
            time.sleep(LOOK_S)
        return MQTTErrorCode.MQTT_ERR_NO_CONN, min(LONGEST_S, wait * 2)

    def _came(
        self, client: Client, _data: Any, flags: ConnectFlags, reason: ReasonCode, _more: Properties | None
    ) -> None:
        if reason.is_failure:
            self.refused = str(reason)
            return
        self.is_connected = True
        if self.heard is not None:
            self._keep(self.nodes.away(self.heard, waited=flags.session_present), None)
        for name in self.nodes.names:
            group, node = name.split("/")
            client.subscribe(f"spBv1.0/{group}/+/{node}/#", qos=1)
        self._asked = self._beat = 0.0
        log.info("%s is heard", self.source)

    def _went(
        self, _client: Client, _data: Any, _flags: Any, reason: ReasonCode, _more: Properties | None
    ) -> None:
        self.is_connected = False
        log.info("%s went away (%s)", self.source, reason)

    def _heard(self, client: Client, _data: Any, wire: MQTTMessage) -> None:
        """Kept first, acknowledged then; what is no message of Sparkplug is left alone."""
        if (found := message_of(wire.topic)) is not None and not wire.retain:
            try:
                told = Message(
                    *found, payload_of(bytes(wire.payload)), datetime.now(UTC), wire.qos > 0, wire.dup
                )
                self._keep(self.nodes.hear(told), None)
            except NoPayload:
                log.warning("%s: a message on %s is no payload of Sparkplug B", self.source, wire.topic)
            if self.nodes.unborn:
                self._ask(client)
        client.ack(wire.mid, wire.qos)

    def _regularly(self, client: Client) -> None:
        now = time.monotonic()
        if not self._beat or now - self._beat >= HEARTBEAT_S:
            self._beat = now
            self._keep([], datetime.now(UTC))
        if self.nodes.unborn:
            self._ask(client)

    def _ask(self, client: Client) -> None:
        """Nodes that are not known are asked to be born again, once a minute at most."""
        now = time.monotonic()
        if self._asked and now - self._asked < ASK_S:
            return
        self._asked = now
        for name in sorted(self.nodes.unborn):
            group, node = name.split("/")
            client.publish(f"spBv1.0/{group}/NCMD/{node}", rebirth(datetime.now(UTC)), qos=0)
            log.info("%s: %s is asked for a birth", self.source, name)

    def _keep(self, said: list[Said], heard: datetime | None) -> None:
        """On disk when this returns."""
        self.journal.append([*said, *([Said("", heard, What.HEARD)] if heard else [])])
        self.heard = heard or self.heard
        position = {"nodes": json.dumps(self.nodes.kept())}
        self.journal.keep({**position, **({"heard": self.heard.isoformat()} if self.heard else {})})
