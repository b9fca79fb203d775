"""The clock's and the operator's door: the `fairlead` command."""

import os
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from settings import ALLOCATION, WEB_ALLOCATION, Settings, SignIn, read_settings, refuse_weak_secrets, resolve

GIVEN = frozenset(os.environ)
for name, value in ALLOCATION.items():  # before polars is loaded
    os.environ.setdefault(name, value)

from commands import (
    actions,
    alerts,
    annotations,
    collecting,
    data,
    flow,
    forecasts,
    goals,
    jobs,
    kpis,
    meetings,
    messages,
    moves,
    peaks,
    people,
    person,
    preview,
    reports,
    retention,
    running,
    secrets,
    signals,
    sop_reviews,
    sop_runs,
    sops,
    sources,
    targets,
)
from commands.desk import Desk
from store.redaction import guard_output, redacted

app = typer.Typer(
    name="fairlead",
    help="Operations KPIs from a firm's own data, each traceable to its rows.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
kpis.app.command("forecast")(forecasts.kpi_forecast)
app.add_typer(kpis.app, name="kpi")
kpis.app.command("why")(moves.why)
kpis.app.command("review")(moves.review)
kpis.app.command("currency")(moves.currency)
kpis.app.command("lifetime")(moves.lifetime)
kpis.app.command("preview")(preview.preview_kpis)
kpis.app.command("goals")(goals.goals)
kpis.app.command("orphans")(goals.orphans)
kpis.app.command("signals")(signals.signals)
kpis.app.command("rebase")(signals.rebase)
app.add_typer(flow.app, name="flow")
app.add_typer(forecasts.app, name="forecast")
app.add_typer(targets.app, name="target")
app.add_typer(actions.app, name="action")
app.add_typer(meetings.app, name="meeting")
app.add_typer(peaks.app, name="peak")
app.add_typer(annotations.app, name="annotation")
sops.app.add_typer(sop_runs.app, name="run")
app.add_typer(sops.app, name="sop")
sops.app.add_typer(sop_reviews.reviews, name="reviews")
sops.app.add_typer(sop_reviews.flags, name="flags")
sops.app.add_typer(sop_reviews.mend, name="mend")
app.add_typer(reports.app, name="report")
app.add_typer(people.app, name="user")
app.add_typer(secrets.app, name="secret")
app.add_typer(messages.app, name="message")
app.add_typer(person.app, name="person")
app.add_typer(sources.app, name="source")
app.add_typer(data.rejected, name="rejected")
for command in (
    running.up, data.demo, data.sync, collecting.collect, data.compute, kpis.explain, alerts.evaluate, alerts.alerts,
    running.worker, jobs.jobs, running.web, running.check, running.backup, running.restore, retention.retention,
):  # fmt: skip
    app.command()(command)

ANYWHERE = ("--config", "--home", "--data", "--host", "--port", "--as")


@app.callback()
def settle(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="Configuration file; default fairlead.toml.")] = None,
    home: Annotated[Path | None, typer.Option(help="Folder of lake and state; default var.")] = None,
    data_folder: Annotated[
        Path | None, typer.Option("--data", help="Where relative source paths start.")
    ] = None,
    host: Annotated[str | None, typer.Option(help="Address of the pages; this machine only.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the pages; default 8501.")] = None,
    acting: Annotated[
        str, typer.Option("--as", metavar="EMAIL", help="Act as this user: with that role, in that scope.")
    ] = "",
) -> None:
    """Read the settings once; every command finds them in its context."""
    found = read_settings(config=config, home=home, data=data_folder, host=host, port=port)
    context.obj = Desk(
        home=found.home,
        config_file=found.config,
        data=found.data,
        database=found.database,
        keys=found.keys,
        resolve=resolve,
        host=found.host,
        port=found.port,
        acting=acting,
        refuse_weak_secrets=partial(refuse_weak_secrets, found),
        sync_every_minutes=found.sync_every_minutes,
        rejected_days=found.rejected_days,
        heartbeat_url=found.heartbeat_url,
        heartbeat_inside=found.heartbeat_inside,
        address=found.address,
        base=found.base,
        keeps_accounts=found.sign_in is SignIn.LOCAL,
        asks_provider=found.sign_in is SignIn.OIDC,
        environment=_environment(found),
        web_allocation={name: value for name, value in WEB_ALLOCATION.items() if name not in GIVEN},
    )


def _environment(found: Settings) -> dict[str, str]:
    """What the web and the worker need to mean the same deployment."""
    told: dict[str, object] = {
        "HOME": found.home, "CONFIG": found.config, "HOST": found.host, "PORT": found.port,
        "SIGN_IN": found.sign_in.value, "PUBLIC_URL": found.public_url, "SESSION_HOURS": found.session_hours,
    }  # fmt: skip
    if found.data:
        told["DATA"] = found.data
    return {**os.environ, **{f"FAIRLEAD_{name}": str(value) for name, value in told.items()}}


def arranged(arguments: list[str]) -> list[str]:
    """The options that mean the same for every command, moved in front of it."""
    front, rest, words = list[str](), list[str](), iter(arguments)
    for word in words:
        if word in ANYWHERE:
            front += [word, *(next(words, "") for _ in range(1))]
        elif word.startswith(tuple(f"{name}=" for name in ANYWHERE)):
            front.append(word)
        else:
            rest.append(word)
    return [*front, *rest]


def main() -> None:
    """Run a command; what goes wrong is one line, and the whole story only with --debug."""
    guard_output()
    arguments = [word for word in sys.argv[1:] if word != "--debug"]
    try:
        app(arranged(arguments))
    except Exception as wrong:  # the last place that can turn a failure into a sentence
        if len(arguments) != len(sys.argv) - 1:
            raise
        said = " ".join(str(wrong).split()) or type(wrong).__name__
        typer.echo(f"fairlead: {redacted(said)}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
