"""People as fields and words of other pages: whom something is given to, and who answers for a KPI."""

from collections.abc import Mapping

import streamlit as st

from kpi.answering import answers_for
from kpi.model import Kpi
from kpi.words import marked, say
from pages.parts.viewer import Viewer
from store.permits import Permit
from store.state import Owned
from store.state.actions import LONGEST_OWNER

WHO = marked("Who")


def owner_field(viewer: Viewer, kpi: Kpi, usual: str, key: str, label: str = WHO) -> str:
    """
    Who takes something on: a colleague of the KPI's department, found by name or address; what stands there already is
    kept. Where nobody was ever added, whatever name is typed.
    """
    who = viewer.principal
    able = who.may(Permit.CHANGE_ACTIONS)  # else the store refuses what is sent, and says why
    colleagues = viewer.store.state.users.colleagues(who, kpi.department.value) if able else []
    if not colleagues:
        return st.text_input(say(label), usual, max_chars=LONGEST_OWNER, key=f"owner_{key}")
    names = {each.email: f"{each.name} ({each.email})" for each in colleagues}
    options = list(names) if usual in names else [usual, *names]
    return st.selectbox(
        say(label), options, index=options.index(usual), format_func=lambda each: names.get(each, each),
        key=f"owner_{key}",
    )  # fmt: skip


def named_owner(viewer: Viewer, kpi: Kpi) -> str:
    """The address of the person who answers for a KPI; empty where nobody was named."""
    owners = viewer.store.state.owners
    found = viewer.once(("owner", kpi.key), lambda: owners.find(viewer.principal, Owned.KPI, kpi.key))
    return found.person if found else ""


def load_named(viewer: Viewer) -> Mapping[str, str]:
    """The people who answer for KPIs, by the KPI's key; read once a run."""
    return viewer.once("named", lambda: viewer.store.state.owners.names(viewer.principal))


def owner_of(viewer: Viewer, kpi: Kpi) -> str:
    """Who answers for a KPI: the person where one was named, else the role of its definition."""
    return answers_for(kpi, load_named(viewer))
