"""The process that reads files: limited in memory and time, and expendable. Run by reader.py with a job on stdin."""

import json
import os
import resource
import sys
from contextlib import suppress
from typing import Any

from connectors.file.job import MEGABYTE, Job

CPU_SECONDS = 60
CPU_SECONDS_EACH_MB = 0.5
WAITING = 2  # pieces written ahead of the reader
FILES = 256


def limit(job: Job) -> None:
    """Limit this process for good: address space, CPU time, open files, no core dump."""
    size = sum(os.path.getsize(path) for path in job.paths if os.path.isfile(path)) / MEGABYTE
    memory = job.memory * MEGABYTE
    seconds = job.cpu_seconds or int(CPU_SECONDS + size * CPU_SECONDS_EACH_MB)
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # a stricter limit is set already, or the system has none
            resource.setrlimit(what, (most, most))


def say(**message: Any) -> None:
    """One line of JSON to the reader."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _hand_over(job: Job) -> None:
    """Write each piece to a file and name it; wait where the reader is behind."""
    from connectors.file.pieces import pieces

    ahead = 0
    for at, piece in enumerate(pieces(job)):
        path = os.path.join(job.folder, f"{at:06d}.arrow")
        piece.frame.write_ipc(path)
        say(piece=path, place=piece.place, hand=piece.hand, typed=sorted(piece.typed))
        ahead += 1
        if ahead > WAITING:
            if not sys.stdin.readline():
                sys.exit(0)  # the reader is gone
            ahead -= 1
    say(done=True)


def _describe(job: Job) -> None:
    from connectors.file.tops import tops

    for top in tops(job):
        say(top=top.plain())
    say(done=True)


def main() -> None:
    """Do the job on the first line of stdin; every failure becomes one line, whatever raised it."""
    job = Job.from_json(sys.stdin.readline())
    limit(job)
    try:
        _describe(job) if job.look else _hand_over(job)
    except MemoryError:
        say(error="needs more memory than allowed; raise memory_mb of the source.")
    except BaseException as failed:  # polars panics are no Exception
        if isinstance(failed, SystemExit):
            raise
        from connectors.errors import SourceError

        say(error=str(failed) if isinstance(failed, SourceError) else f"{type(failed).__name__}: {failed}")


if __name__ == "__main__":
    main()
