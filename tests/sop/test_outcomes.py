"""N1 from facts to verdict: records of a KPI meet the cases of a procedure, counted, and read within a scope."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from small_company import LAST, WEEKS, frame, known, shipments

from kpi.catalog import find
from kpi.compute import refresh
from kpi.engine import AsOf
from kpi.period import Span
from sop.diagnosis.verdict import Verdict
from sop.outcomes import answers, compute_outcomes
from sop.outcomes.links import ANY, Driven, failing_beyond
from sop.outcomes.tables import SCHEMA, table_of
from store.facts import Shipments, SopCases
from store.home import Store, open_store
from store.scope import LOCAL_OWNER, Principal, Scope

KPI = "on_time_delivery_rate"
LINKED, NUMBERS = [Driven(KPI, ("packing",))], {"packing": ANY}
SPAN, AS_OF = Span(WEEKS[0], LAST), AsOf.end_of(LAST)
FRANCE = Principal("France only", Scope(markets=frozenset({"FR"})))
TEAM = Principal("one team", Scope(teams=frozenset({"one"})))


def case(week: date, n: int, followed: bool) -> dict[str, Any]:
    shipment = f"{'=' if n == 39 else ''}{week}-{n}"
    return {
        "sop_case_id": f"packing/{shipment}", "case_id": shipment, "sop": "packing", "version": "1.0",
        "market": "DE" if n < 20 else "FR", "begun_day": week, "steps": 1, "followed": int(followed), "due_epoch": 0,
        "met_epoch": 0 if followed else None, "expected": 0,
    }  # fmt: skip


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Store]:
    """40 shipments a week, of 36 of which systems know whether they were packed as agreed: 24 were, all of DE's."""
    store = open_store(tmp_path)
    store.lake.append(Shipments.name, frame(Shipments, known(Shipments, shipments())), marks={"files": 1})
    cases = [case(week, n, n < 24) for week in WEEKS for n in range(4, 40)]
    store.lake.append(SopCases.name, frame(SopCases, cases), marks={"files": 1})
    refresh(store.lake, AS_OF)
    yield store
    store.close()


def compute(store: Store, *, full: bool = False) -> list[str]:
    return compute_outcomes(store.lake, LOCAL_OWNER, LINKED, NUMBERS, AS_OF, full=full)


def rows(store: Store) -> pl.DataFrame:
    return store.lake.read(table_of(KPI), SCHEMA).select(SCHEMA.names()).sort(SCHEMA.names())


def test_from_records_to_verdict(firm: Store) -> None:
    """
    Followed in 280 of 504 joined (of 560); 30 of 224 failed without it, none with it: not followed, in FR most of all.
    """
    compute(firm)

    (found,) = answers(firm.lake, LOCAL_OWNER, KPI, ["packing"], SPAN)

    seen = found.diagnosis
    assert seen.verdict is Verdict.NOT_FOLLOWED
    assert (seen.records, found.records, found.failed, found.failed_joined) == (504, 560, 30, 30)
    assert seen.adherence.value == pytest.approx(280 / 504)
    assert seen.difference.value == pytest.approx(30 / 224)
    assert "are associated with" in seen.sentence
    assert "90% of 560 records" in found.coverage
    assert [(each.dimension, each.value) for each in found.slices if each.stands_out] == [
        ("carrier", "UPS"), ("market", "FR"),
    ]  # fmt: skip


def test_a_part_is_read_within_the_scope(firm: Store) -> None:
    """
    Of FR alone 56 were packed as agreed and 224 not; who sees one team of all sees nothing, as records know no team.
    """
    compute(firm)

    (france,) = answers(firm.lake, FRANCE, KPI, ["packing"], SPAN)
    (asked,) = answers(firm.lake, LOCAL_OWNER, KPI, ["packing"], SPAN, "FR")

    assert (france.diagnosis.records, france.records) == (280, 280)
    assert france.diagnosis == asked.diagnosis
    assert {each.value for each in france.slices} <= {"FR", "UPS", "road"}
    assert answers(firm.lake, TEAM, KPI, ["packing"], SPAN) == ()


def test_too_little_says_how_much_is_missing(firm: Store) -> None:
    """
    Two weeks hold 72 joined records, 28 fewer than needed; a procedure without any case lacks all 100.
    """
    compute(firm)

    few, none = answers(firm.lake, LOCAL_OWNER, KPI, ["packing", "sorting"], Span(WEEKS[-2], LAST))

    assert (few.diagnosis.verdict, few.diagnosis.missing) == (Verdict.NOT_ENOUGH, 28)
    assert (none.diagnosis.missing, few.slices) == (100, ())


def test_a_later_case_counts_its_week_anew(firm: Store) -> None:
    """
    Nothing changed, nothing is done; one case told otherwise: the same rows as counting everything again.
    """
    compute(firm)
    before = rows(firm)
    assert compute(firm) == []

    told = frame(SopCases, [case(WEEKS[3], 10, False)])
    firm.lake.merge(SopCases.name, told, key=["sop_case_id"], marks={"files": 2})
    assert compute(firm) == [table_of(KPI)]

    changed = rows(firm)
    assert set(changed.join(before, on=SCHEMA.names(), how="anti", nulls_equal=True)["day"]) == {WEEKS[3]}
    compute(firm, full=True)
    assert rows(firm).equals(changed)


def test_which_kpis_tell_what_failed() -> None:
    """
    A share of rows says it itself, a duration by its target; totals and what has no target do not.
    """
    assert failing_beyond(find("fulfilment_time")) == 24
    assert failing_beyond(find(KPI)) is not None
    assert [
        failing_beyond(find(each)) for each in ("net_sales", "transit_time", "oee", "inventory_turns")
    ] == [None] * 4


def test_weeks_are_whole(firm: Store) -> None:
    """
    Days cut from a week leave the week out.
    """
    compute(firm)

    (found,) = answers(firm.lake, LOCAL_OWNER, KPI, ["packing"], Span(WEEKS[0] + timedelta(days=1), LAST))

    assert found.records == 520
