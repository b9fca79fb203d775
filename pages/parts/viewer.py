"""Who is looking at which store, and how one page opens another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

import streamlit as st

from store.home import Store
from store.scope import Principal

if TYPE_CHECKING:
    from streamlit.navigation.page import Page


@dataclass(frozen=True, eq=False)
class Viewer:
    """The store, the person who asks, and the pages that exist, by path; made anew for every run of a page.

    `seen` remembers, for that run only, which version of the data it shows, so that all its parts show the same.
    """

    store: Store
    principal: Principal
    pages: "dict[str, Page]" = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)


def open_page(viewer: Viewer, path: str, **query: str) -> None:
    """Go to another page of this session; nothing happens where the page does not exist."""
    if page := viewer.pages.get(path):
        _switch(page, query)


def open_link(viewer: Viewer, opened: str | None) -> None:
    (
        """Follow what was clicked in a list or wall: the path of a page, or else the key of a KPI.

    What follows `?` is for those who open it in a new tab.
    """
        ""
    )
    if opened is None:
        return
    path = opened.partition("?")[0]
    if path in viewer.pages:
        open_page(viewer, path)
    else:
        open_page(viewer, "kpi", kpi=opened)


def _switch(page: "Page", query: Mapping[str, str]) -> NoReturn:
    st.switch_page(page, query_params=dict(query))
