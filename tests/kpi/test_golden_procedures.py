"""Golden cases of procedures and training: facts in, score out, and the functions of `sop` say the same."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
from golden_cases import CASES, Case, by, only
from made_facts import Row, made, scored

from kpi.catalog import find
from kpi.explain import Side, explain
from kpi.period import Span
from kpi.question import Question
from sop.corrective import Action, on_time
from sop.reviews import Procedure, Stage, reviews
from sop.share import Share
from sop.training import InForce, Required, Trained, completion, refreshers
from store.facts import (
    CorrectiveActions,
    SopReviews,
    SopRunSteps,
    SopVersions,
    TrainingRecords,
    TrainingRequirements,
)
from store.lake import Lake
from store.scope import LOCAL_OWNER

Given = Mapping[str, Any]
DAY = date(2025, 1, 15)


def test_points_are_added_and_never_averaged(lake: Lake) -> None:
    """
    86 of 100 points; the night team has 36 of 40, the day team 50 of 60.
    """
    case = CASES["sop_rollup"]
    rows = [
        {"step_id": a["audit"], "run_id": a["audit"], "sop": "packing", "team": a["team"], "selection": "random",
         "executed_day": DAY, "score": a["earned"], "max_score": a["possible"]}
        for a in case.inputs["audits"]
    ]  # fmt: skip
    kpi, facts, span = find("sop_adherence_rate"), {SopRunSteps: made(SopRunSteps, rows)}, Span(DAY, DAY)

    found = only(scored(lake, kpi, facts, span))

    assert found["value"] == case.close(case.expected["value"])
    assert by(scored(lake, kpi, facts, span, by=("team",)), "team") == case.close(case.expected["by_team"])
    case.refuses(mean_of_audits=found["value"])


def as_of_day(case: Case) -> Span:
    """The evaluation day alone: the state at its end."""
    day = date.fromisoformat(case.params["as_of"])
    return Span(day, day)


def day_of(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def required(row: Given, since: str, months: int | None = None) -> Row:
    return {
        "requirement_id": row["person"], "person_id": row["person"], "sop": "packing", "required_from": since,
        "on_leave": row["on_leave"], "refresher_months": months,
    }  # fmt: skip


def training(row: Given, version: int, on: str) -> Row:
    return {
        "training_id": row["person"], "person_id": row["person"], "sop": "packing", "version": version,
        "trained_day": on,
    }  # fmt: skip


def test_only_training_on_what_is_in_force_counts(lake: Lake) -> None:
    """
    Two of four are trained on version 3, one of them before it took effect; one is on leave, one has left.
    """
    case = CASES["sop_training_completion"]
    people, version = case.inputs["people"], case.params["current_version"]
    effective = date.fromisoformat(case.params["effective_on"])
    old = {"version_id": "old", "sop": "packing", "version": version - 1, "effective_day": "2024-01-01"}
    new = {"version_id": "new", "sop": "packing", "version": version, "effective_day": effective}
    facts = {
        SopVersions: made(SopVersions, [old, new]),
        TrainingRequirements: made(
            TrainingRequirements, [required(row, "2024-10-01") for row in people if row["active"]]
        ),
        TrainingRecords: made(
            TrainingRecords,
            [training(row, row["trained_version"], row["trained_on"]) for row in people if row["trained_on"]],
        ),
    }

    found = only(scored(lake, find("training_completion_rate"), facts, as_of_day(case)))
    early = only(scored(lake, find("training_before_effective_rate"), facts, as_of_day(case)))

    assert (found["numerator"], found["denominator"]) == (
        case.expected["numerator"],
        case.expected["denominator"],
    )
    assert found["value"] == case.close(case.expected["value"])
    assert {name: early[name] for name in ("numerator", "denominator", "value")} == case.close(
        case.expected["completed_before_effective"]
    )
    assert found["excluded_on_leave"] == case.expected["on_leave_excluded"]
    case.refuses(**dict.fromkeys(case.wrong, found["value"]))
    same = completion(
        [person(row) for row in people],
        InForce(str(version), effective),
        date.fromisoformat(case.params["as_of"]),
    )
    assert (same.trained, same.before_effective, same.on_leave) == (Share(2, 4), Share(1, 4), 1)


def person(row: Given) -> Required:
    day = day_of(row.get("trained_on", row.get("last_trained")))
    trainings = () if day is None else (Trained(str(row.get("trained_version", 1)), day),)
    return Required(
        row["person"], trainings, row.get("active", True), row["on_leave"], row.get("interval_months")
    )


def test_a_refresher_is_due_after_calendar_months(lake: Lake) -> None:
    """
    Due on 28 May, 30 June and 28 February; on 30 June the first and the last are overdue.
    """
    case = CASES["sop_refresher_overdue"]
    people = case.inputs["people"]
    facts = {
        SopVersions: made(
            SopVersions,
            [{"version_id": "one", "sop": "packing", "version": 1, "effective_day": "2023-01-01"}],
        ),
        TrainingRequirements: made(
            TrainingRequirements, [required(row, "2024-01-01", row["interval_months"]) for row in people]
        ),
        TrainingRecords: made(
            TrainingRecords, [training(row, 1, row["last_trained"]) for row in people if row["last_trained"]]
        ),
    }

    found = only(scored(lake, find("refresher_overdue_rate"), facts, as_of_day(case)))
    completed = only(scored(lake, find("training_completion_rate"), facts, as_of_day(case)))

    assert (found["numerator"], found["denominator"]) == (
        case.expected["numerator"],
        case.expected["denominator"],
    )
    assert found["value"] == case.close(case.expected["value"])
    assert found["excluded_on_leave"] == case.expected["on_leave_excluded"]
    assert completed["denominator"] - found["denominator"] == case.expected["never_trained"]
    as_of = date.fromisoformat(case.params["as_of"])
    due = [person(row).refresher_due(as_of) for row in people]
    assert due == [day_of(each) for each in case.expected["due"]]
    same = refreshers([person(row) for row in people], as_of)
    assert (same.overdue, same.never_trained, same.on_leave) == (Share(2, 3), 1, 1)


def version_row(row: Given) -> Row:
    drafted = row["status"] == "draft"
    return {
        "version_id": row["sop"], "sop": row["sop"], "version": 1, "review_months": row["interval_months"],
        "effective_day": None if drafted else row.get("effective_on", row["last_reviewed"]),
        "retired_day": "2024-06-01" if row["status"] == "retired" else None,
    }  # fmt: skip


def test_a_review_is_due_after_calendar_months(lake: Lake) -> None:
    """
    31 August plus six months is 28 February, 29 February plus twelve as well: both are one day overdue on 1 March.
    """
    case = CASES["sop_review_overdue"]
    rows = case.inputs["sops"]
    held = [
        {"review_id": row["sop"], "sop": row["sop"], "reviewed_day": row["last_reviewed"]}
        for row in rows
        if row["last_reviewed"]
    ]
    facts = {
        SopVersions: made(SopVersions, [version_row(row) for row in rows]),
        SopReviews: made(SopReviews, held),
    }
    kpi, span = find("sop_review_overdue_rate"), as_of_day(case)

    found = only(scored(lake, kpi, facts, span))

    assert (found["numerator"], found["denominator"]) == (
        case.expected["numerator"],
        case.expected["denominator"],
    )
    assert found["value"] == case.close(case.expected["value"])
    late = explain(lake, LOCAL_OWNER, kpi, Question(span), Side.NUMERATOR)
    assert set(late.filter(pl.col("numerator") > 0)["sop"]) == set(case.expected["days_overdue"])
    procedures = [
        Procedure(row["sop"], Stage(row["status"]), day_of(row.get("effective_on")), day_of(row["last_reviewed"]),
                  row["interval_months"])
        for row in rows
    ]  # fmt: skip
    due = {each.key: each.review_due for each in procedures if each.review_due}
    assert due == {key: date.fromisoformat(day) for key, day in case.expected["due"].items()}
    assert reviews(procedures, span.end).days_overdue == case.expected["days_overdue"]


def test_an_open_overdue_action_is_late(lake: Lake) -> None:
    """
    One of three due actions was closed by its day; the one closed before the 15th but due on the 30th waits.
    """
    case = CASES["sop_corrective_action_on_time"]
    rows = [
        {"action_id": row["action"], "due_day": row["due"], "closed_day": row["closed"]}
        for row in case.inputs["actions"]
    ]
    facts = {CorrectiveActions: made(CorrectiveActions, rows)}
    kpi, span = find("corrective_action_on_time_rate"), Span(date(2025, 3, 1), date(2025, 3, 31))

    found = only(scored(lake, kpi, facts, span, as_of=case.as_of))

    assert (found["numerator"], found["denominator"]) == (
        case.expected["numerator"],
        case.expected["denominator"],
    )
    assert found["value"] == case.close(case.expected["value"])
    assert found["immature"] == case.expected["not_due"]
    case.refuses(closed_only=found["value"])
    actions = [
        Action(str(row["action"]), date.fromisoformat(row["due"]), day_of(row["closed"]))
        for row in case.inputs["actions"]
    ]
    same = on_time(actions, date.fromisoformat(case.params["as_of"]))
    assert (same.closed, same.not_due) == (Share(1, 3), case.expected["not_due"])
    assert len(same.overdue_open) == case.expected["overdue_open"]
