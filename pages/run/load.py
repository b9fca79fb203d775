"""What the pages of runs read: bounded, indexed rows of the state database, and texts that never change."""

from collections.abc import Mapping
from datetime import date

from kpi.words import marked, say
from pages.parts.viewer import Viewer
from pages.sops.load import load_procedure, load_shelves
from sop.library import Shelved
from sop.procedure import Procedure
from store.state import Edition
from store.state.run_records import ProcedureRun, RunState

KINDS: Mapping[str, str] = {
    "order": marked("Order"), "shipment": marked("Shipment"), "ticket": marked("Ticket"), "batch": marked("Batch"),
}  # fmt: skip
STATES: Mapping[RunState, str] = {
    RunState.OPEN: marked("open"), RunState.FINISHED: marked("finished"), RunState.GIVEN_UP: marked("given up"),
}  # fmt: skip


def load_text(viewer: Viewer, run: ProcedureRun) -> Procedure | None:
    """The version a run follows, also where it counts no more; None where the reader does not see it any more."""
    edition = _edition(viewer, run.edition)
    return load_procedure(viewer, edition) if edition else None


def load_runnable(viewer: Viewer) -> tuple[Shelved, ...]:
    """The procedures that count today and have steps to run."""
    return tuple(each for each in load_shelves(viewer) if each.effective() is not None)


def title_of(viewer: Viewer, run: ProcedureRun) -> str:
    """What the procedure of a run is called."""
    edition = _edition(viewer, run.edition)
    return (edition.title if edition else "") or run.sop


def case_told(run: ProcedureRun) -> str:
    """`Order HP-1`."""
    return f"{say(KINDS.get(run.case_kind, run.case_kind))} {run.case_id}"


def state_told(run: ProcedureRun, today: date) -> str:
    """How far a run is; one that was left lying is told apart."""
    if run.is_open and (idle := (today - run.changed_at.date()).days) > 1:
        return say("open, nothing for {n} days", n=idle)
    return say(STATES[run.state])


def _edition(viewer: Viewer, number: int) -> Edition | None:
    return next(
        (each for shelf in load_shelves(viewer) for each in shelf.editions if each.id == number), None
    )
