"""`fairlead message`: what was told to whom, sending it again, trying a channel, and one's wishes."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import FormatOption
from commands.leaving import hand_out
from commands.printing import Format
from connectors.channels import Kind
from store.permits import Permit
from store.state import WrongEntry
from store.state.deliveries import DeliveryState
from store.state.wishes import How
from worker.messages.channels import send
from worker.messages.compose import Letter

app = typer.Typer(
    help="Messages about alerts: list, send again, try a channel, say how you wish to be told.",
    no_args_is_help=True,
)
SCHEMA = {
    "id": pl.Int64, "state": pl.String, "channel": pl.String, "recipient": pl.String, "notices": pl.Int64,
    "attempts": pl.Int64, "made": pl.Datetime, "due": pl.Datetime, "ended": pl.Datetime, "message": pl.String,
}  # fmt: skip


@app.command("list")
def list_messages(
    context: typer.Context,
    state: Annotated[
        list[DeliveryState] | None, typer.Option(help="Only those that stand so; may be repeated.")
    ] = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """The latest messages to you; to everybody, for who brings data in. `dead` ones wait for a person."""
    desk: Desk = context.obj
    rows = [
        (
            each.id, each.state.value, each.channel, each.recipient, len(each.notices), each.attempts,
            _bare(each.made_at), _bare(each.due_at), _bare(each.ended_at), each.message,
        )
        for each in desk.store.state.deliveries.rows(desk.principal, state or list(DeliveryState))
    ]  # fmt: skip
    hand_out(context, pl.DataFrame(rows, schema=SCHEMA, orient="row"), how, title="Messages")


@app.command("replay")
def replay(context: typer.Context, number: Annotated[int, typer.Argument(help="As listed.")]) -> None:
    """Send a message again that was given up; receivers know it by its old key."""
    desk: Desk = context.obj
    desk.store.state.deliveries.replay(desk.principal, number)
    typer.echo(f"Message {number} will be sent again.")


@app.command("test")
def try_channel(
    context: typer.Context,
    channel: Annotated[str, typer.Argument(help="Its name in fairlead.toml: [channels.NAME].")],
    to: Annotated[str, typer.Option(help="Address, for e-mail.")] = "",
) -> None:
    """Send one test message by a channel, now, and say what came of it."""
    desk: Desk = context.obj
    desk.require(Permit.MANAGE_SECRETS)
    known = {each.name: each for each in desk.config.channels}
    if channel not in known:
        raise WrongEntry(f"There is no channel '{channel}'; fairlead.toml has {', '.join(known) or 'none'}.")
    if known[channel].kind is Kind.EMAIL and not to:
        raise WrongEntry("Say to whom: --to you@example.com.")
    key = f"test:{channel}:{datetime.now(UTC).isoformat()}"
    letter = Letter(
        key, "Fairlead can reach you", (), f"{desk.address}/alerts?part=messages", "This is a test."
    )
    send(letter, to, known[channel], desk.secret)
    typer.echo(f"{channel} took the message.")


@app.command("wish")
def wish(
    context: typer.Context,
    how: Annotated[How | None, typer.Option(help="At once, one message a day, or not at all.")] = None,
    zone: Annotated[str | None, typer.Option(help="Where your day is, such as Europe/Berlin.")] = None,
    quiet: Annotated[str | None, typer.Option(help="No messages between, such as 20:00-07:00.")] = None,
    digest: Annotated[str | None, typer.Option(help="When the message of a day comes: 08:00.")] = None,
    pause: Annotated[
        str | None, typer.Option(help="No messages before this day: 2026-01-07, or 'no'.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="en or zh.")] = None,
) -> None:
    """How you wish to be told; without options, what counts now."""
    desk: Desk = context.obj
    wishes = desk.store.state.wishes
    mine = wishes.mine(desk.principal)
    given: dict[str, object] = {"how": how, "zone": zone, "language": language}
    if quiet is not None:
        start, _, end = quiet.partition("-")
        given |= {"quiet_from": _time(start), "quiet_until": _time(end)}
    if digest is not None:
        given["digest_at"] = _time(digest)
    changes = {name: value for name, value in given.items() if value is not None}
    if pause is not None:
        changes["paused_until"] = None if pause == "no" else _day(pause)
    if changes:
        mine = wishes.save(desk.principal, replace(mine, **changes), datetime.now(UTC).date())  # type: ignore[arg-type]
    paused = f", paused until {mine.paused_until}" if mine.paused_until else ""
    typer.echo(
        f"{mine.person}: {mine.how}, quiet {mine.quiet_from:%H:%M}-{mine.quiet_until:%H:%M} "
        f"({mine.zone or 'the zone of the firm'}), daily at {mine.digest_at:%H:%M}, in {mine.language}{paused}"
    )


def _bare(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(tzinfo=None)


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text.strip())
    except ValueError:
        raise WrongEntry(f"{text!r} is no time of day; write it as 07:30.") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongEntry(f"{text!r} is no day; write it as 2026-01-07.") from None
