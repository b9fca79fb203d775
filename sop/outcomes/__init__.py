"""Records of KPIs beside what became of the procedures that drive them: counted by the worker, read by pages."""

from sop.outcomes.job import compute_outcomes
from sop.outcomes.linked import linked_of
from sop.outcomes.reading import Answer, answers, sees_outcomes

__all__ = ["Answer", "answers", "compute_outcomes", "linked_of", "sees_outcomes"]
