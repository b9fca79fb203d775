"""`fairlead user`: who may come in, as what, and to see which part of the firm."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import FormatOption
from commands.leaving import hand_out
from commands.printing import Format
from store.database import StateError
from store.state import Role, User, Versioned

app = typer.Typer(help="People who sign in: list, add, invite, close, sign out.", no_args_is_help=True)
Some = Annotated[list[str] | None, typer.Option(help="May be given several times; default: all.")]
COLUMNS = ("email", "name", "role", "active", "departments", "markets", "teams", "lead")


@app.command("list")
def list_users(context: typer.Context, how: FormatOption = Format.TABLE) -> None:
    """Everybody, by name."""
    desk: Desk = context.obj
    rows = [_told(each.value) for each in desk.store.state.users.rows(desk.principal)]
    hand_out(context, pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String)), how, title="Users")


@app.command("add")
def add(
    context: typer.Context,
    email: str,
    name: Annotated[str, typer.Option(help="As others know the person.")],
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.VIEWER,
    department: Some = None,
    market: Some = None,
    team: Some = None,
) -> None:
    """Add a person and print how they come in, or change name, role and scope of one who is there."""
    desk: Desk = context.obj
    users = desk.store.state.users
    found = users.find(desk.principal, email)
    lead = found.value.lead if found else ""
    user = User(
        email.strip().lower(), name, role, True, _names(department), _names(market), _names(team), lead
    )
    users.save(desk.principal, user, found.version if found else 0)
    typer.echo(f"{user.name} ({user.email}) is {user.role}.")
    if found is None and desk.asks_provider:
        typer.echo(f"They sign in with the firm's account of this address: {desk.address}")
    elif found is None:
        invite(context, user.email)


@app.command("lead")
def lead(
    context: typer.Context,
    email: str,
    to: Annotated[str, typer.Option(help="Address of the direct lead; default: nobody.")] = "",
) -> None:
    """Say who leads a person directly: only the two of them see what that person did."""
    desk: Desk = context.obj
    found = _known(desk, email)
    desk.store.state.users.save(desk.principal, replace(found.value, lead=to), found.version)
    typer.echo(f"{found.value.name} ({found.value.email}) is led by {to or 'nobody'}.")


@app.command("invite")
def invite(context: typer.Context, email: str) -> None:
    """Print a link with which the person sets a password, also a forgotten one; it works once, for three days."""
    desk: Desk = context.obj
    token = desk.store.state.accounts.invite(desk.principal, email, datetime.now(UTC))
    typer.echo(f"Hand over, to nobody else: {desk.address}/join?token={token}")


@app.command("close")
def close(context: typer.Context, email: str) -> None:
    """Close an account; whoever is signed in with it is out at once."""
    desk: Desk = context.obj
    found = _known(desk, email)
    desk.store.state.users.save(desk.principal, replace(found.value, active=False), found.version)
    typer.echo(f"{found.value.name} ({found.value.email}) cannot sign in any more.")


@app.command("sign-out")
def sign_out(context: typer.Context, email: str) -> None:
    """Sign a person out of every browser."""
    desk: Desk = context.obj
    desk.store.state.sessions.end_everywhere(desk.principal, email)
    typer.echo(f"{email} is signed out everywhere.")


@app.command("unlink")
def unlink(context: typer.Context, email: str) -> None:
    """Forget which account of the OpenID provider a person had; the next one with this address takes its place."""
    desk: Desk = context.obj
    gone = desk.store.state.identities.unlink(desk.principal, email)
    typer.echo(f"{email} is signed out; {gone or 'no'} linked account{'' if gone == 1 else 's'} forgotten.")


def set_up_link(desk: Desk) -> str | None:
    """The first administrator's link, for the terminal only; None where there is one, or nobody signs in."""
    if not desk.keeps_accounts or not desk.store.state.accounts.needs_set_up():
        return None
    return f"{desk.address}/set-up?token={desk.store.state.accounts.set_up_token(datetime.now(UTC))}"


def _known(desk: Desk, email: str) -> Versioned[User]:
    found = desk.store.state.users.find(desk.principal, email)
    if found is None:
        raise StateError(f"No user has the address {email}; 'fairlead user list' shows all.")
    return found


def _names(given: list[str] | None) -> frozenset[str] | None:
    return frozenset(given) if given else None


def _told(user: User) -> dict[str, str]:
    parts = {
        name: "all" if names is None else ", ".join(sorted(names))
        for name, names in (
            ("departments", user.departments),
            ("markets", user.markets),
            ("teams", user.teams),
        )
    }
    known = {"email": user.email, "name": user.name, "role": user.role.value}
    return {**known, "active": "yes" if user.active else "no", **parts, "lead": user.lead}
