"""Audits of the made-up firm: one of tickets that is done, looked at by two and settled, and one under way."""

from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256

from demo.library import AUTHORS
from sop.audits.checking import answer, begin, finish
from sop.audits.making import Wish, draw_audit, make_audit, span_before
from sop.audits.plans import Fixed, Precision
from sop.audits.template import Judged, Template, read_template
from sop.library import library
from store.lake import Lake
from store.permits import Role
from store.scope import Principal
from store.state import State, WrongEntry
from store.state.audit_rows import Audit, Check, DrawnFrom

FIRST = Principal(AUTHORS["service"], role=Role.LEAD)
SECOND = Principal(AUTHORS["shipping"], role=Role.LEAD)
TICKETS, ORDERS, UNDER_WAY = "inquiries", "order_fulfilment", 6
SEED = "example"
MISSED, MISREAD = 12, 8  # of a hundred answers


def audit_procedures(state: State, lake: Lake, last: date, zone: str) -> None:
    """The audits, once; where there is nothing to draw from (a short example), none."""
    if any(each.seed == SEED for each in state.audits.rows(FIRST)):
        return
    first, until = span_before(last + timedelta(days=1))
    due = last + timedelta(days=10)
    done = Wish(DrawnFrom.TICKET, first, until, Fixed(12), second_percent=25, seed=SEED, reason="Monthly.")
    at_work = Wish(DrawnFrom.ORDER, first, until, Precision(15), due_on=due, seed=SEED)
    if audit := _drawn(state, lake, TICKETS, done, last, zone):
        _look(state, FIRST, audit, audit.size)
        _look(state, SECOND, audit, audit.size)
        for place, step in state.checks.undecided(SECOND, audit.id):
            score = _of(state, audit, place).found[step].score
            state.checks.settle(
                SECOND, audit.id, place, step, score, "Read together: the first reading is right."
            )
        state.audits.close(FIRST, audit.id, audit.version)
    if audit := _drawn(state, lake, ORDERS, at_work, last, zone):
        _look(state, SECOND, audit, UNDER_WAY)


def _drawn(state: State, lake: Lake, sop: str, wish: Wish, last: date, zone: str) -> Audit | None:
    shelf = library(state.procedures.rows(FIRST, sop), last)
    edition = shelf[0].effective() if shelf else None
    if edition is None:
        return None
    made = make_audit(state, FIRST, edition, wish)
    try:
        return draw_audit(state, lake, FIRST, made.id, zone)
    except WrongEntry:
        state.audits.call_off(FIRST, made.id, made.version, "Nothing to draw from.")
        return None


def _look(state: State, who: Principal, audit: Audit, most: int) -> None:
    """The first so many records, or those of them that wait for a second look."""
    template = read_template(audit.template)
    records = state.checks.records(who, audit.id)
    looked = {each.place for each in state.checks.of(who, audit.id)}
    for record in records[:most]:
        if record.place in looked and not record.twice:
            continue
        check = begin(state, who, audit, record)
        for step, said, comment in _said(
            template, check, record.case_id, who.name if check.turn == 2 else ""
        ):
            answer(state, who, audit, check, step, said, comment=comment)
        finish(state, who, audit, _of(state, audit, record.place, who))


def _said(template: Template, check: Check, case: str, reader: str) -> Iterator[tuple[str, str, str]]:
    """What is found at each step: mostly right; the second reader sees it otherwise now and then."""
    for item in template.items:
        if item.step in check.found:
            continue
        missed = _percent(case, item.step) < MISSED
        if reader and _percent(case, item.step, reader) < MISREAD:
            missed = not missed
        if item.judged is Judged.NUMBER:
            low, high = item.limits
            right = low if low is not None else high if high is not None else 1
            wrong = (high + 1) if high is not None else (low - 1) if low is not None else 1
            yield item.step, str(wrong if missed else right), ""
        else:
            yield item.step, "fail" if missed else "pass", "Not to be found in the record." if missed else ""


def _of(state: State, audit: Audit, place: int, who: Principal = FIRST) -> Check:
    checks = state.checks.of(who, audit.id)
    return next(each for each in checks if each.place == place and each.auditor == who.name)


def _percent(*what: str) -> int:
    return int.from_bytes(sha256("/".join(what).encode()).digest()[:4]) % 100
