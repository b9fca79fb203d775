"""The pictures a text of others names or holds: each gets a mark in the text, and goes to the step its mark is in."""

import posixpath
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from sop.procedure.model import Procedure
from sop.procedure.steps import Picture, Step
from sop.procedure.text import block, line
from store.picture_shown import HEIC, NoPicture, shown_of
from store.state import WrongEntry
from store.state.pictures import file_of, kind_of

MOST_PICTURES, LONGEST_NAME = 200, 80
NOT_BESIDE = "It does not lie beside the text; send both in one archive (zip)."
ON_THE_WEB = "It lies on the web, and nothing is fetched from there; save it beside the text."
OUTSIDE = "It stands outside of the steps; only steps have pictures."
IN_PAGE = re.compile(r"data:image/[a-z+.-]{1,20};base64,", re.IGNORECASE)
_NAMED = re.compile(r"!\[((?:[^\]\[\\]|\\.){0,300})\]\(<?([^()\s<>]+)>?(?:\s+\"[^\"\n]{0,300}\")?\)")
_MARK = re.compile(r"[ \t]*⟦(\d{1,4})⟧")
_CUT_MARK = re.compile(r"[ \t]*⟦\d{0,4}…?$")


@dataclass(frozen=True)
class Refused:
    """A picture that does not come along, and why."""

    file: str
    why: str


@dataclass(frozen=True)
class Named:
    """A picture as a text names it: what it shows, and where it lies or what it is."""

    shows: str
    source: str

    @property
    def name(self) -> str:
        """What people call it; one that stands in the page has no name of its own."""
        return "picture" if IN_PAGE.match(self.source) else line(unquote(self.source))[-LONGEST_NAME:]


@dataclass
class Found:
    """What was found: pictures by the name the procedure calls them, and those that were refused."""

    kept: dict[str, bytes] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)

    def refuse(self, named: Named, why: str) -> None:
        self.refused.append(Refused(named.name, why))

    def keep(self, named: Named, content: bytes | None) -> str | None:
        """The name it is kept under; None for one that is refused."""
        if content is None:
            self.refuse(named, ON_THE_WEB if "://" in named.source else NOT_BESIDE)
            return None
        if len(self.kept) >= MOST_PICTURES:
            self.refuse(named, f"There are {MOST_PICTURES} pictures already; those are the most.")
            return None
        try:
            kind, ending = kind_of(content)
            if kind == HEIC:
                shown_of(content, named.name)
        except (NoPicture, WrongEntry) as wrong:
            self.refuse(named, str(wrong))
            return None
        file = file_of(named.name, ending, content)
        self.kept[file] = content
        return file


def marked_out(text: str) -> tuple[str, list[Named]]:
    """The text with a mark in place of each picture, and the pictures in the order of their marks."""
    named: list[Named] = []

    def mark(found: re.Match[str]) -> str:
        named.append(Named(line(found[1].replace("\\", "")), found[2]))
        return f"⟦{len(named)}⟧"

    return _NAMED.sub(mark, text), named


def with_pictures(
    procedure: Procedure, named: list[Named], files: Mapping[str, bytes], found: Found
) -> Procedure:
    """The procedure without marks: pictures in steps are theirs, those that stand elsewhere are refused."""
    taken = set[int]()
    steps = tuple(_with(each, named, files, found, taken) for each in procedure.steps)
    for number, each in enumerate(named, 1):
        if number not in taken:
            found.refuse(each, OUTSIDE)
    return replace(
        procedure, title=_plain(procedure.title), purpose=_without(procedure.purpose),
        preparation=_without(procedure.preparation), steps=steps,
        sections=tuple(
            replace(each, heading=_plain(each.heading) or "Overview", text=_without(each.text))
            for each in procedure.sections
        ),
    )  # fmt: skip


def _with(step: Step, named: list[Named], files: Mapping[str, bytes], found: Found, taken: set[int]) -> Step:
    told = f"{step.title} {step.instruction}"
    numbers = dict.fromkeys(int(each) for each in _MARK.findall(told) if 0 < int(each) <= len(named))
    taken |= set(numbers)
    title = _plain(step.title) or next((shows for each in numbers if (shows := named[each - 1].shows)), "")
    pictures: dict[str, Picture] = {}
    for number in numbers:
        each = named[number - 1]
        if (file := found.keep(each, _content(each.source, files))) is not None:
            pictures.setdefault(file, Picture(file, each.shows or title))
    return replace(
        step, title=title, instruction=_without(step.instruction) or title, pictures=tuple(pictures.values())
    )


def _content(source: str, files: Mapping[str, bytes]) -> bytes | None:
    """The bytes a text means: those it holds, or of the file beside it; nothing is fetched."""
    if within := IN_PAGE.match(source):
        try:
            return b64decode(source[within.end() :], validate=True)
        except NotBase64:
            return b""
    return files.get(posixpath.normpath(unquote(source)))


def _plain(text: str) -> str:
    return line(_CUT_MARK.sub("", _MARK.sub("", text)))


def _without(text: str) -> str:
    return block(re.sub(r"[ \t]+(\n|$)", r"\1", _MARK.sub("", text)))
