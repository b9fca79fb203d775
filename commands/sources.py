"""`fairlead source`: systems and files, added, tried out, listed, and how far each of them has been read."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from commands.data import shown
from commands.desk import Desk
from commands.leaving import hand_out
from commands.printing import Format, write
from connectors.adding import add, block_of, needed_by
from connectors.errors import ConfigError
from connectors.http.declared import known_systems, system_of
from connectors.inspect import inspect
from connectors.personal import treatments
from connectors.plan import SourceConfig
from connectors.registry import build
from connectors.saved import saved_sources
from connectors.tried import tried
from demo.place import is_demo
from kpi.source_told import due, fields_told, say_codes, say_position, say_quota, standings
from store.observed import observed_of
from store.permits import Permit
from store.personal.treatment import TOLD, FieldTreatment, Treatment, Why
from store.rejected import rejected_rows
from store.tried import CAN_BE_TRIED
from store.unmapped import unmapped
from worker.rounds import failed

app = typer.Typer(
    help="Sources: add and test one, list and show them, look at a file, codes nobody knows.",
    no_args_is_help=True,
)
FormatOption = Annotated[Format, typer.Option("--format", help="How the rows are written.")]
Name = Annotated[str, typer.Argument(help="As `source list` shows it.")]
TRIED = {
    "table": pl.String, "answered": pl.Boolean, "read": pl.Int64, "fit": pl.Int64, "refused": pl.Int64,
    "why": pl.String,
}  # fmt: skip
SHOWN: dict[str, pl.DataType | type[pl.DataType]] = {
    "table": pl.String, "last_ok": pl.Datetime("us", "UTC"), "data_until": pl.Datetime("us", "UTC"), "read": pl.Int64,
    "new": pl.Int64, "changed": pl.Int64, "waiting": pl.Int64, "unmapped": pl.String, "position": pl.String,
    "next": pl.Datetime("us", "UTC"), "quota": pl.String,
}  # fmt: skip
FIELDS: dict[str, pl.DataType | type[pl.DataType]] = {
    "stream": pl.String, "field": pl.String, "is": pl.String, "first_seen": pl.Datetime("us", "UTC"),
    "last_seen": pl.Datetime("us", "UTC"),
}  # fmt: skip


class NotWell(ConfigError):
    """A source does not answer, or not with what its mapping needs."""


@app.command("systems")
def list_systems(how: FormatOption = Format.TABLE) -> None:
    """Systems that are known, the facts each of them gives, and what a source of it has to say."""
    found = [(name, system_of(name, Path())) for name in known_systems()]
    rows = [
        (name, ", ".join(system.tables) or "what the source maps", ", ".join(needed_by(system)))
        for name, system in found
    ]
    write(pl.DataFrame(rows, schema=["system", "gives", "needs"], orient="row"), how)


@app.command("add")
def add_source(
    context: typer.Context,
    system: Annotated[str, typer.Argument(help="As `source systems` shows it, or a file that declares one.")],
    name: Annotated[str, typer.Option(help="What the source is called here; default: the system.")] = "",
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day wanted.")
    ] = None,
    host: Annotated[
        str, typer.Option("--address", help="Where your account is: https://firm.example.com.")
    ] = "",
    user: Annotated[str, typer.Option(help="Who asks, where the system wants to know.")] = "",
    account: Annotated[str, typer.Option(help="Of which account, property or sheet.")] = "",
    key: Annotated[str, typer.Option(help="The key by reference: stored:NAME, env:NAME, file:PATH.")] = "",
    client: Annotated[str, typer.Option(help="The client id, where tokens are got.")] = "",
    secret: Annotated[str, typer.Option(help="Its secret by reference.")] = "",
    refresh: Annotated[str, typer.Option(help="The refresh token by reference.")] = "",
) -> None:
    """Write a source that is asked over HTTP into fairlead.toml, behind what stands there."""
    desk: Desk = context.obj
    desk.require(Permit.CHANGE_COMPANY)
    if is_demo(desk.home) and not desk.config_file.exists():
        raise ConfigError("The example company has its own sources; add one in a home of your own (--home).")
    called = name or Path(system).stem
    said = {
        "host": host, "user": user, "account": account, "since": str(since.date()) if since else "", "key": key,
        "client": client, "secret": secret, "refresh": refresh,
    }  # fmt: skip
    add(desk.config_file, called, block_of(called, system, said, desk.config_file.parent))
    typer.echo(
        f"{called} is in {desk.config_file.name}. Keep what it refers to (`fairlead secret set NAME`), then try"
    )
    typer.echo(f"it with `fairlead source test {called}` and read it with `fairlead sync {called}`.")


@app.command("test")
def try_source(context: typer.Context, name: Name, how: FormatOption = Format.TABLE) -> None:
    """Ask a source for its first rows: nothing is stored and nothing moves on. Fails where a table is not well."""
    desk: Desk = context.obj
    desk.require(Permit.BRING_DATA)
    source = _source(desk, name)
    if source.connector not in CAN_BE_TRIED:
        raise ConfigError(
            f"'{name}' is a {source.connector} source; only http, file and sql can be tried out."
        )
    found = list(tried(build(source, desk.builders())))
    write(pl.DataFrame([vars(each) for each in found], schema=TRIED), how)
    ill = [each.table for each in found if not each.is_well]
    if ill:
        raise NotWell(f"{name} is not well: {', '.join(ill)}. The table says why.")


@app.command("show")
def show_source(context: typer.Context, name: Name, how: FormatOption = Format.TABLE) -> None:
    """Table by table how far a source was read, what the last pull did, what waits, and when it is read again."""
    desk: Desk = context.obj
    source = _source(desk, name)
    state, who, now = desk.store.state, desk.principal, datetime.now(UTC)
    fresh = next((each for each in state.runs.freshness(who) if each.source == name), None)
    waiting = rejected_rows(desk.store.lake, who, source=name)
    observed, next_pull = observed_of(state, who, name), due(state, who, name)
    told = {"next": next_pull, "quota": say_quota(observed.quota, now)}
    tables = [each.table.name for each in source.tables]
    rows = [
        {
            "table": each.table, "last_ok": each.last_ok, "data_until": each.data_until, "read": each.read,
            "new": each.new, "changed": each.changed, "waiting": each.waiting, "unmapped": say_codes(each),
            "position": say_position(each.position), **told,
        }
        for each in standings(state, who, name, tables, fresh, waiting)
    ]  # fmt: skip
    hand_out(context, pl.DataFrame(rows, schema=SHOWN), how, title=f"Source {name}")
    drifted = [each for each in fields_told(observed, who, now) if each.standing in ("gone", "new")]
    if drifted and how is Format.TABLE:
        named = "; ".join(f"{each.stream} {each.field} ({each.standing})" for each in drifted)
        typer.echo(f"Fields that changed: {named}. `fairlead source fields {name}` lists them.")


@app.command("fields")
def list_fields(
    context: typer.Context,
    name: Name,
    every: Annotated[
        bool, typer.Option("--all", help="Also those that nothing reads and that always came.")
    ] = False,
    how: FormatOption = Format.TABLE,
) -> None:
    """Fields of the records of a system: those that are mapped, new, or gone; names only, as pulls saw them."""
    desk: Desk = context.obj
    _source(desk, name)
    observed = observed_of(desk.store.state, desk.principal, name)
    found = fields_told(observed, desk.principal, datetime.now(UTC))
    rows = [
        (each.stream, each.field, each.standing, each.first, each.last)
        for each in found
        if each.standing or every
    ]
    hand_out(context, pl.DataFrame(rows, schema=FIELDS, orient="row"), how, title=f"Fields of {name}")


@app.command("codes")
def list_codes(context: typer.Context, how: FormatOption = Format.TABLE) -> None:
    """Codes no map knows, with the rows that wait for each: add them to the map, then `fairlead rejected replay`."""
    desk: Desk = context.obj
    found = unmapped(rejected_rows(desk.store.lake, desk.principal))
    hand_out(context, found, how, title="Codes without a mapping")


def _source(desk: Desk, name: str) -> SourceConfig:
    """One that is configured. Raises ConfigError."""
    known = {each.name: each for each in desk.configured().sources}
    if name not in known:
        raise ConfigError(f"There is no source '{name}'; there are {', '.join(known) or 'none'}.")
    return known[name]


@app.command("replay")
def replay_pages(context: typer.Context, name: Name, how: FormatOption = Format.TABLE) -> None:
    """Take the pages of a system that are kept in again, with the mapping of today; the system is not asked."""
    from connectors.http.again import read_again
    from connectors.http.source import HttpSource  # loads an HTTP client, which few commands need

    desk: Desk = context.obj
    desk.require(Permit.BRING_DATA)
    source = build(_source(desk, name), desk.builders())
    if not isinstance(source, HttpSource):
        raise ConfigError(f"'{name}' is not asked over HTTP, so no pages of it are kept; sync it again.")
    report = read_again(desk.store, desk.config.company, desk.principal, source)
    write(shown([report]), how)
    if problems := failed([report]):
        raise NotWell(" ".join(problems))


@app.command("inspect")
def inspect_file(path: Path) -> None:
    """Look at a file and print a draft of its mapping, with what was guessed and how sure that is."""
    typer.echo(inspect(path.absolute()).toml)


@app.command("list")
def list_sources(context: typer.Context, how: FormatOption = Format.TABLE) -> None:
    """The configured sources, their tables and how fresh they are."""
    desk: Desk = context.obj
    fresh = {each.source: each for each in desk.store.state.runs.freshness(desk.principal)}
    rows = []
    for source in desk.config.sources:
        known = fresh.get(source.name)
        tables = ", ".join(each.table.name for each in source.tables) or "its own"
        rows.append((source.name, source.connector, tables, known.last_ok_at if known else None))
    for source in saved_sources(desk.store.state.brought.rows(desk.principal)):
        known = fresh.get(source.name)
        tables = ", ".join(each.table.name for each in source.tables)
        rows.append((source.name, "brought by hand", tables, known.last_ok_at if known else None))
    hand_out(
        context, pl.DataFrame(rows, schema=["source", "connector", "tables", "last_ok"], orient="row"), how
    )


@app.command("privacy")
def source_privacy(context: typer.Context, name: str = "", how: FormatOption = Format.TABLE) -> None:
    """Field by field, what is dropped, hashed and kept of each source; `*` stands for all that nothing reads."""
    desk: Desk = context.obj
    found = (*desk.config.sources, *saved_sources(desk.store.state.brought.rows(desk.principal)))
    rows = [
        (
            source.name,
            each.table,
            each.field,
            each.fills,
            TOLD[each.treatment],
            each.why.value,
            _until(desk, each),
        )
        for source in found
        if name in ("", source.name)
        for each in treatments(source)
    ]
    columns = ["source", "table", "field", "fills", "is", "because", "until"]
    hand_out(context, pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row"), how)


def _until(desk: Desk, told: FieldTreatment) -> str:
    months = desk.config.retention.months.get(told.table) if told.why is Why.PERSON else None
    kept = f"{months} months after the last row" if months else "for ever"
    return "" if told.treatment is Treatment.DROP else kept
