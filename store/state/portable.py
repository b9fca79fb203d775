"""All rows of the state database as lines of JSON: the same text from SQLite and PostgreSQL, for either."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import JSON, Connection, Engine, Integer, MetaData, Table, func, insert, select, text
from sqlalchemy.types import TypeEngine

from store.database import StateError, sqlite_file
from store.migrations import version_of

_OF_THE_PLACE = frozenset({"alembic_version", "worker_signs"})  # the schema and who works here, not the firm
_BATCH = 1_000


@dataclass(frozen=True)
class Dump:
    """What a dump holds: the schema version, and the rows of each table in the order they can be loaded."""

    schema: str
    rows: dict[str, int]


def dump(engine: Engine, write: Callable[[str, Iterable[bytes]], None]) -> Dump:
    """
    Hands `write` each table's name and its rows, one JSON object a line, all of one moment.
    Raises StateError for a database that was never set up.
    """
    schema = version_of(engine)
    if schema is None:
        raise StateError("The state database has no tables yet; start 'fairlead up' once.")
    rows: dict[str, int] = {}
    with engine.connect() as connection:
        for table in _tables(connection):
            rows[table.name] = connection.execute(select(func.count()).select_from(table)).scalar_one()
            write(table.name, _lines(connection, table))
    return Dump(schema, rows)


def load(
    engine: Engine, lines_of: Callable[[str], Iterable[bytes]], tables: Iterable[str], run_floor: int
) -> None:
    """
    Puts the lines of each table into an empty database of the same schema version, in one transaction. New
    sync runs are numbered above `run_floor`, so that none repeats a number the lake already knows.
    """
    wanted = set(tables)
    with engine.begin() as connection:
        for table in _tables(connection):
            if table.name in wanted:
                _fill(connection, table, lines_of(table.name))
            _number_on(connection, table, run_floor if table.name == "sync_runs" else 0)


def is_empty(engine: Engine) -> bool:
    """No table of ours holds a row."""
    with engine.connect() as connection:
        return not any(connection.execute(select(table).limit(1)).first() for table in _tables(connection))


def newest_run(engine: Engine) -> int:
    """The highest number a sync run has had."""
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT coalesce(max(id), 0) FROM sync_runs")).scalar_one())


def _tables(connection: Connection) -> list[Table]:
    """The tables as they are in this database, whatever version, parents first."""
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON) and column.nullable:
                column.type = JSON(none_as_null=True)
    return [table for table in metadata.sorted_tables if table.name not in _OF_THE_PLACE]


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_BATCH)
    for row in connection.execute(query).mappings():
        yield json.dumps({name: _written(value) for name, value in row.items()}).encode() + b"\n"


def _fill(connection: Connection, table: Table, lines: Iterable[bytes]) -> None:
    batch: list[dict[str, Any]] = []
    for line in lines:
        values = json.loads(line)
        batch.append({name: _read(table.columns[name].type, value) for name, value in values.items()})
        if len(batch) == _BATCH:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)


def _number_on(connection: Connection, table: Table, floor: int) -> None:
    """The next automatic number is above all loaded ones and above `floor`."""
    if "id" not in table.columns or not isinstance(table.columns["id"].type, Integer):
        return
    highest = connection.execute(select(func.coalesce(func.max(table.columns["id"]), 0))).scalar_one()
    last = max(highest, floor)
    if last == 0:
        return
    values = {"name": table.name, "last": last}
    if connection.dialect.name == "sqlite":
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), values)
    else:
        connection.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"), values)


def _written(value: object) -> object:
    match value:
        case datetime():
            moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            return moment.isoformat()
        case date() | time():
            return value.isoformat()
        case _:
            return value


def _read(kind: TypeEngine[Any], value: object) -> object:
    if isinstance(kind, JSON) or not isinstance(value, str):
        return value
    match kind.python_type:
        case moment if moment is datetime:
            return datetime.fromisoformat(value) if getattr(kind, "timezone", False) else _naive(value)
        case day if day is date:
            return date.fromisoformat(value)
        case clock if clock is time:
            return time.fromisoformat(value)
        case _:
            return value


def _naive(value: str) -> datetime:
    return datetime.fromisoformat(value).replace(tzinfo=None)


def place_of(engine: Engine) -> str:
    """Where the database lies, without its password."""
    file = sqlite_file(engine)
    return str(file) if file else engine.url.render_as_string(hide_password=True)
