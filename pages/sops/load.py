"""What the pages of procedures read: the library as this reader sees it, and the text of an edition."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from datetime import date

import streamlit as st

from kpi.words import say, spoken
from pages.parts.kept import kept
from pages.parts.load import load_company_of, now, scope_key
from pages.parts.viewer import Viewer
from sop.library import Shelved, library
from sop.procedure import Procedure
from sop.procedure.markdown import read
from sop.review_life import clocks
from store.state import Edition, Owned, Trigger
from store.state.pictures import as_shown

ASKED = "sop"


def today_of(viewer: Viewer) -> date:
    """The firm's day."""
    return load_company_of(viewer).today(now())


def load_shelves(viewer: Viewer) -> tuple[Shelved, ...]:
    """Every procedure the reader may see; read once in a run."""
    state, who = viewer.store.state, viewer.principal
    return viewer.once(
        "procedures", lambda: library(state.procedures.rows(who), today_of(viewer), clocks(state, who))
    )


def load_reasons(viewer: Viewer, shelf: Shelved) -> list[Trigger]:
    """What wants a review of a procedure before its time."""
    return viewer.store.state.triggers.rows(viewer.principal, shelf.key)


def asked_shelf(viewer: Viewer) -> Shelved | None:
    """The procedure the link names; None where there is none or the reader may not see it."""
    key = st.query_params.get(ASKED, "")
    return next((each for each in load_shelves(viewer) if each.key == key), None)


def load_procedure(viewer: Viewer, edition: Edition) -> Procedure:
    """The text of an edition out of what the reader may see."""
    return _read(edition.digest, lambda: viewer.store.state.procedures.text(viewer.principal, edition.id))


def load_pictures(viewer: Viewer, procedure: Procedure) -> Mapping[str, str]:
    """The pictures of its steps as data a browser shows, by file; read only where a step has any."""
    if not any(each.pictures for each in procedure.steps):
        return {}
    kept = viewer.once(
        ("pictures", procedure.key), lambda: viewer.store.state.pictures.of(viewer.principal, procedure.key)
    )
    return {
        file: f"data:{each.kind};base64,{b64encode(each.content).decode()}"
        for file, each in as_shown(kept).items()
    }


def is_overdue(shelf: Shelved) -> bool:
    """Whether its review is late."""
    return shelf.review_due is not None and shelf.review_due < shelf.day


def load_late(viewer: Viewer) -> Mapping[str, tuple[str, ...]]:
    """Titles of the procedures whose review is overdue, by the KPI they drive; worked out once until one changes."""
    state, who, language = viewer.store.state, viewer.principal, spoken().language.value
    marks = viewer.once("late_marks", lambda: (state.procedures.mark(), state.reviews.mark()))
    home = str(viewer.store.home)
    return _late(home, *marks, scope_key(who.scope), today_of(viewer), language, lambda: load_shelves(viewer))


@kept(100)
def _late(
    home: str, procedures: str, reviews: str, scope: str, day: date, language: str,
    _shelves: Callable[[], Iterable[Shelved]],
) -> Mapping[str, tuple[str, ...]]:  # fmt: skip
    found: dict[str, tuple[str, ...]] = {}
    for each in _shelves():
        now = each.effective() if is_overdue(each) else None
        for kpi in now.kpis if now else ():
            found[kpi] = (*found.get(kpi, ()), each.shown(language).title or each.key)
    return found


def owner_told(viewer: Viewer, edition: Edition) -> str:
    """The role that keeps it current, and the person where one was named."""
    find = viewer.store.state.owners.find
    named = viewer.once(("sop_owner", edition.key), lambda: find(viewer.principal, Owned.SOP, edition.key))
    if named is None or not named.person:
        return edition.owner
    return (
        say("{owner} ({person})", owner=edition.owner, person=named.person) if edition.owner else named.person
    )


@kept(300)
def _read(digest: str, _text: Callable[[], str]) -> Procedure:
    """Texts are known by their hash: equal texts are equal procedures, whoever reads them."""
    return read(_text())
