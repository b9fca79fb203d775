"""The eight stages of an order over a border, and who answers for the time spent in each."""

from collections.abc import Mapping
from enum import Enum, StrEnum

from kpi.words import marked
from store.facts.flow import FLOW_STAGES


class Party(StrEnum):
    """Who answers for time; `unknown` where no scan says in which stage it was spent."""

    US = "us"
    CARRIER = "carrier"
    CUSTOMS = "customs"
    CUSTOMER = "customer"
    UNKNOWN = "unknown"

    @property
    def letter(self) -> str:
        """One letter for each, as `ShipmentStages.parties` holds them."""
        return LETTERS[self]


NAMES: Mapping[Party, str] = {
    Party.US: marked("Us"), Party.CARRIER: marked("Carrier"), Party.CUSTOMS: marked("Customs office"),
    Party.CUSTOMER: marked("Customer"), Party.UNKNOWN: marked("Nobody known"),
}  # fmt: skip
LETTERS: Mapping[Party, str] = {
    Party.US: "u", Party.CARRIER: "c", Party.CUSTOMS: "x", Party.CUSTOMER: "k", Party.UNKNOWN: "-",
}  # fmt: skip


class Stage(Enum):
    """A stage: its number, its key, its name, who usually answers for it, and its usual share of the way.

    The usual shares only place a moment that was not scanned between its two neighbours, and split the promise of a
    lane without any history.
    """

    PREPARATION = (1, marked("Order and preparation"), Party.US, 2)
    WAREHOUSE = (2, marked("Warehouse"), Party.US, 20)
    DEPARTURE = (3, marked("Mode and departure"), Party.CARRIER, 12)
    TRANSIT = (4, marked("Transit"), Party.CARRIER, 36)
    CUSTOMS = (5, marked("Customs"), Party.CUSTOMS, 20)
    SORTING = (6, marked("Destination sorting"), Party.CARRIER, 24)
    LAST_MILE = (7, marked("Last mile"), Party.CARRIER, 6)
    AFTER_SALES = (8, marked("Returns and service"), Party.US, 0)

    def __init__(self, number: int, title: str, party: Party, weight: int) -> None:
        self.number, self.title, self.party, self.weight = number, title, party, weight

    @property
    def key(self) -> str:
        """Its name in facts, budgets and links."""
        return FLOW_STAGES[self.number - 1]


BY_KEY: Mapping[str, Stage] = {stage.key: stage for stage in Stage}
PROMISED: tuple[Stage, ...] = tuple(stage for stage in Stage if stage is not Stage.AFTER_SALES)
HOME, ABROAD = "1247", "1234567"
UNATTRIBUTED = "unattributed"


def stage_of(number: int) -> Stage:
    """The stage with this number, 1 to 8."""
    return tuple(Stage)[number - 1]
