"""PostgreSQL crashes and comes back under working writers."""

import threading
import time

import pytest
from postgres_server import PostgresServer, running_postgres

from store.database import make_engine, read, run_transaction
from store.migrations import migrate
from store.models import Cursor


def add_one(session) -> None:
    counter = session.get_one(Cursor, ("orders", "count"))
    counter.value = str(int(counter.value) + 1)


def write(server: PostgresServer, name: str, times: int, done: list[int]) -> None:
    engine = make_engine(server.url())
    for number in range(times):
        run_transaction(engine, add_one, key=f"{name} {number}")
        done.append(number)
    engine.dispose()


@pytest.mark.faults
def test_a_crash_of_the_server_loses_and_doubles_nothing():
    """
    Two writers of 150 keyed commands each, four crashes in between: 300 are counted, and no writer noticed.
    """
    with running_postgres() as server:
        engine, done = make_engine(server.url()), list[int]()
        migrate(engine)
        run_transaction(
            engine, lambda session: session.add(Cursor(source="orders", stream="count", value="0"))
        )
        writers = [threading.Thread(target=write, args=(server, name, 150, done)) for name in ("a", "b")]
        for writer in writers:
            writer.start()
        for crash in range(1, 5):
            while len(done) < crash * 50 and any(writer.is_alive() for writer in writers):
                time.sleep(0.002)
            server.restart()
        for writer in writers:
            writer.join()

        assert read(engine, lambda session: session.get_one(Cursor, ("orders", "count")).value) == "300"
        engine.dispose()
