"""No more requests than a system wants: so many at once, and then one as each of them comes back (a token bucket)."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(eq=False)
class Pace:
    """At most `burst` + `a_second` × t requests in any t seconds; the first `burst` do not wait."""

    a_second: float
    burst: int = 1
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _left: float = field(init=False)
    _since: float = field(init=False)

    def __post_init__(self) -> None:
        self._left, self._since = float(self.burst), self.clock()

    def wait(self) -> None:
        """Until one more may be asked."""
        now = self.clock()
        self._left = min(self.burst, self._left + (now - self._since) * self.a_second)
        if self._left < 1:
            self.sleep((1 - self._left) / self.a_second)
            self._left, now = 1.0, self.clock()
        self._left, self._since = self._left - 1, now
