"""Everything a person enters and every run that was made: the state database, asked by a principal."""

from store.state.open import State
from store.state.precedence import TargetConflict, TargetError, TargetRow, target_on, with_targets
from store.state.runs import Computed, Counts, CursorMoved, Freshness, Run, RunStatus
from store.state.segments import segment_pairs, segment_text

__all__ = [
    "Computed",
    "Counts",
    "CursorMoved",
    "Freshness",
    "Run",
    "RunStatus",
    "State",
    "TargetConflict",
    "TargetError",
    "TargetRow",
    "segment_pairs",
    "segment_text",
    "target_on",
    "with_targets",
]
