"""Who may see what: no reader of the KPI layer gives rows of a market or department outside the scope."""

from datetime import date, timedelta

import polars as pl
import pytest
from made_facts import made, put
from random_facts import AS_OF_DAY

from kpi.access import NotAllowed, sees
from kpi.catalog import KPIS, UnknownKpi, find
from kpi.compute import refresh
from kpi.engine import AsOf, grains
from kpi.explain import Side, explain
from kpi.frozen import History
from kpi.ledger import data_version
from kpi.model import UNKNOWN, Distinct, Distribution, Kpi
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import SliceError, values, values_of
from kpi.standing import coverage
from store.facts import Shipments
from store.lake import Lake
from store.scope import LOCAL_OWNER, Principal, Scope

GERMAN = Principal("Ada", Scope(markets=frozenset({"DE"})))
SHIPPER = Principal("Bo", Scope(departments=frozenset({"shipping"})))
YEAR = Span(date(2024, 7, 1), AS_OF_DAY)
QUARTER = Span(AS_OF_DAY - timedelta(days=90), AS_OF_DAY)
WITH_TEAM = sorted(key for key, kpi in KPIS.items() if "team" in kpi.dimensions)
WITH_MARKET = sorted(key for key, kpi in KPIS.items() if "market" in kpi.dimensions)
EARLIER = AsOf.end_of(AS_OF_DAY - timedelta(days=20))


@pytest.mark.parametrize("key", WITH_MARKET)
@pytest.mark.parametrize("as_of", [None, EARLIER], ids=["stored", "from facts"])
def test_only_the_market_in_scope_is_read(key: str, as_of: AsOf | None, lake_of_seed: Lake) -> None:
    """
    Components, facts and records: DE and what belongs to no market, and the total is the total of those.
    """
    kpi = KPIS[key]
    by_market = Question(QUARTER, by=("market",), as_of=as_of)

    seen = values(lake_of_seed, GERMAN, kpi, by_market)
    whole = values(lake_of_seed, LOCAL_OWNER, kpi, by_market)
    total = values(lake_of_seed, GERMAN, kpi, Question(QUARTER, as_of=as_of))

    assert set(seen["market"]) <= {"DE", UNKNOWN} < set(whole["market"])
    assert seen.equals(whole.filter(whole["market"].is_in(["DE", UNKNOWN])))
    if not isinstance(kpi, Distinct):
        assert total["numerator"].sum() == pytest.approx(seen["numerator"].sum())
    for side in Side:
        records = explain(lake_of_seed, GERMAN, kpi, by_market, side)
        assert set(records["market"]) <= {"DE", UNKNOWN}


@pytest.mark.parametrize("key", WITH_TEAM)
@pytest.mark.parametrize("as_of", [None, EARLIER], ids=["stored", "from facts"])
def test_only_the_team_in_scope_is_read(key: str, as_of: AsOf | None, lake_of_seed: Lake) -> None:
    """
    Of three teams one, and what belongs to no team; the records behind it likewise.
    """
    kpi = KPIS[key]
    whole = values(lake_of_seed, LOCAL_OWNER, kpi, Question(QUARTER, by=("team",), as_of=as_of))
    first = sorted(set(whole["team"]) - {UNKNOWN})[0]
    member = Principal("Tea", Scope(teams=frozenset({first})))

    seen = values(lake_of_seed, member, kpi, Question(QUARTER, by=("team",), as_of=as_of))

    assert set(seen["team"]) <= {first, UNKNOWN} < set(whole["team"]) | {UNKNOWN}
    assert seen.equals(whole.filter(whole["team"].is_in([first, UNKNOWN])))
    records = explain(
        lake_of_seed, member, kpi, Question(QUARTER, by=("team",), as_of=as_of), Side.DENOMINATOR
    )
    assert set(records["team"]) <= {first, UNKNOWN, None}
    with pytest.raises(NotAllowed, match="may not see team 'another'"):
        values(lake_of_seed, member, kpi, Question(QUARTER, where={"team": "another"}))


@pytest.mark.parametrize(
    ("scope", "keys"),
    [
        (Scope(teams=frozenset({"north"})), {"contact_rate", "wismo_contact_rate", "system_step_rate"}),
        (
            Scope(markets=frozenset({"DE"})),
            {"sop_adherence_rate", "inventory_value", "supplier_on_time_rate"},
        ),
    ],
    ids=["one team", "one market"],
)
def test_what_cannot_be_limited_is_not_shown(scope: Scope, keys: set[str], lake_of_seed: Lake) -> None:
    """
    The tickets behind the contact rate know their team and its components do not: who sees one team is refused the
    number of all of them, in values, records and what is covered. For who sees all of it nothing changes.
    """
    limited, whole = Principal("Ada", scope), {kpi.key: kpi for kpi in KPIS.values()}
    hidden = {key for key, kpi in whole.items() if not sees(limited, kpi)}

    assert keys <= hidden
    assert all(sees(LOCAL_OWNER, kpi) for kpi in whole.values())
    assert not hidden & set(coverage(lake_of_seed, limited, list(whole.values())).until)
    for key in sorted(hidden):
        with pytest.raises(NotAllowed, match="cannot be told apart by market or team"):
            values(lake_of_seed, limited, whole[key], Question(QUARTER))
        with pytest.raises(NotAllowed, match="cannot be told apart by market or team"):
            explain(lake_of_seed, limited, whole[key], Question(QUARTER), Side.DENOMINATOR)


@pytest.mark.parametrize("key", ["first_response_time", "fulfilment_time", "active_customers"])
def test_what_does_not_add_up_is_recounted_within_the_scope(key: str, lake_of_seed: Lake) -> None:
    """
    Percentiles and different customers of the scope are those of its markets alone.
    """
    kpi, columns = KPIS[key], ["value", "n"]
    columns += ["median", "p90"] if isinstance(kpi, Distribution) else []

    scoped = values(lake_of_seed, GERMAN, kpi, Question(YEAR, where={"market": "DE"}))
    asked = values(lake_of_seed, LOCAL_OWNER, kpi, Question(YEAR, where={"market": "DE"}))

    assert scoped.select(columns).equals(asked.select(columns))


def test_another_market_is_refused_by_name(lake_of_seed: Lake) -> None:
    """
    Asking for US outright is told no, for values and for records.
    """
    kpi, question = find("on_time_delivery_rate"), Question(YEAR, where={"market": "US"})

    with pytest.raises(NotAllowed, match="Ada may not see market 'US'"):
        values(lake_of_seed, GERMAN, kpi, question)
    with pytest.raises(NotAllowed, match="Ada may not see market 'US'"):
        explain(lake_of_seed, GERMAN, kpi, question, Side.NUMERATOR)


def test_another_department_is_refused(lake_of_seed: Lake) -> None:
    """
    The shipper sees parcels and not tickets; one forbidden KPI refuses the whole question.
    """
    parcels, tickets = find("on_time_delivery_rate"), find("first_response_time")

    assert values(lake_of_seed, SHIPPER, parcels, Question(YEAR))["n"].item() > 0
    with pytest.raises(NotAllowed, match="'Customer service'"):
        values_of(lake_of_seed, SHIPPER, [parcels, tickets], Question(YEAR))
    with pytest.raises(NotAllowed, match="'Customer service'"):
        explain(lake_of_seed, SHIPPER, tickets, Question(YEAR), Side.EXCLUDED)


def test_a_slice_the_components_lack_comes_from_the_facts(lake_of_seed: Lake) -> None:
    """
    By origin, for a quarter: the slices add up to the total; for a year it is refused with the way out.
    """
    kpi = find("on_time_delivery_rate")

    by_origin = values(lake_of_seed, LOCAL_OWNER, kpi, Question(QUARTER, by=("origin",)))
    from_china = values(lake_of_seed, LOCAL_OWNER, kpi, Question(QUARTER, where={"origin": "CN"}))
    total = values(lake_of_seed, LOCAL_OWNER, kpi, Question(QUARTER))

    assert by_origin["n"].sum() == total["n"].item()
    assert from_china["n"].item() == by_origin.filter(by_origin["origin"] == "CN")["n"].item()
    with pytest.raises(SliceError, match="at most 92 days; 365 were asked"):
        values(lake_of_seed, LOCAL_OWNER, kpi, Question(YEAR, by=("origin",)))


@pytest.mark.parametrize(
    "key, wrong",
    [
        ("on_time_delivery_rate", "colour"),
        ("on_time_delivery_rate", "status"),
        ("customer_acquisition_cost", "campaign"),
        ("oee", "market"),
    ],
)
def test_a_dimension_the_kpi_does_not_have_is_refused(key: str, wrong: str, lake_of_seed: Lake) -> None:
    """
    A ratio of two facts is cut by what both have; the message names what there is.
    """
    kpi = find(key)

    with pytest.raises(SliceError, match=f"cannot be cut by {wrong}; it can be cut by"):
        values(lake_of_seed, LOCAL_OWNER, kpi, Question(QUARTER, by=(wrong,)))


def test_another_moment_is_worked_out_from_the_facts(lake_of_seed: Lake, lake: Lake) -> None:
    """
    Asked as of twenty days before, the lake answers as if it had been computed on that day.
    """
    kpis = [find(key) for key in ("on_time_delivery_rate", "cart_abandonment_rate", "return_rate", "roas")]
    for name in lake_of_seed.names():
        if not name.startswith(("components", "bins", "computed")):
            lake.append(name, lake_of_seed.read(name, lake_of_seed.schema(name)), marks={"copy": 0})
    refresh(lake, EARLIER, kpis=kpis)

    for kpi in kpis:
        asked = values(lake_of_seed, LOCAL_OWNER, kpi, Question(YEAR, Every.MONTH, as_of=EARLIER))
        computed = values(lake, LOCAL_OWNER, kpi, Question(YEAR, Every.MONTH))
        seen = computed.filter(computed["period"] <= AS_OF_DAY)
        assert asked.equals(seen), kpi.key


def test_many_kpis_at_once_are_what_each_is_alone(lake_of_seed: Lake) -> None:
    """
    Reading a department in one go changes no figure.
    """
    kpis: list[Kpi] = [kpi for kpi in KPIS.values() if kpi.department.value == "shipping"]
    question = Question(YEAR, Every.QUARTER, ("market",))

    together = values_of(lake_of_seed, LOCAL_OWNER, kpis, question)

    assert all(together[kpi.key].equals(values(lake_of_seed, LOCAL_OWNER, kpi, question)) for kpi in kpis)


def test_nothing_was_ever_computed(lake: Lake) -> None:
    """
    An empty lake has no data for every KPI, and no records.
    """
    for kpi in KPIS.values():
        found = values(lake, LOCAL_OWNER, kpi, Question(QUARTER)).row(0, named=True)
        assert (found["value"], found["n"], found["status"]) == (None, 0, "no_data"), kpi.key
        assert explain(lake, LOCAL_OWNER, kpi, Question(QUARTER), Side.DENOMINATOR).is_empty()


def test_the_data_version_moves_with_the_components(lake: Lake) -> None:
    """
    Pages keep their caches while it stays, so it changes with every refresh that changed something.
    """
    kpi = find("on_time_delivery_rate")
    row = {"shipment_id": "a", "shipped_day": "2025-03-01", "promised_day": "2025-03-05"}
    put(lake, Shipments, made(Shipments, [row]))
    versions = [data_version(lake)]

    for number in (6, 6, 7):
        refresh(lake, AsOf.end_of(date(2025, 3, number)), kpis=[kpi])
        versions.append(data_version(lake))

    assert versions[0] != versions[1] == versions[2] != versions[3]


def test_an_unknown_kpi_is_answered_with_the_nearest() -> None:
    """
    A slip of the pen gets a hint.
    """
    with pytest.raises(UnknownKpi, match="Did you mean on_time_delivery_rate"):
        find("on_time_delivery")


def test_frozen_days_that_know_no_team_are_not_shown_to_one(lake: Lake) -> None:
    """
    An older version kept its components without teams: nobody can say whose they are, so only who sees all teams
    sees those days.
    """
    kpi = find("csat_score")
    day = date(2025, 3, 3)
    frozen = pl.DataFrame({"day": [day], "market": ["DE"], "csat_score__num": [7], "month": ["2025-03"]})
    lake.replace_days("frozen_csat_score_0", frozen, None, marks={})
    (part,) = next(iter(grains([kpi]))).parts
    texts = dict.fromkeys(kpi.dimensions, pl.String)
    live = pl.LazyFrame(schema={"day": pl.Date, **texts, "csat_score__num": pl.Int64})
    past = History(kpi, date(2025, 4, 1), {part.number: "frozen_csat_score_0"}, {})

    def height(scope: Scope) -> int:
        return past.rows(lake, Principal("Ada", scope), part, live, pl.lit(True)).collect().height

    assert height(Scope()) == height(Scope(markets=frozenset({"DE"}))) == 1
    assert height(Scope(teams=frozenset({"north"}))) == 0
