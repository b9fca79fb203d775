"""Who is signed in, at the top of every page, and what stands there for whoever is not."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from kpi.words import keeping, say
from pages.parts.shell import base_path
from pages.parts.states import State, draw_state
from store.state import User

STYLE = """<style>
.st-key-person{position:fixed;top:14px;right:208px;width:auto;z-index:999991}
.st-key-person a{font-size:12px;color:inherit;text-decoration:none;opacity:.75}
.st-key-person a:hover,.st-key-person a:focus-visible{text-decoration:underline;opacity:1}
@media(min-width:769px){header [data-testid="stTopNav"]{max-width:calc(100vw - 340px)}}
@media(max-width:1000px){.st-key-person .name{display:none}}
@media print{.st-key-person{display:none}}
</style>"""


def draw_person(person: User) -> None:
    """The name, which leads to signing out."""
    told = f'<span class="name">{escape(person.name)} · </span>{escape(say("Sign out"))}'
    label = escape(say("Signed in as {name}: sign out", name=person.name))
    with st.container(key="person"):
        st.html(f'{STYLE}<a href="{base_path()}/sign-out" target="_self" aria-label="{label}">{told}</a>')


def draw_signed_out(paths: Sequence[str]) -> None:
    """Every page of this session says the same: nothing is shown until somebody signs in."""

    def say_so() -> None:
        why = say("Your session has ended, or your account was closed.")
        draw_state(State.FORBIDDEN, say("You are signed out"), why, alone=True)
        st.html(f'<p><a href="{base_path()}/sign-in" target="_self">{escape(say("Sign in"))}</a></p>')

    pages = [
        st.Page(keeping(say_so), title="Fairlead", url_path=path, default=not at)
        for at, path in enumerate(paths)
    ]
    st.navigation(pages, position="hidden").run()
