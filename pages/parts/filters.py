"""What every page can be narrowed to; the choice lives in the link."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus

import streamlit as st

from kpi.compare import Comparison
from kpi.comparison import LABELS
from kpi.standing import Coverage
from kpi.words import Language, marked, say, speaking
from pages.parts.language import language_link

PERIODS = {marked("4 weeks"): 4, marked("13 weeks"): 13, marked("26 weeks"): 26, marked("52 weeks"): 52}
USUAL, EVERYWHERE = "13 weeks", marked("All")
HEARD = "heard"  # the keys whose widgets choose from texts, in this session
COMPARISONS = {text: each for each, text in LABELS.items()}


@dataclass(frozen=True)
class Filters:
    """How many weeks the pictures reach back, the market, None for all, with what figures are compared,
    and whether quiet cards are hidden.
    """

    weeks: int
    market: str | None
    comparison: Comparison = Comparison.BEFORE
    exceptions: bool = False

    @property
    def link(self) -> str:
        """What a link to another page carries along, after its own first parameter."""
        period = next(text for text, weeks in PERIODS.items() if weeks == self.weeks)
        told = {
            "period": "" if period == USUAL else say(period),
            "market": self.market or "",
            "compare": "" if self.comparison is Comparison.BEFORE else say(LABELS[self.comparison]),
        }
        return "".join(f"&{name}={quote_plus(text)}" for name, text in told.items() if text) + language_link()


def draw_filters(
    covered: Coverage,
    market: bool = True,
    before: Callable[[], None] = lambda: None,
    *,
    exceptions: bool = False,
    compared: bool = True,
) -> Filters:
    """Period, market and comparison, bound to the link; a market nobody may see or knows counts as all.

    `before` draws what stands first in the row; `exceptions` offers to hide what is quiet; a page that compares with
    nothing leaves `compared` out.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters", gap="small"):
        before()
        heard = hear("period", list(PERIODS))
        period = st.segmented_control(
            say("Period"), list(PERIODS), default=None if heard else USUAL, required=True,
            format_func=say, key="period", bind="query-params",
        )  # fmt: skip
        chosen = _choose(say("Market"), (EVERYWHERE, *covered.markets), "market") if market else EVERYWHERE
        against = next(iter(COMPARISONS))
        if compared:
            against = _choose(say("Compared with"), list(COMPARISONS), "compare", 160)
        only = exceptions and st.toggle(say("Exceptions only"), key="exceptions", bind="query-params")
    return Filters(
        PERIODS.get(period or USUAL, PERIODS[USUAL]),
        chosen if chosen in covered.markets else None,
        COMPARISONS[against],
        only,
    )


def choose(label: str, options: Sequence[str], key: str, width: int = 200) -> str:
    """One of the options, the first by default; what the link says counts if it is among them."""
    return _choose(label, options, key, width)


def hear(key: str, options: Sequence[str]) -> bool:
    """A link holds the text of an option: one written in another language means the same option.

    What a kept view asks for (see `ask_for`) is heard in the same way. Whether the choice was set here: its widget must
    not name a default as well.
    """
    st.session_state.setdefault(HEARD, set()).add(key)
    asked = st.session_state.pop(f"asked_{key}", None)
    told = asked if asked is not None or key in st.session_state else st.query_params.get(key)
    if told is None or (asked is None and told in [say(each) for each in options]):
        return False
    meant = _meant(told, options)
    if meant is not None:
        st.session_state[key] = meant
    return meant is not None


def ask_for(key: str, text: str) -> None:
    """Have the widget of this key choose what the text of a link says, the next time it is drawn."""
    if key in st.session_state.get(HEARD, ()):
        st.session_state[f"asked_{key}"] = text
    else:
        st.session_state[key] = {"true": True, "false": False}.get(text, text)


def _meant(told: object, options: Sequence[str]) -> str | None:
    for language in Language:
        with speaking(language):
            if (meant := next((each for each in options if say(each) == told), None)) is not None:
                return meant
    return None


def _choose(label: str, options: Sequence[str], key: str, width: int = 150) -> str:
    hear(key, options)
    chosen = st.selectbox(label, options, format_func=say, key=key, bind="query-params", width=width)
    return chosen if chosen in options else options[0]
