"""A cable between a browser and a server that a test can cut: what is open breaks, and nothing gets through until it is
mended. A browser told to be offline keeps its open WebSocket."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Cable:
    """Carries bytes both ways from a port of its own to the server's."""

    def __init__(self, server: int) -> None:
        self.server = server
        self.is_cut = False
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._door = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._take, daemon=True).start()

    def cut(self) -> None:
        """From now on everything fails, also what is open."""
        with self._lock:
            self.is_cut = True
            for each in self._ends:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """From now on everything gets through again."""
        self.is_cut = False

    def close(self) -> None:
        self.cut()
        self._door.close()

    def _take(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            if self.is_cut:
                near.close()
                continue
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with suppress(OSError), near, socket.create_connection(("127.0.0.1", self.server)) as far:
            with self._lock:
                self._ends |= {near, far}
            try:
                self._both_ways(near, far)
            finally:
                with self._lock:
                    self._ends -= {near, far}

    def _both_ways(self, near: socket.socket, far: socket.socket) -> None:
        other = {near: far, far: near}
        while not self.is_cut:
            ready, _, _ = select.select([near, far], [], [], 1)
            for each in ready:
                data = each.recv(65536)
                if not data:
                    return
                other[each].sendall(data)


@contextmanager
def cable_to(server: int) -> Iterator[Cable]:
    """A cable to the server on this port."""
    cable = Cable(server)
    try:
        yield cable
    finally:
        cable.close()
