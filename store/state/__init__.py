"""Everything a person enters and every run that was made: the state database, asked by a principal."""

from store.permits import Permit, Role
from store.state.actions import Action, ActionError, ActionStatus, Cause, Corrective, Moves
from store.state.annotations import Note, NoteError
from store.state.audit import Entry
from store.state.baselines import BaselineError, BaselineRow, in_force, of_slice
from store.state.brought import Brought
from store.state.calendars import WorkDays
from store.state.editions import Content, Edition, EditionState
from store.state.edits import ChangedMeanwhile, NotAllowed, RoleForbids, Versioned, WrongEntry
from store.state.errands import Errand, ErrandKind, ErrandState
from store.state.flags import Answer, Flag, FlagKind, FlagState, LeadsTo
from store.state.leaving import Belongings
from store.state.open import State
from store.state.owners import Owned, Owner
from store.state.precedence import TargetConflict, TargetError, TargetRow, target_on, with_targets
from store.state.proposals import Proposal, ProposalState, Series
from store.state.reviews import Ending, Review
from store.state.rhythms import Expected
from store.state.runs import Computed, Counts, CursorMoved, Freshness, Run, RunStatus
from store.state.segments import holds_pair, segment_pairs, segment_text
from store.state.stamps import Stamp
from store.state.targetfile import read_targets, write_targets
from store.state.triggers import Announced, Trigger, TriggerKind
from store.state.users import LastAdministrator, User
from store.state.views import View, ViewError
from store.state.workdays import CalendarError, CalendarPlan, WorkDay

__all__ = [
    "Action",
    "ActionError",
    "ActionStatus",
    "Announced",
    "Answer",
    "BaselineError",
    "BaselineRow",
    "Belongings",
    "Brought",
    "CalendarError",
    "CalendarPlan",
    "Cause",
    "ChangedMeanwhile",
    "Computed",
    "Content",
    "Corrective",
    "Counts",
    "CursorMoved",
    "Edition",
    "EditionState",
    "Ending",
    "Entry",
    "Errand",
    "ErrandKind",
    "ErrandState",
    "Expected",
    "Flag",
    "FlagKind",
    "FlagState",
    "Freshness",
    "LastAdministrator",
    "LeadsTo",
    "Moves",
    "NotAllowed",
    "Note",
    "NoteError",
    "Owned",
    "Owner",
    "Permit",
    "Proposal",
    "ProposalState",
    "Review",
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
    "Trigger",
    "TriggerKind",
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
