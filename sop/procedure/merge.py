"""Two people changed the same draft: what one of them changed alone is kept, what both changed is asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sop.procedure.model import Procedure
from sop.procedure.parts import ORDER, Fields, Kind, Part, Place, apart, together


class Side(StrEnum):
    """Whose version of a place."""

    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True)
class Conflict:
    """A place both changed, each in another way. Of a part as a whole, None stands for taken out."""

    place: Place
    before: object
    mine: object
    theirs: object


@dataclass(frozen=True)
class Merged:
    """What comes of both with a choice for each conflict, and the places that only they changed."""

    procedure: Procedure
    conflicts: tuple[Conflict, ...]
    taken: tuple[Place, ...]


def merge(
    base: Procedure, mine: Procedure, theirs: Procedure, choices: Mapping[Place, Side] | None = None
) -> Merged:
    """
    Both changes of the same base, field by field of every part. Where both changed a place, `choices` says whose
    counts, theirs without one; the conflict is listed either way. Whatever only one of them changed is kept.
    """
    work = _Merge(apart(base), apart(mine), apart(theirs), choices or {})
    parts = {part: found for part in work.all_parts() if (found := work.part(part)) is not None}
    order = work.order([part for part in parts if part.kind is Kind.STEP])
    rest = {part: each for part, each in parts.items() if part.kind is not Kind.STEP}
    ordered = rest | {part: parts[part] for part in order}
    return Merged(together(mine.key, ordered), tuple(work.conflicts), tuple(work.taken))


@dataclass
class _Merge:
    """One merge under way; finds conflicts as it goes."""

    base: Mapping[Part, Fields]
    mine: Mapping[Part, Fields]
    theirs: Mapping[Part, Fields]
    choices: Mapping[Place, Side]
    conflicts: list[Conflict] = field(default_factory=list)
    taken: list[Place] = field(default_factory=list)

    def all_parts(self) -> Iterator[Part]:
        """Those of mine, then those only they have."""
        yield from self.mine
        yield from (each for each in self.theirs if each not in self.mine)

    def part(self, part: Part) -> Fields | None:
        """What becomes of a part: its fields, or None where it is taken out."""
        before, mine, theirs = (each.get(part) for each in (self.base, self.mine, self.theirs))
        if mine is not None and theirs is not None:
            return {name: self._field(part, name, before) for name in mine}
        if before is None or before in (mine, theirs):
            return self._one_sided(part, before, mine, theirs)
        return mine if self._asked(Place(part), before, mine, theirs) is Side.MINE else theirs

    def order(self, alive: Sequence[Part]) -> list[Part]:
        """The steps that are left, in the order of whoever moved them."""
        mine, theirs = (_steps(each, alive) for each in (self.mine, self.theirs))
        shared = set(mine) & set(theirs) & set(_steps(self.base, alive))
        was, own, other = (
            [each for each in _steps(parts, alive) if each in shared]
            for parts in (self.base, self.mine, self.theirs)
        )
        if own != was and other not in (was, own):
            side = self._asked(ORDER, was, own, other)
        else:
            side = Side.THEIRS if own == was else Side.MINE
            self.taken += [ORDER] if other != was and own != other else []
        return _woven(mine, theirs) if side is Side.MINE else _woven(theirs, mine)

    def _one_sided(
        self, part: Part, before: Fields | None, mine: Fields | None, theirs: Fields | None
    ) -> Fields | None:
        """Added by one side, or taken out by one and left alone by the other."""
        if (before is None) == (mine is None):
            self.taken.append(Place(part))
        return (mine or theirs) if before is None else None

    def _field(self, part: Part, name: str, before: Fields | None) -> object:
        was = before[name] if before is not None else None
        mine, theirs = self.mine[part][name], self.theirs[part][name]
        if mine == theirs or theirs == was:
            return mine
        if mine == was and before is not None:
            self.taken.append(Place(part, name))
            return theirs
        return mine if self._asked(Place(part, name), was, mine, theirs) is Side.MINE else theirs

    def _asked(self, place: Place, before: object, mine: object, theirs: object) -> Side:
        self.conflicts.append(Conflict(place, before, mine, theirs))
        return self.choices.get(place, Side.THEIRS)


def _steps(parts: Mapping[Part, Fields], alive: Sequence[Part]) -> list[Part]:
    return [each for each in parts if each in alive]


def _woven(lead: list[Part], other: list[Part]) -> list[Part]:
    """All of the lead, and what only the other has behind the step it stood behind there."""
    found = list(lead)
    for place, each in enumerate(other):
        if each in found:
            continue
        before = next((earlier for earlier in reversed(other[:place]) if earlier in found), None)
        found.insert(0 if before is None else found.index(before) + 1, each)
    return found
