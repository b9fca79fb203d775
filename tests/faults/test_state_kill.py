"""Writers of the state database die at random moments: nothing acknowledged is lost, nothing is half there."""

import multiprocessing
import os
import random
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from store.database import make_engine, read, run_transaction
from store.models import Cursor
from store.state import State

WRITERS = 2


def add_one(session: Session) -> None:
    """Both halves of one change: a reader must never see them differ."""
    for stream in ("left", "right"):
        cursor = session.get_one(Cursor, ("orders", stream))
        cursor.value = str(int(cursor.value) + 1)
        session.flush()


def write_on(url: str, acknowledged: str) -> None:
    """Adds one again and again; one byte in the file for each that was acknowledged."""
    engine = make_engine(url)
    told = os.open(acknowledged, os.O_APPEND | os.O_WRONLY)
    while True:
        run_transaction(engine, add_one)
        os.write(told, b".")


def start(url: str, acknowledged: Path) -> BaseProcess:
    writer = multiprocessing.get_context("spawn").Process(target=write_on, args=(url, str(acknowledged)))
    writer.start()
    return writer


def kill_at_random(url: str, acknowledged: Path, kills: int) -> None:
    """Kills one of the writers each time work is going on, and starts another in its place."""
    writers = [start(url, acknowledged) for _ in range(WRITERS)]
    chance = random.Random(1)
    for _ in range(kills):
        before = acknowledged.stat().st_size
        while acknowledged.stat().st_size < before + 5:
            assert all(writer.is_alive() for writer in writers)
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.02))
        victim = writers.pop(chance.randrange(WRITERS))
        victim.kill()
        victim.join()
        writers.append(start(url, acknowledged))
    for writer in writers:
        writer.kill()
        writer.join()


def halves(session: Session) -> list[int]:
    return [int(value) for value in session.scalars(select(Cursor.value).order_by(Cursor.stream))]


def check_after(tmp_path: Path, kills: int) -> None:
    url, acknowledged = f"sqlite:///{tmp_path}/state.db", tmp_path / "acknowledged"
    acknowledged.touch()
    with State.open(url) as state:
        run_transaction(
            state.engines.write,
            lambda session: session.add_all(
                Cursor(source="orders", stream=stream, value="0") for stream in ("left", "right")
            ),
        )
        kill_at_random(url, acknowledged, kills)

        left, right = read(state.engines.read, halves)
        told = acknowledged.stat().st_size
        whole = state.engines.ask(
            lambda session: session.execute(text("PRAGMA integrity_check")).scalar_one()
        )

    assert left == right
    # A writer may die after its commit and before it tells us: at most one change for each that died.
    assert told <= left <= told + kills + WRITERS
    assert whole == "ok"


def test_a_few_kills_lose_nothing(tmp_path: Path):
    """
    Five kills of two writers.
    """
    check_after(tmp_path, 5)


@pytest.mark.faults
def test_many_kills_lose_nothing(tmp_path: Path):
    """
    Sixty kills of two writers.
    """
    check_after(tmp_path, 60)
