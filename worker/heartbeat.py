"""Tells a dead-man's switch that jobs go well; when it hears nothing more, it tells people."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from connectors.outbound import OutboundRefused, call

LEAST_S = 60.0
log = logging.getLogger("fairlead.worker")


@dataclass
class Heartbeat:
    """Calls the address that `url_of` knows, at most once a minute; what goes wrong is logged and stops nothing."""

    url_of: Callable[[], str]
    inside: bool = False
    clock: Callable[[], float] = time.monotonic
    _last: float | None = None

    def beat(self) -> None:
        now = self.clock()
        if self._last is not None and now - self._last < LEAST_S:
            return
        self._last = now
        try:
            if url := self.url_of():
                call(url, inside=self.inside)
        except OutboundRefused as problem:
            log.warning("the heartbeat was not sent: %s", problem)
        except Exception as problem:  # noqa: BLE001  # a secret that cannot be read, say; its text may hold it
            log.warning("the heartbeat was not sent: %s", type(problem).__name__)
