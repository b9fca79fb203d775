"""Lives of a writer process: started, killed at a random moment, and what it had acknowledged until then."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

WORKER = Path(__file__).with_name("lake_worker.py")
HOUSE = Path(__file__).parents[2]


@dataclass
class Lives:
    """Runs writers on one lake and remembers what they acknowledged, what they kept and what they dropped."""

    lake: Path
    memory: Path | None = None
    syncs: str = "all"
    acknowledged: int = -1
    kept: int = 0
    dropped: int = 0

    def live(self, *, boot: str, kill_after: float | None = None, steps: int = 10_000) -> None:
        """One process: killed `kill_after` seconds past its check of the lake, or ends after its steps.

        Raises AssertionError when the lake does not come back, or holds less than was acknowledged.
        """
        said, complaint = self.lake.with_name("said.txt"), self.lake.with_name("complaint.txt")
        known = {**os.environ, "PYTHONPATH": str(HOUSE)}
        memory = str(self.memory or "-")
        command = [sys.executable, str(WORKER), str(self.lake), memory, boot, self.syncs, str(steps)]
        with (
            said.open("w") as out,
            complaint.open("w") as err,
            subprocess.Popen(command, stdout=out, stderr=err, env=known) as process,
        ):
            while process.poll() is None and not said.stat().st_size:
                time.sleep(0.02)
            if kill_after is not None:
                time.sleep(kill_after)
                process.kill()
        self._hear(said.read_text(), complaint.read_text())

    def _hear(self, said: str, complaint: str) -> None:
        before = self.acknowledged
        lines = [line.split() for line in said.splitlines()]
        assert lines, f"After {before} steps the lake does not come back: {complaint}"
        assert not complaint, f"After {lines[-1]}: {complaint}"
        _, holds, _, kept, _, dropped = lines[0]
        assert int(holds) >= before, f"Step {before} was acknowledged, the lake holds {holds}."
        self.kept, self.dropped = self.kept + int(kept), self.dropped + int(dropped)
        self.acknowledged = max([before, *(int(line[1]) for line in lines[1:])])
