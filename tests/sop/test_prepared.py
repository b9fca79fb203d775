"""Whether procedures help is worked out by the worker: for each scope somebody has, and only what may have changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from small_adherence import NOON, SCOPES, adherence_store
from small_company import LAST

from kpi.words import Language, speaking
from sop.diagnosis.effect import Outcome
from sop.prepared import EVER, prepared
from sop.prepared.job import prepare_answers, scopes_of
from store.home import Store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import Note, TargetRow, User

KPI = "on_time_delivery_rate"
GERMANY = Principal("Germany only", SCOPES[1])


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Worked out for everything and for Germany."""
    store = adherence_store(tmp_path_factory.mktemp("prepared"))
    yield store
    store.close()


def test_a_part_is_told_of_itself_alone(firm: Store) -> None:
    """
    240 of 520 shipments since March are cases; of Germany 160 of 260; as a market of the whole the same 160. 328 of
    400 cases were sealed; cases are not kept by market, so that Germany has no place. France was not asked for.
    """
    whole, german, market = (
        prepared(firm.lake, who, 13, place)
        for who, place in ((LOCAL_OWNER, ""), (GERMANY, ""), (LOCAL_OWNER, "DE"))
    )

    assert whole
    assert german
    assert market
    found = [
        (each.diagnosis.records, each.records) for told in (whole, german, market) for each in told.verdicts
    ]
    assert found == [(240, 520), (160, 260), (160, 260)]
    assert [each.adherence and each.adherence.value for each in whole.places.values()] == [0.82]
    assert not german.places
    assert prepared(firm.lake, Principal("France", Scope(markets=frozenset({"FR"}))), 13) is None


def test_every_choice_of_days_has_its_answer(firm: Store) -> None:
    """
    Four weeks hold 200 of the 400 cases; since the first case verdicts reach back a year, which holds all.
    """
    four, ever = prepared(firm.lake, LOCAL_OWNER, 4), prepared(firm.lake, LOCAL_OWNER, EVER)

    assert four
    assert ever
    assert [
        each.adherence and each.adherence.n for told in (four, ever) for each in told.places.values()
    ] == [200, 400]
    assert [each.diagnosis.records for each in ever.verdicts] == [240]


def test_only_what_changed_is_worked_out_again(firm: Store) -> None:
    """
    The same again is nothing. A target of the outcome moves where the procedure stands and how both go together, and
    that this was looked at: three of each scope. An answer for a scope nobody has any more is gone.
    """
    before = firm.lake.version("sop_prepared")

    assert prepare_answers(firm, SCOPES, NOON + timedelta(hours=1)) == 0
    assert firm.lake.version("sop_prepared") == before

    firm.state.targets.add(LOCAL_OWNER, TargetRow(KPI, date(2025, 1, 1), Decimal("0.5"), reason="agreed"))

    assert prepare_answers(firm, SCOPES, NOON + timedelta(hours=2)) == 2 * 3
    told = prepared(firm.lake, LOCAL_OWNER, 13)
    assert told
    assert told.places["packing"].target == 0.5
    assert told.made_at == NOON + timedelta(hours=2)
    assert prepare_answers(firm, SCOPES[:1], NOON + timedelta(hours=3)) == 0
    assert prepared(firm.lake, GERMANY, 13) is None


def test_what_else_happened_is_told_in_the_language_of_the_reader(firm: Store) -> None:
    """
    A strike a week before the version leaves nothing to compare with; the words stay the words of who wrote them,
    without the name, and there is an answer in each language.
    """
    day = date(2025, 2, 24)
    firm.state.annotations.add(LOCAL_OWNER, Note(day, day, "Strike", "shipping", KPI))
    prepare_answers(firm, SCOPES, datetime(2025, 4, 29, tzinfo=UTC))

    for language in Language:
        with speaking(language):
            told = prepared(firm.lake, LOCAL_OWNER)
        assert told
        (story,) = [each for each in told.stories if each.version == "2.0"]
        assert (story.effect.outcome, story.effect.confounders) == (Outcome.CONFOUNDED, ("Strike",))


def test_whoever_may_sign_in_is_worked_for(firm: Store) -> None:
    """
    A person of France is; not any more once the account is closed.
    """
    person = User("ada@example.com", "Ada", Role.VIEWER, markets=frozenset({"FR"}))
    seen = firm.state.users.save(LOCAL_OWNER, person, 0)

    assert scopes_of(firm) == {Scope(), Scope(markets=frozenset({"FR"}))}
    firm.state.users.save(LOCAL_OWNER, replace(person, active=False), seen)
    assert scopes_of(firm) == {Scope()}


def test_days_are_those_of_the_data(firm: Store) -> None:
    told = prepared(firm.lake, LOCAL_OWNER)

    assert told
    assert told.as_of == LAST
