"""One writer of a table at a time, over threads and processes of one machine."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.lake.mark import WriterBusy, make_directory

try:
    import fcntl
except ImportError as cause:
    raise ImportError("The lake needs the file locks of Linux or macOS; on Windows run it in WSL.") from cause


class WriterLock:
    """The lock file of a table's folder. The kernel frees it when the process that holds it dies."""

    def __init__(self, folder: Path, timeout: float) -> None:
        """`timeout` in seconds."""
        self.folder, self.timeout = folder, timeout
        self._turn, self._held = threading.RLock(), False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock; the thread that holds it may take it again. Raises WriterBusy at the deadline."""
        deadline = time.monotonic() + self.timeout
        if not self._turn.acquire(timeout=self.timeout):
            raise self._busy()
        try:
            if self._held:
                yield
                return
            with self._file_lock(deadline):
                self._held = True
                try:
                    yield
                finally:
                    self._held = False
        finally:
            self._turn.release()

    @contextmanager
    def _file_lock(self, deadline: float) -> Iterator[None]:
        make_directory(self.folder)
        handle = os.open(self.folder / "_durable.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            while not _taken(handle):
                if time.monotonic() > deadline:
                    raise self._busy()
                time.sleep(0.02)
            yield
        finally:
            os.close(handle)

    def _busy(self) -> WriterBusy:
        return WriterBusy(
            f"Another writer has held table '{self.folder.name}' for {self.timeout:g} s; try again later."
        )


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
