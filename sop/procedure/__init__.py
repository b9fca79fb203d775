"""What a standard operating procedure is: its steps, its scope and the KPIs it is meant to move."""

from sop.procedure.model import (
    Direction,
    KpiLink,
    Link,
    Procedure,
    Scope,
    Section,
)
from sop.procedure.steps import Check, CheckKind, Condition, Picture, Raci, Step
from sop.procedure.text import ProcedureError
from sop.procedure.version import Version

__all__ = [
    "Check",
    "CheckKind",
    "Condition",
    "Direction",
    "KpiLink",
    "Link",
    "Picture",
    "Procedure",
    "ProcedureError",
    "Raci",
    "Scope",
    "Section",
    "Step",
    "Version",
]
