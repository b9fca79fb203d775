"""What a run asks at each step, which steps it has, and when it may be finished."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from made_runs import FLO, PIA, RUNNING, STEPS, begun, in_force, said

from sop.runs.answering import answer, finish, progress, value_of
from sop.runs.cases import find_case
from sop.runs.standing import Stand, steps_of
from store.company import Company
from store.facts import Orders
from store.home import Store, load_context, open_store
from store.intake import take_in
from store.scope import Principal, Scope
from store.state import WrongEntry
from store.state.run_records import Outcome


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "home")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("market", "product", "keys"),
    [
        ("DE", "cup", {"label", "weigh", "photo", "code"}),
        ("FR", "cup", {"label", "weigh", "photo", "code", "customs"}),
        ("DE", "glass", {"label", "weigh", "photo", "code", "glass"}),
        ("", "", {each.key for each in STEPS}),
    ],
)
def test_a_run_has_the_steps_of_its_market_and_product(
    store: Store, market: str, product: str, keys: set[str]
) -> None:
    """
    Where it is not known which they are, nothing is left out.
    """
    run = begun(store, in_force(store), market=market, product=product)
    assert {each.key for each in steps_of(RUNNING, run)} == keys


def test_a_run_is_finished_once_nothing_is_open(store: Store) -> None:
    """
    A value beyond its range, a step that was not done and one that does not apply are answers; a step that waits for a
    second person is none, and it says which.
    """
    state, who, run = store.state, FLO.principal, begun(store, in_force(store))

    def say(step: str, **more: str) -> None:
        answer(state, who, RUNNING, run.id, replace(said(step), **_typed(more)))

    say("label")
    say("weigh", value="30.01")
    with pytest.raises(WrongEntry, match="still open: Photo, Code"):
        finish(state, who, RUNNING, run.id)
    say("photo", outcome=Outcome.NOT_APPLICABLE, remark="Camera is broken")
    say("code")
    with pytest.raises(WrongEntry, match="second person still has to confirm: Code"):
        finish(state, who, RUNNING, run.id)
    waits = progress(state, who, run.id)
    (code,) = [each.answer.code for _, each in waits.steps if each.answer and each.answer.code]
    state.procedure_runs.confirm(PIA.principal, code, "c" * 16)

    assert finish(state, who, RUNNING, run.id).ended_at is not None
    found = progress(state, who, run.id)
    assert [each.stand for _, each in found.steps] == [
        Stand.KEPT, Stand.OUT_OF_RANGE, Stand.LEFT_OUT, Stand.KEPT,
    ]  # fmt: skip
    assert found.left == ()


@pytest.mark.parametrize(
    ("step", "more", "says"),
    [
        ("weigh", {}, "Give the value"),
        ("label", {"value": "3"}, "asks for no value"),
        ("photo", {}, "Add the photo first"),
        ("customs", {}, "no step customs"),
        ("nothing", {}, "no step nothing"),
        ("code", {"outcome": Outcome.CONFIRMED}, "by another person"),
    ],
)
def test_an_answer_is_one_the_step_asks_for(store: Store, step: str, more: dict[str, str], says: str) -> None:
    run = begun(store, in_force(store))
    with pytest.raises(WrongEntry, match=says):
        answer(store.state, FLO.principal, RUNNING, run.id, replace(said(step), **_typed(more)))
    assert store.state.procedure_runs.answers(FLO.principal, run.id) == []


def test_numbers_are_read_as_people_type_them() -> None:
    assert [value_of(each) for each in ("2,5", " 2.50 ", "-1", "1 000")] == [
        Decimal("2.5"), Decimal("2.5"), Decimal(-1), Decimal(1000),
    ]  # fmt: skip
    for wrong in ("", "2,5,1", "NaN", "1e99", "two", "9" * 41):
        with pytest.raises(WrongEntry, match="is not a number"):
            value_of(wrong)


def test_a_number_is_looked_up_in_the_facts(store: Store) -> None:
    """
    Known, with its market; unknown; of a market the person does not see, which is as unknown; and no table at all.
    """
    assert find_case(store.lake, FLO.principal, "order", "O1").case.known is None
    rows = pl.DataFrame(
        {"order_id": ["O1"], "market": ["DE"], "ordered_at": [datetime(2026, 3, 2, tzinfo=UTC)]}
    )
    context = load_context(store, Company())
    take_in(store, context, Orders, rows, source="shop", sequence=1)
    part = Principal("nia@example.com", Scope(markets=frozenset({"FR"})))
    found = find_case(store.lake, FLO.principal, "order", " O1 ")

    assert (found.case.id, found.case.known, found.market) == ("O1", True, "DE")
    assert find_case(store.lake, FLO.principal, "order", "O2").case.known is False
    assert find_case(store.lake, part, "order", "O1") == find_case(
        store.lake, Principal("x", Scope(markets=frozenset())), "order", "O1"
    )
    with pytest.raises(WrongEntry, match="none of"):
        find_case(store.lake, part, "parcel", "O1")


def _typed(more: dict[str, str]) -> dict[str, object]:
    return {name: Decimal(each) if name == "value" else each for name, each in more.items()}
