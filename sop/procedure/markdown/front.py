"""The head of a procedure's file: YAML between two lines of ---, in which every value is a text."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import yaml

from sop.procedure.model import Direction, KpiLink, Link, Procedure, Scope
from sop.procedure.text import ProcedureError
from sop.procedure.version import Version

T = TypeVar("T")
FENCE = "---"
FIELDS = (
    "key", "version", "language", "translates", "department", "owner", "markets", "products", "roles", "contributors",
    "review_months", "cases", "video", "link", "sha256", "kpis",
)  # fmt: skip
_LISTS = frozenset({"markets", "products", "roles", "contributors"})
_KPI_FIELDS = frozenset({"kpi", "moves", "lag_days", "outcome"})
_WIDTH = 110


class MalformedProcedure(ProcedureError):
    """A file that cannot be read as a procedure; the message names the line or field."""


class _Texts(yaml.SafeLoader):  # type: ignore[misc]
    """Reads every value as the text that stands there: `no` is a country, `3.10` a version."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (PyYAML's own attribute)

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise MalformedProcedure("The head of the file uses an alias (*name); write the value out.")
        return super().compose_node(parent, index)


class _Plain(yaml.SafeDumper):  # type: ignore[misc]
    """Writes every value as a text without quotes where none are needed."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (PyYAML's own attribute)


def head(text: str) -> Mapping[str, object]:
    """What the YAML says. Raises MalformedProcedure for anything but fields with texts and lists."""
    try:
        loader = _Texts(text)
        found = loader.get_single_data()
    except yaml.YAMLError as error:
        raise MalformedProcedure(f"The head of the file is not YAML: {error}.") from error
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found):
        raise MalformedProcedure(
            "The head of the file holds no fields; begin with 'key: name_of_the_procedure'."
        )
    return found


def fields(told: Mapping[str, object]) -> dict[str, Any]:
    """The fields of a Procedure a head tells. Raises MalformedProcedure for unknown ones and wrong values."""
    if unknown := [each for each in told if each not in FIELDS]:
        raise MalformedProcedure(f"The field '{unknown[0]}' is not known; these are: {', '.join(FIELDS)}.")
    found: dict[str, Any] = {
        each: _text(told, each)
        for each in ("key", "department", "owner", "language", "cases", "video")
        if each in told
    }
    if "key" not in found:
        raise MalformedProcedure(
            "The head of the file has no 'key'; give the procedure one, e.g. customs_paperwork."
        )
    for each in ("version", "translates"):
        if each in told:
            found[each] = Version.read(_text(told, each))
    if "review_months" in told:
        found["review_months"] = whole(_text(told, "review_months"), "review_months")
    found["scope"] = Scope(*(_list(told, each) for each in ("markets", "products", "roles")))
    found["contributors"] = _list(told, "contributors")
    found["kpis"] = _kpis(told.get("kpis", []))
    if "link" in told or "sha256" in told:
        found["link"] = Link(_text(told, "link"), _text(told, "sha256"))
    return found


def written(procedure: Procedure) -> str:
    """The head of a procedure's file, with both lines of ---."""
    told: dict[str, object] = {"key": procedure.key, "version": str(procedure.version)}
    told["language"] = procedure.language
    if procedure.translates is not None:
        told["translates"] = str(procedure.translates)
    told |= {"department": procedure.department, "owner": procedure.owner}
    scope = procedure.scope
    told |= {"markets": list(scope.markets), "products": list(scope.products), "roles": list(scope.roles)}
    told |= {"contributors": list(procedure.contributors), "review_months": str(procedure.review_months)}
    told |= {"cases": procedure.cases, "video": procedure.video}
    if procedure.link is not None:
        told |= {"link": procedure.link.address, "sha256": procedure.link.sha256}
    told["kpis"] = [_kpi(each) for each in procedure.kpis]
    kept = {field: value for field, value in told.items() if value}
    text = yaml.dump(kept, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return f"{FENCE}\n{text}{FENCE}\n"


def whole(text: str, field: str) -> int:
    """A whole number. Raises MalformedProcedure for anything else."""
    if not re.fullmatch(r"\d{1,6}", text):
        raise MalformedProcedure(f"'{field}' is '{text[:40]}'; write a whole number.")
    return int(text)


def choice(kind: Callable[[str], T], text: str, field: str, known: str) -> T:
    """One of a closed list. Raises MalformedProcedure with the list for anything else."""
    try:
        return kind(text)
    except ValueError as error:
        raise MalformedProcedure(f"'{field}' is '{text[:40]}'; write one of {known}.") from error


def yes(text: str, field: str) -> bool:
    """Whether yes or no. Raises MalformedProcedure for other words."""
    return choice(
        {"yes": True, "true": True, "no": False, "false": False}.__getitem__, text, field, "yes, no"
    )


def _text(told: Mapping[str, object], field: str) -> str:
    value = told.get(field, "")
    if not isinstance(value, str):
        raise MalformedProcedure(f"'{field}' holds several values; write one.")
    return value


def _list(told: Mapping[str, object], field: str) -> tuple[str, ...]:
    value = told.get(field, [])
    if isinstance(value, str):
        return tuple(value.split(","))
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise MalformedProcedure(f"'{field}' is not a list of names; write it as [one, two].")
    return tuple(value)


def _kpis(told: object) -> tuple[KpiLink, ...]:
    if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
        raise MalformedProcedure("'kpis' is not a list; write each as '- {kpi: return_rate, moves: down}'.")
    return tuple(map(_kpi_link, told))


def _kpi_link(told: Mapping[str, object]) -> KpiLink:
    if unknown := set(told) - _KPI_FIELDS:
        raise MalformedProcedure(
            f"A KPI has no field '{unknown.pop()}'; these are: {', '.join(sorted(_KPI_FIELDS))}."
        )
    moves = choice(Direction, _text(told, "moves"), "moves", "up, down")
    lag = whole(_text(told, "lag_days") or "0", "lag_days")
    return KpiLink(_text(told, "kpi"), moves, lag, yes(_text(told, "outcome") or "no", "outcome"))


def _kpi(link: KpiLink) -> Mapping[str, str]:
    told = {"kpi": link.kpi, "moves": link.moves.value}
    told |= {"lag_days": str(link.lag_days)} if link.lag_days else {}
    return told | ({"outcome": "yes"} if link.outcome else {})
