"""Words about audits that several parts of the page say."""

from kpi.figures import share
from kpi.words import marked, say
from pages.parts.format import count, day
from sop.audits.outcome import Interval
from store.state.audit_rows import Audit, AuditState, DrawnFrom, Selection

KINDS = {
    DrawnFrom.TICKET: marked("Tickets"), DrawnFrom.ORDER: marked("Orders"), DrawnFrom.SHIPMENT: marked("Shipments"),
    DrawnFrom.BATCH: marked("Batches"), DrawnFrom.RUN: marked("Finished runs"),
}  # fmt: skip
ONE = {
    DrawnFrom.TICKET: marked("Ticket"), DrawnFrom.ORDER: marked("Order"), DrawnFrom.SHIPMENT: marked("Shipment"),
    DrawnFrom.BATCH: marked("Batch"), DrawnFrom.RUN: marked("Run"),
}  # fmt: skip
SELECTIONS = {
    Selection.RANDOM: marked("random: it enters the rates"),
    Selection.TARGETED: marked("targeted: it enters no rate"),
    Selection.COMPLAINT: marked("after a complaint: it enters no rate"),
}
STATES = {
    AuditState.WANTED: marked("wanted"), AuditState.DRAWING: marked("waits for the draw"),
    AuditState.OPEN: marked("open"), AuditState.DONE: marked("done"), AuditState.CALLED_OFF: marked("called off"),
}  # fmt: skip


def span_told(audit: Audit) -> str:
    """The days it looks at."""
    return say("{first} to {last}", first=day(audit.first), last=day(audit.last))


def part_told(audit: Audit) -> str:
    """What is drawn from: `Tickets, DE, team one`."""
    parts = [say(KINDS[audit.drawn_from]), audit.market]
    parts += [say("team {team}", team=audit.team)] if audit.team else []
    return ", ".join(each for each in parts if each)


def interval_told(found: Interval) -> str:
    """`8 of 9, 89% (57% to 98%)`."""
    of = found.share
    return say(
        "{n} of {all}, {share} ({low} to {high}, 19 times of 20)",
        n=count(of.numerator), all=count(of.denominator), share=share(of.value or 0.0), low=share(found.low),
        high=share(found.high),
    )  # fmt: skip
