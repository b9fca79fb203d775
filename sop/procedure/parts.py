"""A procedure taken apart into parts with fields, by which two are compared and three are merged; and put together."""

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any, NamedTuple

from sop.procedure.model import KpiLink, Procedure, Scope, Section
from sop.procedure.steps import Condition, Raci, Step


class Kind(StrEnum):
    """What a part of a procedure is."""

    WHOLE = "procedure"
    STEP = "step"
    SECTION = "section"
    KPI = "KPI"


class Part(NamedTuple):
    """A part, known by the key of its step or KPI or the heading of its section; the procedure itself by none."""

    kind: Kind = Kind.WHOLE
    key: str = ""


class Place(NamedTuple):
    """A field of a part; without a field, the part as a whole."""

    part: Part
    field: str = ""


WHOLE = Part()
ORDER = Place(WHOLE, "steps")
Fields = Mapping[str, Any]
_WHOLE_FIELDS = (
    "title", "purpose", "department", "owner", "version", "language", "translates", "contributors", "review_months",
    "preparation", "cases", "video", "link",
)  # fmt: skip
_STEP_FIELDS = (
    "title", "instruction", "check", "critical", "minutes", "weight", "rule", "example", "pictures", "video",
)  # fmt: skip
_SCOPE = tuple(each.name for each in fields(Scope))
_RACI = tuple(each.name for each in fields(Raci))
_CONDITION = tuple(each.name for each in fields(Condition))


def apart(procedure: Procedure) -> dict[Part, Fields]:
    """The parts in the order of the procedure, each with the values of its fields."""
    found: dict[Part, Fields] = {WHOLE: _of(procedure, _WHOLE_FIELDS) | _of(procedure.scope, _SCOPE)}
    for link in procedure.kpis:
        found[Part(Kind.KPI, link.kpi)] = {"link": link}
    for step in procedure.steps:
        groups = _of(step.raci, _RACI) | _of(step.when, _CONDITION)
        found[Part(Kind.STEP, step.key)] = _of(step, _STEP_FIELDS) | groups
    for section in procedure.sections:
        found[Part(Kind.SECTION, section.heading)] = {"text": section.text}
    return found


def together(key: str, parts: Mapping[Part, Fields]) -> Procedure:
    """The procedure of these parts, in their order."""
    whole = parts[WHOLE]
    steps = tuple(_step(part.key, each) for part, each in parts.items() if part.kind is Kind.STEP)
    kpis: tuple[KpiLink, ...] = tuple(each["link"] for part, each in parts.items() if part.kind is Kind.KPI)
    sections = tuple(
        Section(part.key, each["text"]) for part, each in parts.items() if part.kind is Kind.SECTION
    )
    return Procedure(
        key, **_picked(whole, _WHOLE_FIELDS), scope=Scope(**_picked(whole, _SCOPE)), kpis=kpis, steps=steps,
        sections=sections,
    )  # fmt: skip


def _step(key: str, told: Fields) -> Step:
    return Step(
        key, **_picked(told, _STEP_FIELDS), raci=Raci(**_picked(told, _RACI)),
        when=Condition(**_picked(told, _CONDITION)),
    )  # fmt: skip


def _of(thing: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {each: getattr(thing, each) for each in names}


def _picked(told: Fields, names: tuple[str, ...]) -> dict[str, Any]:
    return {each: told[each] for each in names}
