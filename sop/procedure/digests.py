"""Steps known by what they say, so that a question about one holds as long as that stays the same."""

from collections.abc import Collection
from hashlib import sha256

from sop.procedure.diff import Became, differences
from sop.procedure.model import Procedure
from sop.procedure.parts import Kind
from sop.procedure.steps import Step


def digest_of(step: Step) -> str:
    """SHA-256 of what a question can be about: a question holds as long as that stays the same."""
    told = (step.title, step.instruction, step.example, step.check, step.critical, step.minutes, step.when)
    return sha256(repr(told).encode()).hexdigest()


def changed_steps(before: Procedure, after: Procedure) -> tuple[str, ...]:
    """The keys of the steps that are new or say something else, in the order of the later version."""
    found = {
        each.place.part.key
        for each in differences(before, after)
        if each.place.part.kind is Kind.STEP and each.became is not Became.REMOVED
    }
    return tuple(step.key for step in after.steps if step.key in found)


def digests(procedure: Procedure, keys: Collection[str] | None = None) -> dict[str, str]:
    """The steps with their digests; of some keys only."""
    return {step.key: digest_of(step) for step in procedure.steps if keys is None or step.key in keys}
