"""Notes on days of the figures: written, changed and removed by people, each within what they may see."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from store.models import Annotation
from store.permits import Permit
from store.scope import Principal
from store.state.edits import WrongEntry, require_everything, require_part, sees_part
from store.state.engines import Engines
from store.state.segments import segment_pairs, segment_text
from store.state.shelf import Shelf, record

LONGEST_NOTE = 120


class NoteError(WrongEntry):
    """A note that cannot be right; the message says which value and why."""


@dataclass(frozen=True)
class Note:
    """
    `text` about the days from `starts_on` to `ends_on`: of one KPI, of a department where `kpi` is empty, of the
    company where both are; limited to `segment` where one is named. Version 0 is not stored yet.
    Raises NoteError without a text or with a longer one than 120 characters, and for days the wrong way round.
    """

    starts_on: date
    ends_on: date
    text: str
    department: str = ""
    kpi: str = ""
    segment: str = ""
    author: str = ""
    written_at: datetime | None = None
    deleted: bool = False
    version: int = 0
    id: int = 0

    def __post_init__(self) -> None:
        line = " ".join(self.text.split())
        if not line:
            raise NoteError("The note is empty; say in a few words what happened.")
        if len(line) > LONGEST_NOTE:
            raise NoteError(f"The note has {len(line)} characters; {LONGEST_NOTE} are the most.")
        if self.ends_on < self.starts_on:
            raise NoteError(f"The note ends on {self.ends_on}, before it begins on {self.starts_on}.")
        if self.kpi and not self.department:
            raise NoteError(f"The note on '{self.kpi}' names no department; name the one of the KPI.")
        object.__setattr__(self, "text", line)
        object.__setattr__(self, "segment", segment_text(segment_pairs(self.segment)))

    @property
    def market(self) -> str | None:
        return segment_pairs(self.segment).get("market")

    def __str__(self) -> str:
        until = f" to {self.ends_on}" if self.ends_on != self.starts_on else ""
        return f"'{self.text}' on {self.starts_on}{until}, by {self.author}"


def _sees(principal: Principal, note: Note) -> bool:
    """What is for the company is for everybody."""
    everybodys = replace(principal, scope=replace(principal.scope, departments=None))
    asked = principal if note.department else everybodys
    return sees_part(asked, note.department, segment_pairs(note.segment))


def _covers(principal: Principal, note: Note) -> None:
    if not note.department:
        require_everything(principal, "a note for the company")
    else:
        require_part(principal, note.department, segment_pairs(note.segment), "write a note")


def _note(stored: Annotation) -> Note:
    return record(Note, stored)


_SHELF = Shelf("note", Annotation, _note, _sees, Permit.WRITE_NOTES, _covers)


@dataclass(frozen=True)
class Annotations:
    """The notes of the state database."""

    engines: Engines

    def rows(
        self,
        principal: Principal,
        start: date | None = None,
        end: date | None = None,
        *,
        removed: bool = False,
    ) -> list[Note]:
        """Those the principal may see, by day; only of days from `start` to `end` where these are named."""
        where = [] if start is None else [Annotation.ends_on >= start]
        where += [] if end is None else [Annotation.starts_on <= end]
        where += [] if removed else [Annotation.deleted.is_(False)]
        return _SHELF.rows(self.engines, principal, (Annotation.starts_on, Annotation.id), *where)

    def find(self, principal: Principal, number: int) -> Note:
        """One note; raises WrongEntry for one that does not exist or that the principal may not see."""
        return _SHELF.find(self.engines, principal, number)

    def add(self, principal: Principal, note: Note, key: str | None = None) -> Note:
        """Stores a new note with the principal's name. Raises NotAllowed outside the scope."""
        written = replace(note, author=principal.name, written_at=datetime.now(UTC))
        return _SHELF.add(self.engines, principal, written, "note written", key)

    def save(self, principal: Principal, note: Note, key: str | None = None) -> Note:
        """Changes the version the editor saw. Raises ChangedMeanwhile, WrongEntry when it is gone, NotAllowed."""
        return _SHELF.save(self.engines, principal, note, "note changed", key)

    def remove(self, principal: Principal, note: Note, key: str | None = None) -> Note:
        """Takes away the version the editor saw; the row stays, marked. Raises as `save`."""
        return _SHELF.save(self.engines, principal, replace(note, deleted=True), "note removed", key)
