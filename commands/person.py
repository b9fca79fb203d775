"""`fairlead person`: what is kept of one person, taken along or erased."""

import os
from pathlib import Path
from typing import Annotated

import typer

from commands.desk import Desk
from store.permits import Permit
from store.personal.exporting import export as export_of
from worker.people import erase as erase_person

app = typer.Typer(help="What is kept of one person: export, erase.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(help="The id as the source writes it, or the e-mail address of a user.")]


class NotConfirmed(Exception):
    """What was typed is not the id; nothing was erased."""


@app.command("export")
def export(
    context: typer.Context, id: Id, out: Annotated[Path, typer.Option(help="File to write, as JSON.")]
) -> None:
    """Write all that is kept of a person into a file only you can read."""
    desk: Desk = context.obj
    desk.require(Permit.PERSONAL_DATA)
    found = export_of(desk.store, desk.principal, id)
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(found.as_json())
    told = ", ".join(f"{rows} rows of {part}" for part, rows in found.counts.items())
    typer.echo(f"{told} written to {out}.")


@app.command("erase")
def erase(
    context: typer.Context,
    id: Id,
    confirm: Annotated[str, typer.Option(help="The id once more, so that nothing is asked.")] = "",
) -> None:
    """Erase a person from facts, rejected rows, uploads and accounts. Figures stay as they are. Not to be undone."""
    desk: Desk = context.obj
    desk.require(Permit.PERSONAL_DATA)
    again = confirm or typer.prompt("This cannot be undone. Type the id once more")
    if again.strip() != id.strip():
        raise NotConfirmed("That is another id; nothing was erased.")
    done = erase_person(desk.store, desk.principal, id)
    for name, rows in done.facts.rows.items():
        typer.echo(f"{name}: {rows} rows")
    typer.echo(
        f"rejected rows deleted: {done.facts.rejected}; uploads deleted: {done.facts.uploads}; "
        f"pages of systems deleted: {done.facts.pages}"
    )
    if done.alias:
        typer.echo(f"The account is closed; what it left behind is now of {done.alias}.")
    elif not done.facts.rows:
        typer.echo("Nothing was kept of this person. Should a source send them, they stay out.")
