"""`fairlead up`, `web`, `worker`, `check`, `backup` and `restore`: the processes and the health of a deployment."""

import logging
import shutil
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from commands.collecting import heard
from commands.data import fill_with_demo, load_demo
from commands.desk import Desk
from commands.people import set_up_link
from store.backup import backup as write_backup
from store.backup import restore as read_backup
from store.company_file import load_company
from worker.errands import Errands
from worker.heartbeat import Heartbeat
from worker.loop import work
from worker.messages import Messenger
from worker.plan import told_jobs_of
from worker.readiness import announce_when_ready
from worker.runner import Runner
from worker.supervisor import Child, check_port, supervise, web_command

HERE = Path(__file__).parent.parent
LEAST_FREE_MB = 500


class Unhealthy(Exception):
    """`fairlead check` found something that needs a person."""


def up(
    context: typer.Context,
    demo: Annotated[bool, typer.Option("--demo", help="Load the example company first.")] = False,
) -> None:
    """Start worker and web together; Ctrl-C or TERM stops both cleanly."""
    desk = _operated(context)
    desk.refuse_weak_secrets()
    check_port(desk.host, desk.port)
    if demo and not desk.config_file.exists() and desk.as_of() is None:
        load_demo(desk)
    plants = heard(desk.config)
    _tell_set_up(desk)
    desk.close()
    _log()
    worker = Child("worker", [sys.executable, "-m", "cli", "worker"], desk.environment, HERE, restart=True)
    web = Child("web", _web_command(desk), desk.web_environment, HERE)
    announce_when_ready(desk.host, desk.port, typer.echo, desk.base)
    raise typer.Exit(supervise([worker, *(_listener(desk, name) for name in plants), web]))


def web(context: typer.Context) -> None:
    """Serve the pages alone; Ctrl-C or TERM stops them cleanly."""
    desk = _operated(context)
    desk.refuse_weak_secrets()
    check_port(desk.host, desk.port)
    _tell_set_up(desk)
    desk.close()
    announce_when_ready(desk.host, desk.port, typer.echo, desk.base)
    raise typer.Exit(supervise([Child("web", _web_command(desk), desk.web_environment, HERE)]))


def worker(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Do what is due, and end; for cron.")] = False,
) -> None:
    """Do the jobs as they fall due; in between, what people ask for in the browser."""
    desk = _operated(context)
    _log()
    errands = Errands(desk.store, desk.fresh_job, lambda tell: fill_with_demo(desk, tell))
    jobs = replace(desk.store.state.jobs, stays=not once)
    every = timedelta(minutes=desk.sync_every_minutes)
    heartbeat = Heartbeat(lambda: desk.secret(desk.heartbeat_url), desk.heartbeat_inside)
    runner = Runner(jobs, desk.fresh_job, lambda job: told_jobs_of(job, every), errands.heavy, heartbeat.beat)
    messenger = Messenger(desk.store, lambda: desk.fresh_job().config, desk.secret, desk.address)
    if not once:
        work(runner, errands=(errands.quick, errands.asking, errands.slow, messenger.once))
        return
    failures = runner.all_due()
    messenger.all_due()
    if failures:
        raise Unhealthy("; ".join(failures))


def check(context: typer.Context) -> None:
    """Say whether stores answer, sources are fresh and the disk has room; exit code 1 if not."""
    desk: Desk = context.obj
    wrong: list[str] = []
    told = [f"home: {desk.home}", f"company: {load_company(desk.home).name}"]
    tables = desk.store.lake.names()
    told.append(f"lake: {len(tables)} tables")
    for each in desk.store.state.runs.freshness(desk.principal):
        told.append(
            f"source {each.source}: last good sync {each.last_ok_at or 'never'}, latest {each.latest.status.value}"
        )
        if each.latest.status.value not in ("ok", "running"):
            wrong.append(f"source {each.source}: {each.latest.message}")
    moment = desk.as_of()
    told.append(
        f"components: evaluated at the end of {moment.day}" if moment else "components: never computed"
    )
    free = shutil.disk_usage(desk.home).free // 2**20
    told.append(f"disk: {free:,} MB free")
    if free < LEAST_FREE_MB:
        wrong.append(f"only {free} MB are free under {desk.home}; make room for at least {LEAST_FREE_MB} MB")
    for line in told:
        typer.echo(line)
    if wrong:
        raise Unhealthy("; ".join(wrong))


def backup(context: typer.Context, file: Path) -> None:
    """Write everything into one file, consistent also while Fairlead runs."""
    desk: Desk = context.obj
    write_backup(desk.principal, desk.home, desk.store.state, file)
    typer.echo(f"Backup written to {file}.")


def restore(context: typer.Context, file: Path) -> None:
    """Read a backup into an empty home folder."""
    desk = _operated(context)
    read_backup(desk.principal, file, desk.home, desk.database)
    typer.echo(f"Restored into {desk.home}.")


def _operated(context: typer.Context) -> Desk:
    """What is for whoever runs the machine, and for nobody's role in Fairlead."""
    desk: Desk = context.obj
    if desk.acting:
        raise ValueError("This is for whoever runs the machine; leave out --as.")
    return desk


def _listener(desk: Desk, name: str) -> Child:
    command = [sys.executable, "-m", "cli", "collect", name]
    return Child(f"listener of {name}", command, desk.environment, HERE, restart=True)


def _web_command(desk: Desk) -> list[str]:
    return web_command(HERE / "server.py", desk.host, desk.port, desk.base)


def _tell_set_up(desk: Desk) -> None:
    if link := set_up_link(desk):
        typer.echo(f"Nobody can sign in yet. Become the administrator, within a day: {link}")


def _log() -> None:
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s", stream=sys.stderr
    )
