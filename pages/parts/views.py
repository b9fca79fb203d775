"""The views people keep: what stands in the link now under a name, opened again from any page."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from kpi.catalog import KPIS
from kpi.model import Department
from kpi.words import say
from pages.parts.fields import save_or_cancel
from pages.parts.filters import ask_for
from pages.parts.posting import Draft, begin, draft_of, post
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer, open_page
from store.state import View
from store.state.views import LONGEST_NAME

FORM, PICK = "view", "view_pick"
PERSONAL = ("lang",)  # how somebody reads is no part of what they show
Command = Callable[[str], object]
PLACE = """<style>
.st-key-views{position:fixed;top:12px;right:112px;width:auto;z-index:999991}
.st-key-views button{min-height:26px;padding:0 8px}.st-key-views button p{font-size:12px}
@media print{.st-key-views{display:none}}
</style>"""


@guarded
def draw_views(viewer: Viewer, page: str) -> None:
    """The menu at the top of every page: open, keep, rename, remove."""
    open_usual(viewer, page)
    kept = [each for each in load_views(viewer) if each.page in viewer.pages]
    with st.container(key="views"):
        st.html(PLACE)
        with st.popover(say("Views"), icon=":material/bookmark:", key="views_menu"):
            draft = draft_of(FORM)
            if draft is not None:
                _form(viewer, page, draft)
                return
            if kept:
                _list(viewer, kept)
            st.button(say("Keep this view"), key="view_new", on_click=begin, args=(FORM, "new"))


def load_views(viewer: Viewer) -> list[View]:
    """The views the reader may open, read once a run."""
    return viewer.once("views", lambda: viewer.store.state.views.rows(viewer.principal))


def open_usual(viewer: Viewer, page: str) -> None:
    """The first time a page is opened in a session, and without any choice: as its reader wants it to open."""
    if f"opened_{page}" in st.session_state:
        return
    st.session_state[f"opened_{page}"] = True
    if query_now():
        return
    mine = [each for each in load_views(viewer) if each.owner == viewer.principal.name]
    usual = next((each for each in mine if each.is_default and each.page == page), None)
    if usual is not None and usual.query:
        go_to(viewer, usual)


def go_to(viewer: Viewer, view: View) -> None:
    """Open the page with the choices that were kept, and no others.

    What a widget of this session is bound to can only be set through the widget; the rest goes into the link.
    """
    kept = dict(parse_qsl(view.query))
    for key in set(st.query_params) - set(PERSONAL) - set(kept):
        st.session_state.pop(key, None)
    for key in [each for each in kept if each in st.session_state]:
        ask_for(key, kept.pop(key))
    open_page(viewer, view.page, **kept)


def query_now() -> str:
    """What stands in the link, in the order of the names."""
    told = [(key, value) for key in st.query_params for value in st.query_params.get_all(key)]
    return urlencode(sorted(pair for pair in told if pair[0] not in PERSONAL))


def view_of(viewer: Viewer, page: str, name: str, *, shared: bool, is_default: bool) -> View:
    """The page as it is shown, and the department and market one must see to be told of it."""
    query = query_now()
    told = dict(parse_qsl(query))
    kpi = KPIS.get(told.get("kpi", ""))
    department = kpi.department.value if kpi else page if page in list(Department) else ""
    return View(name, page, query, department, told.get("market", ""), shared, is_default)


def _list(viewer: Viewer, kept: Sequence[View]) -> None:
    picked = st.selectbox(
        say("Views"), kept, index=None, placeholder=say("Choose a view"), key=PICK,
        format_func=lambda view: _name(viewer, view), label_visibility="collapsed",
    )  # fmt: skip
    mine = picked is not None and picked.owner == viewer.principal.name
    with st.container(horizontal=True, gap="small"):
        opened = st.button(say("Open this view"), key="view_open", type="primary", disabled=picked is None)
        for label, purpose in ((say("Rename"), "rename"), (say("Remove"), "remove")):
            st.button(
                label, key=f"view_{purpose}", disabled=not mine, on_click=begin, args=(FORM, purpose, picked)
            )
    if opened and picked is not None:
        go_to(viewer, picked)


def _name(viewer: Viewer, view: View) -> str:
    mine = view.owner == viewer.principal.name
    return view.name if mine else say("{view} (of {owner})", view=view.name, owner=view.owner)


def _form(viewer: Viewer, page: str, draft: Draft) -> None:
    seen = draft.seen if isinstance(draft.seen, View) else None
    views, principal = viewer.store.state.views, viewer.principal
    with st.form(f"form_{FORM}", border=False):
        if draft.purpose == "remove" and seen is not None:
            gone = seen
            st.text(say("Remove the view {name}?", name=seen.name))
            sent = save_or_cancel(FORM, say("Remove"))
            command: Command = lambda key: views.remove(principal, gone, key)  # noqa: E731
        else:
            name, shared, usual = _fields(seen, draft.key)
            sent = save_or_cancel(FORM, say("Save"))
            command = _keeping(viewer, page, seen, name, shared, usual)
    if sent:
        post(FORM, command, lambda theirs: theirs.name if isinstance(theirs, View) else "")


def _fields(seen: View | None, field: str) -> tuple[str, bool, bool]:
    name = st.text_input(say("Name"), seen.name if seen else "", max_chars=LONGEST_NAME, key=f"name_{field}")
    shared = st.checkbox(
        say("Share it with the others"), seen.shared if seen else False, key=f"shared_{field}"
    )
    usual = st.checkbox(
        say("Open this page with it"), seen.is_default if seen else False, key=f"usual_{field}"
    )
    return name, shared, usual


def _keeping(viewer: Viewer, page: str, seen: View | None, name: str, shared: bool, usual: bool) -> Command:
    views, principal = viewer.store.state.views, viewer.principal
    if seen is not None:
        return lambda key: views.save(
            principal, replace(seen, name=name, shared=shared, is_default=usual), key
        )
    return lambda key: views.add(principal, view_of(viewer, page, name, shared=shared, is_default=usual), key)
