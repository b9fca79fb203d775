"""The prepared answers as they lie in the lake: one row a scope, part, subject and choice, told as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

import polars as pl
from pydantic import TypeAdapter

from sop.diagnosis.association import Association
from sop.diagnosis.friction import Friction
from sop.outcomes.effects import Story
from sop.outcomes.quadrants import Place
from sop.outcomes.reading import Answer
from sop.share import Share
from store.scope import Scope

TABLE, DEFINITION = "sop_prepared", "1"
WEEKS, EVER = (4, 13, 26, 52), 0  # the choices of days a page offers; all of them
ALWAYS, EVERYWHERE = -1, ""  # of rows that no choice of days, or of a market, changes


class Part(StrEnum):
    """What a row tells; its subject is a KPI for verdicts, else a procedure."""

    DONE = "done"
    VERDICTS = "verdicts"
    PLACES = "places"
    TOGETHER = "together"
    STORIES = "stories"
    WORKED = "worked"
    FRICTION = "friction"


KINDS: Mapping[Part, Any] = {
    Part.VERDICTS: tuple[Answer, ...], Part.PLACES: Place, Part.TOGETHER: Association,
    Part.STORIES: tuple[Story, ...], Part.WORKED: dict[date, Share],
    Part.FRICTION: tuple[Friction, ...],
}  # fmt: skip
SCHEMA = pl.Schema(
    {
        "scope": pl.String(),
        "part": pl.String(),
        "subject": pl.String(),
        "weeks": pl.Int64(),
        "market": pl.String(),
        "language": pl.String(),  # of sentences that are told as they were seen; empty where there are none
        "told": pl.String(),
        "digest": pl.String(),  # what it was worked out from; while that stays, so does the row
        "as_of": pl.Date(),
        "made_at": pl.Datetime("us", "UTC"),
        "month": pl.String(),
    }
)


@dataclass(frozen=True)
class Prepared:
    """
    What is known for one scope and choice, as of the evening of `as_of`. `places`, `together` and `worked` by
    procedure; `worked`: checks and runs by the version in force among all of the seven days up to a day.
    `friction`: steps of runs, the one that costs most time first.
    """

    as_of: date
    made_at: datetime
    verdicts: tuple[Answer, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    together: Mapping[str, Association] = field(default_factory=dict)
    stories: tuple[Story, ...] = ()
    worked: Mapping[str, Mapping[date, Share]] = field(default_factory=dict)
    friction: tuple[Friction, ...] = ()


@cache
def adapter(part: Part) -> TypeAdapter[Any]:
    """How the answers of a part are told and understood."""
    return TypeAdapter(KINDS[part])


def name_of(scope: Scope) -> str:
    """The scope as plain text: an answer is for those who see exactly that."""
    parts = (scope.departments, scope.markets, scope.teams)
    return "|".join("*" if part is None else repr(sorted(part)) for part in parts)
