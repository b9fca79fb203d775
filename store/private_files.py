"""Files that nobody but their owner may read: checked before they are believed, written whole or not at all."""

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class NotPrivate(Exception):
    """Others may read or change a file that holds a secret."""


def require_private(file: Path) -> None:
    """
    Raises NotPrivate for a file that every user of this machine can read, or that others than its owner can change. The
    group may read it: that is how root hands a secret to a service. Nothing happens where there is no file.
    """
    mode = file.stat().st_mode if file.exists() else 0
    if mode & stat.S_IRWXO:
        raise NotPrivate(f"Every user of this machine can read or change {file}; run: chmod o= {file}")
    if mode & (stat.S_IWGRP | stat.S_IXGRP):
        raise NotPrivate(f"The group of {file} can change it; run: chmod g-wx {file}")


def read_private(file: Path) -> str:
    """The text of a secret file, without the line break at its end. Raises NotPrivate, OSError."""
    require_private(file)
    return file.read_text(encoding="utf-8").strip()


def write_private(file: Path, text: str, *, anew: bool = True) -> bool:
    """
    Write a file only its owner reads, on disk when this returns; whoever reads meanwhile finds the old one or the new
    one. Without `anew` a file that is there stays, and the answer is False. Raises OSError.
    """
    return write_private_bytes(file, text.encode(), anew=anew)


def write_private_bytes(file: Path, data: bytes, *, anew: bool = True) -> bool:
    """The same with bytes."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as made:
            made.write(data)
            made.flush()
            os.fsync(made.fileno())
        return _put(fresh, file, anew)
    finally:
        with suppress(FileNotFoundError):
            fresh.unlink()


def _put(fresh: Path, file: Path, anew: bool) -> bool:
    if anew:
        os.replace(fresh, file)
    else:
        try:
            os.link(fresh, file)
        except FileExistsError:
            return False
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold a file's lock; the kernel frees it when the process ends. Raises BlockingIOError, OSError."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(file.with_name(f".{file.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)
