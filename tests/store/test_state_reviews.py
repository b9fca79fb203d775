"""Flags, reasons for reviews and finished reviews as stored: who may, what they set off, and who sees them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import (
    Announced,
    Answer,
    ChangedMeanwhile,
    Content,
    Ending,
    Flag,
    FlagKind,
    FlagState,
    LeadsTo,
    NotAllowed,
    Owned,
    Owner,
    Review,
    State,
    TriggerKind,
    User,
    WrongEntry,
)

DAY = date(2026, 3, 2)
ANN, MO = Principal("ann@example.com", role=Role.SOP_OWNER), Principal("mo@example.com", role=Role.SOP_OWNER)
BEN = Principal("ben@example.com", role=Role.APPROVER)
READERS = [Principal(f"reader {n}") for n in range(4)]
SERVICE = Principal("Sven", Scope(departments=frozenset({"service"})), Role.SOP_OWNER)
FRANCE = Principal("Zoé", Scope(markets=frozenset({"FR"})), Role.SOP_OWNER)
PACKING = Content(
    "packing",
    "en",
    1,
    0,
    "Packing",
    "shipping",
    "Shipping lead",
    "# Packing",
    markets=frozenset({"DE", "FR"}),
)
LABEL = Flag("packing", "1.0", "print_label", FlagKind.UNCLEAR, DAY)
LAW = Announced(
    TriggerKind.REGULATION, "New label law", "https://example.com/law", DAY + timedelta(days=60), frozenset({"packing"})
)  # fmt: skip
FINE = Review("packing", Ending.STILL_RIGHT, "Followed ten parcels", DAY)


@pytest.fixture
def packing(state: State) -> State:
    """Packing 1.0 counts since the second of March."""
    draft = state.procedures.start(ANN, PACKING)
    review = state.procedures.submit(ANN, draft.id, draft.version, "First")
    state.procedures.approve(BEN, review.id, review.version, DAY, DAY)
    return state


def test_a_flag_has_a_term_and_is_seen_by_two(packing: State) -> None:
    """
    Unclear: seven days. The reporter and who writes procedures there see it; another reader and another department
    do not, nor does anybody flag a version that never counted.
    """
    kept = packing.flags.add(READERS[0], replace(LABEL, text="Which  label?"))

    assert (kept.reporter, kept.due, kept.text) == ("reader 0", DAY + timedelta(days=7), "Which label?")
    assert (kept.department, kept.markets) == ("shipping", frozenset({"DE", "FR"}))
    seen = {each.name: len(packing.flags.rows(each)) for each in (*READERS[:2], ANN, SERVICE, FRANCE)}
    assert seen == {"reader 0": 1, "reader 1": 0, "ann@example.com": 1, "Sven": 0, "Zoé": 1}
    with pytest.raises(WrongEntry, match="no version 2"):
        packing.flags.add(READERS[0], replace(LABEL, edition="2.0"))
    with pytest.raises(WrongEntry, match="no procedure"):
        packing.flags.add(SERVICE, LABEL)


def test_said_twice_it_is_one_flag(packing: State) -> None:
    """
    The same person, step and kind: the later words stay, the number does not grow.
    """
    first = packing.flags.add(READERS[0], LABEL)
    again = packing.flags.add(READERS[0], replace(LABEL, text="Still"))

    assert (again.id, again.text, again.version) == (first.id, "Still", 2)
    assert len(packing.flags.rows(ANN)) == 1


def test_three_open_flags_on_a_step_bring_its_review_forward(packing: State) -> None:
    """
    Two do not, nor two and one of a hundred days before; the third does, once, due in two weeks, in the name of
    the rule; a fourth adds nothing.
    """
    packing.flags.add(READERS[0], replace(LABEL, flagged_on=DAY - timedelta(days=100)))
    for each in READERS[1:3]:
        packing.flags.add(each, LABEL)
    assert packing.triggers.rows(ANN) == []
    packing.flags.add(READERS[3], replace(LABEL, kind=FlagKind.WRONG))
    packing.flags.add(READERS[3], replace(LABEL, kind=FlagKind.SLOW))

    (reason,) = packing.triggers.rows(ANN)
    assert (reason.kind, reason.subject, reason.due) == (
        TriggerKind.FLAGS, "print_label", DAY + timedelta(days=14),
    )  # fmt: skip
    assert reason.evidence == "3 flags on step print_label: unclear, wrong"
    assert reason.raised_by == "fairlead"


def test_one_answer_is_for_all_that_were_seen(packing: State) -> None:
    """
    Two flags are answered together and the reporter reads it; what came meanwhile stays open, and a second answer
    is told that somebody was faster.
    """
    for each in READERS[:2]:
        packing.flags.add(each, LABEL)
    seen = packing.flags.rows(ANN)
    packing.flags.add(READERS[2], LABEL)
    packing.flags.settle(ANN, seen, Answer(FlagState.ACCEPTED, "It needs a picture", LeadsTo.REVIEW), DAY)

    (mine,) = packing.flags.rows(READERS[0])
    assert (mine.state, mine.answer, mine.answered_by) == (
        FlagState.ACCEPTED, "It needs a picture", "ann@example.com",
    )  # fmt: skip
    assert [each.reporter for each in packing.flags.rows(ANN, state=FlagState.OPEN)] == ["reader 2"]
    assert [each.kind for each in packing.triggers.rows(ANN)] == [TriggerKind.FLAGS]
    with pytest.raises(ChangedMeanwhile):
        packing.flags.settle(MO, seen, Answer(FlagState.ANSWERED, "No"), DAY)


@pytest.mark.parametrize(
    "answer",
    [(FlagState.OPEN, "x", ""), (FlagState.DECLINED, " ", ""), (FlagState.ACCEPTED, "x", ""),
     (FlagState.ANSWERED, "x", LeadsTo.DRAFT)],
)  # fmt: skip
def test_an_answer_says_why_or_where_it_leads(answer: tuple[FlagState, str, LeadsTo]) -> None:
    with pytest.raises(WrongEntry):
        Answer(answer[0], answer[1], LeadsTo(answer[2]))


def test_who_answers_for_it_answers(packing: State) -> None:
    """
    Once Ann is named, Mo may neither answer nor review, Ann and who approves may; who sees only France may not
    decide about a procedure for Germany too.
    """
    packing.users.save(LOCAL_OWNER, User(ANN.name, "Ann", Role.SOP_OWNER), seen=0)
    packing.owners.assign(LOCAL_OWNER, Owner(Owned.SOP, "packing", "shipping", ANN.name))
    seen = [packing.flags.add(READERS[0], LABEL)]
    for other in (MO, FRANCE):
        with pytest.raises(NotAllowed):
            packing.flags.settle(other, seen, Answer(FlagState.ANSWERED, "No"), DAY)
        with pytest.raises(NotAllowed):
            packing.reviews.finish(other, FINE)
    packing.flags.settle(ANN, seen, Answer(FlagState.ANSWERED, "The small one"), DAY)
    assert packing.reviews.finish(BEN, FINE).reviewed_by == BEN.name


def test_an_announced_change_is_a_reason_with_its_source(packing: State) -> None:
    """
    Due before it takes effect, in two weeks where it has; without an address, words or a procedure it is refused.
    """
    (reason,) = packing.triggers.announce(ANN, LAW, DAY)
    (late,) = packing.triggers.announce(
        ANN, replace(LAW, kind=TriggerKind.SYSTEM, what="New scanner", takes_effect=DAY), DAY
    )
    assert (reason.due, reason.source) == (DAY + timedelta(days=60), "https://example.com/law")
    assert late.due == DAY + timedelta(days=14)
    assert packing.triggers.rows(SERVICE) == []
    for wrong in (
        {"source": "a page"},
        {"what": " "},
        {"sops": frozenset[str]()},
        {"kind": TriggerKind.SIGNAL},
    ):
        with pytest.raises(WrongEntry):
            replace(LAW, **wrong)
    with pytest.raises(WrongEntry, match="no procedure 'customs'"):
        packing.triggers.announce(ANN, replace(LAW, sops=frozenset({"customs"})), DAY)


def test_a_reason_is_kept_from_who_may_not_see_its_evidence(packing: State) -> None:
    """
    A signal of a KPI of service brings a procedure of shipping forward; who sees shipping only is not told.
    """
    (law,) = packing.triggers.announce(ANN, LAW, DAY)
    signal = replace(law, kind=TriggerKind.SIGNAL, subject="csat", evidence_of="service", id=0, version=0)
    assert [packing.triggers.raise_once(LOCAL_OWNER, [signal]) for _ in range(2)] == [1, 0]

    shipping = Principal("Ada", Scope(departments=frozenset({"shipping"})), Role.SOP_OWNER)
    assert [each.kind for each in packing.triggers.rows(shipping)] == [TriggerKind.REGULATION]
    assert len(packing.triggers.rows(ANN)) == 2


def test_a_review_answers_the_reasons_that_were_looked_at(packing: State) -> None:
    """
    It keeps version, reviewer and day, leaves the reason that was not looked at, and a second one is told of the
    first.
    """
    first, _ = (
        packing.triggers.announce(ANN, each, DAY)[0] for each in (LAW, replace(LAW, what="Another law"))
    )
    done = packing.reviews.finish(ANN, FINE, answers=[first.id])

    assert (done.edition, done.reviewed_by, done.department) == ("1.0", ANN.name, "shipping")
    assert [each.evidence for each in packing.triggers.rows(ANN)] == ["Another law"]
    assert packing.reviews.last(ANN) == {"packing": done}
    assert packing.reviews.last(SERVICE) == {}
    with pytest.raises(ChangedMeanwhile, match="still right"):
        packing.reviews.finish(BEN, FINE)
    with pytest.raises(WrongEntry, match="Nothing of packing counts"):
        packing.reviews.finish(ANN, replace(FINE, reviewed_on=DAY - timedelta(days=1)), after=done.id)
    with pytest.raises(WrongEntry, match="no remark"):
        replace(FINE, remark=" ")
    entry = packing.audit.rows(LOCAL_OWNER)[0]
    assert {each.what for each in packing.audit.rows(LOCAL_OWNER)} >= {
        "procedure reviewed",
        "reason answered",
    }
    assert entry.who == ANN.name
