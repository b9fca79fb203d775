"""A disk that forgets what was not synced: it remembers each fsync and rebuilds a folder from that."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

PAGE = 4096


@dataclass(frozen=True)
class Cut:
    """How kind a power cut is: the chance of each unsynced page, and of each unsynced name, to survive."""

    pages: float
    names: float


class Disk:
    """What has reached the disk of a folder: bytes by file (inode), names by folder (inode)."""

    def __init__(self, live: Path, memory: Path) -> None:
        self.live, self.memory = live, memory
        for part in ("bytes", "names", "files"):
            (memory / part).mkdir(parents=True, exist_ok=True)

    def synced(self, path: Path) -> None:
        """Remember that this file's bytes, or this folder's names, are on the disk from now on."""
        if path.is_dir():
            names = {child.name: self._keep(child) for child in path.iterdir()}
            self._remember("names", path, json.dumps(names).encode())
        else:
            self._keep(path)
            self._remember("bytes", path, path.read_bytes())

    def cut(self, kind: Cut, random: Random) -> None:
        """Put in place of the live folder what may be left of it after a power cut."""
        survived = self.live.with_name("survived")
        self._rebuild(self.live.stat().st_ino, self.live, survived, kind, random)
        shutil.rmtree(self.live)
        shutil.rmtree(self.memory)
        survived.rename(self.live)
        Disk(self.live, self.memory)
        for folder, _, files in os.walk(self.live):
            for name in files:
                Disk.synced(self, Path(folder, name))
            Disk.synced(self, Path(folder))

    def _remember(self, part: str, path: Path, content: bytes) -> None:
        new = self.memory / f"{part}.new"
        new.write_bytes(content)
        new.rename(self.memory / part / str(path.stat().st_ino))

    def _keep(self, path: Path) -> int:
        """A second name of the file: it can be brought back, and its inode is not used again."""
        inode = path.stat().st_ino
        if path.is_file():
            with suppress(FileExistsError):
                (self.memory / "files" / str(inode)).hardlink_to(path)
        return inode

    def _rebuild(self, inode: int, live: Path, target: Path, kind: Cut, random: Random) -> None:
        target.mkdir()
        now = {child.name: child.stat().st_ino for child in live.iterdir()} if live.is_dir() else {}
        for name, child in self._surviving_names(inode, now, kind, random):
            if (live / name).is_dir():
                self._rebuild(child, live / name, target / name, kind, random)
            else:
                file = live / name if now.get(name) == child else self.memory / "files" / str(child)
                (target / name).write_bytes(self._surviving_bytes(child, file.read_bytes(), kind, random))

    def _surviving_names(
        self, inode: int, now: dict[str, int], kind: Cut, random: Random
    ) -> Iterator[tuple[str, int]]:
        """A name that was made, replaced or deleted since the folder's last fsync may be as it was."""
        memory = self.memory / "names" / str(inode)
        then: dict[str, int] = json.loads(memory.read_text()) if memory.exists() else {}
        for name in sorted(now.keys() | then.keys()):
            child = now.get(name) if random.random() < kind.names else then.get(name)
            if child is not None:
                yield name, child

    def _surviving_bytes(self, inode: int, now: bytes, kind: Cut, random: Random) -> bytes:
        """Page by page new or old bytes, zeros where there were none; in the new or the old length."""
        memory = self.memory / "bytes" / str(inode)
        then = memory.read_bytes() if memory.exists() else b""
        if now == then:
            return now
        length = len(now) if random.random() < max(kind.pages, 0.5) else len(then)
        old, new = (content.ljust(length, b"\0") for content in (then, now))
        pages = (
            (new if random.random() < kind.pages else old)[start : start + PAGE]
            for start in range(0, length, PAGE)
        )
        return b"".join(pages)[:length]
