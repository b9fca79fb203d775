"""Places and values of a procedure in words: for what is new, and for what two people both changed."""

from collections.abc import Mapping, Sequence
from datetime import date

from kpi.words import listed, marked, say
from sop.procedure import Check, KpiLink, Link, Picture, Procedure, Version
from sop.procedure.flowchart import shown_by
from sop.procedure.markdown.write import limit_text
from sop.procedure.paper import kpi_told
from sop.procedure.parts import ORDER, Kind, Place

FIELDS = {
    "title": marked("Title"), "purpose": marked("Why"), "department": marked("Department"), "owner": marked("Owner"),
    "translates": marked("Translates"), "contributors": marked("Written with"), "language": marked("Language"),
    "review_months": marked("Months until the next review"), "preparation": marked("Before you start"),
    "video": marked("Video"), "link": marked("Link"), "markets": marked("Markets"), "products": marked("Products"),
    "roles": marked("Roles"), "instruction": marked("Instruction"), "check": marked("Shown by"),
    "critical": marked("Critical"), "minutes": marked("Time limit"), "weight": marked("Weight"),
    "rule": marked("Rule for systems"), "cases": marked("Cases"), "example": marked("Example"),
    "pictures": marked("Pictures"),
    "accountable": marked("Accountable"), "backup": marked("Backup"), "responsible": marked("Responsible"),
    "consulted": marked("Consulted"), "informed": marked("Informed"), "text": marked("Text"),
    "version": marked("Version"), "steps": marked("Order of the steps"),
}  # fmt: skip


def place_told(place: Place, procedures: Sequence[Procedure]) -> str:
    """`Step "Weigh" · Weight`; titles of steps are those of the first of the procedures that has the step."""
    field = say(FIELDS.get(place.field, place.field)) if place.field else ""
    if place == ORDER:
        return field
    match place.part.kind:
        case Kind.STEP:
            return " · ".join(
                filter(None, [say("Step “{title}”", title=_title(place.part.key, procedures)), field])
            )
        case Kind.SECTION:
            return say("Section “{title}”", title=place.part.key)
        case Kind.KPI:
            return say("Linked KPI")
        case Kind.WHOLE:
            return field


def value_told(value: object) -> str:
    """A value as people read it; empty for none."""
    match value:
        case None:
            return ""
        case bool():
            return say("yes") if value else say("no")
        case Check():
            return shown_by(value)
        case KpiLink():
            return kpi_told(value)
        case Link():
            return f"{value.address} ({value.sha256[:12]})"
        case Picture():
            return f"{value.shows} ({value.file})"
        case tuple():
            return listed(map(value_told, value))
        case date() | Version():
            return str(value)
        case Mapping():
            return _part_told(value)
        case _:
            return str(value)


def _part_told(fields: Mapping[str, object]) -> str:
    """A whole step, section or KPI: what it says, a line a field."""
    if set(fields) <= {"text", "link"}:
        return value_told(next(iter(fields.values()), None))
    told = {name: _told(name, value) for name, value in fields.items() if value not in (False, 1)}
    return "\n".join(f"{say(FIELDS.get(name, name))}: {text}" for name, text in told.items() if text)


def _told(name: str, value: object) -> str:
    return limit_text(value) if name == "minutes" and isinstance(value, int) else value_told(value)


def _title(key: str, procedures: Sequence[Procedure]) -> str:
    found = (step.title for each in procedures if (step := each.step(key)) is not None)
    return next(filter(None, found), key)
