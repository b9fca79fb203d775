"""Everything a person enters and every run that was made: the state database, asked by a principal."""

from store.permits import Permit, Role
from store.state.actions import Action, ActionError, ActionStatus
from store.state.annotations import Note, NoteError
from store.state.audit import Entry
from store.state.baselines import BaselineError, BaselineRow, in_force, of_slice
from store.state.brought import Brought
from store.state.calendars import WorkDays
from store.state.editions import Content, Edition, EditionState
from store.state.edits import ChangedMeanwhile, NotAllowed, RoleForbids, Versioned, WrongEntry
from store.state.errands import Errand, ErrandKind, ErrandState
from store.state.leaving import Belongings
from store.state.open import Stamp, State
from store.state.owners import Owned, Owner
from store.state.precedence import TargetConflict, TargetError, TargetRow, target_on, with_targets
from store.state.proposals import Proposal, ProposalState, Series
from store.state.rhythms import Expected
from store.state.runs import Computed, Counts, CursorMoved, Freshness, Run, RunStatus
from store.state.segments import holds_pair, segment_pairs, segment_text
from store.state.targetfile import read_targets, write_targets
from store.state.users import LastAdministrator, User
from store.state.views import View, ViewError
from store.state.workdays import CalendarError, CalendarPlan, WorkDay

__all__ = [
    "Action",
    "ActionError",
    "ActionStatus",
    "BaselineError",
    "BaselineRow",
    "Belongings",
    "Brought",
    "CalendarError",
    "CalendarPlan",
    "ChangedMeanwhile",
    "Computed",
    "Content",
    "Counts",
    "CursorMoved",
    "Edition",
    "EditionState",
    "Entry",
    "Errand",
    "ErrandKind",
    "ErrandState",
    "Expected",
    "Freshness",
    "LastAdministrator",
    "NotAllowed",
    "Note",
    "NoteError",
    "Owned",
    "Owner",
    "Permit",
    "Proposal",
    "ProposalState",
    "Role",
    "RoleForbids",
    "Run",
    "RunStatus",
    "Series",
    "Stamp",
    "State",
    "TargetConflict",
    "TargetError",
    "TargetRow",
    "User",
    "Versioned",
    "View",
    "ViewError",
    "WorkDay",
    "WorkDays",
    "WrongEntry",
    "holds_pair",
    "in_force",
    "of_slice",
    "read_targets",
    "segment_pairs",
    "segment_text",
    "target_on",
    "with_targets",
    "write_targets",
]
