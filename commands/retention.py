"""`fairlead retention`: what is over its time, removed or only told."""

from typing import Annotated

import typer

from commands.desk import Desk
from store.permits import Permit
from store.personal.retiring import due
from worker.people import end_time


def retention(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
) -> None:
    """Forget people whose time is over, old uploads and old sign-ins; each round of the worker does it, too."""
    desk: Desk = context.obj
    desk.require(Permit.PERSONAL_DATA)
    limits, today = desk.config.retention, desk.yesterday
    found = due(desk.store, limits, today) if dry_run else end_time(desk.store, limits, today)
    if not limits.months:
        typer.echo("Rows name people for ever: [retention.months] in fairlead.toml names no table.")
    for table, people in found.people.items():
        typer.echo(f"{table}: {people} people, older than {limits.before(table, today)}")
    typer.echo(
        f"uploads: {found.uploads}; traces of signing in: {found.sign_ins}; replies to evidence: {found.replies}; "
        f"pages of systems: {found.pages}"
    )
    typer.echo("Nothing was removed." if dry_run or found.is_nothing else "Removed.")
