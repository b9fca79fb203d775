"""What a newcomer to the example finds on the page of training: something to do, a quiz, a team that can be counted."""

from datetime import date
from pathlib import Path

from demo.library import past_of_library
from demo.newcomer import MISSED, first_runs, say_one_side
from demo.running import runs_of_floor
from demo.training import PEOPLE, SIGNED, train
from sop.library import library, procedure_of
from sop.outcomes.newcomers import beginnings
from sop.outcomes.one_person import evidence_of
from sop.people import Finding
from sop.procedure.digests import digests
from sop.quizzing import quiz_of
from sop.taking_in import bring_along
from store.company import Company
from store.home import open_store
from store.scope import LOCAL_OWNER
from store.state.run_past import bring_runs_along

LAST = date(2026, 11, 20)


def test_the_example_has_life_on_its_training_page(tmp_path: Path) -> None:
    """
    Whoever opens it owes reading and training and can take a quiz of three questions; seven packers are enough to be
    counted; loaded again nothing is entered twice.
    """
    store = open_store(tmp_path / "home")
    state = store.state
    bring_along(state, LOCAL_OWNER, past_of_library(LAST))
    for _ in range(2):
        train(state, LOCAL_OWNER, LAST)

    mine = state.standings.mine(LOCAL_OWNER, LAST)
    assert {each.is_read for each in mine} == {True, False}
    assert {each.asked.edition.key for each in mine if each.trained} == SIGNED.keys() - {"order_fulfilment"}
    (owed,) = [each for each in mine if each.asked.edition.key == "order_fulfilment"]
    shelf = next(
        each for each in library(state.procedures.rows(LOCAL_OWNER), LAST) if each.key == "order_fulfilment"
    )
    quiz = quiz_of(lambda edition: procedure_of(state, LOCAL_OWNER, edition.id), shelf, owed)
    assert quiz is not None
    assert state.quizzes.count(LOCAL_OWNER, "order_fulfilment", quiz[1]) == 3
    counts = state.standings.counts(LOCAL_OWNER, LAST)
    assert {each.people for each in counts if each.version != "3.0"} == {len(PEOPLE) + 1}
    assert all(each.is_enough for each in counts)
    assert any(each.train_late for each in counts)
    assert digests(procedure_of(state, LOCAL_OWNER, owed.asked.edition.id))

    assert bring_runs_along(state.engines, LOCAL_OWNER, first_runs(state, LOCAL_OWNER, LAST)) == 39
    bring_runs_along(state.engines, LOCAL_OWNER, runs_of_floor(state, LOCAL_OWNER, LAST))
    (beginning,) = beginnings(state, LOCAL_OWNER, LAST, Company())
    assert (beginning.done, len(beginning.found.progress)) == ((5, 7), 5)
    for _ in range(2):
        say_one_side(state, LOCAL_OWNER, LAST)
    found = evidence_of(state, LOCAL_OWNER, LOCAL_OWNER.name, *MISSED, LAST)
    assert found is not None
    assert (found.evidence.fails, found.reply and found.reply.version) == (4, 1)
    assert found.judged.finding is Finding.NOT_ACKNOWLEDGED
    store.close()
