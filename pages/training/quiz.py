"""Quizzes: taken by who owes a training, answered once; and the questions, written by who writes procedures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from kpi.words import marked, say, say_many
from pages.parts.choices import pick
from pages.parts.fields import save_or_cancel
from pages.parts.format import count
from pages.parts.plain import unread
from pages.parts.posting import begin, draft_of, post
from pages.parts.states import State, draw_state
from pages.parts.tables import Cell, Column, table
from pages.parts.viewer import Viewer
from pages.sops.load import load_procedure, load_shelves, today_of
from pages.training.load import load_mine
from sop.library import Shelved
from sop.procedure import Procedure
from sop.procedure.digests import digests
from sop.quizzing import quiz_of
from store.state.owing import Rung, Standing
from store.state.quiz_records import LONGEST_TEXT, AskedQuestion, Attempt, Question, QuizKind

FORM, WRITING, RIGHT = "quiz", "question", "*"
QUESTIONS = (Column(marked("Step")), Column(marked("Question")), Column(marked("Choices")))
KINDS = {
    QuizKind.DELTA: marked("What changed"), QuizKind.WHOLE: marked("The whole procedure"),
    QuizKind.REFRESHER: marked("Refresher"),
}  # fmt: skip


@dataclass(frozen=True)
class Offered:
    """A quiz the reader can take now."""

    standing: Standing
    kind: QuizKind
    steps: Mapping[str, str]
    questions: int


def draw_quizzes(viewer: Viewer) -> None:
    """The quizzes that are owed, the one that is open, and what the last one came to."""
    offered = load_offered(viewer)
    if offered or draft_of(FORM) is not None:
        st.header(say("Quizzes"), anchor=False)
    if (draft := draft_of(FORM)) is not None and isinstance(draft.seen, Attempt):
        draw_attempt(viewer, draft.seen)
    else:
        for each in offered:
            draw_offer(viewer, each)
    draw_outcome(viewer)


def load_offered(viewer: Viewer) -> list[Offered]:
    """A quiz for each training that is owed, where somebody wrote questions that still hold."""
    quizzes, who = viewer.store.state.quizzes, viewer.principal
    owed = [each for each in load_mine(viewer) if each.train_rung is not Rung.DONE]
    known = quizzes.about() if owed else frozenset()
    shelves = {each.key: each for each in load_shelves(viewer)} if known else {}
    found = list[Offered]()
    for each in owed:
        key = each.asked.edition.key
        if key not in known or key not in shelves:
            continue
        quiz = quiz_of(lambda edition: load_procedure(viewer, edition), shelves[key], each)
        if quiz is not None and (n := quizzes.count(who, key, quiz[1])):
            found.append(Offered(each, *quiz, n))
    return found


def draw_offer(viewer: Viewer, offered: Offered) -> None:
    """What it is about, and the button that begins it."""
    edition = offered.standing.asked.edition
    with st.container(border=True, gap="small", key=f"panel_quiz_{edition.key}"):
        told = say_many("{n} question", "{n} questions", offered.questions, n=count(offered.questions))
        st.text(f"{edition.title or edition.key} {edition.name} · {say(KINDS[offered.kind])} · {told}")
        if st.button(say("Take the quiz"), key=f"quiz_{edition.key}", type="primary"):
            start = viewer.store.state.quizzes.begin
            begin(FORM, "take", start(viewer.principal, edition.id, offered.kind, offered.steps))
            st.session_state.pop("quiz_over", None)
            st.rerun()


def draw_attempt(viewer: Viewer, attempt: Attempt) -> None:
    """All questions with their choices; which are right is not known here yet."""
    quizzes, draft = viewer.store.state.quizzes, draft_of(FORM)
    asked = quizzes.asked(viewer.principal, attempt.id)
    with st.form(f"form_{FORM}", width=760):
        answers = {each.id: draw_question(number, each, attempt.id) for number, each in enumerate(asked, 1)}
        sent = save_or_cancel(FORM, say("Send the answers"))
    if sent and draft is not None:
        today = today_of(viewer)

        def command(key: str) -> object:
            st.session_state["quiz_over"] = attempt.id
            return quizzes.answer(viewer.principal, attempt.id, answers, today, key).id

        post(FORM, command)


def draw_question(number: int, asked: AskedQuestion, attempt: int) -> list[int]:
    """One question; the places of what was chosen."""
    places, key = list(range(len(asked.choices))), f"answer_{attempt}_{asked.id}"
    label = f"{number}\\. {unread(asked.text)}"
    if asked.several:
        shown = say("{question} (several are right)", question=label)
        return st.pills(
            shown, places, selection_mode="multi", format_func=lambda at: unread(asked.choices[at]), key=key
        )
    chosen = st.radio(label, places, index=None, format_func=lambda at: unread(asked.choices[at]), key=key)
    return [] if chosen is None else [chosen]


def draw_outcome(viewer: Viewer) -> None:
    """The quiz that was just answered: passed or not, and each answer beside what is right."""
    number = st.session_state.get("quiz_over")
    done = next(
        (each for each in viewer.store.state.quizzes.attempts(viewer.principal) if each.id == number), None
    )
    if done is None or done.passed is None:
        return
    of, right = count(len(done.questions)), count(done.right)
    title = say("Passed: {n} of {of} right", n=right, of=of) if done.passed else (
        say("Not passed: {n} of {of} right; try again", n=right, of=of)
    )  # fmt: skip
    draw_state(
        State.EMPTY if done.passed else State.STALE, title, say("Only you and your direct lead see this.")
    )
    for each in viewer.store.state.quizzes.review(viewer.principal, done.id):
        right_ones = [each.question.choices[at] for at in each.question.right]
        mark = "✓" if each.is_right else "✕"
        st.text(f"{mark} {each.question.text}\n{say('Right: {choices}', choices='; '.join(right_ones))}")
        if each.question.why:
            st.caption(each.question.why)


def draw_questions(viewer: Viewer) -> None:
    """The questions of one procedure by step, the steps without any, and the form for one."""
    shelves = {each.key: each for each in load_shelves(viewer) if each.effective() is not None}
    if not shelves:
        draw_state(
            State.EMPTY, say("No procedure yet"), say("Questions are about steps of what counts today.")
        )
        return
    names = {key: shelf.shown("").title or key for key, shelf in shelves.items()}
    chosen = shelves[pick(say("Procedure"), names, "sop", 320)]
    procedure = effective_of(viewer, chosen)
    written = viewer.store.state.quizzes.questions(viewer.principal, chosen.key)
    now = digests(procedure)
    holding = [each for each in written if now.get(each.step) == each.step_digest]
    titles = {step.key: step.title or step.key for step in procedure.steps}
    if holding:
        st.html(
            table(QUESTIONS, [question_row(each, titles) for each in holding], say("Questions"), stacks=True)
        )
    bare = [titles[key] for key in now if key not in {each.step for each in holding}]
    if bare:
        st.caption(say_many("{n} step has no question that holds: {steps}", "{n} steps have no question that holds: "
                            "{steps}", len(bare), n=count(len(bare)), steps="; ".join(bare)))  # fmt: skip
    if draft_of(WRITING) is not None:
        draw_writing(viewer, chosen, procedure, titles)
    elif titles:
        st.button(say("Write a question"), key="question_new", on_click=begin, args=(WRITING, "new"))


def effective_of(viewer: Viewer, shelf: Shelved) -> Procedure:
    """The text of what counts today."""
    edition = shelf.effective()
    return load_procedure(viewer, edition or shelf.shown(""))


def question_row(each: Question, titles: Mapping[str, str]) -> list[Cell]:
    """One question; the right choices are marked."""
    choices = [f"✓ {text}" if at in each.right else text for at, text in enumerate(each.choices)]
    return [titles.get(each.step, each.step), each.text, "; ".join(choices)]


def draw_writing(viewer: Viewer, shelf: Shelved, procedure: Procedure, titles: Mapping[str, str]) -> None:
    """A step, the question, a line a choice; right ones begin with a star."""
    draft, edition = draft_of(WRITING), shelf.effective()
    if draft is None or edition is None:
        return
    with st.form(f"form_{WRITING}", width=760):
        step = st.selectbox(
            say("Step"), list(titles), format_func=lambda key: titles[key], key=f"step_{draft.key}"
        )
        text = st.text_input(say("Question"), max_chars=LONGEST_TEXT, key=f"text_{draft.key}")
        lines = st.text_area(say("Choices, one a line; * before the right ones"), key=f"choices_{draft.key}")
        why = st.text_input(say("Why that is right"), max_chars=LONGEST_TEXT, key=f"why_{draft.key}")
        sent = save_or_cancel(WRITING, say("Save"))
    if sent:
        choices, right = choices_of(lines.splitlines())
        made = Question(
            shelf.key, step, edition.department, edition.major, edition.minor, digests(procedure)[step], text.strip(),
            choices, right, why.strip(),
        )  # fmt: skip
        post(WRITING, lambda key: viewer.store.state.quizzes.write(viewer.principal, made, key).id)


def choices_of(lines: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The choices of these lines, and the places of those with a star before them."""
    told = [each.strip() for each in lines if each.strip()]
    right = tuple(at for at, each in enumerate(told) if each.startswith(RIGHT))
    return tuple(each.removeprefix(RIGHT).strip() for each in told), right
