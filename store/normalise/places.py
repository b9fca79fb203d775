"""The time zone of each row, and local time in it."""

from dataclasses import dataclass

import polars as pl

from store.company import Company
from store.zones import Clocks, is_zone

MARKET, ZONE = "market", "zone"


@dataclass(frozen=True, eq=False)
class Places:
    """Clocks of the zones that occur in a frame, and which row has which."""

    clocks: Clocks
    codes: pl.Series | int

    @classmethod
    def of(cls, rows: pl.DataFrame, company: Company) -> "Places":
        """The row's own `zone`, else its market's, else the company's; an unknown zone counts as none."""
        zones = {company.timezone: 0}
        known = [code for code in company.markets if zones.setdefault(company.zone_of(code), len(zones))]
        own = [zone for zone in _written(rows) if is_zone(zone)]
        for zone in own:
            zones.setdefault(zone, len(zones))
        codes: pl.Expr = pl.lit(0, pl.Int64)
        if known and MARKET in rows.columns:
            of_market = pl.Series([*(zones[company.zone_of(code)] for code in company.markets), 0])
            codes = pl.lit(of_market.gather(market_codes(rows, company)))
        if own:
            numbers = [zones[zone] for zone in own]
            of_row = pl.col(ZONE).replace_strict(own, numbers, default=None, return_dtype=pl.Int64)
            codes = pl.coalesce(of_row, codes)
        everywhere_the_same = not (known and MARKET in rows.columns) and not own
        return cls(Clocks.of(list(zones)), 0 if everywhere_the_same else rows.select(codes).to_series())

    def to_utc(self, wall: pl.Series) -> pl.Series:
        """UTC of naive local times, as `Clocks.to_utc`."""
        return self.clocks.to_utc(wall, self.codes).alias(wall.name)

    def day(self, instants: pl.Series) -> pl.Series:
        """The local day of UTC instants."""
        return self.clocks.day(instants, self.codes)


def market_codes(rows: pl.DataFrame, company: Company) -> pl.Series:
    """The place of each row's market among those of the company; their number where it is none of them."""
    known = list(company.markets)
    codes = rows[MARKET].cast(pl.Enum(known), strict=False).to_physical().cast(pl.Int64)
    return codes.fill_null(len(known))


def strange_zones(rows: pl.DataFrame) -> list[str]:
    """Values of the `zone` column that are no time zone."""
    return [zone for zone in _written(rows) if not is_zone(zone)]


def _written(rows: pl.DataFrame) -> list[str]:
    if ZONE not in rows.columns or rows.schema[ZONE] != pl.String:
        return []
    written: list[str] = rows[ZONE].unique().drop_nulls().to_list()
    return written
