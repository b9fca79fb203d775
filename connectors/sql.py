"""Databases of other systems, read only: the one place besides the store that speaks to a database."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from connectors.as_text import as_text
from connectors.batch import ID, Batch
from connectors.credentials import Resolve, in_the_open, is_reference, resolved, secret_of
from connectors.ending import ending
from connectors.errors import ConfigError, SourceError
from connectors.mapping import Texts
from connectors.plan import ROW, Mode, SourceConfig, TableMapping
from connectors.position import Position, back, read_position, write_position
from connectors.shaping import batches
from store.redaction import learn, redacted

CONNECT_SECONDS = 10
PIECE_ROWS = 200_000


@dataclass(frozen=True, eq=False)
class SqlSource:
    """One database; each table is a query or a table of it, whole or from a cursor column on."""

    config: SourceConfig
    url: URL
    tables: tuple[TableMapping, ...]

    @property
    def source(self) -> str:
        return self.config.name

    def parts(self) -> Sequence["SqlSource"]:
        return [SqlSource(self.config, self.url, (mapping,)) for mapping in self.tables]

    def pull(self, cursors: Mapping[str, str], *, full: bool, since: date | None) -> Iterator[Batch]:
        """Rows from the cursor on, less the lookback; all rows where there is no cursor. Raises SourceError."""
        for mapping in self.tables:
            start = None if full else _start(mapping, cursors.get(mapping.table.name), since)
            yield from self._table(mapping, start)

    def _table(self, mapping: TableMapping, start: Position | None) -> Iterator[Batch]:
        reached: list[Position] = [start] if start is not None else []
        with (
            _told_plainly(self.source, self.url),
            ending(self._frames(_statement(mapping, start))) as frames,
        ):
            for batch in batches(mapping, _texts(mapping, frames, reached)):
                yield replace(batch, cursor=write_position(max(reached)) if reached else None)

    def _frames(self, statement: str) -> Iterator[pl.DataFrame]:
        size = cast(int, self.config.options["batch_rows"])
        if self.url.get_backend_name() == "postgresql" and find_spec("adbc_driver_postgresql"):
            return _by_arrow(self.url, statement)
        return _by_rows(self.url, statement, size)


def sql_source(config: SourceConfig, resolve: Resolve = str) -> SqlSource:
    """
    The connector of a database. `resolve` turns a reference (stored:NAME and its kind) into the text it stands for.

    Raises ConfigError for an address that is none, and for tables that cannot be read as they are mapped.
    """
    for mapping in config.tables:
        _check(config.name, mapping)
    url = _address(config.name, config.options, resolve)
    return SqlSource(config, _absolute(url, cast(Path, config.options["folder"])), config.tables)


def _address(source: str, options: Mapping[str, object], resolve: Resolve) -> URL:
    """The address with its password, which no log will tell. Raises ConfigError."""
    text = cast(str, options["url"])
    try:
        url = make_url(resolved(source, "url", text, resolve))
        if url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        url.get_dialect().import_dbapi()
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as wrong:
        raise ConfigError(
            f"Source '{source}': url is not an address of a database that can be read here "
            f"({redacted(_first_line(wrong))}). Write for example postgresql+psycopg://user@host/name, and the "
            'password as password = "stored:NAME".'
        ) from None
    if url.password and not is_reference(text):
        raise in_the_open(source, "url")
    if password := cast(str, options.get("password") or ""):
        url = url.set(password=secret_of(source, "password", password, resolve))
    learn(str(url.password or ""))
    return url


def _check(source: str, mapping: TableMapping) -> None:
    where = f"Source '{source}', table '{mapping.table.name}'"
    if (mapping.query is None) == ("table" not in mapping.options):
        raise ConfigError(f'{where}: write either query = "SELECT ..." or table = "schema.name".')
    if mapping.mode is Mode.SNAPSHOT and "cursor" in mapping.options:
        raise ConfigError(f"{where}: a snapshot is read whole; remove cursor, or write mode = 'upsert'.")
    words = (mapping.query or "select").strip().rstrip(";").lower()
    if not words.startswith(("select", "with")) or ";" in words:
        raise ConfigError(f"{where}: the query has to be one SELECT.")
    back(mapping.options.get("lookback"), where)


def _absolute(url: URL, folder: Path) -> URL:
    """A relative SQLite file lies where the files of other sources lie."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return url
    return url.set(database=str(folder / url.database))


def _start(mapping: TableMapping, cursor: str | None, since: date | None) -> Position | None:
    if "cursor" not in mapping.options:
        return None
    if since is not None:
        return Position.of(since)
    lookback = back(mapping.options.get("lookback"), mapping.table.name)
    return None if cursor is None else read_position(cursor).less(lookback)


def _statement(mapping: TableMapping, start: Position | None) -> str:
    """The SELECT of a table, from a position on and in its order where there is a cursor column."""
    quoted = _quote(cast(str, mapping.options["cursor"])) if "cursor" in mapping.options else None
    if mapping.query is not None:
        inner = f"({mapping.query.strip().rstrip(';')}) AS mapped"
    else:
        inner = ".".join(_quote(part) for part in cast(str, mapping.options["table"]).split("."))
    columns = [_quote(name) for name in mapping.source_columns] if mapping.query is None else ["*"]
    if quoted and mapping.query is None and quoted not in columns:
        columns.append(quoted)
    where = f" WHERE {quoted} >= {start.literal()}" if quoted and start is not None else ""
    order = f" ORDER BY {quoted}" if quoted else ""
    return f"SELECT {', '.join(columns)} FROM {inner}{where}{order}"  # noqa: S608 - the operator's own file  # nosec B608


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _texts(mapping: TableMapping, frames: Iterator[pl.DataFrame], reached: list[Position]) -> Iterator[Texts]:
    """Each frame as text; rows are known by their key, because a result has no lasting row numbers."""
    place = cast(str, mapping.options.get("table", mapping.table.name))
    cursor = cast(str | None, mapping.options.get("cursor"))
    read = 0
    for frame in frames:
        if cursor is not None and frame.height and (latest := frame[cursor].max()) is not None:
            reached.append(Position.of(latest))
        typed = frozenset(name for name, dtype in frame.schema.items() if dtype != pl.String)
        rows = pl.int_range(read + 1, read + frame.height + 1, dtype=pl.Int64, eager=True)
        texts = as_text(frame, place).with_columns(rows.alias(ROW))
        key = [pl.col(name) for name in mapping.key if name in texts.columns] or [pl.col(ROW).cast(pl.String)]
        named = pl.format("{}:{}", pl.lit(place), pl.concat_str(key, separator="|"))
        yield Texts(texts.with_columns(named.alias(ID)), place, typed=typed)
        read += frame.height


def _by_arrow(url: URL, statement: str) -> Iterator[pl.DataFrame]:
    """PostgreSQL by Arrow: a fifth of the work of reading row by row."""
    import pyarrow as pa  # type: ignore[import-untyped]
    from adbc_driver_postgresql import dbapi  # type: ignore[import-untyped, unused-ignore]

    plain = url.set(drivername="postgresql").update_query_dict({"connect_timeout": str(CONNECT_SECONDS)})
    address = plain.render_as_string(hide_password=False).replace(" ", "%20")  # libpq wants them written so
    with (
        dbapi.connect(address) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
        connection.commit()
        cursor.execute(statement)
        reader, held = cursor.fetch_record_batch(), list[Any]()
        for batch in reader:
            held.append(batch)
            if sum(each.num_rows for each in held) >= PIECE_ROWS:
                yield _plain_arrow(pa.Table.from_batches(held))
                held = []
        yield _plain_arrow(pa.Table.from_batches(held, reader.schema))


def _plain_arrow(table: Any) -> pl.DataFrame:
    """Types Arrow does not know (NUMERIC) arrive as wrapped texts."""
    import pyarrow as pa

    for at, column in enumerate(table.columns):
        if hasattr(column.type, "storage_type"):
            chunks = [chunk.storage for chunk in column.chunks]
            plain = pa.chunked_array(chunks, column.type.storage_type)
            table = table.set_column(at, table.column_names[at], plain)
    return cast(pl.DataFrame, pl.from_arrow(table))


def _by_rows(url: URL, statement: str, size: int) -> Iterator[pl.DataFrame]:
    """Any database by SQLAlchemy, a bounded number of rows at a time."""
    arguments = {"connect_timeout": CONNECT_SECONDS} if url.get_backend_name() == "postgresql" else {}
    engine = sa.create_engine(url, connect_args=arguments, poolclass=sa.NullPool, hide_parameters=True)
    with engine.connect() as connection:
        _read_only(connection, url)
        result = connection.execution_options(stream_results=True, yield_per=size).exec_driver_sql(statement)
        names = list(result.keys())
        empty = True
        for rows in result.partitions(size):
            empty = False
            yield _frame(names, rows)
        if empty:
            yield pl.DataFrame(schema=dict.fromkeys(names, pl.String))


def _read_only(connection: Connection, url: URL) -> None:
    match url.get_backend_name():
        case "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = ON")
        case "postgresql" | "mysql" | "mariadb":
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _frame(names: list[str], rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
    """Columns typed by what is in them; of mixed values the text counts."""
    columns = list(zip(*rows, strict=True))
    return pl.DataFrame([_series(name, values) for name, values in zip(names, columns, strict=True)])


def _series(name: str, values: Sequence[Any]) -> pl.Series:
    try:
        return pl.Series(name, values, strict=True)
    except (TypeError, OverflowError, pl.exceptions.PolarsError):
        return pl.Series(name, [None if value is None else str(value) for value in values], dtype=pl.String)


@contextmanager
def _told_plainly(source: str, url: URL) -> Iterator[None]:
    """Whatever a driver raises becomes one line without the password."""
    try:
        yield
    except (SQLAlchemyError, OSError) as failed:
        raise SourceError(_line(source, url, failed), retry=isinstance(failed, DBAPIError)) from None
    except Exception as failed:
        if type(failed).__module__.startswith(("adbc", "pyarrow")):
            raise SourceError(_line(source, url, failed), retry=True) from None
        raise


def _first_line(failed: object) -> str:
    return (str(failed).strip() or type(failed).__name__).splitlines()[0]


def _line(source: str, url: URL, failed: Exception) -> str:
    reason = redacted(_first_line(getattr(failed, "orig", None) or failed))
    if url.password:  # also one too short to be known everywhere
        reason = reason.replace(str(url.password), "***")
    return f"Source '{source}': the database says: {reason}"
