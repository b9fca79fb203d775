"""A reader without a browser: speaks Streamlit's websocket as its own frontend does, and counts what comes."""

import asyncio
import io
import json
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pyarrow.ipc  # type: ignore[import-untyped]
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

PATIENCE = 120.0
ENDED, FAILED = (0, 3), 1  # 2: ended early, and runs again
CHARTS = ("arrow_vega_lite_chart", "vega_lite_chart")


class PageFailed(Exception):
    """The page raised an exception or its script did not run."""


@dataclass(frozen=True)
class Chart:
    """What one chart was sent: rows of data and layers of marks."""

    rows: int
    layers: int


@dataclass(frozen=True)
class Answer:
    """One run of a page as its reader received it; times in seconds, sizes in bytes."""

    seconds: float
    size: int
    messages: int
    kept: int
    sizes: dict[str, int]
    charts: tuple[Chart, ...] = ()


@dataclass
class Reader:
    """One browser tab: its page, its choices, and the messages it still knows."""

    address: str
    path: str = ""
    query: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    widgets: dict[str, str] = field(default_factory=dict, repr=False)
    _known: deque[list[str]] = field(default_factory=deque, repr=False)
    _socket: ClientConnection | None = field(default=None, repr=False)
    _page: str = ""

    async def open(self) -> Answer:
        """Connect and run the page for the first time."""
        host = urlsplit(self.address).netloc
        self._socket = await connect(
            f"ws://{host}/_stcore/stream", subprotocols=[Subprotocol("streamlit")],
            max_size=None, compression=None, origin=Origin(self.address), open_timeout=PATIENCE, ping_interval=None,
        )  # fmt: skip
        return await self.run()

    async def go(self, path: str, query: str = "") -> Answer:
        """Another page of the same session, as a click in the navigation."""
        self.path, self.query, self._page = path, query, ""
        self.choices.clear()
        return await self.run()

    async def choose(self, **choices: str) -> Answer:
        """Set widgets by their key and run the page."""
        self.choices |= choices
        return await self.run()

    async def run(self) -> Answer:
        """Run the page as it is. Raises PageFailed."""
        assert self._socket is not None
        began = time.perf_counter()
        await self._socket.send(self._asked().SerializeToString())
        hearing = _Hearing()
        while not hearing.over:
            hearing.hear(await asyncio.wait_for(self._socket.recv(decode=False), PATIENCE))
        self.widgets |= hearing.widgets
        self._page = hearing.page or self._page
        self._known.append(hearing.hashes)
        while len(self._known) > hearing.age:
            self._known.popleft()
        return hearing.answer(time.perf_counter() - began)

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()

    def _asked(self) -> BackMsg:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string = self.query
        if self._page:
            asked.page_script_hash = self._page
        else:
            asked.page_name = self.path
        asked.context_info.timezone, asked.context_info.locale = "Europe/Berlin", "en-GB"
        asked.context_info.url = f"{self.address}/{self.path}"
        asked.cached_message_hashes.extend(dict.fromkeys(each for known in self._known for each in known))
        for key, text in self.choices.items():
            state = asked.widget_states.widgets.add()
            state.id = self.widgets[key]
            if key == "period":
                state.string_array_value.data.append(text)
            else:
                state.string_value = text
        return message


@dataclass
class _Hearing:
    """What arrives until the script has ended."""

    size: int = 0
    messages: int = 0
    kept: int = 0
    over: bool = False
    page: str = ""
    age: int = 2
    hashes: list[str] = field(default_factory=list)
    sizes: Counter[str] = field(default_factory=Counter)
    widgets: dict[str, str] = field(default_factory=dict)
    charts: list[Chart] = field(default_factory=list)

    def hear(self, raw: bytes) -> None:
        message = ForwardMsg()
        message.ParseFromString(raw)
        kind = str(message.WhichOneof("type"))
        self.size, self.messages = self.size + len(raw), self.messages + 1
        if kind == "ref_hash":
            self.kept += 1
            self.hashes.append(message.ref_hash)
        elif message.metadata.cacheable:
            self.hashes.append(message.hash)
        if kind == "new_session":
            self.age = message.new_session.config.max_cached_message_age
        elif kind == "navigation":
            self.page = message.navigation.page_script_hash
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            kind = self._element(message.delta.new_element)
        elif kind == "script_finished":
            self._finished(message.script_finished)
        self.sizes[kind] += len(raw)

    def _element(self, element: Any) -> str:
        kind = str(element.WhichOneof("type"))
        if kind == "exception":
            raise PageFailed(element.exception.message)
        name = getattr(getattr(element, kind), "id", "")
        if isinstance(name, str) and name:
            self.widgets[name.rsplit("-", 1)[-1]] = name
        if kind in CHARTS:
            self.charts.append(chart_of(getattr(element, kind)))
        return kind

    def _finished(self, how: int) -> None:
        if how == FAILED:
            raise PageFailed("The script did not run.")
        self.over = how in ENDED

    def answer(self, seconds: float) -> Answer:
        return Answer(seconds, self.size, self.messages, self.kept, dict(self.sizes), tuple(self.charts))


def chart_of(proto: Any) -> Chart:
    """Rows and layers of a chart as it was sent."""
    data = proto.data.data or next((each.data.data for each in proto.datasets), b"")
    rows = pyarrow.ipc.open_stream(io.BytesIO(data)).read_all().num_rows if data else 0
    return Chart(rows, layers_of(json.loads(proto.spec)))


def layers_of(spec: dict[str, Any]) -> int:
    """How many marks lie in a specification, however deep."""
    inside = [*spec.get("layer", []), *spec.get("hconcat", []), *spec.get("vconcat", [])]
    return sum(layers_of(each) for each in inside) if inside else 1
