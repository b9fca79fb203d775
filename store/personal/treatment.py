"""What becomes of each field of a source that tells about a person: dropped, hashed or kept, and why."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum

from store.contract import Table, fields, people_of
from store.facts import TABLES

STREAM = "personal data"  # under which a source keeps its map, beside its cursors


class Treatment(StrEnum):
    """What becomes of a field of a source."""

    DROP = "drop"
    HASH = "hash"
    KEEP = "keep"


TOLD = {Treatment.DROP: "dropped", Treatment.HASH: "hashed", Treatment.KEEP: "kept"}


class Why(StrEnum):
    """The reason of a treatment; the value completes the sentence "It is hashed: ..."."""

    PERSON = "it names a person, who is only counted and told apart"
    SAID = "the mapping says so"
    FILLS = "a KPI needs it"
    CHOOSES = "it only decides which rows count"
    UNMAPPED = "nothing reads it"


@dataclass(frozen=True)
class FieldTreatment:
    """One field of a source: the table it goes to, the column it fills there (empty: none), what becomes of it."""

    table: str
    field: str
    fills: str
    treatment: Treatment
    why: Why


def known_of(words: str | None, tables: Sequence[str]) -> list[FieldTreatment]:
    """What a source kept; of one that kept nothing yet, what our contract says of the tables it fills."""
    if words is not None:
        return of_words(words)
    return [each for name in tables if name in TABLES for each in by_contract(TABLES[name])]


def by_contract(table: type[Table]) -> list[FieldTreatment]:
    """The treatments of a source that gives the columns of a table under our own names."""
    people = people_of(table)
    return [
        FieldTreatment(table.name, field.given_as, field.given_as, *_contract(name in people))
        for name, field in fields(table).items()
        if field.mapped
    ]


def hidden_by_contract(table: type[Table]) -> Mapping[str, Treatment]:
    """The fields that must not stand beside a rejected row, where no mapping says which they are."""
    return dict.fromkeys(people_of(table), Treatment.HASH)


def as_words(told: Sequence[FieldTreatment]) -> str:
    """As a source keeps them."""
    return json.dumps([astuple(each) for each in told])


def of_words(words: str) -> list[FieldTreatment]:
    """What a source kept."""
    return [
        FieldTreatment(table, field, fills, Treatment(treatment), Why(why))
        for table, field, fills, treatment, why in json.loads(words)
    ]


def _contract(is_person: bool) -> tuple[Treatment, Why]:
    return (Treatment.HASH, Why.PERSON) if is_person else (Treatment.KEEP, Why.FILLS)
