"""Pictures that browsers or paper cannot take as they are: made anew by a process of their own, which may break."""

import subprocess
import sys
from dataclasses import dataclass
from threading import Lock

from store import picture_child
from store.picture_child import MOST_POINTS, SECONDS, TOO_LARGE

HEIC = "image/heic"
# What may hold more than the picture, by the first bytes of a file: all parts of a JPEG but JFIF, and named chunks.
NOTES = {
    b"\xff\xd8\xff": (*(bytes((0xFF, each)) for each in range(0xE1, 0xF0)), b"\xff\xfe"),
    b"\x89PNG": (b"tEXt", b"zTXt", b"iTXt", b"eXIf"),
    b"RIFF": (b"EXIF", b"XMP "),
}
BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")
_ONE_AT_A_TIME = Lock()  # each takes up to half a gigabyte for a second


class NoPicture(Exception):
    """A picture that cannot be shown; the message says why and what helps."""


@dataclass(frozen=True)
class Shown:
    """A JPEG or PNG of at most 1,600 points a side that says nothing of where or by what it was taken."""

    content: bytes
    kind: str
    width: int
    height: int


def is_heic(content: bytes) -> bool:
    """Whether the first bytes are those of a photo as telephones take them (HEIC)."""
    return content[4:8] == b"ftyp" and content[8:12] in BRANDS


def tells_of_camera(content: bytes) -> bool:
    """
    Whether a JPEG, PNG or WebP may hold what a camera or an editor wrote beside the picture: place, time, device. One
    taken for such by chance is made anew for nothing.
    """
    return any(
        mark in content for begins, marks in NOTES.items() if content.startswith(begins) for mark in marks
    )


def shown_of(content: bytes, name: str) -> Shown:
    """The picture as it can be shown. Raises NoPicture for one that is broken, or so large that it breaks others."""
    with _ONE_AT_A_TIME:
        try:
            child = subprocess.run(
                [sys.executable, "-I", picture_child.__file__],
                input=content,
                capture_output=True,
                timeout=2 * SECONDS,
                check=False,
                env={},
            )
        except subprocess.TimeoutExpired:
            raise _broken(name) from None
    if child.returncode == TOO_LARGE:
        raise NoPicture(
            f"{name} has more than {MOST_POINTS // 1_000_000} million points; send a smaller picture."
        )
    head, _, made = child.stdout.partition(b"\n")
    if child.returncode or not made:
        raise _broken(name)
    width, height, kind = head.decode().split()
    return Shown(made, kind, int(width), int(height))


def _broken(name: str) -> NoPicture:
    return NoPicture(f"{name} cannot be opened as a picture; take it again, or send it as JPEG.")
