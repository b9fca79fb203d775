"""Procedures and their versions, who is required to know them, and who was trained when."""

from typing import ClassVar

import dataframely as dy
import polars as pl

from store.contract import Person, Table, day, flag, key, text, whole


class SopVersions(Table):
    about = "One version of one procedure. It is in force from its effective day to the next version or its retirement."
    name: ClassVar[str] = "sop_versions"
    department: ClassVar[str] = "procedures"
    month_of: ClassVar[str] = "effective_day"

    version_id = key("Procedure with its version")
    sop = text("Key of the procedure", required=True)
    version = text("Version, as trainings and checks name it", required=True)
    title = text("Name of the procedure")
    owner = text("Role that owns it")
    effective_day = day("From when it is in force; empty for a draft")
    retired_day = day("From when the procedure is no longer in force")
    minor = flag("A minor change: trainings on the version before it still hold", default=False)
    review_months = whole("Calendar months after which it must be reviewed", unit="months", default=12)

    @dy.rule()
    def retired_after_effective(cls) -> pl.Expr:
        return pl.col("retired_day").is_null() | (pl.col("retired_day") >= pl.col("effective_day"))


class SopReviews(Table):
    about = "One finished review of one procedure."
    name: ClassVar[str] = "sop_reviews"
    department: ClassVar[str] = "procedures"
    month_of: ClassVar[str] = "reviewed_day"

    review_id = key("Number of the review")
    sop = text("Key of the procedure", required=True)
    reviewed_day = day("Day the review was finished", required=True)


class ProcedureStates(Table):
    about = (
        "One procedure between two changes of version or review; prepared from sop_versions and sop_reviews."
    )
    name: ClassVar[str] = "procedure_states"
    department: ClassVar[str] = "procedures"
    month_of: ClassVar[str] = "from_day"
    prepared: ClassVar[bool] = True

    state_id = key("Procedure and the day the state began")
    sop = text("Key of the procedure", required=True)
    owner = text("Role that owns it")
    version = text("Version in force")
    from_day = day("First day of the state", required=True)
    until_day = day("Day it no longer holds; empty while it does")
    review_due_day = day("Last day on which the next review is in time")
    overdue_from = day("First day on which the review is overdue; empty where the state ends before")


class TrainingRequirements(Table):
    about = "One person required to be trained on one procedure, for a span of days; a leave is a span of its own."
    name: ClassVar[str] = "training_requirements"
    department: ClassVar[str] = "procedures"
    month_of: ClassVar[str] = "required_from"

    requirement_id = key("Number of the line in the staff list, never a name")
    person_id = text("The person, hashed with the deployment's secret", required=True, person=Person.STAFF)
    sop = text("Key of the procedure", required=True)
    team = text("Team of the person in this span")
    required_from = day("First day in the role", required=True)
    required_until = day("First day no longer in it; empty while it lasts")
    on_leave = flag("On leave in this span: left out and counted", default=False)
    refresher_months = whole("Calendar months after which a training must be refreshed", unit="months")

    @dy.rule()
    def ends_after_it_begins(cls) -> pl.Expr:
        return pl.col("required_until").is_null() | (pl.col("required_until") > pl.col("required_from"))


class TrainingRecords(Table):
    about = "One person trained on one version of one procedure, for the first time or again."
    name: ClassVar[str] = "training_records"
    department: ClassVar[str] = "procedures"
    month_of: ClassVar[str] = "trained_day"

    training_id = key("Number of the record, never a name")
    person_id = text("The person, hashed with the deployment's secret", required=True, person=Person.STAFF)
    sop = text("Key of the procedure", required=True)
    version = text("Version trained", required=True)
    trained_day = day("Day the training was completed", required=True)


class TrainingStates(Table):
    about = "One requirement between two changes of version, training or roster; prepared from the tables of training."
    name: ClassVar[str] = "training_states"
    department: ClassVar[str] = "procedures"
    month_of: ClassVar[str] = "from_day"
    prepared: ClassVar[bool] = True

    state_id = key("Requirement and the day the state began")
    sop = text("Key of the procedure", required=True)
    team = text("Team of the person")
    version = text("Version in force; empty where there is none")
    on_leave = flag("On leave")
    from_day = day("First day of the state", required=True)
    until_day = day("Day it no longer holds; empty while it does")
    trained_from = day("The same first day where the person is trained on what is in force, else empty")
    early_from = day("The same where the training was before the version took effect, else empty")
    last_trained_day = day("Latest training on any version; empty for a person never trained")
    refresher_due_day = day("Last day on which the refresher is in time")
    overdue_from = day("First day on which the refresher is overdue; empty where the state ends before")


class QuizAttempts(Table):
    about = "One attempt of one person at the quiz on one version."
    name: ClassVar[str] = "quiz_attempts"
    department: ClassVar[str] = "procedures"
    month_of: ClassVar[str] = "attempted_day"

    attempt_id = key("Number of the attempt, never a name")
    person_id = text("The person, hashed with the deployment's secret", required=True, person=Person.STAFF)
    sop = text("Key of the procedure", required=True)
    version = text("Version asked about")
    team = text("Team of the person")
    attempt = whole("1 for the first attempt at this version", required=True, minimum=1)
    attempted_day = day("Day of the attempt", required=True)
    passed = flag("Passed; empty where the result is not known")


__all__ = [
    "ProcedureStates", "QuizAttempts", "SopReviews", "SopVersions", "TrainingRecords", "TrainingRequirements",
    "TrainingStates",
]  # fmt: skip
