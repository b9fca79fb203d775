"""The plain worker: a round at start, the next ones by the clock, and one failure ends nothing."""

import logging
import os
import signal

import pytest

from worker.loop import work


def ask_to_stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.fixture(autouse=True)
def _own_signals() -> object:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_works_at_once_and_stops_after_the_round() -> None:
    """
    One round at start; TERM during it ends the loop after it.
    """
    rounds: list[str] = []

    def one_round() -> None:
        ask_to_stop()
        rounds.append("done")

    work(one_round, every_minutes=60)

    assert rounds == ["done"]


def test_a_failed_round_is_logged_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    """
    The first round fails, the second asks to stop: both happened, and the failure is in the log.
    """
    rounds: list[int] = []

    def one_round() -> None:
        rounds.append(len(rounds))
        if len(rounds) == 1:
            raise OSError("disk full")
        ask_to_stop()

    with caplog.at_level(logging.ERROR):
        work(one_round, every_minutes=0)

    assert rounds == [0, 1]
    assert "disk full" in caplog.text
