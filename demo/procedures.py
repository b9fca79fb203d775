"""The procedures of the made-up firm: their texts are files beside this one, here is who works by them since when."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from demo.dice import Days, Whole
from demo.season import number
from demo.stories import CUSTOMS, STAFFING
from sop import procedure as sop
from sop.procedure.markdown import read

TEXTS = Path(__file__).parent / "procedures"
CUSTOMS_MENDED = CUSTOMS.ends if CUSTOMS.ends is not None else 0
BEFORE_PEAK = (STAFFING.begins or 0) + 4
THIS_PEAK = 9
UNREVIEWED = -395  # since then nobody looked at how parcels are sorted


@dataclass(frozen=True)
class Version:
    """One version. `effective` counts days from the last day of the first load, like the days of a story; None while
    it is in review."""

    name: str
    effective: int | None

    @property
    def minor(self) -> bool:
        """Nobody has to work differently."""
        return not self.name.endswith(".0")

    @property
    def number(self) -> tuple[int, int]:
        read = sop.Version.read(self.name)
        return read.major, read.minor

    def since(self, anchor: date) -> date:
        """Its first day. Raises ValueError while it is in review."""
        if self.effective is None:
            raise ValueError(f"Version {self.name} has no first day yet.")
        return anchor + timedelta(days=self.effective)


@dataclass(frozen=True)
class Procedure:
    """
    One standard operating procedure: `teams` do the work, by these `versions`, oldest first. The file holds the last
    one; `came` names the steps that a version brought, `before` what a step said until a version changed it.
    """

    key: str
    teams: tuple[str, ...]
    versions: tuple[Version, ...]
    refresher_months: int = 12
    came: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    before: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def written(self) -> sop.Procedure:
        """The file."""
        return written(self.key)

    @property
    def title(self) -> str:
        return self.written.title

    @property
    def owner(self) -> str:
        return self.written.owner

    @property
    def review_months(self) -> int:
        return self.written.review_months

    @property
    def kpis(self) -> tuple[str, ...]:
        """What it drives."""
        return tuple(each.kpi for each in self.written.kpis)

    @property
    def decided(self) -> tuple[Version, ...]:
        """The versions with a first day, past or to come."""
        return tuple(each for each in self.versions if each.effective is not None)

    def text_of(self, version: Version) -> sop.Procedure:
        """What a version said: without what came later, and without examples until its last review."""
        later = [each for each in self.versions if each.number > version.number]
        gone = {step for each in later for step in self.came.get(each.name, ())}
        old = {
            step: text for each in reversed(later) for step, text in self.before.get(each.name, {}).items()
        }
        bare = any(each.minor for each in later)
        steps = tuple(
            replace(
                each, instruction=old.get(each.key, each.instruction), example="" if bare else each.example
            )
            for each in self.written.steps
            if each.key not in gone
        )
        return replace(self.written, version=sop.Version(*version.number), steps=steps)


@cache
def written(key: str, language: str = "") -> sop.Procedure:
    """The text of a procedure, or its translation."""
    return read((TEXTS / language / f"{key}.md").read_text(encoding="utf-8"))


@cache
def steps_of(place: int, version: str) -> tuple[sop.Step, ...]:
    """The steps of a procedure in a version, by its place in LIBRARY."""
    found = LIBRARY[place]
    return found.text_of(next(each for each in found.versions if each.name == version)).steps


TEAM_SIZES: Mapping[str, int] = {
    "Hamburg warehouse": 8, "Ningbo warehouse": 8, "Customs desk": 9, "Hamburg desk": 6, "Toronto desk": 5,
    "Singapore desk": 5, "Crew A": 7, "Crew B": 7, "Crew C": 7, "Marketing team": 5, "Planning team": 5,
    "Quality team": 4,
}  # fmt: skip
TEAMS: tuple[str, ...] = tuple(TEAM_SIZES)
WAREHOUSES = ("Hamburg warehouse", "Ningbo warehouse")
DESKS = ("Hamburg desk", "Toronto desk", "Singapore desk")
CREWS = ("Crew A", "Crew B", "Crew C")
CUSTOMS_DESK, MARKETERS, PLANNERS = ("Customs desk",), ("Marketing team",), ("Planning team",)
QUALITY = ("Quality team",)
SHORT_TEAM = "Hamburg desk"  # where people are missing before peak

FIRST, SECOND = Version("1.0", -1200), Version("2.0", -760)


def _settled(reviewed: int) -> tuple[Version, ...]:
    """Three versions; the last one came of the review on that day."""
    return FIRST, SECOND, Version("2.1", reviewed)


def _usual(key: str, teams: tuple[str, ...], reviewed: int, later: str, refresher: int = 6) -> Procedure:
    """One without a story: version 2 brought the step `later`."""
    return Procedure(key, teams, _settled(reviewed), refresher, {SECOND.name: (later,)})


LIBRARY: tuple[Procedure, ...] = (
    _usual("order_processing", WAREHOUSES, -212, "notes_read"),
    Procedure("order_fulfilment", WAREHOUSES, (FIRST, SECOND, Version("2.1", -400), Version("2.2", -64)), 3,
              {"2.0": ("weight_within_the_range", "goods_looked_at")},
              {"2.1": {"box_chosen_by_the_profile": "Choose a box in which the goods do not move when you tip it."},
               "2.2": {"manifest_closed": "Close the list of the carrier before the cut-off. Parcels on the list and "
                       "parcels in the cage have to be as many."}}),
    _usual("address_verification", WAREHOUSES, -143, "phone_number_given"),
    Procedure("packaging_labelling", WAREHOUSES, (*_settled(-271), Version("3.0", THIS_PEAK)), 6,
              {"2.0": ("photo_of_the_parcel",), "3.0": ("leaflet_in_the_right_language",)}),
    Procedure("customs_paperwork", CUSTOMS_DESK, (FIRST, SECOND, Version("3.0", CUSTOMS_MENDED)), 3,
              {"2.0": ("origin_stated", "copy_filed"), "3.0": ("digits_counted_for_the_country_of_arrival",)},
              {"3.0": {"commodity_code_complete": "Take the code from the product's sheet. The first six digits of "
                       "the Harmonised System are the same in all countries."}}),
    _usual("mode_selection", CUSTOMS_DESK, -98, "goods_allowed_on_the_mode"),
    _usual("tracking", WAREHOUSES, -187, "loss_declared_in_time"),
    _usual("consolidation", WAREHOUSES, -251, "seal_noted"),
    _usual("sorting", WAREHOUSES, UNREVIEWED, "scanned_onto_the_right_cart"),
    _usual("last_mile", CUSTOMS_DESK, -129, "message_sent_on_the_day"),
    Procedure("tax_calculation", CUSTOMS_DESK, (*_settled(-88), Version("3.0", None)), 6,
              {"2.0": ("origin_stated",), "3.0": ("duty_per_tariff_heading_counted",)},
              {"2.1": {"threshold_checked": "Enter the value without carriage, turned into EUR with the customs rate "
                       "of the month, and compare it with the limit of the country."}}),
    _usual("returns", WAREHOUSES, -233, "stock_put_back"),
    Procedure("inquiries", DESKS, (FIRST, SECOND, Version("2.1", -150), Version("3.0", BEFORE_PEAK)), 3,
              {"2.0": ("next_step_stated",)},
              {"3.0": {"reply_within_the_promise": "Minutes of opening hours until a person has answered: chat 2, "
                       "phone 1, e-mail 240. The automatic reply does not count."}}),
    _usual("escalation", DESKS, -57, "cause_tagged"),
    _usual("service_quality", DESKS, -102, "two_people_score_the_same"),
    _usual("equipment_operation", CREWS, -176, "handed_over_to_the_next_crew"),
    _usual("hot_melt_binding", CREWS, -115, "film_of_glue_even"),
    _usual("quality_control", CREWS, -201, "master_piece_measured"),
    _usual("product_inspection", CREWS, -284, "looks_compared_with_the_brand_guide"),
    _usual("maintenance", CREWS, -39, "parts_recorded"),
    _usual("production_planning", CREWS, -262, "changeovers_grouped"),
    _usual("inbound_inspection", CREWS, -73, "supplier_told"),
    _usual("campaign_planning", MARKETERS, -222, "rule_for_stopping_set", 12),
    _usual("analytics_reporting", MARKETERS, -136, "what_changed_is_marked", 12),
    _usual("translation", MARKETERS, -292, "words_of_the_glossary_used", 12),
    _usual("product_management", MARKETERS, -84, "phased_out_in_order", 12),
    _usual("inventory_management", PLANNERS, -167, "slow_stock_decided", 12),
    _usual("demand_planning", PLANNERS, -109, "last_month_reviewed", 12),
    _usual("supplier_management", PLANNERS, -241, "scorecard_sent", 12),
    _usual("product_sourcing", PLANNERS, -194, "second_source_named", 12),
    _usual("sop_management", QUALITY, -52, "tried_by_the_people_who_do_it", 12),
    _usual("training", QUALITY, -158, "mentor_named_for_the_first_week", 12),
)  # fmt: skip
TRANSLATED: Mapping[str, str] = {
    "hot_melt_binding": "2.1",
    "quality_control": "2.1",
    "packaging_labelling": "2.1",
}
KEYS: tuple[str, ...] = tuple(each.key for each in LIBRARY)
CODE_STEP, UNREVIEWED_SOP = "commodity_code_complete", KEYS.index("sorting")
CUSTOMS_SOP, INQUIRIES_SOP = KEYS.index("customs_paperwork"), KEYS.index("inquiries")


def version_on(place: int, day: int, anchor: date) -> Version:
    """The version of a procedure in force on a day; the first one before its time."""
    return [each for each in LIBRARY[place].decided if number(each.since(anchor)) <= day or each is FIRST][-1]


def versions_on(sops: Whole, days: Days, anchor: date) -> list[str]:
    """The names of the versions in force, one a row."""
    known: dict[tuple[int, int], str] = {}
    found = []
    for place, day in zip(sops.tolist(), days.tolist(), strict=True):
        if (place, day) not in known:
            known[place, day] = version_on(place, day, anchor).name
        found.append(known[place, day])
    return found
