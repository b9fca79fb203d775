"""What a page says in place of figures: nothing to show, late, failed, or not for this reader; each looks the same."""

from enum import StrEnum
from html import escape

import streamlit as st

from pages.parts.theme import mode, palette, style


class State(StrEnum):
    """Why figures are missing; each has a shape, a colour and a way of being read out."""

    EMPTY = "empty"
    STALE = "stale"
    FAILED = "failed"
    FORBIDDEN = "forbidden"

    @property
    def glyph(self) -> str:
        """Told apart without colour."""
        return {State.EMPTY: "○", State.STALE: "◷", State.FAILED: "■", State.FORBIDDEN: "⊘"}[self]

    @property
    def role(self) -> str:
        """A failure interrupts a screen reader, the others wait."""
        return "alert" if self is State.FAILED else "status"


def state_html(state: State, title: str, text: str, *, alone: bool = False) -> str:
    """The box as HTML; nothing in it is read as markup. `alone` on the page, its title is the page's heading."""
    glyph = f'<b aria-hidden="true">{state.glyph}</b>'
    tag = "h1" if alone else "strong"
    return (
        f'<div class="fl-state fl-state-{state}" role="{state.role}">{glyph}'
        f"<div><{tag}>{escape(title)}</{tag}><p>{escape(text)}</p></div></div>"
    )


def draw_state(state: State, title: str, text: str, *, alone: bool = False) -> None:
    """The box; also on a page that failed before its head was drawn."""
    st.html(style(palette(mode())))
    st.html(state_html(state, title, text, alone=alone))
