"""The plain worker: one round of work at start, then one every so many minutes, until it is asked to stop."""

import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType

log = logging.getLogger("fairlead.worker")


def work(round_of_work: Callable[[], None], *, every_minutes: int) -> None:
    """
    Do a round at once and then every `every_minutes`; a round that fails is logged and tried again at the next turn.

    TERM and Ctrl-C end the loop after the step at hand; killing it is always safe.
    """
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        log.info("asked to stop")
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    while not stop.is_set():
        try:
            round_of_work()
        except Exception:  # a worker must outlive any one failed round; the log has it whole
            log.exception("the round failed; the next one starts in %s minutes", every_minutes)
        stop.wait(every_minutes * 60)
