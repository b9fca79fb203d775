"""Two firms that differ only in what one person may not see: every answer to that person must be the same."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from small_adherence import AUTHOR, FIRST, NOON, TEXT
from small_company import COMPANY, LAST, frame, known, runs, shipments, surveys

from kpi.catalog import DEPARTMENTS
from kpi.compute import refresh
from kpi.engine import AsOf
from kpi.flow.job import compute_flow
from kpi.model import Kpi
from sop.friction_job import compute_friction
from sop.outcomes import compute_outcomes
from sop.outcomes.links import Driven
from sop.prepared.job import prepare_answers
from sop.procedure.markdown import read
from sop.taking_in import publish
from store.company_file import save_company
from store.contract import Table
from store.facts import ProductionRuns, Shipments, SopCases, SopCaseSteps, SopRunSteps, Surveys
from store.home import Store, open_store
from store.permits import Role
from store.rejected import SCHEMA, TABLE
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import Action, BaselineRow, Note, TargetRow, View

Row = Mapping[str, Any]
Facts = dict[type[Table], list[dict[str, Any]]]
DAY = date(2025, 4, 24)
PART = {"shipping": "on_time_delivery_rate", "service": "csat_score", "manufacturing": "oee"}


@dataclass(frozen=True)
class Person:
    """Somebody, and which rows are none of their business; `entry` is where others leave notes they may not see."""

    principal: Principal
    hidden: Callable[[str, Row], bool]
    department: str
    segment: str


PEOPLE = {
    "one market": Person(
        Principal("Ada", Scope(markets=frozenset({"DE"})), Role.MANAGER),
        lambda _, row: row.get("market") == "FR", "shipping", "market=FR",
    ),
    "one department": Person(
        Principal("Bo", Scope(departments=frozenset({"shipping"})), Role.MANAGER),
        lambda department, _: department != "shipping", "service", "",
    ),
    "another department": Person(
        Principal("Cy", Scope(departments=frozenset({"service"})), Role.MANAGER),
        lambda department, _: department != "service", "shipping", "",
    ),
    "one team": Person(
        Principal("Tea", Scope(teams=frozenset({"one"})), Role.MANAGER),
        lambda _, row: row.get("team") == "two", "service", "team=two",
    ),
}  # fmt: skip


def facts() -> Facts:
    """The small company with a second team of service, in both markets."""
    both = surveys()
    for market in ("DE", "FR"):
        both += [
            {**row, "survey_id": f"{market}{row['survey_id']}", "market": market, "team": "two"}
            for row in surveys()[::2]
        ]
    return {Shipments: shipments(), Surveys: both, ProductionRuns: runs(), **_followed()}


def _followed() -> Facts:
    """A procedure of shipping, followed for most shipments in DE and by team one, less elsewhere."""
    steps: Facts = {SopCaseSteps: [], SopCases: [], SopRunSteps: []}
    for n, row in enumerate(shipments()):
        about = {"case_id": row["shipment_id"], "sop": "packing", "version": "1.0", "market": row["market"],
                 "team": "one" if n % 2 else "two", "begun_day": row["shipped_day"], "due_epoch": 0}  # fmt: skip
        met = None if n % 3 == 0 else 0
        steps[SopCaseSteps].append(
            {**about, "case_step_id": f"packing/{n}", "step": "seal", "happened_epoch": 0, "met_epoch": met}
        )
        steps[SopCases].append(
            {
                **about,
                "sop_case_id": f"packing/{n}",
                "steps": 1,
                "followed": 1,
                "met_epoch": met,
                "expected": 0,
            }
        )
        if n % 4 == 0:
            steps[SopRunSteps].append(
                {"step_id": f"{n}", "run_id": f"{n}", "sop": "packing", "version": "1.0", "step": "seal",
                 "market": row["market"], "team": about["team"], "selection": "random", "weight": 1,
                 "executed_day": row["shipped_day"], "seconds": 30 + n, "score": n % 8 and 1, "max_score": 1,
                 "not_applicable": n % 16 == 4, "critical": False, "pass_mark": 85}
            )  # fmt: skip
    return steps


def fill(home: Path, told: Facts) -> Store:
    """A store with these facts, computed."""
    store = open_store(home, departments=DEPARTMENTS)
    save_company(home, COMPANY)
    for table, rows in told.items():
        store.lake.append(table.name, frame(table, known(table, rows)), marks={"files": 1})
    refresh(store.lake, AsOf.end_of(LAST))
    compute_flow(store.lake, AsOf.end_of(LAST), COMPANY)
    linked = [Driven("on_time_delivery_rate", ("packing",))]
    compute_outcomes(store.lake, LOCAL_OWNER, linked, {"packing": "shipment_id"}, AsOf.end_of(LAST))
    compute_friction(store.lake)
    if not store.state.procedures.rows(LOCAL_OWNER):
        publish(store.state, AUTHOR, LOCAL_OWNER, read(TEXT.format(version="1.0")), "new", FIRST, FIRST)
    prepare_answers(store, [Scope(), *(each.principal.scope for each in PEOPLE.values())], NOON)
    return store


def other(first: Store, home: Path, person: Person) -> Store:
    """The same store but for what the person may not see: most of it is gone, the rest of it turned out otherwise."""
    told = {
        table: [_turned(row) if person.hidden(table.department, row) else row for n, row in enumerate(rows)
                if n % 3 == 0 or not person.hidden(table.department, row)]
        for table, rows in facts().items()
    }  # fmt: skip
    home.mkdir()
    for name in ("state.db", "secret"):
        shutil.copy(first.home / name, home / name)
    store = fill(home, told)
    _leave(store, person)
    return store


def _turned(row: Row) -> dict[str, Any]:
    turned = {
        "score": 2,
        "satisfied": False,
        "delivered_day": row.get("due_day"),
        "good": 1,
        "carrier": "Other",
        "met_epoch": None,
        "max_score": 5,
    }
    return {**row, **{name: value for name, value in turned.items() if name in row}}


def _leave(store: Store, person: Person) -> None:
    """What others entered about the part the person does not see."""
    state, kpi = store.state, PART[person.department]
    state.actions.add(LOCAL_OWNER, Action(kpi, person.department, "Hidden", "Eve", DAY, person.segment))
    state.annotations.add(LOCAL_OWNER, Note(DAY, DAY, "Hidden", person.department, kpi, person.segment))
    state.targets.add(LOCAL_OWNER, TargetRow(kpi, DAY, Decimal("0.99"), segment=person.segment))
    state.baselines.add(LOCAL_OWNER, BaselineRow(kpi, DAY, "Hidden", person.segment))
    market = "FR" if "market" in person.segment else ""
    if market or not person.segment:
        state.views.add(LOCAL_OWNER, View("Hidden", "kpi", "", person.department, market, shared=True))
    row = {
        **dict.fromkeys(SCHEMA.names()), "id": "hidden", "source": "files", "market": "FR", "reason": "Hidden",
        "table": next(table.name for table in facts() if table.department == person.department),
        "seen_at": frame(Shipments, known(Shipments, shipments()[:1]))["seen_at"][0], "month": "2025-04",
    }  # fmt: skip
    store.lake.append(TABLE, pl.DataFrame([row], schema=SCHEMA), marks={})


def told(answer: object) -> object:
    """Anything a query answers, down to plain values that can be compared and read."""
    match answer:
        case pl.DataFrame():
            return answer.columns, sorted(map(repr, answer.rows()))
        case pl.LazyFrame():
            return told(answer.collect())
        case Mapping():
            return {repr(key): told(value) for key, value in answer.items()}
        case list() | tuple():
            return [told(each) for each in answer]
        case set() | frozenset():
            return sorted(map(repr, answer))
        case Kpi():
            return answer.key
        case _ if is_dataclass(answer) and not isinstance(answer, type):
            return {each.name: told(getattr(answer, each.name)) for each in fields(answer)}
        case _:
            return repr(answer)


def as_viewer(person: Person) -> Principal:
    """The same scope with the role that may least."""
    return replace(person.principal, role=Role.VIEWER)
