"""Audits on both databases: drawn once, looked at by two who do not see each other's answers, settled, closed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import ChangedMeanwhile, Content, NotAllowed, RoleForbids, State, WrongEntry
from store.state.audit_rows import Audit, AuditState, Drawn, DrawnFrom, Found, NewAudit, WantedAudit

ANN, BEN, CLEO = (Principal(f"{name}@example.com", role=Role.LEAD) for name in ("ann", "ben", "cleo"))
OWNER, APPROVER = (
    Principal("own@example.com", role=Role.SOP_OWNER),
    Principal("app@example.com", role=Role.APPROVER),
)
VERA = Principal("vera@example.com")
FRANCE = Principal("fr@example.com", Scope(markets=frozenset({"FR"})), Role.LEAD)
DAY = date(2026, 3, 2)
SOP = Content("packing", "en", 1, 0, "Packing", "shipping", "Shipping lead", "# Packing")
RECORDS = [
    Drawn(1, "T1", DAY, market="DE", twice=True),
    Drawn(2, "T2", DAY, market="DE", person=ANN.name),
    Drawn(3, "T3", DAY, market="FR"),
]


@pytest.fixture
def new(state: State) -> NewAudit:
    draft = state.procedures.start(OWNER, SOP)
    review = state.procedures.submit(OWNER, draft.id, draft.version, "First")
    edition = state.procedures.approve(APPROVER, review.id, review.version, DAY, DAY)
    return NewAudit(
        "packing", edition.id, "1.0", "shipping", DrawnFrom.TICKET, DAY, DAY, {"kind": "fixed", "records": 3},
        {"items": []}, "seed", second_percent=20,
    )  # fmt: skip


@pytest.fixture
def opened(state: State, new: NewAudit) -> Audit:
    made = state.audits.make(ANN, new)
    return state.audits.drawn(LOCAL_OWNER, made.id, 40, "abc", RECORDS)


def look(state: State, who: Principal, audit: Audit, place: int, score: int | None = 1) -> int:
    """Begin, answer the one step, finish; the number of the check."""
    begun = state.checks.begin(who, audit.id, place, {})
    state.checks.answer(
        who, begun.id, Found("label", score, because="" if score is not None else "None there")
    )
    state.checks.finish(who, begun.id, begun.version + 1)
    return begun.id


def test_an_audit_is_drawn_once(state: State, new: NewAudit) -> None:
    """
    A draw that comes twice keeps the first; its seed, its population and its size are in the trail.
    """
    made = state.audits.make(ANN, new, key="form")
    assert state.audits.make(ANN, new, key="form") == made
    told = state.audits.cannot_draw(LOCAL_OWNER, made.id, "Nothing there.")
    assert (made.state, told.problem) == (AuditState.DRAWING, "Nothing there.")

    first = state.audits.drawn(LOCAL_OWNER, made.id, 40, "abc", RECORDS)
    again = state.audits.drawn(LOCAL_OWNER, made.id, 41, "xyz", RECORDS[:1])

    assert first == again
    assert (first.state, first.population, first.digest, first.size, first.problem) == (
        AuditState.OPEN, 40, "abc", 3, "",
    )  # fmt: skip
    entry = state.audit.rows(LOCAL_OWNER)[0]
    assert entry.what == "audit drawn"
    assert entry.after == {"population": 40, "digest": "abc", "seed": "seed", "drawn": 3}


def test_the_second_auditor_does_not_see_the_first_ones_answers(state: State, opened: Audit) -> None:
    """
    Nor does anybody else until both are finished; the first does not look twice, a third not at all.
    """
    look(state, ANN, opened, 1, score=0)

    assert [dict(each.found) for each in state.checks.of(BEN, opened.id)] == [{}]
    assert [each.found["label"].score for each in state.checks.of(ANN, opened.id)] == [0]
    with pytest.raises(WrongEntry, match="no check"):
        state.checks.answer(BEN, state.checks.of(BEN, opened.id)[0].id, Found("label", 1))

    assert state.checks.begin(ANN, opened.id, 1, {}).turn == 1
    look(state, BEN, opened, 1, score=1)
    with pytest.raises(NotAllowed, match="Somebody else checks record 1"):
        state.checks.begin(CLEO, opened.id, 1, {})
    assert [each.found["label"].score for each in state.checks.of(CLEO, opened.id)] == [0, 1]


def test_nobody_audits_their_own_work(state: State, opened: Audit) -> None:
    """
    Whose work it is, is told to that person alone (they have no lead); who says that a record is their own leaves it to
    others.
    """
    with pytest.raises(NotAllowed, match="own work"):
        state.checks.begin(ANN, opened.id, 2, {})
    state.checks.begin(BEN, opened.id, 3, {})
    assert state.checks.not_mine(BEN, opened.id, 3).not_by == (BEN.name,)
    with pytest.raises(NotAllowed, match="own work"):
        state.checks.begin(BEN, opened.id, 3, {})

    assert [each.person for each in state.checks.records(ANN, opened.id)] == ["", ANN.name, ""]
    assert [each.person for each in state.checks.records(LOCAL_OWNER, opened.id)] == ["", "", ""]
    assert [each.not_by for each in state.checks.records(CLEO, opened.id)] == [(), (), ()]
    assert look(state, CLEO, opened, 3)


def test_an_answer_is_kept_at_once_and_never_written_over_unseen(state: State, opened: Audit) -> None:
    """
    The second window is told what the first wrote; what does not apply needs a reason; finished is finished.
    """
    check = state.checks.begin(ANN, opened.id, 1, {"customs": "Only done in CH."})
    first = state.checks.answer(ANN, check.id, Found("label", 1, comment="Neat"))

    with pytest.raises(ChangedMeanwhile) as told:
        state.checks.answer(ANN, check.id, Found("label", 0))
    assert told.value.theirs == first
    with pytest.raises(WrongEntry, match="does not apply"):
        state.checks.answer(ANN, check.id, Found("seal", None))
    with pytest.raises(ChangedMeanwhile):
        state.checks.finish(ANN, check.id, check.version)
    state.checks.finish(ANN, check.id, check.version + 1)
    with pytest.raises(WrongEntry, match="finished"):
        state.checks.answer(ANN, check.id, replace(first, score=0))

    (kept,) = state.checks.of(ANN, opened.id)
    assert {step: found.score for step, found in kept.found.items()} == {"label": 1, "customs": None}


def test_two_at_once_do_not_get_the_same_record(state: State, opened: Audit) -> None:
    def begin(who: Principal) -> str:
        try:
            return state.checks.begin(who, opened.id, 3, {}).auditor
        except NotAllowed:
            return ""

    with ThreadPoolExecutor(3) as people:
        begun = list(people.map(begin, (ANN, BEN, CLEO)))
    assert sum(bool(each) for each in begun) == 1


def test_an_audit_ends_when_all_is_checked_and_settled(state: State, opened: Audit) -> None:
    """
    Both answers stay beside what was settled; only one of the two may be chosen, with a reason.
    """
    look(state, ANN, opened, 1, score=0)
    look(state, BEN, opened, 2)
    look(state, ANN, opened, 3)
    with pytest.raises(WrongEntry, match="1 checks are not finished"):
        state.audits.close(ANN, opened.id, opened.version)
    assert state.audits.progress(CLEO)[opened.id].finished == 3
    look(state, BEN, opened, 1, score=1)
    assert state.checks.undecided(CLEO, opened.id) == [(1, "label")]
    with pytest.raises(WrongEntry, match="disagreements"):
        state.audits.close(ANN, opened.id, opened.version)
    for score, because, said in ((2, "Both", "do not disagree so"), (1, " ", "Say why")):
        with pytest.raises(WrongEntry, match=said):
            state.checks.settle(CLEO, opened.id, 1, "label", score, because)

    state.checks.settle(CLEO, opened.id, 1, "label", 1, "Under the flap")
    closed = state.audits.close(CLEO, opened.id, opened.version)

    assert closed.state is AuditState.DONE
    assert [each.found["label"].score for each in state.checks.of(CLEO, opened.id)] == [0, 1, 1, 1]
    assert [each.because for each in state.checks.settlements(CLEO, opened.id)] == ["Under the flap"]
    with pytest.raises(WrongEntry, match="not open"):
        state.checks.settle(CLEO, opened.id, 1, "label", 0, "No")


def test_an_audit_is_for_who_may_audit_there(state: State, new: NewAudit, opened: Audit) -> None:
    """
    A viewer is refused; who sees France audits France, and finds nothing of an audit of all markets.
    """
    with pytest.raises(RoleForbids):
        state.audits.rows(VERA)
    assert state.audits.rows(FRANCE) == []
    with pytest.raises(WrongEntry, match=f"no audit {opened.id}"):
        state.checks.records(FRANCE, opened.id)
    with pytest.raises(NotAllowed, match="FR only"):
        state.audits.make(FRANCE, new)
    theirs = state.audits.make(FRANCE, replace(new, market="FR"))
    assert state.audits.rows(FRANCE) == [theirs]
    with pytest.raises(WrongEntry, match="no approved version"):
        state.audits.make(ANN, replace(new, sop="other"))


def test_checks_of_an_audit_elsewhere_are_neither_seen_nor_made(state: State, opened: Audit) -> None:
    """
    Who sees France is told the same of an audit of all markets as of one that does not exist, whatever they try.
    """
    check = state.checks.begin(ANN, opened.id, 1, {})
    number, audits, checks = opened.id, state.audits, state.checks
    tried: tuple[Callable[[], object], ...] = (
        lambda: audits.find(FRANCE, number),
        lambda: audits.call_off(FRANCE, number, opened.version, "No"),
        lambda: audits.close(FRANCE, number, opened.version),
        lambda: checks.of(FRANCE, number),
        lambda: checks.settlements(FRANCE, number),
        lambda: checks.undecided(FRANCE, number),
        lambda: checks.begin(FRANCE, number, 2, {}),
        lambda: checks.not_mine(FRANCE, number, 2),
        lambda: checks.answer(FRANCE, check.id, Found("label", 1)),
        lambda: checks.finish(FRANCE, check.id, check.version),
        lambda: checks.settle(FRANCE, number, 1, "label", 1, "Mine"),
    )

    for each in tried:
        with pytest.raises((NotAllowed, WrongEntry)):
            each()
    assert FRANCE.name not in {each.auditor for each in checks.of(ANN, number)}
    assert audits.find(ANN, number).state == opened.state


def test_what_systems_ask_for_is_asked_once(state: State, new: NewAudit) -> None:
    """
    New numbers take the place of old ones; planned, it is not asked for again; when nothing asks any more, it is gone.
    """
    wanted = WantedAudit("packing", new.edition, "1.0", "shipping", "label", DAY, DAY, {"seen": [9, 10, 10]})
    other = replace(wanted, step="weigh")
    assert state.audits.want(LOCAL_OWNER, [wanted, other]) == 2
    assert state.audits.want(LOCAL_OWNER, [replace(wanted, because={"seen": [1, 2, 3]})]) == 0

    weigh, label = state.audits.rows(ANN)
    assert (weigh.state, label.state, label.because) == (
        AuditState.CALLED_OFF, AuditState.WANTED, {"seen": [1, 2, 3]},
    )  # fmt: skip
    planned = state.audits.make(ANN, new, label.id)
    assert (planned.id, planned.step, planned.state) == (label.id, "label", AuditState.DRAWING)
    with pytest.raises(ChangedMeanwhile):
        state.audits.make(BEN, new, label.id)
    assert state.audits.want(LOCAL_OWNER, [wanted]) == 0
    ended = state.audits.call_off(ANN, planned.id, planned.version, "Not now")
    assert ended.ended_why == "Not now"
    assert state.audits.want(LOCAL_OWNER, [wanted]) == 0
    assert state.audits.want(LOCAL_OWNER, [replace(wanted, first=date(2199, 1, 1))]) == 1
