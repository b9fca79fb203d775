"""The plain worker: jobs as they fall due, errands in between, until it is asked to stop."""

import gc
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from types import FrameType

from worker.plan import LANES
from worker.runner import Runner

LOOK_EVERY_S = 1.0
PLAN_EVERY_S = 30.0
GRACE_S = 20.0
log = logging.getLogger("fairlead.worker")


def work(
    runner: Runner,
    *,
    errands: Sequence[Callable[[], bool]] = (),
    leave: Callable[[int], None] = os._exit,
    grace_s: float = GRACE_S,
) -> None:
    """
    Do the jobs of each lane as they fall due, and ask each of `errands` for something to do, in a thread each.

    TERM and Ctrl-C: nothing new is begun, what is at work has `grace_s` to end and is given back then; a second signal
    ends the process at once. Killing it is always safe: its leases end by themselves.
    """
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            leave(1)
        log.info("asked to stop")
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    runner.plan()
    lanes = [_started(partial(_one, runner, lane), stop) for lane in LANES]
    for errand in errands:
        _started(errand, stop)
    while not stop.wait(PLAN_EVERY_S):
        try:
            runner.plan()
        except Exception:  # the database is away; it may come back
            log.exception("the jobs could not be planned")
    _end(lanes, runner, leave, grace_s)


def _end(
    lanes: Sequence[threading.Thread], runner: Runner, leave: Callable[[int], None], grace_s: float
) -> None:
    deadline = time.monotonic() + grace_s
    for lane in lanes:
        lane.join(max(0.0, deadline - time.monotonic()))
    if any(lane.is_alive() for lane in lanes):
        runner.give_back()
        leave(0)


def _one(runner: Runner, lane: str) -> bool:
    if runner.one(lane) is None:
        return False
    stay()
    return True


def stay() -> None:
    """What is in memory after a job is code and what it keeps; looking for cycles in it costs each time 60 ms."""
    gc.collect()
    gc.freeze()


def _started(errand: Callable[[], bool], stop: threading.Event) -> threading.Thread:
    thread = threading.Thread(target=run_errands, args=(errand, stop), daemon=True, name="errands")
    thread.start()
    return thread


def run_errands(errand: Callable[[], bool], stop: threading.Event) -> None:
    """One after the other while there are any; a failure is logged and ends nothing."""
    while not stop.is_set():
        try:
            busy = errand()
        except Exception:  # the worker outlives any one failure
            log.exception("an errand or a job failed")
            busy = False
        if not busy:
            stop.wait(LOOK_EVERY_S)
