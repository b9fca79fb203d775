"""The plain worker: one round of work at start, then one every so many minutes, until it is asked to stop."""

import gc
import logging
import signal
import threading
from collections.abc import Callable, Sequence
from types import FrameType

ERRANDS_EVERY_S = 1.0
log = logging.getLogger("fairlead.worker")


def work(
    round_of_work: Callable[[], None], *, every_minutes: int, errands: Sequence[Callable[[], bool]] = ()
) -> None:
    """
    Do a round at once and then every `every_minutes`; a round that fails is logged and tried again at the next turn.
    Each of `errands` is asked for something to do once a second, in a thread of its own.

    TERM and Ctrl-C end the loop after the step at hand; killing it is always safe.
    """
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        log.info("asked to stop")
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    for errand in errands:
        threading.Thread(target=run_errands, args=(errand, stop), daemon=True, name="errands").start()
    while not stop.is_set():
        try:
            round_of_work()
        except Exception:  # a worker must outlive any one failed round; the log has it whole
            log.exception("the round failed; the next one starts in %s minutes", every_minutes)
        stay()
        stop.wait(every_minutes * 60)


def stay() -> None:
    """What is in memory after a round is code and what it keeps; looking for cycles in it costs each round 60 ms."""
    gc.collect()
    gc.freeze()


def run_errands(errand: Callable[[], bool], stop: threading.Event) -> None:
    """One after the other while there are any; a failure is logged and ends nothing."""
    while not stop.is_set():
        try:
            busy = errand()
        except Exception:  # as with rounds: the worker outlives it
            log.exception("an errand failed")
            busy = False
        if not busy:
            stop.wait(ERRANDS_EVERY_S)
