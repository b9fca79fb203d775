"""Numbers of versions: the first counts changes of the work, the second everything else."""

import re
from dataclasses import dataclass

from sop.procedure.text import ProcedureError

_WRITTEN = re.compile(r"(\d{1,6})(?:\.(\d{1,6}))?")


@dataclass(frozen=True, order=True)
class Version:
    """`major` grows when people have to work differently (and are asked to read and train again), `minor` otherwise."""

    major: int = 1
    minor: int = 0

    @classmethod
    def read(cls, text: str) -> "Version":
        """`3` and `3.0` are the same. Raises ProcedureError for anything else than one or two numbers."""
        found = _WRITTEN.fullmatch(text.strip())
        if found is None:
            raise ProcedureError(f"'{text[:40]}' is not a version; write it as 2 or 2.1.")
        return cls(int(found[1]), int(found[2] or 0))

    def after(self, *, major: bool) -> "Version":
        """The next one."""
        return Version(self.major + 1, 0) if major else Version(self.major, self.minor + 1)

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"
