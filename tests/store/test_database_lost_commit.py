"""The answer to a COMMIT is lost on its way: the change is there, but we were not told."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from postgres_server import PostgresServer
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from store.database import OutcomeUnknown, make_engine, read, run_transaction
from store.models import Cursor


class Relay:
    """Passes bytes between us and the server; while `losing`, cuts the line once a COMMIT has been carried out."""

    def __init__(self, server: Path):
        self.server, self.losing, self.lost = server, 0, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lines: list[threading.Thread] = []
        self.waiter = threading.Thread(target=self._wait)
        self.waiter.start()

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.waiter.join()
        self.listener.close()
        for line in self.lines:
            line.join()

    def _wait(self) -> None:
        while True:
            try:
                ours, _ = self.listener.accept()
            except OSError:  # shut down: the test is over
                return
            self.lines.append(threading.Thread(target=self._carry, args=(ours,)))
            self.lines[-1].start()

    def _carry(self, ours: socket.socket) -> None:
        with ours, socket.socket(socket.AF_UNIX) as theirs, suppress(OSError):  # either side may hang up
            theirs.connect(str(self.server / ".s.PGSQL.5432"))
            committing = False
            while True:
                source = select.select([ours, theirs], [], [])[0][0]
                data = source.recv(65536)
                if source is theirs and committing:
                    self.lost += 1
                    return
                if not data:
                    return
                if source is ours and self.losing and b"COMMIT" in data:
                    self.losing, committing = self.losing - 1, True
                (theirs if source is ours else ours).sendall(data)


@pytest.fixture
def relay(postgres_server: PostgresServer) -> Iterator[Relay]:
    relay = Relay(postgres_server.socket)
    yield relay
    relay.close()


@pytest.fixture
def url(relay: Relay, postgres_server: PostgresServer, migrated_database: str) -> Iterator[str]:
    name = postgres_server.new_database(template=migrated_database)
    yield f"postgresql://postgres@127.0.0.1:{relay.port}/{name}"
    postgres_server.drop_database(name)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    run_transaction(engine, lambda session: session.add(Cursor(source="orders", stream="count", value="0")))
    yield engine
    engine.dispose()


def add_one(session: Session) -> int:
    counter = session.get_one(Cursor, ("orders", "count"))
    counter.value = str(int(counter.value) + 1)
    return int(counter.value)


def test_a_keyed_command_is_done_once_although_its_answer_is_lost(engine: Engine, relay: Relay):
    """
    Ten commands, each loses the answer to its commit and is repeated: ten are counted, not twenty.
    """
    answers = []
    for number in range(10):
        relay.losing = 1
        answers.append(run_transaction(engine, add_one, key=f"click {number}"))

    assert relay.lost == 10
    assert answers == list(range(1, 11))
    assert read(engine, lambda session: session.get_one(Cursor, ("orders", "count")).value) == "10"


def test_without_a_key_the_caller_is_told_that_nobody_knows(engine: Engine, relay: Relay):
    """
    Repeating could count twice, giving up could count not at all: the message says to look.
    """
    relay.losing = 1
    with pytest.raises(OutcomeUnknown, match="look before you repeat it"):
        run_transaction(engine, add_one)
    assert read(engine, lambda session: session.get_one(Cursor, ("orders", "count")).value) == "1"
