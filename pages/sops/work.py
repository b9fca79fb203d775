"""What somebody is writing in this session: the draft as they opened it, and as it is under their hands."""

from dataclasses import dataclass, replace
from uuid import uuid4

import streamlit as st

from pages.parts.viewer import Viewer
from pages.sops.load import load_procedure
from sop.library import content_of
from sop.procedure import Procedure, Step
from sop.procedure.diff import differences
from store.state import ChangedMeanwhile, Edition


@dataclass
class Work:
    """
    `base` is the text of the edition as it was opened, `mine` what became of it here; `theirs` is what somebody else
    has saved meanwhile, until both are merged. `key` keeps the fields of two openings apart; `open` is the step whose
    fields are shown.
    """

    edition: Edition
    base: Procedure
    mine: Procedure
    key: str
    open: str = ""
    theirs: Procedure | None = None
    theirs_edition: Edition | None = None

    @property
    def is_changed(self) -> bool:
        """Whether anything is not saved yet."""
        return bool(differences(self.base, self.mine)) or self.base.version != self.mine.version

    @property
    def base_digest(self) -> str:
        """SHA-256 of the text of a document kept elsewhere, as it was when this was opened; empty where none is."""
        return self.base.link.sha256 if self.base.link else ""

    def change_step(self, changed: Step) -> None:
        """Another text of a step."""
        steps = tuple(changed if each.key == changed.key else each for each in self.mine.steps)
        self.mine = replace(self.mine, steps=steps)


def work_on(viewer: Viewer, edition: Edition) -> Work:
    """The work of this session on an edition, begun now if there is none, or if nothing was changed in it since."""
    place = f"sop_work_{edition.id}"
    found = st.session_state.get(place)
    if isinstance(found, Work) and (found.edition.version == edition.version or found.is_changed):
        return found
    text = load_procedure(viewer, edition)
    begun = Work(edition, text, text, uuid4().hex[:8])
    st.session_state[place] = begun
    return begun


def forget_work(edition: Edition) -> None:
    """Begin anew with what is stored."""
    st.session_state.pop(f"sop_work_{edition.id}", None)


def save_work(viewer: Viewer, work: Work, seen: int | None = None) -> bool:
    """
    Store the text; False where somebody else was faster, whose text is `theirs` then. Raises what the store raises.
    """
    procedures = viewer.store.state.procedures
    version = work.edition.version if seen is None else seen
    try:
        saved = procedures.save(viewer.principal, work.edition.id, content_of(work.mine), version)
    except ChangedMeanwhile as meanwhile:
        if not isinstance(meanwhile.theirs, Edition):
            raise
        work.theirs_edition = meanwhile.theirs
        work.theirs = load_procedure(viewer, meanwhile.theirs)
        return False
    work.edition, work.base, work.theirs, work.theirs_edition = saved, work.mine, None, None
    return True


def field(work: Work, name: str, value: object) -> str:
    """The key of a widget, set to the value before it is drawn for the first time."""
    key = f"{work.key}_{name}"
    if key not in st.session_state:
        st.session_state[key] = value
    return key
