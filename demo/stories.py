"""What goes wrong, and right, at the made-up firm: each story as data, so that a reviewer can find it again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from demo.dice import Days, Number
from demo.season import number


@dataclass(frozen=True)
class Story:
    """
    One thing that happened. `begins` and `ends` count days from the last day of the first load: -42 is six weeks
    before it; no end means it still goes on. Stories of the calendar have no begin: they come every year.
    """

    key: str
    title: str
    department: str
    begins: int | None
    ends: int | None
    where: Mapping[str, str]
    moves: tuple[str, ...]
    off_target: tuple[str, ...] = field(default=())
    look: str = ""

    def first_day(self, last: date) -> date | None:
        return None if self.begins is None else last + timedelta(days=self.begins)


CARRIER = Story(
    key="carrier_degrades",
    title="Nordpost delivers later and later in Japan",
    department="shipping",
    begins=-44,
    ends=None,
    where={"market": "JP", "carrier": "Nordpost"},
    moves=(
        "on_time_delivery_rate falls",
        "otif_rate falls",
        "eta_accuracy_rate and delivered_within_n_rate fall",
        "wismo_contact_rate of Japan rises",
    ),
    off_target=("on_time_delivery_rate", "otif_rate"),
    look="On-time delivery by carrier, then market JP: Blue Crane Express on the same lane stays where it was.",
)
MOULD = Story(
    key="mould_wears_out",
    title="The mould on line 7 wears out",
    department="manufacturing",
    begins=-47,
    ends=None,
    where={"line": "Line 7"},
    moves=(
        "scrap_rate rises over four weeks, then stays high",
        "first_pass_yield falls",
        "oee_quality falls",
        "inspection_pass_rate at moulding falls, and with it rolled_throughput_yield",
        "unplanned_downtime for mould rises",
    ),
    off_target=("scrap_rate",),
    look="Scrap rate by line over the last 13 weeks: seven lines are flat, line 7 climbs.",
)
STAFFING = Story(
    key="staffing_gap",
    title="Too few people answer e-mail before peak",
    department="service",
    begins=-24,
    ends=None,
    where={"channel": "e-mail"},
    moves=(
        "first_response_time rises",
        "response_sla_rate falls",
        "csat_score falls a little",
        "qa_score falls",
    ),
    off_target=("first_response_time", "response_sla_rate"),
    look="First response time by channel: chat, phone and social stay where they were.",
)
BIDDING = Story(
    key="bad_bidding_rule",
    title="A bidding rule outbids ourselves on our own brand name",
    department="marketing",
    begins=-36,
    ends=None,
    where={"market": "US", "campaign": "Search generic"},
    moves=(
        "customer_acquisition_cost rises: more is paid, nobody new comes",
        "mer of the US falls: the same sales for more spend",
        "roas and cost_per_conversion of the campaign worsen: clicks cost twice as much",
    ),
    off_target=("customer_acquisition_cost",),
    look="Acquisition cost by market, then return on ad spend by campaign in the US.",
)
CUSTOMS = Story(
    key="customs_paperwork",
    title="Customs papers to the United Kingdom and Canada lacked a code until the procedure's new version",
    department="shipping",
    begins=-215,
    ends=-180,
    where={"market": "UK, CA"},
    moves=(
        "on_time_delivery_rate falls for five weeks and recovers",
        "document_error_rate, customs_hold_rate and compliance_cost rise with it",
    ),
    look="On-time delivery by market over 52 weeks: a dip of five weeks in UK and CA, about seven months ago.",
)
BLACK_FRIDAY = Story(
    key="black_friday",
    title="Black Friday and the weeks before Christmas",
    department="shipping",
    begins=None,
    ends=None,
    where={},
    moves=(
        "orders double for four days",
        "fulfilment_time rises",
        "on_time_delivery_rate falls a little",
        "forecast_bias falls below zero, stockout_rate rises for four weeks",
    ),
    look="Net sales by day around the fourth Friday of November, and fulfilment time in the fortnight after it.",
)
NEW_YEAR = Story(
    key="chinese_new_year",
    title="The plant is shut and Ningbo ships slowly around Chinese New Year",
    department="manufacturing",
    begins=None,
    ends=None,
    where={"origin": "Ningbo"},
    moves=(
        "no production for ten days",
        "on_time_delivery_rate of JP, AU and SG falls",
        "supplier_on_time_rate falls, stockout_rate rises in Ningbo at once and in Hamburg four weeks later",
    ),
    look="Pieces produced by day, and on-time delivery by market, around the lunar new year.",
)
LATE_SCANS = Story(
    key="late_scans",
    title="Some delivery scans arrive one to four days after the delivery",
    department="shipping",
    begins=None,
    ends=None,
    where={},
    moves=("on_time_delivery_rate of the last days rises again when the scans come in",),
    look="The changed rows of the shipments table after each daily sync.",
)
DIRT = Story(
    key="dirty_rows",
    title="About three rows in a thousand are wrong",
    department="company",
    begins=None,
    ends=None,
    where={},
    moves=("rejected rows: negative pieces, unknown status, year 2999, the same key twice",
           "one day of orders in Icelandic krona that no rate exists for"),
    look="Rejected rows on the data page; order value of the week ten months ago is unknown for want of a rate.",
)  # fmt: skip

STORIES: tuple[Story, ...] = (
    CARRIER, MOULD, STAFFING, BIDDING, CUSTOMS, BLACK_FRIDAY, NEW_YEAR, LATE_SCANS, DIRT,
)  # fmt: skip


def under_way(story: Story, days: Days, anchor: date, ramp: int = 1) -> Number:
    """How far a story has come on each day: 0 outside it, then up to 1 over `ramp` days."""
    if story.begins is None:
        raise ValueError(f"Story '{story.key}' comes with the calendar; it has no begin to count from.")
    begun = days - (number(anchor) + story.begins)
    strength = np.clip((begun + 1) / ramp, 0.0, 1.0)
    over = np.inf if story.ends is None else story.ends - story.begins
    return np.asarray(np.where(begun <= over, strength, 0.0))
