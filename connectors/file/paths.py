"""Which files a path of the configuration means: * ? [..] and {a,b} may stand in it."""

import glob
import os
import re
from collections.abc import Iterator, Sequence

from connectors.errors import SourceError

WILD = re.compile(r"[*?\[{]")


def is_pattern(paths: Sequence[str]) -> bool:
    """More than one file may be meant."""
    return len(paths) > 1 or any(WILD.search(path) for path in paths)


def files(paths: Sequence[str]) -> tuple[str, ...]:
    """The files that are there, each once, by path; a path that nothing fits raises SourceError."""
    found: dict[str, None] = {}
    for path in paths:
        fitting = [each for one in braces(path) for each in _fitting(one)]
        if not fitting:
            raise SourceError(
                f"No file fits {path}. Check path in the configuration and where relative paths start.",
                retry=True,
            )
        found.update(dict.fromkeys(fitting))
    return tuple(found)


def braces(path: str) -> Iterator[str]:
    """`{a,b}.csv` stands for `a.csv` and `b.csv`."""
    match = re.search(r"\{([^{}]*)\}", path)
    if not match:
        yield path
        return
    for each in match.group(1).split(","):
        yield from braces(path[: match.start()] + each + path[match.end() :])


def _fitting(path: str) -> list[str]:
    if os.path.lexists(path):
        return [path]
    return sorted(each for each in glob.glob(path, recursive=True) if not os.path.isdir(each))
