"""Where no source has ever sent a table, nothing is known of it: no claim was told is not no damage."""

from datetime import date

import pytest
from made_facts import made, scored

from kpi.catalog import KPIS
from kpi.period import Span
from store.facts.orders import Claims
from store.facts.shipping import Shipments
from store.lake import Lake

LATER = Span(date(2025, 3, 1), date(2025, 6, 30))
PARCELS = [
    {
        "shipment_id": f"P{n}",
        "status": "delivered",
        "shipped_day": "2025-03-01",
        "delivered_day": "2025-03-04",
    }
    for n in range(4)
]
CLAIM = {
    "claim_id": "C1", "order_id": "O1", "shipment_id": "P1", "kind": "damage", "confirmed": True,
    "reported_day": "2025-03-06",
}  # fmt: skip


@pytest.mark.parametrize(
    ("claims", "told"), [(None, ("no_data", None)), ([CLAIM], ("ok", 0.25)), ([], ("ok", 0.0))]
)
def test_no_source_of_claims_is_no_data_and_no_claim_is_zero(
    lake: Lake, claims: list[dict[str, object]] | None, told: tuple[str, float | None]
) -> None:
    """
    Four parcels arrived. Without a table of claims damage is not known; one claim is a quarter; once the source of
    claims has sent something about others, none of these is none.
    """
    facts = {Shipments: made(Shipments, PARCELS)}
    if claims is not None:
        other = {**CLAIM, "claim_id": "C0", "shipment_id": "of another year"}
        facts[Claims] = made(Claims, [other, *claims])

    (row,) = scored(lake, KPIS["damage_rate"], facts, LATER).rows(named=True)

    assert (row["status"], row["value"]) == told
