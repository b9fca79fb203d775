"""Random evidence of procedures: steps, plans, actions, versions, reviews, requirements, trainings and quizzes."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from store.contract import Table
from store.facts import (
    CorrectiveActions,
    PlannedChecks,
    ProcessEvents,
    QuizAttempts,
    SopReviews,
    SopRunSteps,
    SopVersions,
    TrainingRecords,
    TrainingRequirements,
)
from store.facts.checks import SELECTIONS

if TYPE_CHECKING:
    from made_facts import Row
    from random_facts import Dice

SOPS = ("customs", "packing", "talking", "binding")
VERSIONED = (*SOPS, *(f"other {n}" for n in range(12)))
EVENTS = ("Address verified", "Label printed", "Parcel handed over", "Label printed again")
MOMENTS = datetime(2024, 10, 1, 12, tzinfo=UTC)
TEAMS = ("north", "south", None)


def sop_run_steps(dice: "Dice", number: int) -> "Row":
    run = number // 3
    highest = dice.whole(0, 5)
    return {
        "step_id": f"{run}/{number}",
        "run_id": f"R{run}",
        "sop": SOPS[run % 4],
        "version": f"{run % 3}",
        "step": ("weigh", "label", None)[number % 3],
        "case_kind": ("order", "ticket", None)[run % 3],
        "case_id": (f"O{run}", f"T{run}", None)[run % 3],
        "team": TEAMS[run % 3],
        "market": ("DE", "US", None)[run % 3],
        "selection": (*SELECTIONS, "random", "random", None)[run % 6],
        "executed_day": dice.day(),
        "weight": dice.whole(0, 4),
        "score": dice.maybe(dice.one_of([highest, highest, dice.whole(0, highest)])),
        "max_score": highest,
        "not_applicable": dice.maybe(dice.chance(0.2)),
        "critical": dice.maybe(dice.chance(0.2)),
        "pass_mark": 60 + run % 40,
    }


def process_events(dice: "Dice", number: int) -> "Row":
    """About four events a case, near each other; what belongs to a case follows from its number."""
    case = number // 4
    limit = dice.near(MOMENTS + timedelta(days=case * 7 % 300), 1)
    return {
        "event_id": f"E{number}",
        "case_id": f"O{case}",
        "sop": SOPS[case % 2],
        "version": dice.maybe(f"{dice.whole(0, 3)}"),
        "step": dice.one_of(EVENTS) if case % 3 else EVENTS[number % 4],
        "team": dice.one_of(TEAMS),
        "place": number % 4,
        "market": dice.one_of(["DE", "US", "JP", None]),
        "happened_at": dice.maybe(limit + timedelta(minutes=dice.whole(-900, 300))),
        "limit_at": dice.maybe(limit),
    }


def planned_checks(dice: "Dice", number: int) -> "Row":
    due = dice.day()
    return {
        "plan_id": f"L{number}",
        "sop": dice.one_of(SOPS),
        "team": dice.one_of(TEAMS),
        "planned_day": dice.maybe(due - timedelta(days=dice.whole(0, 40))),
        "due_day": due,
        "done_day": dice.maybe(due + timedelta(days=dice.whole(-9, 5))),
    }


def corrective_actions(dice: "Dice", number: int) -> "Row":
    due = dice.day()
    return {
        "action_id": f"A{number}",
        "sop": dice.maybe(dice.one_of(SOPS)),
        "team": dice.one_of(TEAMS),
        "opened_day": dice.maybe(due - timedelta(days=dice.whole(0, 40))),
        "due_day": due,
        "closed_day": dice.maybe(due + timedelta(days=dice.whole(-9, 5))),
    }


def sop_versions(dice: "Dice", number: int) -> "Row":
    since = dice.maybe(dice.day() - timedelta(days=60), 0.1)
    return {
        "version_id": f"W{number}",
        "sop": VERSIONED[number % 16],
        "version": f"{number // 16}",
        "owner": dice.one_of(["quality", "plant", None]),
        "effective_day": since,
        "retired_day": since + timedelta(days=dice.whole(0, 300)) if since and dice.chance(0.2) else None,  # type: ignore[operator]
        "minor": dice.maybe(dice.chance(0.4)),
        "review_months": dice.whole(1, 4),
    }


def sop_reviews(dice: "Dice", number: int) -> "Row":
    return {
        "review_id": f"V{number}",
        "sop": dice.one_of([*VERSIONED, "unknown"]),
        "reviewed_day": dice.day(),
    }


def training_requirements(dice: "Dice", number: int) -> "Row":
    since = dice.day()
    return {
        "requirement_id": f"Q{number}",
        "person_id": f"P{dice.whole(0, 19)}",
        "sop": dice.one_of([*SOPS, "unknown"]),
        "team": dice.one_of(TEAMS),
        "required_from": since,
        "required_until": dice.maybe(since + timedelta(days=dice.whole(1, 300)), 0.3),
        "on_leave": dice.maybe(dice.chance(0.1)),
        "refresher_months": dice.maybe(dice.one_of([1, 3, 12])),
    }


def training_records(dice: "Dice", number: int) -> "Row":
    return {
        "training_id": f"T{number}",
        "person_id": f"P{dice.whole(0, 24)}",
        "sop": dice.one_of(SOPS),
        "version": f"{dice.whole(0, 5)}",
        "trained_day": dice.day(),
    }


def quiz_attempts(dice: "Dice", number: int) -> "Row":
    return {
        "attempt_id": f"Z{number}",
        "person_id": f"P{dice.whole(0, 24)}",
        "sop": dice.one_of(SOPS),
        "team": dice.one_of(TEAMS),
        "attempt": dice.whole(1, 2),
        "attempted_day": dice.day(),
        "passed": dice.maybe(dice.chance(0.8)),
    }


EVIDENCE_MAKERS: Mapping[type[Table], tuple[Callable[["Dice", int], "Row"], int]] = {
    SopRunSteps: (sop_run_steps, 900),
    ProcessEvents: (process_events, 300),
    PlannedChecks: (planned_checks, 300),
    CorrectiveActions: (corrective_actions, 300),
    SopVersions: (sop_versions, 80),
    SopReviews: (sop_reviews, 120),
    TrainingRequirements: (training_requirements, 150),
    TrainingRecords: (training_records, 300),
    QuizAttempts: (quiz_attempts, 300),
}
