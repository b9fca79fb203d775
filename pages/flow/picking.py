"""One of two or three ways to look at the same thing, side by side and in the link."""

from collections.abc import Sequence

import streamlit as st

from kpi.words import say
from pages.parts.filters import hear


def pick(label: str, options: Sequence[str], key: str) -> str:
    """One of the options, the first by default; what the link says counts if it is among them."""
    first = None if hear(key, options) else options[0]
    chosen = st.segmented_control(
        label, options, default=first, required=True, key=key, bind="query-params", format_func=say,
        label_visibility="collapsed",
    )  # fmt: skip
    return next((each for each in options if each == chosen), options[0])
