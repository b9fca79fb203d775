"""Choices of one page that stand in the link by a name of their own, so that a link is good in every language.

Each choice is a step back for the browser's back button; a widget bound by Streamlit would replace the step.
"""

from collections.abc import Mapping

import streamlit as st


def pick(label: str, options: Mapping[str, str], key: str, width: int = 220) -> str:
    """One of the options (name in the link: words) from a list, the first by default; `key` is its name in the link."""
    asked = _asked(key, options)
    st.selectbox(
        label, list(options), format_func=lambda name: options[name], key=_widget(key, asked), width=width,
        on_change=_follow, args=(key, _widget(key, asked), next(iter(options))),
    )  # fmt: skip
    return asked


def switch(label: str, options: Mapping[str, str], key: str) -> str:
    """The same as buttons side by side; the label is for those who cannot see them."""
    asked = _asked(key, options)
    st.segmented_control(
        label, list(options), format_func=lambda name: options[name], key=_widget(key, asked), required=True,
        on_change=_follow, args=(key, _widget(key, asked), next(iter(options))), label_visibility="collapsed",
    )  # fmt: skip
    return asked


def search(label: str, key: str, width: int = 260) -> str:
    """A text to look for, kept in the link."""
    asked = st.query_params.get(key, "")
    st.session_state[f"chosen_{key}"] = asked
    st.text_input(
        label, key=f"chosen_{key}", width=width, max_chars=80, placeholder=label, label_visibility="collapsed",
        on_change=_follow, args=(key, f"chosen_{key}", ""),
    )  # fmt: skip
    return asked.strip()


def _asked(key: str, options: Mapping[str, str]) -> str:
    """What the link says, if it is among the options."""
    asked = st.query_params.get(key, "")
    return asked if asked in options else next(iter(options))


def _widget(key: str, asked: str) -> str:
    """The widget's own key, set to what the link says, before it is drawn."""
    st.session_state[f"chosen_{key}"] = asked
    return f"chosen_{key}"


def _follow(key: str, widget: str, usual: str) -> None:
    """Write the choice into the link; what is usual needs no words."""
    chosen = str(st.session_state.get(widget) or usual)
    if chosen != usual:
        st.query_params[key] = chosen
    elif key in st.query_params:
        del st.query_params[key]
