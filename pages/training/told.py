"""How what is owed is said: what to do, by when, how late."""

from collections.abc import Sequence
from datetime import date

from kpi.score import Status
from kpi.words import marked, say, say_many
from pages.parts.format import ABSENT, count, day
from pages.parts.language import language_link
from pages.parts.tables import Cell, Column, Link, Marked, table
from store.reading_ladder import Ladder
from store.state.owing import Rung, Standing
from store.state.readings import Answer
from store.state.trainings import How

HOW = {
    How.SHOWN: marked("Shown"), How.TOGETHER: marked("Done together"), How.ALONE: marked("Does it alone"),
    How.SESSION: marked("Session"), How.HUDDLE: marked("Team huddle"), How.QUIZ: marked("Quiz"),
}  # fmt: skip
ANSWERS = {
    Answer.READ: marked("Confirmed"), Answer.DECLINED: marked("Declined"), Answer.QUESTION: marked("Asked a question"),
}  # fmt: skip
OWED = (Column(marked("Procedure")), Column(marked("Reading"), "w"), Column(marked("Training"), "w"))
STATUS = {
    Rung.DONE: Status.OK, Rung.ASKED: Status.OK, Rung.SOON: Status.AT_RISK,
}  # fmt: skip


def todo(standing: Standing) -> list[str]:
    """What the person has to do, in their words; nothing where all is done."""
    name, told = standing.asked.edition.name, []
    if not standing.is_read:
        told.append(say("Read and confirm version {name}", name=name))
    if standing.needs_training and standing.trained is None:
        told.append(say("Be trained on version {name}", name=name))
    elif standing.train_rung is not Rung.DONE:
        told.append(say("Refresh the training"))
    return told


def due_told(due: date, today: date) -> str:
    """`by 3 May`, or how late it is."""
    late = (today - due).days
    if late <= 0:
        return say("by {day}", day=day(due))
    return say_many("{n} day late", "{n} days late", late, n=count(late))


def ladder_told(ladder: Ladder) -> str:
    """Who sees from when that something is late; two rungs of the same day are one."""
    owner, manager = ladder.owner_after, ladder.manager_after
    if owner == manager:
        return say_many(
            "What is late your lead sees at once, owner and manager after {n} day.",
            "What is late your lead sees at once, owner and manager after {n} days.", owner, n=count(owner),
        )  # fmt: skip
    return say_many(
        "What is late your lead sees at once, the owner after {owner}, the manager after {n} day.",
        "What is late your lead sees at once, the owner after {owner}, the manager after {n} days.",
        manager, owner=count(owner), n=count(manager),
    )  # fmt: skip


def reading_cell(standing: Standing) -> Cell:
    """Confirmed on a day, or by when."""
    answer = standing.answer
    if standing.is_read and answer is not None:
        return say("confirmed {day}", day=day(answer.at.date()))
    told = due_told(standing.read_due, standing.day)
    if answer is not None:
        told = f"{say(ANSWERS[answer.answer])} · {told}"
    return Marked(told, STATUS.get(standing.read_rung, Status.OFF_TARGET))


def training_cell(standing: Standing) -> Cell:
    """Trained on a day and when again, or by when; nothing where only reading is owed."""
    if not standing.needs_training:
        return ABSENT
    if standing.trained is None:
        status = STATUS.get(standing.train_rung, Status.OFF_TARGET)
        return Marked(due_told(standing.train_due, standing.day), status)
    done = say("trained {day}", day=day(standing.trained.held_on))
    refresher = standing.refresher_due
    if refresher is None or standing.train_rung is Rung.DONE:
        return done
    told = say("refresher {due}", due=due_told(refresher, standing.day))
    return Marked(told, STATUS.get(standing.train_rung, Status.OFF_TARGET))


def sop_link(standing: Standing) -> Link:
    """The procedure with the version that is asked for."""
    edition = standing.asked.edition
    text = f"{edition.title or edition.key} {edition.name}"
    return Link(text, f"sop?sop={edition.key}&version={edition.name}{language_link()}")


def owed_table(standings: Sequence[Standing], label: str) -> str:
    """One row a procedure; a list on a phone."""
    rows: list[list[Cell]] = [[sop_link(each), reading_cell(each), training_cell(each)] for each in standings]
    return table(OWED, rows, label, stacks=True)
