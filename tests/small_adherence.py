"""A firm whose procedures were followed as a person can add up: eight weeks to Sunday 27 April 2025.

Packing, in force since January and in version 2.0 since 3 March: each week 40 cases in DE and 10 in FR, judged by
systems; sealed in 36 of the 40 and 5 of the 10, weighed in all. Ten random checks a week say that both
was always done. Eight of ten seals took 20 s, two 60 s; weighing, which has 30 s, always 40 s; each week one was
skipped and one answered again. Counting was checked twice in all. 30 of the cases of a week are shipments of the small
company.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from small_company import COMPANY, LAST, frame, known, shipments

from kpi.compute import refresh
from kpi.engine import AsOf
from sop.friction_job import compute_friction
from sop.outcomes import compute_outcomes
from sop.outcomes.links import ANY, Driven
from sop.prepared.job import prepare_answers
from sop.procedure.markdown import read
from sop.taking_in import publish
from store.company_file import save_company
from store.facts import Shipments, SopCases, SopCaseSteps, SopRunSteps
from store.home import Store, open_store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope

AUTHOR = Principal("desk lead", role=Role.ADMIN)
WEEKS = [LAST - timedelta(days=6 + 7 * n) for n in reversed(range(8))]
SCOPES, NOON = (Scope(), Scope(markets=frozenset({"DE"}))), datetime(2025, 4, 28, 12, tzinfo=UTC)
FIRST, SECOND = date(2025, 1, 6), date(2025, 3, 3)
TEXT = """---
key: packing
version: {version}
department: shipping
owner: Shipping lead
kpis:
- kpi: on_time_delivery_rate
  moves: up
  outcome: yes
---

# Packing

## Why

A parcel that opens on the way is lost.

## Steps

### 1. Seal it {{#seal}}

- Accountable: Packer

Seal it, says {version}.

### 2. Weigh it {{#weigh}}

- Accountable: Packer

Weigh it.
"""


def adherence_store(home: Path) -> Store:
    """The firm, computed as of the evening of 27 April 2025."""
    store = open_store(home)
    save_company(home, COMPANY)
    for version, since in (("1.0", FIRST), ("2.0", SECOND)):
        publish(store.state, AUTHOR, LOCAL_OWNER, read(TEXT.format(version=version)), "new", since, since)
    cases = [
        (week, place, n) for week in WEEKS for place, many in (("DE", 40), ("FR", 10)) for n in range(many)
    ]
    store.lake.append(
        SopCaseSteps.name,
        frame(SopCaseSteps, [row for each in cases for row in _steps(*each)]),
        marks={"x": 1},
    )
    store.lake.append(SopCases.name, frame(SopCases, [_case(*each) for each in cases]), marks={"x": 1})
    answers = [_answer(week, n, step) for week in WEEKS for n in range(10) for step in ("seal", "weigh")]
    counted = [_answer(WEEKS[-1], n, "count", "counting") for n in range(2)]
    store.lake.append(SopRunSteps.name, frame(SopRunSteps, answers + counted), marks={"x": 1})
    store.lake.append(Shipments.name, frame(Shipments, known(Shipments, shipments())), marks={"x": 1})
    refresh(store.lake, AsOf.end_of(LAST))
    linked = [Driven("on_time_delivery_rate", ("packing",))]
    compute_outcomes(store.lake, LOCAL_OWNER, linked, {"packing": ANY}, AsOf.end_of(LAST))
    compute_friction(store.lake)
    prepare_answers(store, SCOPES, NOON)
    return store


def epoch(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())


def _id(week: date, place: str, n: int) -> str:
    """Of 20 cases of DE and all of FR the shipment of that number."""
    if place == "DE":
        return f"{week}-{n}" if n < 20 else f"{week}-DE-{n}"
    return f"{week}-{20 + n}"


def _sealed(place: str, n: int) -> bool:
    return n < (36 if place == "DE" else 5)


def _steps(week: date, place: str, n: int) -> list[Mapping[str, Any]]:
    about = {"case_id": _id(week, place, n), "sop": "packing", "version": "2.0", "market": place, "team": "one",
             "begun_day": week, "due_epoch": epoch(week)}  # fmt: skip
    kept = {"seal": _sealed(place, n), "weigh": True}
    return [
        {**about, "case_step_id": f"packing/{about['case_id']}/{step}", "step": step, "happened_epoch": epoch(week),
         "met_epoch": epoch(week) if done else None}
        for step, done in kept.items()
    ]  # fmt: skip


def _case(week: date, place: str, n: int) -> Mapping[str, Any]:
    return {
        "sop_case_id": f"packing/{week}-{place}-{n}", "case_id": _id(week, place, n), "sop": "packing",
        "version": "2.0", "market": place, "team": "one", "begun_day": week, "steps": 2,
        "followed": 1 + _sealed(place, n), "due_epoch": epoch(week), "expected": 0, "closed_epoch": epoch(week),
        "met_epoch": epoch(week) if _sealed(place, n) else None,
    }  # fmt: skip


def _answer(week: date, n: int, step: str, sop: str = "packing") -> Mapping[str, Any]:
    took = {"seal": 20 if n < 8 else 60, "weigh": 40, "count": 5}
    return {
        "seconds": took.get(step), "limit_seconds": 30 if step == "weigh" else None,
        "skipped": step == "weigh" and n == 0, "corrected": step == "weigh" and n == 1,
        "step_id": f"{sop}/{week}/{n}/{step}", "run_id": f"{sop}/{week}/{n}", "sop": sop, "version": "2.0",
        "step": step, "team": "two" if n < 5 else "one", "selection": "random", "executed_day": week, "score": 1,
        "max_score": 1, "weight": 1, "not_applicable": False, "critical": False, "pass_mark": 85,
    }  # fmt: skip
