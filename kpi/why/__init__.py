"""Why did it move: the change of a KPI between two spans, divided exactly among segments or factors."""

from kpi.why.contributions import NoChange, differences, mix_and_rate, numerator_and_denominator
from kpi.why.model import Cut, Limits, Measure, Method, Why
from kpi.why.move import NotAdditive, cut, why_moved
from kpi.why.products import lmdi, shapley
from kpi.why.ranking import NAMED, OTHER, Note, concentration, folded, ranked, standing_out, surprise
from kpi.why.usual import usual_range

__all__ = [
    "NAMED",
    "OTHER", "Cut", "Limits", "Measure", "Method", "NoChange", "NotAdditive", "Note", "Why", "concentration", "cut",
    "differences", "folded", "lmdi", "mix_and_rate", "numerator_and_denominator", "ranked", "shapley",
    "standing_out", "surprise", "usual_range", "why_moved",
]  # fmt: skip
