"""The trust label: by which definition, from which data until when, of how many rows, in which money."""

from dataclasses import replace
from datetime import UTC, date, datetime

from made_facts import Facts, made, scored

from kpi.catalog import KPIS, find
from kpi.period import Span
from kpi.trust import SourceTime, currency_basis, trust, trust_of_row
from kpi.version import Version
from store.facts import Shipments
from store.lake import Lake
from store.state.runs import Counts, Freshness, Run, RunStatus

OTD = find("on_time_delivery_rate")
MARCH = Span(date(2025, 3, 1), date(2025, 3, 31))
READ, REACHES = datetime(2025, 3, 20, 6, tzinfo=UTC), datetime(2025, 3, 19, tzinfo=UTC)


def fresh(source: str, fact: str) -> Freshness:
    run = Run(1, source, READ, READ, RunStatus.OK, "", REACHES, (Counts(fact),))
    return Freshness(source, READ, REACHES, run)


def test_a_score_says_how_far_to_trust_it(lake: Lake) -> None:
    """
    Two parcels due, one without a promise, one due on the 30th: 2 rows, 2 of 3 complete, a third still open.
    """
    parcels = [
        {
            "shipment_id": n,
            "shipped_day": date(2025, 3, 1),
            "promised_day": day,
            "delivered_day": date(2025, 3, 4),
        }
        for n, day in enumerate((date(2025, 3, 4), date(2025, 3, 5), None, date(2025, 3, 30)))
    ]
    facts: Facts = {Shipments: made(Shipments, parcels)}
    row = scored(lake, OTD, facts, Span(MARCH.start, date(2025, 3, 30)), as_of=None).row(0, named=True)
    early = row | {"n": 2, "immature": 1}

    label = trust_of_row(OTD, early, MARCH.end, [fresh("wms", "shipments"), fresh("shop", "orders")], "EUR")

    assert (label.version, label.owner, label.n) == (1, "Shipping lead", 2)
    assert label.sources == (SourceTime("wms", READ, REACHES),)
    assert (label.completeness, dict(label.excluded)) == (2 / 3, {"no_promise": 1})
    assert label.provisional == 1 / 3
    assert label.currency == ""
    assert label.told()["sources"] == [
        {"source": "wms", "read_at": "2025-03-20T06:00:00+00:00", "data_time": "2025-03-19T00:00:00+00:00"}
    ]


def test_the_version_is_that_of_the_days_shown() -> None:
    """
    Frozen before April: March is by the first version, April by the second; where nothing is frozen all is.
    """
    second = replace(OTD, versions=(Version(2, date(2025, 4, 1), ""),))
    april = date(2025, 4, 30)

    def version(last: date, frozen: date | None) -> int:
        return trust(second, n=1, immature=0, excluded={}, last=last, frozen=frozen).version

    assert version(MARCH.end, date(2025, 4, 1)) == 1
    assert version(april, date(2025, 4, 1)) == 2
    assert version(MARCH.end, None) == 2


def test_nothing_is_claimed_of_no_rows() -> None:
    """
    Neither complete nor incomplete, neither final nor provisional.
    """
    label = trust(OTD, n=0, immature=0, excluded={}, last=MARCH.end)

    assert (label.completeness, label.provisional, label.sources) == (None, None, ())


def test_rows_that_count_before_they_are_due_are_provisional() -> None:
    """
    Where rows count at once and may still change, 3 of 10 are 30 %.
    """
    early = replace(OTD, rows=replace(OTD.rows, waits=False))

    assert trust(early, n=10, immature=3, excluded={}, last=MARCH.end).provisional == 0.3


def test_money_names_its_rate() -> None:
    """
    The company's currency and the day of the rate; a share of rows has none.
    """
    assert currency_basis(find("roas"), "EUR") == "EUR, each amount at the rate published for its spend day"
    assert currency_basis(OTD, "EUR") == ""
    assert all(currency_basis(kpi, "EUR") for kpi in KPIS.values() if kpi.unit.value == "money")
