"""Every case of every procedure judged by the rules of its steps, from what systems recorded by themselves."""

from sop.systems.governed import Governed, Watched, governed_of
from sop.systems.refresh import judge_cases

__all__ = ["Governed", "Watched", "governed_of", "judge_cases"]
