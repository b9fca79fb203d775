"""Procedures as the systems' own record shows them: every case is judged by rules, none is sampled."""

import narwhals as nw

from kpi.model import AS_OF_EPOCH, Better, Department, Ratio, Rows, Unit
from store.facts import SopCases, SopCaseSteps, SopRunSteps

OWNER, GOAL = "Quality manager", "Work as agreed"
SOURCE = "product.md N17; kpi-domain 1.6"
OUT_OF_SCOPE = {each: nw.col("left_out") == each for each in ("called_off", "not_applicable")}
NOT_REACHED = (nw.col("left_out") == "not_reached") & (nw.col("due_epoch") <= AS_OF_EPOCH)
NOT_DONE = nw.col("happened_epoch").is_null() | (nw.col("happened_epoch") > AS_OF_EPOCH)
NO_ORDER = nw.col("expected") == 0
PLACES = ("sop", "step", "market")
WHO = ("sop", "version", "team")


def by_now(epoch: str) -> nw.Expr:
    """1 where the moment has come, else 0; never is 0."""
    return nw.when(nw.col(epoch) <= AS_OF_EPOCH).then(nw.lit(1)).otherwise(nw.lit(0))


judged_steps = Rows(
    SopCaseSteps,
    day="begun_day",
    excluded={**OUT_OF_SCOPE, "not_reached": NOT_REACHED},
    due="due_epoch",
    edges=("met_epoch",),
)
by_step = Ratio(
    key="step_adherence_rate",
    name="Steps followed, by rules over all cases",
    department=Department.PROCEDURES,
    rows=judged_steps,
    numerator=by_now("met_epoch"),
    dimensions=PLACES,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Steps that the systems' own record shows as followed, out of all steps of all cases that can be judged.",
    formula="steps whose rule was kept / steps that are due; what never happened by its limit is missed",
    source=SOURCE,
    variant_of="sop_adherence_rate",
    sops=("sop_management",),
    goal=GOAL,
)
by_version = Ratio(
    key="step_adherence_by_version",
    name="Steps followed, by version of the procedure",
    department=Department.PROCEDURES,
    rows=judged_steps,
    numerator=by_now("met_epoch"),
    dimensions=("sop", "step", "version"),
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Steps that systems show as followed, by the version in force when the case began.",
    formula="steps whose rule was kept / steps that are due",
    source=SOURCE,
    variant_of="sop_adherence_rate",
    sops=("sop_management",),
    goal=GOAL,
)
of_done = Ratio(
    key="step_adherence_of_done",
    name="Steps followed, of those that were done",
    department=Department.PROCEDURES,
    rows=Rows(
        SopCaseSteps,
        day="begun_day",
        excluded={**OUT_OF_SCOPE, "not_reached": NOT_REACHED, "not_done": NOT_DONE},
        due="due_epoch",
        edges=("met_epoch", "happened_epoch"),
    ),
    numerator=by_now("met_epoch"),
    dimensions=PLACES,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Steps that systems show as followed, out of those done at all; it hides what was never done.",
    formula="steps whose rule was kept / steps that are due and were done, be it late",
    source=SOURCE,
    variant_of="sop_adherence_rate",
    sops=("sop_management",),
    goal=GOAL,
)
by_case = Ratio(
    key="case_adherence_rate",
    name="Cases with every step followed",
    department=Department.PROCEDURES,
    rows=Rows(
        SopCases,
        day="begun_day",
        excluded={**OUT_OF_SCOPE, "not_reached": NOT_REACHED},
        due="due_epoch",
        edges=("met_epoch",),
    ),
    numerator=by_now("met_epoch"),
    dimensions=WHO,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Cases in which systems show every step as followed, out of all cases whose steps can all be judged.",
    formula="cases with all rules kept / cases whose steps are all due; steps that did not apply do not count",
    source=SOURCE,
    variant_of="sop_adherence_rate",
    sops=("sop_management",),
    goal=GOAL,
)
ordered_cases = Rows(
    SopCases,
    day="begun_day",
    excluded={"called_off": OUT_OF_SCOPE["called_off"], "no_order": NO_ORDER},
    due="closed_epoch",
    edges=("exact_epoch", "complete_epoch"),
)
exact_order = Ratio(
    key="exact_order_rate",
    name="Cases in exactly the expected order",
    department=Department.PROCEDURES,
    rows=ordered_cases,
    numerator=by_now("exact_epoch"),
    dimensions=WHO,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Cases whose events were exactly the main steps of the procedure in their order, out of all that are over.",
    formula="cases without a missing, further, repeated or exchanged event / cases that are over",
    source=SOURCE,
    variant_of="sop_adherence_rate",
    sops=("sop_management",),
    goal=GOAL,
)
all_main_steps = Ratio(
    key="main_steps_rate",
    name="Cases with all main steps",
    department=Department.PROCEDURES,
    rows=ordered_cases,
    numerator=by_now("complete_epoch"),
    dimensions=WHO,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Cases in which each main step of the procedure happened, in whatever order, out of all that are over.",
    formula="cases with each main step at least once / cases that are over",
    source=SOURCE,
    variant_of="sop_adherence_rate",
    sops=("sop_management",),
    goal=GOAL,
)
by_checklist = Ratio(
    key="checked_step_rate",
    name="Steps followed, by checklists",
    department=Department.PROCEDURES,
    rows=Rows(
        SopRunSteps,
        day="executed_day",
        excluded={
            "not_random": nw.col("selection").is_in(["targeted", "complaint"]),
            "not_applicable": nw.col("not_applicable"),
        },
    ),
    numerator=nw.col("weight") * nw.col("score").fill_null(0),
    denominator=nw.col("weight") * nw.col("max_score"),
    dimensions=("sop", "step", "team"),
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Points that each step earned in runs and random checks, to be held against what systems recorded.",
    formula="weight times score / weight times highest score where the step applied; an unanswered step earns 0",
    source=SOURCE,
    variant_of="sop_adherence_rate",
    sops=("sop_management",),
    goal=GOAL,
)

BY_RULES = (by_step, by_version, of_done, by_case, exact_order, all_main_steps, by_checklist)
