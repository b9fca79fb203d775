"""One process after the other, each measured whole: CPU with its children, the largest memory, the clock."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from settings import ALLOCATION


class TaskFailed(Exception):
    """A measured process ended with an error."""


@dataclass(frozen=True)
class Run:
    """What one process used; `work` is its CPU without starting Python and importing libraries."""

    cpu: float
    wall: float
    peak_mb: float
    told: dict[str, Any]

    @property
    def work(self) -> float:
        return float(self.told.get("work", self.cpu))


@dataclass
class Series:
    """Several runs of the same task."""

    runs: list[Run] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        return median(run.cpu for run in self.runs)

    @property
    def work(self) -> float:
        return median(run.work for run in self.runs)

    @property
    def wall(self) -> float:
        return median(run.wall for run in self.runs)

    @property
    def peak_mb(self) -> float:
        return max(run.peak_mb for run in self.runs)

    def told(self, name: str) -> Any:
        return self.runs[0].told[name]


def run(task: str, *arguments: object) -> Run:
    """Run one task to its end. `peak_mb` is that of the largest process. Raises TaskFailed."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "benchmarks.tasks",
        task,
        *(str(each) for each in arguments),
    ]
    return run_command(command)


def run_command(command: Sequence[str]) -> Run:
    """Run a program whose last line is JSON of what it has to tell. Raises TaskFailed."""
    began = time.perf_counter()
    environment = {**ALLOCATION, **os.environ}  # as the command starts
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise TaskFailed(
            f"'{' '.join(command)}' ended with {process.returncode}; its complaint stands above."
        )
    told = json.loads(said.splitlines()[-1])
    return Run(used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss / 1024, told)


def alternate(rounds: int, variants: Sequence[tuple[str, Callable[[], Run]]]) -> dict[str, Series]:
    """Each variant in turn, `rounds` times, so that what else the machine does falls on all alike."""
    found = {name: Series() for name, _ in variants}
    for _ in range(rounds):
        for name, measured in variants:
            found[name].runs.append(measured())
    return found
