"""What every page can be narrowed to; the choice lives in the link."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from kpi.standing import Coverage

PERIODS = {"4 weeks": 4, "13 weeks": 13, "26 weeks": 26, "52 weeks": 52}
USUAL, EVERYWHERE = "13 weeks", "All"


@dataclass(frozen=True)
class Filters:
    """How many weeks the pictures reach back, and the market, None for all."""

    weeks: int
    market: str | None

    @property
    def link(self) -> str:
        """What a link to another page carries along, after its own first parameter."""
        weeks = next(text for text, weeks in PERIODS.items() if weeks == self.weeks)
        period = "" if weeks == USUAL else f"&period={weeks.replace(' ', '+')}"
        return period + (f"&market={self.market}" if self.market else "")


def draw_filters(
    covered: Coverage, market: bool = True, before: Callable[[], None] = lambda: None
) -> Filters:
    """Period and market, bound to the link; a market nobody may see or knows counts as all.

    `before` draws what stands first in the row.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters", gap="small"):
        before()
        period = st.segmented_control(
            "Period", list(PERIODS), default=USUAL, required=True, key="period", bind="query-params"
        )
        chosen = _choose("Market", (EVERYWHERE, *covered.markets), "market") if market else EVERYWHERE
    return Filters(
        PERIODS.get(period or USUAL, PERIODS[USUAL]), chosen if chosen in covered.markets else None
    )


def choose(label: str, options: Sequence[str], key: str, width: int = 200) -> str:
    """One of the options, the first by default; what the link says counts if it is among them."""
    return _choose(label, options, key, width)


def _choose(label: str, options: Sequence[str], key: str, width: int = 150) -> str:
    chosen = st.selectbox(label, options, key=key, bind="query-params", width=width)
    return chosen if chosen in options else options[0]
