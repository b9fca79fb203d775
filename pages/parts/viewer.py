"""Who is looking at which store, and how one page opens another."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn, TypeVar, cast

import streamlit as st

from store.home import Store
from store.scope import Principal
from store.state import NotAllowed

if TYPE_CHECKING:
    from streamlit.navigation.page import Page

T = TypeVar("T")


class NotAnyMore(NotAllowed):
    """The person was signed out, closed, or given another role or scope since the page was drawn."""


@dataclass(frozen=True, eq=False)
class Viewer:
    """The store, the person who asks, and the pages that exist, by path; made anew for every run of a page.

    `seen` remembers, for that run only, which version of the data it shows and what was read beside it, so that all its
    parts show the same and ask once. `invites`: the address people open, where links let them in, else nothing.
    `current` asks who holds the session now; None where nobody signs in.
    """

    store: Store
    principal: Principal
    pages: "dict[str, Page]" = field(default_factory=dict)
    seen: dict[Hashable, object] = field(default_factory=dict)
    invites: str = ""
    current: Callable[[], Principal | None] | None = None

    def acting(self) -> Principal:
        """
        The same person, asked about at this moment: for what happens between two runs of a page, such as a download,
        the callback of a button, a part that runs by itself. Raises NotAnyMore.
        """
        if self.current is not None and self.current() != self.principal:
            raise NotAnyMore(f"What {self.principal.name} may do has changed since the page was drawn.")
        return self.principal

    def once(self, what: Hashable, read: Callable[[], T]) -> T:
        """What was read under this name in this run, read now if it was not."""
        if what not in self.seen:
            self.seen[what] = read()
        return cast(T, self.seen[what])


def open_page(viewer: Viewer, path: str, **query: str) -> None:
    """Go to another page of this session; nothing happens where the page does not exist."""
    if page := viewer.pages.get(path):
        _switch(page, query)


def open_link(viewer: Viewer, opened: str | None) -> None:
    """Follow what was clicked in a list or wall: the path of a page, or else the key of a KPI.

    What follows `?` is for those who open it in a new tab.
    """
    if opened is None:
        return
    path = opened.partition("?")[0]
    if path in viewer.pages:
        open_page(viewer, path)
    else:
        open_page(viewer, "kpi", kpi=opened)


def _switch(page: "Page", query: Mapping[str, str]) -> NoReturn:
    st.switch_page(page, query_params=dict(query))
