"""Audits of one person's runs, and what that person says to them. For that person and the direct lead only."""

from dataclasses import dataclass
from datetime import date, timedelta

from sop.audits.checking import counted, score_of
from sop.audits.template import Item, read_template
from sop.scoring import CheckScore
from store.scope import Principal
from store.state import State, WrongEntry
from store.state.audited import AuditedRun
from store.state.evidence_replies import EvidenceReply

REACH = timedelta(days=182)


@dataclass(frozen=True)
class Short:
    """A step that had less than its full points, and what the auditor noted beside it."""

    item: Item
    points: int
    comment: str


@dataclass(frozen=True)
class OwnAudit:
    """One run that was audited: what it scored, the steps that fell short, and the person's own side."""

    run: AuditedRun
    score: CheckScore
    short: tuple[Short, ...]
    reply: EvidenceReply | None = None

    @property
    def name(self) -> str:
        """The audit and its record as a link and a reply name them: `12/3`."""
        return f"{self.run.audit.id}/{self.run.record.place}"


def audited(state: State, principal: Principal, person: str, day: date) -> list[OwnAudit]:
    """Those of half a year, the latest first; empty for everybody who is not that person or their direct lead."""
    runs = state.audited.of(principal, person, day - REACH)
    return [_own(state, principal, person, each) for each in runs]


def reply_to_audit(
    state: State, principal: Principal, name: str, text: str, day: date, *, seen: int = 0, key: str | None = None
) -> EvidenceReply:  # fmt: skip
    """
    The principal's own side of an audit of their run, named `12/3`, in place of the one they saw (its version). Raises
    WrongEntry where no run of theirs was audited so, and as `EvidenceReplies.write`.
    """
    found = next((each for each in audited(state, principal, principal.name, day) if each.name == name), None)
    if found is None:
        raise WrongEntry(f"No run of yours is record {name} of a finished audit in half a year.")
    record, sop = found.run.record, found.run.audit.sop
    said = EvidenceReply(principal.name, sop, _step(name), record.day, record.day, text, version=seen)
    return state.evidence_replies.write(principal, said, key)


def _own(state: State, principal: Principal, person: str, run: AuditedRun) -> OwnAudit:
    template, scores = read_template(run.audit.template), counted(run.check, run.settled)
    points = [(each, scores.get(each.step)) for each in template.items]
    short = tuple(
        Short(each, score, run.check.found[each.step].comment)
        for each, score in points
        if score is not None and score < each.maximum
    )
    found = OwnAudit(run, score_of(template, scores), short)
    reply = state.evidence_replies.of_step(
        principal, person, run.audit.sop, _step(found.name), run.record.day
    )
    return OwnAudit(run, found.score, short, reply)


def _step(name: str) -> str:
    """What stands in place of a step in a reply to an audit: no key of a step begins so."""
    return f"audit {name}"
