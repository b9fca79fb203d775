"""Who answers for a KPI: the person who was named for it, else the role of its definition."""

from collections.abc import Mapping

from kpi.model import Kpi
from kpi.words import say

NOBODY: Mapping[str, str] = {}


def answers_for(kpi: Kpi, named: Mapping[str, str] = NOBODY) -> str:
    """The name of the person (`named`: by the KPI's key), else the role in the reader's language."""
    return named.get(kpi.key) or say(kpi.owner)
