"""Every case of every procedure judged by the rules of its steps, from what systems recorded by themselves."""

from sop.systems.disagreement import AuditDemand, audit_demands
from sop.systems.governed import Governed, Watched, governed_of
from sop.systems.refresh import judge_cases

__all__ = ["AuditDemand", "Governed", "Watched", "audit_demands", "governed_of", "judge_cases"]
