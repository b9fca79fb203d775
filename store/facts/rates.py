"""Exchange rates."""

from typing import ClassVar

import dataframely as dy

from store.contract import Table, day, key, text


class FxRates(Table):
    about = "One published rate: how much of a currency one unit of the base currency buys."
    name: ClassVar[str] = "fx_rates"
    department: ClassVar[str] = "company"
    month_of: ClassVar[str] = "rate_day"

    rate_id = key("Base, currency and day")
    base = text("The currency of which one unit is priced", required=True, default="EUR")
    currency = text("ISO code", required=True)
    rate_day = day("Day of publication", required=True)
    rate = dy.String(
        nullable=False,
        regex=r"^[0-9]+(\.[0-9]+)?$",
        metadata={"meaning": "Units of the currency for one unit of the base, as published", "kind": "text"},
    )


__all__ = ["FxRates"]
