"""How systems show that a step was followed: typed rules over columns of facts and over events of a case."""

from sop.rules.cases import Cases
from sop.rules.model import (
    BeforeRule,
    Column,
    Event,
    ExistsRule,
    FollowedRule,
    InTimeRule,
    Moment,
    RangeRule,
    Rule,
    RuleError,
    Start,
    WithinRule,
    columns_of,
    events_of,
)
from sop.rules.read import read_cases, read_rule

__all__ = [
    "BeforeRule", "Cases", "Column", "Event", "ExistsRule", "FollowedRule", "InTimeRule", "Moment", "RangeRule",
    "Rule", "RuleError", "Start", "WithinRule", "columns_of", "events_of", "read_cases", "read_rule",
]  # fmt: skip
