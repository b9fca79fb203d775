"""Workers die at random moments: every run takes effect once, and what was killed is taken over."""

import multiprocessing
import random
import shutil
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from job_worker import work_on
from postgres_server import PostgresServer
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import Cursor, JobRun
from store.state import State

WORKERS, KILLS = 3, 50
PATIENCE_S = 300.0
LIVES = multiprocessing.get_context("forkserver")
LIVES.set_forkserver_preload(["store.state"])


@dataclass
class Crew:
    """Workers on one database; a killed one is replaced by another, and what each acknowledged is kept."""

    url: str
    folder: Path
    lives: list[BaseProcess] = field(default_factory=list)
    said: list[Path] = field(default_factory=list)

    def start(self) -> None:
        number = len(self.said)
        told = self.folder / f"said-{number}"
        told.touch()
        arguments = (self.url, f"worker-{number}", number, str(told))
        self.lives.append(LIVES.Process(target=work_on, args=arguments))
        self.lives[-1].start()
        self.said.append(told)

    def kill(self, at: int) -> None:
        process = self.lives.pop(at)
        process.kill()
        process.join()

    def acknowledged(self) -> list[int]:
        return [int(run) for each in self.said for run in each.read_text().split()]

    def until(self, more: int) -> None:
        """Until so many runs more were acknowledged by any of them."""
        goal, deadline = len(self.acknowledged()) + more, time.monotonic() + PATIENCE_S
        while len(self.acknowledged()) < goal:
            assert all(process.is_alive() for process in self.lives), "a worker ended by itself"
            assert time.monotonic() < deadline, "nobody works"
            time.sleep(0.01)


def crash(url: str, folder: Path, kills: int) -> None:
    crew, chance = Crew(url, folder), random.Random(7)
    try:
        for _ in range(WORKERS):
            crew.start()
        for _ in range(kills):
            crew.until(3)
            time.sleep(chance.uniform(0, 0.05))
            crew.kill(chance.randrange(WORKERS))
            crew.start()
        crew.until(3)
    finally:
        while crew.lives:
            crew.kill(0)
    check(url, crew.acknowledged(), kills + WORKERS)


def check(url: str, acknowledged: list[int], deaths: int) -> None:
    with State.open(url, migrated=False) as state:
        effects, runs = Counter(state.engines.ask(took_effect)), state.engines.ask(ended)
    well = {run for run, status in runs.items() if status == "ok"}
    assert set(effects.values()) == {1}
    assert set(effects) == well  # each run that ended well took effect once, no other any
    assert len(acknowledged) == len(set(acknowledged))
    assert set(acknowledged) <= well
    assert len(well) - len(acknowledged) <= deaths  # killed after the commit, before it was told
    assert sum(status in ("running", "lost") for status in runs.values()) <= deaths


def took_effect(session: Session) -> list[int]:
    return [int(each) for each in session.scalars(select(Cursor.stream))]


def ended(session: Session) -> dict[int, str]:
    return {each.id: each.status for each in session.scalars(select(JobRun))}


@pytest.mark.faults
def test_every_run_takes_effect_once_on_sqlite(migrated_file: Path, tmp_path: Path) -> None:
    """
    Three workers, fifty kills.
    """
    shutil.copy(migrated_file, tmp_path / "state.db")
    crash(f"sqlite:///{tmp_path}/state.db", tmp_path, KILLS)


@pytest.mark.faults
def test_every_run_takes_effect_once_on_postgres(postgres_server: PostgresServer, tmp_path: Path) -> None:
    """
    The same on PostgreSQL.
    """
    name = postgres_server.new_database()
    State.open(postgres_server.url(name)).close()
    crash(postgres_server.url(name), tmp_path, KILLS)
    postgres_server.drop_database(name)
