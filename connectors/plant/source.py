"""The plant connector: what machines said since the last pull, as days of production with the gaps between them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import polars as pl

from connectors.batch import ID, Batch
from connectors.credentials import Resolve, secret_of
from connectors.errors import ConfigError, SourceError
from connectors.http.client import Client
from connectors.http.declared import Clock, Limit
from connectors.http.signing import Signed
from connectors.mapping import Texts, shape
from connectors.plan import ROW, Hand, SourceConfig
from connectors.plant.address import trusted
from connectors.plant.journal import NOTHING, Journal, JournalBusy, Said, What
from connectors.plant.mtconnect import XML, Agent
from connectors.plant.reading import TABLE, Plant, Protocol
from connectors.plant.runs import days_of, midnight
from connectors.repeated import SeenKeys
from store.home import PLANTS
from store.private_files import NotPrivate, require_private
from store.redaction import learn

A_SECOND = 20.0  # requests to an agent
A_TIME = timedelta(days=31)  # of days that are made from lines in memory
BEFORE = (
    2  # files before the first day: the last begins with what was so, the other has what came late for it
)


@dataclass(frozen=True, eq=False)
class PlantSource:
    """One plant. What its machines say is in the journal before it counts; days that it touches are made anew."""

    config: SourceConfig
    plant: Plant
    journal: Journal
    password: str = field(default="", repr=False)

    @property
    def source(self) -> str:
        return self.config.name

    def pull(self, cursors: Mapping[str, str], *, full: bool, since: date | None) -> Iterator[Batch]:
        """The days that changed, or all that are kept. Raises SourceError, also where nobody listens any more."""
        away = self._listen()
        yield from self._days(cursors, full=full, since=since)
        if away is not None:
            raise away

    def _days(self, cursors: Mapping[str, str], *, full: bool, since: date | None) -> Iterator[Batch]:
        sizes = self.journal.sizes()
        known = _read({} if full else json.loads(cursors.get(TABLE) or "{}"), self.config.digest)
        fresh = self._fresh(sizes, known)
        if fresh.is_empty():
            return
        if not (heard := _latest(fresh, known)):
            return
        first = since or self._first(fresh, known)
        spans = list(self._spans(first, datetime.fromisoformat(heard)))
        reached = json.dumps({"sizes": sizes, "heard": heard, "digest": self.config.digest})
        for begin, end in spans:
            batch = self._made(list(sizes), begin, end, datetime.fromisoformat(heard))
            is_last = end == spans[-1][1]
            yield replace(batch, cursor=reached, note=_note(fresh, self.plant.zone)) if is_last else batch

    def _spans(self, first: date, heard: datetime) -> Iterator[tuple[date, date]]:
        """The days from the first on to the last one heard, a month at a time; the second of each is not in it."""
        after = max(first, heard.astimezone(ZoneInfo(self.plant.zone)).date()) + timedelta(days=1)
        while first < after:
            end = min(first + A_TIME, after)
            yield first, end
            first = end

    def _made(self, files: Sequence[str], begin: date, end: date, heard: datetime) -> Batch:
        said = self._around(files, begin, end)
        days = days_of(said, self.plant.words, self.plant.zone, begin, end, heard)
        (mapping,) = self.config.tables
        return shape(mapping, Texts(_numbered(days), self.source, Hand.MACHINE), SeenKeys())

    def _listen(self) -> SourceError | None:
        """Asks who can be asked. Of others a listener keeps what they say; the error is that there is none."""
        try:
            with self.journal.writing():
                match self.plant.protocol:
                    case Protocol.MTCONNECT:
                        self._ask_agent()
                    case Protocol.OPCUA:
                        from connectors.plant.opcua import OpcUa  # loads a library that few sources need

                        OpcUa(self.source, self.plant, self.password).bring(self.journal)
                    case Protocol.SPARKPLUG:
                        why = (
                            f"Source '{self.source}': nobody listens; start `fairlead collect {self.source}`."
                        )
                        return SourceError(why, retry=True)
        except JournalBusy:
            if self.plant.protocol is not Protocol.SPARKPLUG:
                raise
        return None

    def _ask_agent(self) -> None:
        parts = urlsplit(self.plant.url)
        host = f"{parts.scheme}://{parts.netloc}"
        limit = Limit(A_SECOND, "", Clock.SECONDS)
        trust = trusted(self.plant.papers.ca_file)
        client = Client(self.source, host, Signed(), limit, self.plant.inside, XML, trust)
        with closing(client):
            Agent(self.source, self.plant, client, parts.path).bring(self.journal)

    def _fresh(self, sizes: Mapping[str, int], known: Mapping[str, object]) -> pl.DataFrame:
        """The lines that were not read before."""
        before = cast(Mapping[str, int], known.get("sizes", {}))
        parts = [
            self.journal.read(file, before.get(file, 0), carried=False)
            for file, size in sizes.items()
            if size > before.get(file, 0)
        ]
        return pl.concat(parts) if parts else NOTHING

    def _first(self, fresh: pl.DataFrame, known: Mapping[str, object]) -> date:
        """The first local day that the new lines change; what a machine did lasts on from when it was last heard."""
        moments = [cast(datetime, fresh["at"].min())]
        if heard := cast(str, known.get("heard", "")):
            moments.append(datetime.fromisoformat(heard))
        return min(moments).astimezone(ZoneInfo(self.plant.zone)).date()

    def _around(self, files: Sequence[str], first: date, after: date) -> pl.DataFrame:
        """All lines of the days from the first on, and what was so when it began."""
        begins, ends = (_file_of(midnight(day, self.plant.zone)) for day in (first, after))
        before = [file for file in files if file < begins][-BEFORE:]
        parts = [
            self.journal.read(file) for file in (*before, *(file for file in files if begins <= file <= ends))
        ]
        return pl.concat(parts) if parts else NOTHING


def plant_source(config: SourceConfig, resolve: Resolve, home: Path) -> PlantSource:
    """The builder of plants; what machines said is kept under the home folder. Raises ConfigError for a bad key."""
    plant = cast(Plant, config.options["plant"])
    password = secret_of(config.name, "key", plant.key, resolve) if plant.key else ""
    learn(password)
    if plant.papers.private_key:
        try:
            require_private(plant.papers.private_key)
        except NotPrivate as wrong:
            raise ConfigError(f"Source '{config.name}': {wrong}") from None
    return PlantSource(config, plant, Journal(home / PLANTS / config.name), password)


def _read(cursor: Mapping[str, object], digest: str) -> Mapping[str, object]:
    """How far the journal was read; nothing where the mapping is another one now."""
    return cursor if cursor.get("digest") == digest else {}


def _file_of(moment: datetime) -> str:
    return Said("", moment, What.HEARD).file


def _latest(fresh: pl.DataFrame, known: Mapping[str, object]) -> str:
    """The moment until which anybody was heard."""
    moments = fresh.filter(pl.col("what") == What.HEARD)["at"]
    latest = cast(datetime | None, moments.max())
    return max([str(known.get("heard", "")), latest.isoformat() if latest else ""])


def _note(fresh: pl.DataFrame, zone: str) -> str:
    """Since when nobody listened, and why."""
    gaps = fresh.filter(pl.col("what") == What.GAP).with_columns(pl.col("at").dt.convert_time_zone(zone))
    told = [
        f"{machine or 'all machines'} not known from {at:%Y-%m-%d %H:%M} until heard again ({why})"
        for machine, at, why in gaps.select("machine", "at", "said").iter_rows()
    ]
    return "; ".join(told)


def _numbered(days: pl.DataFrame) -> pl.DataFrame:
    rows = pl.int_range(1, days.height + 1, dtype=pl.Int64, eager=True)
    return days.with_columns(rows.alias(ROW), pl.format("{}|{}", "machine", "day").alias(ID))
