"""Evidence that procedures are followed: answered steps, what systems recorded, planned checks, corrective actions."""

from typing import ClassVar

import dataframely as dy
import polars as pl

from store.contract import Table, day, epoch, flag, instant, key, text, whole, worked

LEFT_OUT = ("not_applicable", "called_off", "not_reached")
SELECTIONS = ("random", "targeted", "complaint")
CASE_KINDS = ("order", "shipment", "ticket", "batch")


class SopRunSteps(Table):
    about = "One answered step of one run or check of a procedure; nobody is named, a team is."
    name: ClassVar[str] = "sop_run_steps"
    department: ClassVar[str] = "procedures"
    month_of: ClassVar[str] = "executed_day"

    step_id = key("Run or check with the number of the step")
    run_id = text("The run or check it belongs to", required=True)
    sop = text("Key of the procedure", required=True)
    version = text("Version of the procedure that was followed")
    step = text("Key of the step")
    case_kind = text(f"What the observed work was done for: {', '.join(CASE_KINDS)}")
    case_id = text("Number of that order, shipment, ticket or batch")
    team = text("Team that did the observed work")
    market = text("Market the observed work was for")
    selection = text(f"How the run was chosen: {', '.join(SELECTIONS)}; only random ones enter the rates")
    executed_at = instant("When the observed work was done, not when the check was entered")
    executed_day = day("Local day of the observed work", required=True, of="executed_at")
    recorded_day = day("Day the check was entered")
    weight = whole("Weight of the step", unit="points", default=1)
    score = whole(
        "Points earned, below 0 where more faults were found than points could be earned; empty where not answered",
        unit="points", minimum=None,
    )  # fmt: skip
    max_score = whole("Points it could earn", unit="points", default=1)
    not_applicable = flag("The step did not apply: it leaves both sums", default=False)
    critical = flag("The step alone fails the check", default=False)
    pass_mark = whole("Share of points, in percent, from which the check is passed", unit="%", default=85)
    seconds = whole("From opening the step to its first answer; empty where not known", unit="s")
    limit_seconds = whole("Time limit of the step in the version followed; empty without one", unit="s")
    skipped = flag("Whoever ran it left the step undone", default=False)
    corrected = flag("The first answer was replaced by another one", default=False)

    @dy.rule()
    def score_is_at_most_its_maximum(cls) -> pl.Expr:
        return pl.col("score").is_null() | (pl.col("score") <= pl.col("max_score"))

    @dy.rule()
    def selection_is_known(cls) -> pl.Expr:
        return pl.col("selection").is_null() | pl.col("selection").is_in(SELECTIONS)

    @dy.rule()
    def case_kind_is_known(cls) -> pl.Expr:
        return pl.col("case_kind").is_null() | pl.col("case_kind").is_in(CASE_KINDS)


class SopChecks(Table):
    about = "One run or check with its points and how it ended; prepared from sop_run_steps."
    name: ClassVar[str] = "sop_checks"
    department: ClassVar[str] = "procedures"
    month_of: ClassVar[str] = "executed_day"
    prepared: ClassVar[bool] = True

    run_id = key("The run or check")
    sop = text("Key of the procedure", required=True)
    version = text("Version of the procedure that was followed")
    team = text("Team that did the observed work")
    market = text("Market the observed work was for")
    selection = text("How it was chosen")
    executed_day = day("Local day of the observed work", required=True)
    steps = whole("Steps that applied")
    answered = whole("Steps that were answered")
    earned = whole("Weight times score of the steps that applied", unit="points")
    possible = whole("Weight times highest score of the steps that applied", unit="points")
    critical_failures = whole("Critical steps below their highest score, or not answered")
    passed = flag("At least the pass mark, and no critical failure; empty where nothing applied")


class ProcessEvents(Table):
    about = "One step that a system records by itself, where it has one with the moment by which it should be done."
    name: ClassVar[str] = "process_events"
    department: ClassVar[str] = "procedures"
    month_of: ClassVar[str] = "event_day"

    event_id = key("Case with the step, and its number where a step may come again")
    case_id = text("Order, shipment, ticket or batch", required=True)
    sop = text("Key of the procedure", required=True)
    version = text("Version in force when the case began")
    step = text("The step the event stands for", required=True)
    team = text("Team that answers for the case")
    market = text("Market of the case")
    happened_at = instant("When it happened; empty while it has not")
    happened_day = day("Local day on which it happened", of="happened_at")
    limit_at = instant("By when the procedure wants it done, where the system knows")
    limit_day = day("Local day of that moment", of="limit_at")
    place = whole("Order within the case where two events have the same time", minimum=None)
    event_day = worked(
        dy.Date, "Day of the limit, else of the event", pl.coalesce("limit_day", "happened_day")
    )
    happened_epoch = epoch("happened_at")
    limit_epoch = epoch("limit_at")


class SopCaseSteps(Table):
    about = "One step of one case as the systems' own record tells it; prepared by the rules of the procedure's steps."
    name: ClassVar[str] = "sop_case_steps"
    department: ClassVar[str] = "procedures"
    month_of: ClassVar[str] = "begun_day"
    prepared: ClassVar[bool] = True

    case_step_id = key("Procedure, case and step")
    case_id = text("Order, shipment, ticket or batch", required=True)
    sop = text("Key of the procedure", required=True)
    version = text("Version in force when the case began", required=True)
    step = text("Key of the step", required=True)
    market = text("Market of the case")
    team = text("Team that answers for the case")
    begun_day = day("Local day the case began", required=True)
    left_out = text(f"Why the step does not count for the case: {', '.join(LEFT_OUT)}")
    due_epoch = whole("When the step is judged, in seconds since 1970 UTC", unit="s", minimum=None)
    happened_epoch = whole("When what the rule is about happened", unit="s", minimum=None)
    met_epoch = whole("When the rule was kept; empty while or where it was not", unit="s", minimum=None)


class SopCases(Table):
    about = "One case of a procedure as a whole: all its steps, and their order; prepared as sop_case_steps."
    name: ClassVar[str] = "sop_cases"
    department: ClassVar[str] = "procedures"
    month_of: ClassVar[str] = "begun_day"
    prepared: ClassVar[bool] = True

    sop_case_id = key("Procedure and case")
    case_id = text("Order, shipment, ticket or batch", required=True)
    sop = text("Key of the procedure", required=True)
    version = text("Version in force when the case began", required=True)
    market = text("Market of the case")
    team = text("Team that answers for the case")
    begun_day = day("Local day the case began", required=True)
    left_out = text("Why the case does not count")
    steps = whole("Steps that count for the case")
    followed = whole("Steps of them whose rule was kept")
    due_epoch = whole("When all its steps can be judged, in seconds since 1970 UTC", unit="s", minimum=None)
    met_epoch = whole("When the last rule was kept; empty where one was not", unit="s", minimum=None)
    expected = whole("Main steps of the expected order; 0 where the procedure has none")
    closed_epoch = whole("When the case is over, in seconds since 1970 UTC", unit="s", minimum=None)
    complete_epoch = whole(
        "When the last main step had happened; empty where one is missing", unit="s", minimum=None
    )
    exact_epoch = whole(
        "When the last event happened, where all were the main steps in their order", unit="s", minimum=None
    )


class PlannedChecks(Table):
    about = "One check or audit that was planned for a day."
    name: ClassVar[str] = "planned_checks"
    department: ClassVar[str] = "procedures"
    month_of: ClassVar[str] = "due_day"

    plan_id = key("Number in the plan of audits")
    sop = text("Key of the procedure to check", required=True)
    team = text("Team to check")
    market = text("Market to check")
    planned_day = day("Day the check was planned, if the source knows")
    due_day = day("Last day on which it is in time", required=True)
    done_day = day("Day it was done; empty while it was not")


class CorrectiveActions(Table):
    about = "One corrective action with the day that was promised first."
    name: ClassVar[str] = "corrective_actions"
    department: ClassVar[str] = "procedures"
    month_of: ClassVar[str] = "due_day"

    action_id = key("Number of the action")
    sop = text("Key of the procedure it mends")
    team = text("Team that carries it out")
    market = text("Market it is for")
    opened_day = day("Day it was agreed")
    due_day = day("The original due day; an extension does not move it", required=True)
    extended_day = day("A later due day that was granted, for information")
    closed_day = day("Day it was closed; empty while it is open")


__all__ = [
    "CorrectiveActions",
    "PlannedChecks",
    "ProcessEvents",
    "SopCaseSteps",
    "SopCases",
    "SopChecks",
    "SopRunSteps",
]
