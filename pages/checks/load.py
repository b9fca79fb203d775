"""What the page of audits reads: audits, their records and checks, and the procedures they are about; once in a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from kpi.access import NotAllowed
from pages.parts.kept import kept
from pages.parts.load import load_coverage, now, scope_key, version_of
from pages.parts.viewer import Viewer
from pages.sops.load import load_shelves, today_of
from sop.audits.outcome import Outcome, outcome_of
from sop.audits.recent import Recent, recent_checks
from sop.audits.template import Template, read_template
from sop.library import Shelved
from store.state import WrongEntry
from store.state.audit_rows import Audit, Check, Drawn, Progress, Settlement

ASKED, RECORD = "audit", "record"


@dataclass(frozen=True)
class Open:
    """One audit with everything of it that the reader may see."""

    audit: Audit
    template: Template
    records: Sequence[Drawn]
    checks: Sequence[Check]
    settled: Sequence[Settlement]

    @property
    def outcome(self) -> Outcome:
        """What the finished checks say so far."""
        return outcome_of(self.audit, self.records, self.checks, self.settled)

    def record(self, place: int) -> Drawn | None:
        """The record at a place."""
        return next((each for each in self.records if each.place == place), None)

    def checks_of(self, place: int) -> list[Check]:
        """The checks of a record, the first auditor's first."""
        return [each for each in self.checks if each.place == place]

    def own(self, name: str, place: int) -> Check | None:
        """The check of a record by this person."""
        return next((each for each in self.checks_of(place) if each.auditor == name), None)


def load_audits(viewer: Viewer) -> list[Audit]:
    """The newest audits the reader may see."""
    return viewer.once("audits", lambda: viewer.store.state.audits.rows(viewer.principal))


def load_progress(viewer: Viewer) -> Mapping[int, Progress]:
    """How far the open ones are."""
    return viewer.store.state.audits.progress(viewer.principal)


def asked_audit(viewer: Viewer) -> Audit | None:
    """The audit the link names; None where there is none for this reader."""
    number = number_of(st.query_params.get(ASKED, ""))
    if number is None:
        return None
    try:
        return viewer.store.state.audits.find(viewer.principal, number)
    except WrongEntry:
        return None


def load_open(viewer: Viewer, audit: Audit) -> Open:
    """Its records, checks and what was settled."""
    checks, who = viewer.store.state.checks, viewer.principal
    return Open(
        audit, read_template(audit.template), checks.records(who, audit.id), checks.of(who, audit.id),
        checks.settlements(who, audit.id),
    )  # fmt: skip


def number_of(text: str) -> int | None:
    """A number out of a link; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def titles_of(viewer: Viewer) -> Mapping[str, str]:
    """The title of each procedure the reader sees, by key."""
    return {each.key: each.shown(each.source).title or each.key for each in load_shelves(viewer)}


def auditable(viewer: Viewer) -> list[Shelved]:
    """The procedures that count today."""
    return [each for each in load_shelves(viewer) if each.effective() is not None]


def load_recent(viewer: Viewer) -> tuple[Recent, ...]:
    """Eight weeks of random checks by procedure; nothing for whoever may not see the rate."""
    day = load_coverage(viewer).as_of or today_of(viewer)
    return _recent(version_of(viewer), scope_key(viewer.principal.scope), day, viewer)


@kept(30)
def _recent(version: str, scope: str, day: date, _viewer: Viewer) -> tuple[Recent, ...]:
    try:
        return recent_checks(_viewer.store.lake, _viewer.principal, day)
    except NotAllowed:
        return ()


__all__ = [
    "ASKED", "RECORD", "Open", "asked_audit", "auditable", "load_audits", "load_open", "load_progress",
    "load_recent", "now", "number_of", "titles_of", "today_of",
]  # fmt: skip
