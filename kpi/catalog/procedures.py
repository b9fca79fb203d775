"""SOP adherence and training: is the work done as agreed, and are the people and the procedures ready for it?"""

import narwhals as nw

from kpi.catalog.followed import BY_RULES
from kpi.levels import AsOfDay, Window
from kpi.model import Better, Department, Kpi, Ratio, Rows, Unit
from store.facts import (
    CorrectiveActions,
    PlannedChecks,
    ProcedureStates,
    ProcessEvents,
    QuizAttempts,
    SopChecks,
    TrainingStates,
)

OWNER = "Quality manager"
FOLLOWED, READY, CURRENT = "Work as agreed", "Train people before they need it", "Keep procedures current"
NOT_RANDOM = nw.col("selection").is_null() | (nw.col("selection") != "random")
PEOPLE = ("sop", "team")
FEW_PEOPLE, FEW_PROCEDURES, FEW_ACTIONS = 10, 5, 10


def one_if(condition: nw.Expr) -> nw.Expr:
    """1 where the condition holds, else 0; unknown is 0."""
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0))


adherence = Ratio(
    key="sop_adherence_rate",
    name="SOP adherence",
    department=Department.PROCEDURES,
    rows=Rows(
        SopChecks,
        day="executed_day",
        excluded={"not_random": NOT_RANDOM, "not_applicable": nw.col("possible") == 0},
    ),
    numerator=nw.col("earned"),
    denominator=nw.col("possible"),
    dimensions=("sop", "version", "team"),
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Weighted points earned in random checks, out of the points that the steps that applied could earn.",
    formula="weight times score / weight times highest score of the steps that applied; an unanswered step earns 0",
    source="SafetyCulture scoring help; kpi-domain 1.6, 6.1",
    sops=("sop_management",),
    goal=FOLLOWED,
)
check_pass = Ratio(
    key="check_pass_rate",
    name="Checks passed",
    department=Department.PROCEDURES,
    rows=Rows(
        SopChecks,
        day="executed_day",
        excluded={"not_random": NOT_RANDOM, "not_applicable": nw.col("passed").is_null()},
    ),
    numerator=one_if(nw.col("passed")),
    dimensions=("sop", "version", "team"),
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Random checks that reached their pass mark without a critical failure, out of all that applied.",
    formula="checks passed / checks; the score of a failed check stays as it is",
    source="kpi-domain 1.6, 6.1",
    sops=("sop_management",),
    goal=FOLLOWED,
)
by_systems = Ratio(
    key="system_step_rate",
    name="Steps in time, by the systems' own record",
    department=Department.PROCEDURES,
    rows=Rows(ProcessEvents, day="limit_day", due="limit_epoch"),
    numerator=one_if(nw.col("happened_epoch") <= nw.col("limit_epoch")),
    dimensions=("sop", "version", "market"),
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Steps that systems record by themselves and that happened by their limit, out of all whose limit is past.",
    formula="steps done by their limit / steps whose limit is past; a step that never happened is missed",
    source="product.md N17; kpi-domain 1.6",
    variant_of="sop_adherence_rate",
    sops=("sop_management",),
    goal=FOLLOWED,
)

required = Rows(
    TrainingStates,
    day="from_day",
    excluded={"on_leave": nw.col("on_leave"), "nothing_in_force": nw.col("version").is_null()},
)
trained = AsOfDay(
    key="training_completion_rate",
    name="Training completed",
    department=Department.PROCEDURES,
    rows=required,
    until="until_day",
    state=Window("trained_from", "until_day"),
    dimensions=PEOPLE,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    minimum=FEW_PEOPLE,
    owner=OWNER,
    meaning="People trained on the version in force, out of all who must know the procedure and are not on leave.",
    formula="people trained on what is in force / people required; only a minor change keeps earlier trainings",
    source="GMP practice; kpi-domain 1.6",
    sops=("training",),
    goal=READY,
)
trained_early = AsOfDay(
    key="training_before_effective_rate",
    name="Training completed before the effective date",
    department=Department.PROCEDURES,
    rows=required,
    until="until_day",
    state=Window("early_from", "until_day"),
    dimensions=PEOPLE,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    minimum=FEW_PEOPLE,
    owner=OWNER,
    meaning="People who were trained before the version in force took effect, out of all who must know the procedure.",
    formula="people trained on what is in force before it took effect / people required",
    source="GMP practice; kpi-domain 1.6",
    variant_of="training_completion_rate",
    sops=("training",),
    goal=READY,
)
refreshers = AsOfDay(
    key="refresher_overdue_rate",
    name="Refreshers overdue",
    department=Department.PROCEDURES,
    rows=Rows(
        TrainingStates,
        day="from_day",
        belongs=~nw.col("last_trained_day").is_null(),
        excluded=required.excluded,
    ),
    until="until_day",
    state=Window("overdue_from", "until_day"),
    dimensions=PEOPLE,
    unit=Unit.PERCENT,
    better=Better.LOWER,
    minimum=FEW_PEOPLE,
    owner=OWNER,
    meaning="People whose refresher is overdue, out of all who were ever trained and must know the procedure.",
    formula="people past their last training plus the interval in calendar months / people ever trained and required",
    source="kpi-domain 1.6",
    sops=("training",),
    goal=READY,
)
reviews = AsOfDay(
    key="sop_review_overdue_rate",
    name="SOP reviews overdue",
    department=Department.PROCEDURES,
    rows=Rows(ProcedureStates, day="from_day"),
    until="until_day",
    state=Window("overdue_from", "until_day"),
    dimensions=("sop", "owner"),
    unit=Unit.PERCENT,
    better=Better.LOWER,
    minimum=FEW_PROCEDURES,
    owner=OWNER,
    meaning="Procedures in force whose review is overdue, out of all in force; drafts and retired ones do not count.",
    formula="procedures past their last review (or effective day) plus the interval in months / procedures in force",
    source="kpi-domain 1.6",
    sops=("sop_management",),
    goal=CURRENT,
)
actions = Ratio(
    key="corrective_action_on_time_rate",
    name="Corrective actions on time",
    department=Department.PROCEDURES,
    rows=Rows(CorrectiveActions, day="due_day", due="due_day", known_day="opened_day"),
    numerator=one_if(nw.col("closed_day") <= nw.col("due_day")),
    dimensions=PEOPLE,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    minimum=FEW_ACTIONS,
    monthly=True,
    owner=OWNER,
    meaning="Corrective actions closed by the day first promised, out of all that were due; open and overdue is late.",
    formula="actions closed by their original due day / actions due",
    source="kpi-domain 1.6",
    sops=("sop_management",),
    goal=CURRENT,
)
coverage = Ratio(
    key="audit_coverage_rate",
    name="Planned checks done",
    department=Department.PROCEDURES,
    rows=Rows(PlannedChecks, day="due_day", due="due_day", known_day="planned_day"),
    numerator=one_if(nw.col("done_day") <= nw.col("due_day")),
    dimensions=PEOPLE,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    owner=OWNER,
    meaning="Checks and audits done by their planned day, out of all that were due.",
    formula="planned checks done on time / planned checks due",
    source="kpi-domain 1.6",
    sops=("sop_management",),
    goal=FOLLOWED,
)
quiz = Ratio(
    key="quiz_pass_rate",
    name="Quiz passed at the first attempt",
    department=Department.PROCEDURES,
    rows=Rows(
        QuizAttempts,
        day="attempted_day",
        belongs=nw.col("attempt") == 1,
        excluded={"no_result": nw.col("passed").is_null()},
    ),
    numerator=one_if(nw.col("passed")),
    dimensions=PEOPLE,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    monthly=True,
    owner=OWNER,
    meaning="People who passed the quiz on a version at their first attempt, out of all who attempted it.",
    formula="first attempts passed / first attempts",
    source="kpi-domain 1.6",
    sops=("training",),
    goal=READY,
)

PROCEDURES: tuple[Kpi, ...] = (
    adherence, check_pass, trained, refreshers, reviews, coverage, actions, quiz,
    by_systems, trained_early, *BY_RULES,
)  # fmt: skip
