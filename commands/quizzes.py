"""`fairlead sop training quiz` and `question`: take a quiz in the terminal, and write what it asks."""

from typing import Annotated

import typer

from commands.desk import Desk
from commands.training import Key, edition_of, ladder_of, today_of
from sop.library import library, procedure_of
from sop.procedure.digests import digests
from sop.quizzing import quiz_of
from store.state import WrongEntry
from store.state.quiz_records import Attempt, Question


def quiz(
    context: typer.Context,
    key: Key,
    answer: Annotated[
        list[str] | None, typer.Option(help="Of each question in turn: the numbers chosen, such as 2 or 1,3.")
    ] = None,
) -> None:
    """Print the quiz you owe on a procedure, or answer it, once and for good."""
    desk: Desk = context.obj
    attempt = _begun(desk, key)
    asked = desk.store.state.quizzes.asked(desk.principal, attempt.id)
    if not answer:
        for number, each in enumerate(asked, 1):
            typer.echo(f"{number}. {each.text}{' (several)' if each.several else ''}")
            for place, choice in enumerate(each.choices, 1):
                typer.echo(f"   {place}) {choice}")
        return
    if len(answer) != len(asked):
        raise WrongEntry(
            f"There are {len(asked)} questions and {len(answer)} answers; give one --answer for each."
        )
    given = {each.id: _places(told) for each, told in zip(asked, answer, strict=True)}
    done = desk.store.state.quizzes.answer(desk.principal, attempt.id, given, today_of(desk))
    typer.echo(f"{'Passed' if done.passed else 'Not passed'}: {done.right} of {len(done.questions)} right.")


def question(
    context: typer.Context,
    key: Key,
    step: Annotated[str, typer.Argument(help="Key of the step.")],
    text: Annotated[str, typer.Argument(help="The question.")],
    right: Annotated[list[str], typer.Option(help="A choice that is right; several times.")],
    wrong: Annotated[list[str], typer.Option(help="One that is not; several times.")],
    why: Annotated[str, typer.Option(help="Shown after answering.")] = "",
) -> None:
    """Write a question about a step of what counts today."""
    desk: Desk = context.obj
    edition = edition_of(desk, key)
    known = digests(procedure_of(desk.store.state, desk.principal, edition.id))
    if step not in known:
        raise WrongEntry(f"{key} has no step '{step}'; it has {', '.join(known) or 'none'}.")
    choices = sorted([*right, *wrong])
    places = tuple(place for place, each in enumerate(choices) if each in right)
    made = Question(
        key,
        step,
        edition.department,
        edition.major,
        edition.minor,
        known[step],
        text,
        tuple(choices),
        places,
        why,
    )
    typer.echo(f"Question {desk.store.state.quizzes.write(desk.principal, made).id} is kept.")


def _begun(desk: Desk, key: str) -> Attempt:
    state, who, day = desk.store.state, desk.principal, today_of(desk)
    shelf = next(iter(library(state.procedures.rows(who, key), day)), None)
    owed = [each for each in state.standings.mine(who, day, ladder_of(desk)) if each.asked.edition.key == key]
    for each in owed:
        asked = quiz_of(lambda edition: procedure_of(state, who, edition.id), shelf, each) if shelf else None
        if asked is not None:
            return state.quizzes.begin(who, each.asked.edition.id, *asked)
    raise WrongEntry(f"You owe no training on {key}; 'fairlead sop training mine' shows what you owe.")


def _places(told: str) -> list[int]:
    numbers = [each.strip() for each in told.split(",")]
    if not all(each.isdecimal() and int(each) > 0 for each in numbers):
        raise WrongEntry(f"'{told}' are no numbers of choices; write such as 2 or 1,3.")
    return [int(each) - 1 for each in numbers]
