"""The made-up firm as a source like any other: its history first, then what is new or has changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from connectors.batch import ID, REFUSED, Batch
from connectors.errors import SourceError
from connectors.plan import SourceConfig
from connectors.repeated import SeenKeys
from demo.company import SOURCE
from demo.generate import SEED, Rows, business, exchange, world
from demo.world import HISTORY_DAYS
from store.facts import MAPPED, Customers

CHANGES_FOR_DAYS = 45  # whatever happens to an order or a ticket happens within so many days
ONE_BATCH_DAYS = 62


@dataclass(frozen=True)
class DemoConnector:
    """
    Rows up to `yesterday`, which is handed in. The first pull fixes what the stories lead up to and keeps it in
    the cursor, so that later pulls tell the same history and add days to it.
    """

    yesterday: date
    source: str = SOURCE
    days: int = HISTORY_DAYS
    scale: float = 1.0
    seed: int = SEED

    @classmethod
    def of(cls, config: SourceConfig, yesterday: date) -> "DemoConnector":
        """As fairlead.toml says: `days`, `scale`, `seed`, and `end` in place of yesterday. Raises SourceError."""
        told = {name: config.options.get(name) for name in ("days", "scale", "seed", "end")}
        plain = cls(yesterday)
        end, days = told["end"] or yesterday, told["days"] or plain.days
        scale, seed = told["scale"] or plain.scale, plain.seed if told["seed"] is None else told["seed"]
        if not isinstance(end, date) or not isinstance(days, int) or not isinstance(seed, int):
            raise _wrong(config.name, f"end = {end!r}, days = {days!r}, seed = {seed!r}")
        if not isinstance(scale, int | float) or scale <= 0 or days < 1:
            raise _wrong(config.name, f"scale = {scale!r}, days = {days!r}")
        return cls(end, config.name, days, float(scale), seed)

    def pull(self, cursors: Mapping[str, str], *, full: bool, since: date | None) -> Iterator[Batch]:
        """
        All rows at first or when `full`; else those of the days since the cursor and of the 45 days before it,
        in which rows can still change. Exchange rates come first. Raises SourceError for a cursor it cannot read.
        """
        reached = [_read(self.source, text) for text in cursors.values()]
        anchor = min((anchor for _, anchor in reached), default=self.yesterday)
        history = world(
            self.yesterday, scale=self.scale, seed=self.seed, anchor=anchor,
            opening=anchor - timedelta(days=self.days - 1),
        )  # fmt: skip
        begun = all(table.name in cursors for table in MAPPED)
        overlap = min((day for day, _ in reached), default=anchor) - timedelta(days=CHANGES_FOR_DAYS)
        start = overlap if begun and not full else history.opening
        first = max(since or start, history.opening)
        if first > self.yesterday:
            return
        cursor, customers = f"{self.yesterday} anchored {anchor}", SeenKeys()
        yield _batch(exchange(history, first, self.yesterday), cursor)
        for begin, end in _chunks(first, self.yesterday, self.scale):
            for rows in _each_customer_once(business(history, begin, end), customers):
                yield _batch(rows, cursor if end == self.yesterday else None)


def _each_customer_once(frames: Iterator[Rows], seen: SeenKeys) -> Iterator[Rows]:
    """A customer from before the books opened comes with the first order only, so that no key comes twice."""
    for table, rows in frames:
        if table is Customers:
            told = rows.filter(seen.first_time(rows["customer_id"]))
            yield table, told
        else:
            yield table, rows


def _batch(rows: Rows, cursor: str | None) -> Batch:
    table, given = rows
    texts, nothing = given.rename({"source_id": ID}), pl.DataFrame(schema=REFUSED)
    return Batch(table, given, nothing, texts, read=given.height, distinct=True, cursor=cursor)


def _chunks(first: date, last: date, scale: float) -> Iterator[tuple[date, date]]:
    """Three calendar months, more or fewer for a smaller or larger firm; a short span stays whole."""
    months = min(max(int(3 / scale), 1), 6)
    if (last - first).days < ONE_BATCH_DAYS:
        yield first, last
        return
    while first <= last:
        after = (first.replace(day=1) + timedelta(days=31 * months)).replace(day=1)
        yield first, min(last, after - timedelta(days=1))
        first = after


def _read(source: str, cursor: str) -> tuple[date, date]:
    """The last day pulled and the day the stories lead up to."""
    reached, _, anchor = cursor.partition(" anchored ")
    try:
        return date.fromisoformat(reached), date.fromisoformat(anchor)
    except ValueError:
        raise SourceError(
            f"Source '{source}': the cursor is '{cursor}', not '2026-11-21 anchored 2026-11-21'. "
            f"Run `fairlead sync {source} --full`."
        ) from None


def _wrong(source: str, told: str) -> SourceError:
    return SourceError(
        f"Source '{source}' says {told}; write a day such as 2026-11-21 for end, a whole number of at least 1 "
        f"for days, a whole number for seed and a number above 0 for scale."
    )
