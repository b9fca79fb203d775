"""`fairlead secret`: passwords and tokens of other systems, kept encrypted; nothing here ever prints one."""

import sys
from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import FormatOption
from commands.leaving import hand_out
from commands.printing import Format
from connectors.errors import ConfigError
from store.database import StateError
from store.permits import Permit
from store.state import WrongEntry
from store.vault import STORED, Vault

app = typer.Typer(
    help="Passwords and tokens of sources, kept encrypted: set, list, test, remove, rotate.",
    no_args_is_help=True,
)
Name = Annotated[str, typer.Argument(help='What sources call it: password = "stored:NAME".')]


class NotOpen(StateError):
    """A stored secret cannot be opened; the others can."""


@app.command("set", context_settings={"allow_extra_args": True})
def set_secret(context: typer.Context, name: Name) -> None:
    """Keep a secret, or another one in its place: typed twice unseen, or by standard input."""
    if context.args:
        raise WrongEntry(
            "A secret is never an argument: the list of processes and the history of your shell have it now. Take "
            "another one, and hand it over by standard input or type it when you are asked."
        )
    vault = _vault(context)
    version = vault.put(name, _typed(name))
    typer.echo(
        f"{name} is kept{'' if version == 1 else ' in place of the one before'}. Write {STORED}{name}."
    )


@app.command("list")
def list_secrets(context: typer.Context, how: FormatOption = Format.TABLE) -> None:
    """Names, who set them, when, and which sources use them; never what they say."""
    desk: Desk = context.obj
    used = _users(desk)
    rows = [
        (each.name, each.version, each.set_by, each.set_at, ", ".join(used.get(each.name, [])))
        for each in desk.store.state.secrets.rows(desk.principal)
    ]
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "name": pl.String, "version": pl.Int64, "set_by": pl.String, "set_at": pl.Datetime("us", "UTC"),
        "used_by": pl.String,
    }  # fmt: skip
    hand_out(context, pl.DataFrame(rows, schema=schema, orient="row"), how, title="Secrets")


@app.command("test")
def test_secrets(context: typer.Context) -> None:
    """Try to open each of them; exit code 1 if one cannot be."""
    tried = _vault(context).tried()
    for each in tried:
        typer.echo(f"{each.name}: {each.problem or 'opens'}")
    if closed := [each.name for each in tried if each.problem]:
        raise NotOpen(f"{len(closed)} of {len(tried)} secrets cannot be opened: {', '.join(closed)}.")
    typer.echo(f"{len(tried)} secrets are kept, all of them open.")


@app.command("remove")
def remove(context: typer.Context, name: Name) -> None:
    """Forget a secret; sources that use it fail from the next sync on."""
    desk: Desk = context.obj
    users = _users(desk).get(name, [])
    desk.store.state.secrets.remove(desk.principal, name)
    told = f" These sources name it still: {', '.join(users)}." if users else ""
    typer.echo(f"{name} is forgotten.{told}")


@app.command("rotate")
def rotate(context: typer.Context) -> None:
    """Make a new key and encrypt all secrets with it; the old key is forgotten once that is done."""
    vault = _vault(context)
    many = vault.change_key()
    typer.echo(
        f"{many} secrets are encrypted with a new key, kept in {vault.key_file.path}. Copy that file anew."
    )


@app.command("forget-all")
def forget_all(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """The way out when the key is lost: forget every secret, so that each can be set again with a new key."""
    desk: Desk = context.obj
    desk.require(Permit.MANAGE_SECRETS)
    if not yes:
        typer.confirm("Forget every stored secret?", abort=True)
    typer.echo(f"{desk.store.state.secrets.forget_all(desk.principal)} secrets are forgotten.")


def _vault(context: typer.Context) -> Vault:
    """The vault of whoever is asking, and of nobody else."""
    desk: Desk = context.obj
    desk.require(Permit.MANAGE_SECRETS)
    return desk.vault(desk.principal)


def _typed(name: str) -> str:
    """Standard input, or what is typed unseen: an argument would stand in the list of processes and in histories."""
    if sys.stdin.isatty():
        return str(typer.prompt(f"Secret {name}", hide_input=True, confirmation_prompt=True))
    return sys.stdin.read().removesuffix("\n").removesuffix("\r")


def _users(desk: Desk) -> dict[str, list[str]]:
    """The sources that name a stored secret, by its name; nothing where the configuration cannot be read."""
    found: dict[str, list[str]] = {}
    try:
        sources = desk.config.sources
    except ConfigError:
        return found
    for source in sources:
        for value in source.options.values():
            if isinstance(value, str) and value.startswith(STORED):
                found.setdefault(value.removeprefix(STORED), []).append(source.name)
    return found
