"""Hansa & Pearl Trading: a made-up firm that moulds travel and kitchen goods and ships them to eight markets."""

from dataclasses import dataclass

from store.company import Company, Market

SOURCE = "demo"


@dataclass(frozen=True)
class Lane:
    """How one market is served: its share of orders, the promise, the price of carriage, and who carries."""

    market: Market
    share: float
    promise_days: int
    carriage_eur: float
    origin: str
    desk: str
    carriers: tuple[tuple[str, float], ...]

    @property
    def by_air(self) -> bool:
        return self.origin == "Ningbo" or self.market.code in ("US", "CA")


@dataclass(frozen=True)
class Owner:
    """A made-up person who answers for the KPIs of a department."""

    department: str
    name: str
    role: str


def _lane(code: str, name: str, zone: str, currency: str, language: str, calendar: str = "") -> Market:
    return Market(code, zone, currency, calendar or code, language, name)


LANES: tuple[Lane, ...] = (
    Lane(_lane("DE", "Germany", "Europe/Berlin", "EUR", "de"), 0.235, 4, 4.9, "Hamburg", "Hamburg desk",
         (("Elbe Parcel", 0.7), ("Nordpost", 0.3))),
    Lane(_lane("FR", "France", "Europe/Paris", "EUR", "fr"), 0.10, 5, 7.1, "Hamburg", "Hamburg desk",
         (("Mistral Colis", 0.8), ("Nordpost", 0.2))),
    Lane(_lane("UK", "United Kingdom", "Europe/London", "GBP", "en", "GB"), 0.13, 6, 8.9, "Hamburg", "Hamburg desk",
         (("Kestrel Mail", 0.75), ("Nordpost", 0.25))),
    Lane(_lane("US", "United States", "America/New_York", "USD", "en"), 0.20, 7, 12.3, "Hamburg", "Toronto desk",
         (("Blue Crane Express", 0.6), ("Prairie Parcel", 0.4))),
    Lane(_lane("CA", "Canada", "America/Toronto", "CAD", "en"), 0.07, 8, 13.6, "Hamburg", "Toronto desk",
         (("Prairie Parcel", 0.8), ("Blue Crane Express", 0.2))),
    Lane(_lane("JP", "Japan", "Asia/Tokyo", "JPY", "ja"), 0.15, 8, 11.9, "Ningbo", "Singapore desk",
         (("Nordpost", 0.78), ("Blue Crane Express", 0.22))),
    Lane(_lane("AU", "Australia", "Australia/Sydney", "AUD", "en"), 0.06, 9, 14.8, "Ningbo", "Singapore desk",
         (("Austral Freightline", 0.85), ("Blue Crane Express", 0.15))),
    Lane(_lane("SG", "Singapore", "Asia/Singapore", "SGD", "en"), 0.055, 7, 10.5, "Ningbo", "Singapore desk",
         (("Pearl River Air", 0.7), ("Blue Crane Express", 0.3))),
)  # fmt: skip
CODES: tuple[str, ...] = tuple(lane.market.code for lane in LANES)

COMPANY = Company(
    name="Hansa & Pearl Trading",
    currency="EUR",
    timezone="Europe/Berlin",
    week_starts="monday",
    markets={lane.market.code: lane.market for lane in LANES},
    made_up=True,
)

OWNERS: tuple[Owner, ...] = (
    Owner("shipping", "Mareike Keller", "Shipping lead"),
    Owner("service", "Adaeze Okafor", "Customer service lead"),
    Owner("manufacturing", "Johan Lindqvist", "Production lead"),
    Owner("marketing", "Sora Tanaka", "Marketing lead"),
    Owner("planning", "Tomasz Zielinski", "Planning lead"),
    Owner("procedures", "Ines Carvalho", "Quality manager"),
)
