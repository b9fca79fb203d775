"""Figures that a command hands to another program or file leave a trace, as those taken from a page do."""

import polars as pl
import typer

from commands.desk import Desk
from commands.printing import Format, write


def hand_out(
    context: typer.Context, rows: pl.DataFrame, how: Format, *, title: str = "", records: bool = False
) -> None:
    """
    Rows of the firm to standard output. What can be kept (CSV, JSON), and `records` in any form, is noted in the audit
    trail first. Raises NotAllowed for a role that may not take any along.
    """
    note_leaving(context, how, records=records)
    write(rows, how, title=title)


def note_leaving(context: typer.Context, how: Format, *, records: bool = False) -> None:
    """Notes in the trail which command hands out what, unless it only shows a table."""
    if how is Format.TABLE and not records:
        return
    desk: Desk = context.obj
    keys = context.params.get("keys") or [context.params.get("key")]
    words = [*context.command_path.split()[1:], *(str(key) for key in keys if key)]
    desk.took(f"{' '.join(words)} ({how})")
