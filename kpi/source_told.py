"""How far a source was read, table by table, and what is said of it: the same for the page and the command line."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl

from kpi.access import sees_table
from kpi.figures import age, count, day, moment
from kpi.words import say, say_many
from store.facts import TABLES
from store.observed import Observed, Quota, StreamFields, plain
from store.scope import Principal
from store.state import Freshness, State
from store.unmapped import unmapped

_KINDS = ("instant", "local", "day", "number", "text")


@dataclass(frozen=True)
class Standing:
    """
    One table of a source: rows of its latest pull (None before the first), rows that wait to be mended, the codes
    nobody knows with their rows, and the position behind what was read as it is kept (None: from the beginning).
    """

    table: str
    last_ok: datetime | None
    data_until: datetime | None
    read: int | None
    new: int | None
    changed: int | None
    waiting: int
    codes: tuple[tuple[str, str, int], ...]
    position: str | None


def standings(
    state: State,
    principal: Principal,
    source: str,
    tables: Sequence[str],
    fresh: Freshness | None,
    rejected: pl.DataFrame,
) -> list[Standing]:
    """
    Of the tables a source is configured for, else of those it was last read for, that the reader sees all of.
    `rejected`: the rows that wait, as the reader may see them.
    """
    counts = {each.fact: each for each in fresh.latest.counts or fresh.before} if fresh else {}
    found = []
    for table in tables or list(counts):
        if table in TABLES and not sees_table(principal, table):
            continue
        waiting = rejected.filter((pl.col("source") == source) & (pl.col("table") == table))
        codes = unmapped(waiting).select("column", "code", "rows").iter_rows()
        done = counts.get(table)
        read, new, changed = (done.read, done.new, done.changed) if done else (None, None, None)
        last_ok, until = (fresh.last_ok_at, fresh.data_time) if fresh else (None, None)
        unknown = tuple((str(column), str(code), int(rows)) for column, code, rows in codes)
        position = state.runs.cursor(principal, source, table)
        found.append(Standing(table, last_ok, until, read, new, changed, waiting.height, unknown, position))
    return found


def due(state: State, principal: Principal, source: str) -> datetime | None:
    """When the worker reads it next."""
    jobs = state.signs.jobs(principal)
    return next((each.due_at for each in jobs if each.name == f"sync:{source}"), None)


def say_codes(standing: Standing) -> str:
    """Codes nobody knows, the most frequent first."""
    return "; ".join(f"{column} {code} ({count(rows)})" for column, code, rows in standing.codes)


def say_position(kept: str | None) -> str:
    """Where the next pull goes on, as people read it; empty before the first one."""
    if kept is None:
        return ""
    kind, _, value = kept.partition(" ")
    if kind in _KINDS and value:
        return say("behind {place}", place=_when(value))
    told: object = None
    with suppress(ValueError):
        told = json.loads(kept)
    if not isinstance(told, dict):
        return say("behind what was read")
    if heard := told.get("heard"):
        return say("heard until {moment}", moment=_when(str(heard)))
    return _asked({str(name): str(text) for name, text in told.items()})


def _asked(told: dict[str, str]) -> str:
    """Of a stream that is read page by page, and window by window where it has windows."""
    since, until, further = (told.get(name, "") for name in ("since", "until", "next"))
    if not further:
        return (
            say("what changed since {moment}", moment=_when(since)) if since else say("all of it each time")
        )
    rows = int(told["rows"]) if told.get("rows", "").isdigit() else 0
    page = (
        say("page {n}", n=count(int(further)))
        if further.isdigit() and len(further) < 7
        else say("the next page")
    )
    read = say_many("{n} row of it is read", "{n} rows of it are read", rows, n=count(rows))
    if since and until:
        return say(
            "{page} of {since} to {until}; {read}",
            page=page,
            since=_when(since),
            until=_when(until),
            read=read,
        )
    return say("{page} of the whole; {read}", page=page, read=read)


def _when(text: str) -> str:
    """A moment or a day as people write it; anything else as it stands."""
    with suppress(ValueError):
        if len(text) == len("2025-03-01"):
            return day(date.fromisoformat(text))
        found = datetime.fromisoformat(text)
        return moment(found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC))
    return text[:60]


def say_quota(quota: Quota | None, now: datetime) -> str:
    """How much the host still allows, and how long ago it said so; empty where it never did."""
    if quota is None:
        return ""
    ago = age(quota.told_at, now)
    if quota.left is None:
        return say("{n} a minute, told {age} ago", n=f"{quota.a_minute or 0:,.4g}", age=ago)
    if quota.of is None:
        return say("{left} left, told {age} ago", left=count(quota.left), age=ago)
    return say(
        "{left} of {whole} left, told {age} ago", left=count(quota.left), whole=count(quota.of), age=ago
    )


@dataclass(frozen=True)
class FieldTold:
    """A field of a stream; `standing`: mapped, gone, new or empty for one that nothing reads."""

    stream: str
    field: str
    first: datetime
    last: datetime
    standing: str


def fields_told(observed: Observed, principal: Principal, now: datetime) -> list[FieldTold]:
    """The fields of the streams whose tables the reader sees all of: those gone, those new, then the others by name."""
    found: list[FieldTold] = []
    for stream, each in sorted(observed.streams.items()):
        if all(table not in TABLES or sees_table(principal, table) for table in each.tables):
            found += _fields(stream, each, now)
    order = ("gone", "new", "mapped", "")
    return sorted(found, key=lambda each: (order.index(each.standing), each.stream, each.field))


def _fields(stream: str, known: StreamFields, now: datetime) -> list[FieldTold]:
    gone, new = set(known.gone()), set(known.new(now))
    return [
        FieldTold(stream, path, seen.first, seen.last, _standing(known, path, gone, new))
        for path, seen in known.fields.items()
    ]


def _standing(known: StreamFields, path: str, gone: set[str], new: set[str]) -> str:
    if known.is_mapped(path):
        return "gone" if plain(path) in gone else "mapped"
    return "new" if path in new else ""
