"""What the pages of procedures read: the library as this reader sees it, and the text of an edition."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import date

import streamlit as st

from kpi.words import say
from pages.parts.kept import kept
from pages.parts.load import load_company_of, now
from pages.parts.viewer import Viewer
from sop.library import Shelved, library
from sop.procedure import Procedure
from sop.procedure.markdown import read
from store.state import Edition, Owned

ASKED = "sop"


def today_of(viewer: Viewer) -> date:
    """The firm's day."""
    return load_company_of(viewer).today(now())


def load_shelves(viewer: Viewer) -> tuple[Shelved, ...]:
    """Every procedure the reader may see; read once in a run."""
    rows = viewer.store.state.procedures.rows
    return viewer.once("procedures", lambda: library(rows(viewer.principal), today_of(viewer)))


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
    return {each.file: f"data:{each.kind};base64,{b64encode(each.content).decode()}" for each in kept}


def is_overdue(shelf: Shelved) -> bool:
    """Whether its review is late."""
    return shelf.review_due is not None and shelf.review_due < shelf.day


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
