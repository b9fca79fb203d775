"""What is entered of training becomes facts, people hashed; quizzes are made of the steps that changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from made_procedures import LABEL, PACKING, WEIGH

from sop.procedure import Raci, Version
from sop.procedure.digests import changed_steps, digest_of, digests
from sop.recorded import record_work
from sop.recorded.training import QUIZZES, REQUIRED, TRAINED, spans
from sop.taking_in import publish
from store.contract import polars_schema
from store.facts import QuizAttempts, TrainingRecords, TrainingRequirements
from store.home import Store, open_store
from store.normalise.identity import pseudonym
from store.scope import LOCAL_OWNER, Principal
from store.state import Role, User
from store.state.posts import Post
from store.state.quiz_records import Question, QuizKind
from store.state.trainings import How

ANN, BEN = Principal("Ann", role=Role.SOP_OWNER), Principal("Ben", role=Role.APPROVER)
PAT = User("pat@example.com", "Pat")
OURS = (REQUIRED, TRAINED, QUIZZES)
DAY = date.today() - timedelta(days=1)
JANUARY, MAY = date(2026, 1, 1), date(2026, 5, 4)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Packing 1.0 counts since yesterday; Pat packs by night."""
    opened = open_store(tmp_path / "home")
    publish(opened.state, ANN, BEN, PACKING, "New", DAY, DAY)
    opened.state.users.save(LOCAL_OWNER, PAT, seen=0)
    opened.state.posts.save(LOCAL_OWNER, Post(PAT.email, "Packer", "shipping", JANUARY, "night"))
    yield opened
    opened.close()


def rows(store: Store, table: type) -> list[dict[str, object]]:
    found = store.lake.read(table.name, polars_schema(table))
    return found.filter(~pl.col("deleted").fill_null(False)).to_dicts()


def test_posts_trainings_and_quizzes_become_facts(store: Store) -> None:
    """One requirement, one session, one quiz that is passed and counts as training, too; nobody is named."""
    (edition,) = store.state.procedures.rows(LOCAL_OWNER)
    state, pat = store.state, PAT.principal
    held = state.trainings.enter(BEN, edition.id, [PAT.email], How.SESSION, DAY, today=DAY)
    asked = Question("packing", "weigh", "shipping", 1, 0, digest_of(WEIGH), "How?", ("So", "Not so"), (0,))
    known = state.quizzes.write(ANN, asked)
    attempt = state.quizzes.begin(pat, edition.id, QuizKind.WHOLE, digests(PACKING))
    state.quizzes.answer(pat, attempt.id, {known.id: [0]}, DAY)
    assert held == 1
    assert [each.new for each in record_work(store, recorders=OURS)] == [1, 2, 1]

    hashed = pseudonym(PAT.email, store.secret)
    (required,) = rows(store, TrainingRequirements)
    assert (required["person_id"], required["sop"], required["team"], required["required_from"]) == (
        hashed, "packing", "night", JANUARY,
    )  # fmt: skip
    assert required["refresher_months"] == 3
    assert {
        (each["person_id"], each["version"], each["trained_day"]) for each in rows(store, TrainingRecords)
    } == {(hashed, "1.0", DAY)}
    (quiz,) = rows(store, QuizAttempts)
    assert (quiz["person_id"], quiz["passed"], quiz["attempt"], quiz["team"]) == (hashed, True, 1, "night")
    assert "pat@" not in str(
        [rows(store, each) for each in (TrainingRequirements, TrainingRecords, QuizAttempts)]
    )


def test_what_counts_no_more_is_gone(store: Store) -> None:
    """A training that was withdrawn is deleted; asked again nothing is written."""
    (edition,) = store.state.procedures.rows(LOCAL_OWNER)
    for _ in range(2):
        store.state.trainings.enter(BEN, edition.id, [PAT.email], How.SESSION, DAY, today=DAY)
    record_work(store, recorders=OURS)
    before = store.lake.version("training_records")
    record_work(store, recorders=OURS)
    assert store.lake.version("training_records") == before

    store.state.trainings.withdraw(BEN, store.state.trainings.counting()[0].id)
    record_work(store, recorders=OURS)
    assert len(rows(store, TrainingRecords)) == 1


def test_a_leave_is_a_span_of_its_own() -> None:
    """At work from January, away in May, at work again; away from the first day and for good: one span."""
    post = Post(PAT.email, "Packer", "shipping", JANUARY, away_from=MAY, away_until=date(2026, 6, 1))
    assert list(spans(post)) == [
        (JANUARY, MAY, False), (MAY, date(2026, 6, 1), True), (date(2026, 6, 1), None, False),
    ]  # fmt: skip
    assert list(spans(replace(post, until=date(2026, 5, 20)))) == [
        (JANUARY, MAY, False), (MAY, date(2026, 5, 20), True),
    ]  # fmt: skip
    assert list(spans(replace(post, away_from=JANUARY, away_until=None))) == [(JANUARY, None, True)]
    assert list(spans(replace(post, away_from=None, away_until=None))) == [(JANUARY, None, False)]


def test_a_delta_quiz_is_about_the_steps_that_changed() -> None:
    """The label is printed twice now and a step came: both; another accountable role changes no question."""
    seal = replace(LABEL, key="seal", title="Seal it")
    twice = replace(LABEL, instruction="Print it twice.")
    later = replace(PACKING, version=Version(2, 0), steps=(twice, WEIGH, seal))
    assert changed_steps(PACKING, later) == ("print_label", "seal")
    assert digest_of(replace(LABEL, raci=Raci("Lead"))) == digest_of(LABEL) != digest_of(twice)
    assert list(digests(later, ("seal", "weigh"))) == ["weigh", "seal"]
