"""People as fields and words of other pages: whom something is given to, and who answers for a KPI."""

import streamlit as st

from kpi.model import Kpi
from kpi.words import say
from pages.parts.viewer import Viewer
from store.permits import Permit
from store.state import Owned
from store.state.actions import LONGEST_OWNER


def owner_field(viewer: Viewer, kpi: Kpi, usual: str, key: str) -> str:
    """
    Who takes something on: a colleague of the KPI's department, found by name or address; what stands there already is
    kept. Where nobody was ever added, whatever name is typed.
    """
    who = viewer.principal
    able = who.may(Permit.CHANGE_ACTIONS)  # else the store refuses what is sent, and says why
    colleagues = viewer.store.state.users.colleagues(who, kpi.department.value) if able else []
    if not colleagues:
        return st.text_input(say("Who"), usual, max_chars=LONGEST_OWNER, key=f"owner_{key}")
    names = {each.email: f"{each.name} ({each.email})" for each in colleagues}
    options = list(names) if usual in names else [usual, *names]
    return st.selectbox(
        say("Who"), options, index=options.index(usual), format_func=lambda each: names.get(each, each),
        key=f"owner_{key}",
    )  # fmt: skip


def named_owner(viewer: Viewer, kpi: Kpi) -> str:
    """The address of the person who answers for a KPI; empty where nobody was named."""
    owners = viewer.store.state.owners
    found = viewer.once(("owner", kpi.key), lambda: owners.find(viewer.principal, Owned.KPI, kpi.key))
    return found.person if found else ""


def owner_of(viewer: Viewer, kpi: Kpi) -> str:
    """Who answers for a KPI: the role of its definition, and the person where one was named."""
    person = named_owner(viewer, kpi)
    return " · ".join([say(kpi.owner), *([person] if person else [])])
