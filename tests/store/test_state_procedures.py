"""Procedures from draft to retirement, on both databases: two pairs of eyes, one draft, one version in force."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import (
    ChangedMeanwhile,
    Content,
    Edition,
    EditionState,
    NotAllowed,
    RoleForbids,
    State,
    User,
    WrongEntry,
)
from store.state.edition_rules import OwnWork
from store.state.editions import in_force

ANN, MO = Principal("Ann", role=Role.SOP_OWNER), Principal("Mo", role=Role.SOP_OWNER)
BEN = Principal("Ben", role=Role.APPROVER)
VERA = Principal("Vera", role=Role.VIEWER)
MIA = User("mia@example.com", "Mia", Role.MANAGER)
TODAY = date(2026, 3, 2)
SOON = TODAY + timedelta(days=7)
FIRST = Content(
    "packing", "en", 1, 0, "Packing", "shipping", "Shipping lead", "# Packing", kpis=frozenset({"otif"})
)
SECOND = replace(FIRST, major=2, text="# Packing, new")
CHINESE = replace(FIRST, language="zh", translates="1.0", text="# 包装")


def approved(state: State, content: Content, on: date = TODAY) -> Edition:
    """Written by Ann, approved by Ben."""
    draft = state.procedures.start(ANN, content)
    review = state.procedures.submit(ANN, draft.id, draft.version, "A first version")
    return state.procedures.approve(BEN, review.id, review.version, on, TODAY)


def force(state: State, day: date, language: str = "en") -> str | None:
    found = in_force([each for each in state.procedures.rows(VERA) if each.language == language], day)
    return found.name if found else None


def test_a_version_is_in_force_from_its_day_on(state: State) -> None:
    """
    1.0 today, 2.0 in a week: each day has exactly one, without anything that has to run; each step is in the trail.
    """
    assert force(state, TODAY) is None
    approved(state, FIRST)
    approved(state, SECOND, SOON)

    assert [force(state, TODAY + timedelta(days=n)) for n in (-1, 0, 6, 7, 400)] == [
        None, "1.0", "1.0", "2.0", "2.0",
    ]  # fmt: skip
    trail = [(each.what, each.who) for each in reversed(state.audit.rows(LOCAL_OWNER))]
    assert trail[:3] == [
        ("procedure drafted", "Ann"),
        ("procedure submitted", "Ann"),
        ("procedure approved", "Ben"),
    ]
    assert state.audit.rows(LOCAL_OWNER)[0].before is not None


def test_whoever_wrote_any_of_it_does_not_decide(state: State) -> None:
    """
    Ben mended a word of Ann's draft: neither he nor an administrator who submitted it may approve or refuse it.
    """
    draft = state.procedures.start(ANN, FIRST)
    mended = state.procedures.save(BEN, draft.id, replace(FIRST, text="# Packing!"), draft.version)
    review = state.procedures.submit(LOCAL_OWNER, draft.id, mended.version, "New")

    for who in (BEN, LOCAL_OWNER):
        with pytest.raises(NotAllowed, match="somebody else has to decide"):
            state.procedures.approve(who, review.id, review.version, TODAY, TODAY)
        with pytest.raises(NotAllowed, match="somebody else has to decide"):
            state.procedures.refuse(who, review.id, review.version, "No")
    assert force(state, TODAY) is None


def in_review(state: State, who: Principal, content: Content = FIRST) -> Edition:
    draft = state.procedures.start(who, content)
    return state.procedures.submit(who, draft.id, draft.version, "New")


def test_a_firm_of_one_person_publishes_openly(state: State) -> None:
    """
    Mia manages alone, beside Vera who reads, Sam who writes and Otto whose account is closed: she approves her own
    version by saying that she does so alone; the trail and the version say it, too.
    """
    for user in (MIA, User("vera@example.com", "Vera"), User("sam@example.com", "Sam", Role.SOP_OWNER),
                 User("otto@example.com", "Otto", Role.ADMIN, active=False)):  # fmt: skip
        state.users.save(LOCAL_OWNER, user, seen=0)
    review = in_review(state, MIA.principal)
    assert state.users.is_only_approver(MIA.principal)

    with pytest.raises(OwnWork, match="somebody else has to decide"):
        state.procedures.approve(MIA.principal, review.id, review.version, TODAY, TODAY)
    own = state.procedures.approve(MIA.principal, review.id, review.version, TODAY, TODAY, alone=True)

    assert (force(state, TODAY), own.decided_by, own.is_approved_by_author) == ("1.0", MIA.email, True)
    assert state.audit.rows(LOCAL_OWNER)[0].what == "procedure approved by its author"


@pytest.mark.parametrize("role", [Role.APPROVER, Role.MANAGER, Role.ADMIN])
def test_a_second_person_ends_it(state: State, role: Role) -> None:
    """
    Once Zoe may approve anything at all, be it in another department, Mia may not approve her own; what she approved
    before stays as it says, and Zoe's approval is an ordinary one.
    """
    state.users.save(LOCAL_OWNER, MIA, seen=0)
    first = in_review(state, MIA.principal)
    state.procedures.approve(MIA.principal, first.id, first.version, TODAY, TODAY, alone=True)
    zoe = User("zoe@example.com", "Zoe", role, departments=frozenset({"service"}))
    state.users.save(LOCAL_OWNER, zoe, seen=0)
    second = in_review(state, MIA.principal, SECOND)

    for alone in (True, False):
        with pytest.raises(OwnWork):
            state.procedures.approve(MIA.principal, second.id, second.version, SOON, TODAY, alone=alone)
    assert not state.users.is_only_approver(MIA.principal)
    assert state.procedures.find(VERA, first.id).is_approved_by_author

    everywhere = replace(zoe, departments=None)
    state.users.save(LOCAL_OWNER, everywhere, seen=1)
    decided = state.procedures.approve(everywhere.principal, second.id, second.version, SOON, TODAY)
    assert not decided.is_approved_by_author


def test_who_is_left_behind_is_alone_again(state: State) -> None:
    """
    Zoe's account is closed: Mia may approve her own version once more.
    """
    state.users.save(LOCAL_OWNER, MIA, seen=0)
    zoe = User("zoe@example.com", "Zoe", Role.APPROVER)
    seen = state.users.save(LOCAL_OWNER, zoe, seen=0)
    review = in_review(state, MIA.principal)
    assert not state.users.is_only_approver(MIA.principal)

    state.users.save(LOCAL_OWNER, replace(zoe, active=False), seen=seen)
    state.procedures.approve(MIA.principal, review.id, review.version, TODAY, TODAY, alone=True)
    assert force(state, TODAY) == "1.0"


def test_alone_is_for_ones_own_text_and_for_who_approves(state: State) -> None:
    """
    Nobody says "alone" of what others wrote; a single SOP owner or viewer approves nothing, alone or not.
    """
    review = in_review(state, ANN)
    with pytest.raises(WrongEntry, match=r"wrote none of packing 1\.0; approve it as usual"):
        state.procedures.approve(BEN, review.id, review.version, TODAY, TODAY, alone=True)
    for who in (ANN, VERA):
        assert not state.users.is_only_approver(who)
        with pytest.raises(RoleForbids):
            state.procedures.approve(who, review.id, review.version, TODAY, TODAY, alone=True)


def test_who_saves_second_is_told_and_overwrites_nothing(state: State) -> None:
    """
    Ann and Mo open the same draft; Ann saves first. Mo is shown hers, and her text stands.
    """
    draft = state.procedures.start(ANN, FIRST)
    state.procedures.save(ANN, draft.id, replace(FIRST, text="Ann's"), draft.version)

    with pytest.raises(ChangedMeanwhile) as told:
        state.procedures.save(MO, draft.id, replace(FIRST, text="Mo's"), draft.version)

    theirs = told.value.theirs
    assert isinstance(theirs, Edition)
    assert (theirs.changed_by, state.procedures.text(MO, theirs.id)) == ("Ann", "Ann's")
    merged = state.procedures.save(MO, draft.id, replace(FIRST, text="Both"), theirs.version)
    assert merged.editors == {"Ann", "Mo"}


def test_eight_people_begin_a_draft_at_once(state: State) -> None:
    """
    One of them does; the others are told that there is one, and whose.
    """

    def begin(number: int) -> bool:
        try:
            state.procedures.start(Principal(f"P{number}", role=Role.SOP_OWNER), FIRST)
        except ChangedMeanwhile as told:
            return not isinstance(told.theirs, Edition)
        return True

    with ThreadPoolExecutor(8) as people:
        begun = list(people.map(begin, range(8)))

    assert begun.count(True) == len(state.procedures.rows(ANN)) == 1


def test_a_refusal_says_why_and_gives_the_draft_back(state: State) -> None:
    """
    Without words it is none; afterwards it can be mended, submitted and approved.
    """
    draft = state.procedures.start(ANN, FIRST)
    review = state.procedures.submit(ANN, draft.id, draft.version, "New")
    with pytest.raises(WrongEntry, match="no remark"):
        state.procedures.refuse(BEN, review.id, review.version, " ")
    refused = state.procedures.refuse(BEN, review.id, review.version, "Step 2 has no limit")

    assert (refused.state, refused.remark, refused.decided_by) == (
        EditionState.DRAFT, "Step 2 has no limit", "Ben",
    )  # fmt: skip
    again = state.procedures.submit(ANN, draft.id, refused.version, "With the limit")
    assert state.procedures.approve(BEN, again.id, again.version, TODAY, TODAY).decided_by == "Ben"


def test_what_is_in_review_is_not_changed(state: State) -> None:
    """
    What Ben reads is what he approves: a save is refused until it was taken back.
    """
    draft = state.procedures.start(ANN, FIRST)
    review = state.procedures.submit(ANN, draft.id, draft.version, "New")
    with pytest.raises(ChangedMeanwhile):
        state.procedures.save(ANN, draft.id, FIRST, review.version)

    back = state.procedures.take_back(ANN, draft.id, review.version)
    assert state.procedures.save(ANN, draft.id, FIRST, back.version).state is EditionState.DRAFT
    with pytest.raises(ChangedMeanwhile):
        state.procedures.approve(BEN, draft.id, review.version, TODAY, TODAY)


def test_days_are_never_out_of_order(state: State) -> None:
    """
    Not in the past, and not before or on the day of the version before it; a version to come can be recalled.
    """
    approved(state, FIRST)
    later = approved(state, SECOND, SOON)
    third = replace(SECOND, minor=1)
    draft = state.procedures.start(ANN, third)
    review = state.procedures.submit(ANN, draft.id, draft.version, "Typo")

    for day, told in (
        (TODAY - timedelta(days=1), "is past"),
        (TODAY, "only one counts"),
        (SOON, "only one counts"),
    ):
        with pytest.raises(WrongEntry, match=told):
            state.procedures.approve(BEN, review.id, review.version, day, TODAY)
    with pytest.raises(ChangedMeanwhile):
        state.procedures.recall(BEN, later.id, later.version, TODAY, "Not yet")
    taken = state.procedures.take_back(ANN, review.id, review.version)
    state.procedures.discard(ANN, taken.id, taken.version)
    recalled = state.procedures.recall(BEN, later.id, later.version, TODAY, "Not yet")

    assert (recalled.state, recalled.effective_on, force(state, SOON)) == (EditionState.DRAFT, None, "1.0")


def test_a_number_is_given_once(state: State) -> None:
    """
    The next version has a higher number.
    """
    approved(state, FIRST)
    with pytest.raises(WrongEntry, match="higher number"):
        state.procedures.start(ANN, FIRST)


def test_a_translation_follows_a_version(state: State) -> None:
    """
    It names one that exists, and counts once that is approved; a second source language is refused.
    """
    with pytest.raises(WrongEntry, match=r"no version 1\.0 of packing"):
        state.procedures.start(ANN, CHINESE)
    approved(state, FIRST)
    with pytest.raises(WrongEntry, match="is written in en"):
        state.procedures.start(ANN, replace(CHINESE, translates=""))
    approved(state, CHINESE)

    assert force(state, TODAY, "zh") == force(state, TODAY) == "1.0"


def test_a_retired_procedure_counts_no_more(state: State) -> None:
    """
    From the day on, in both languages; the next version brings it back.
    """
    approved(state, FIRST)
    approved(state, CHINESE)
    assert state.procedures.retire(BEN, "packing", SOON, TODAY, "The line is gone") == 2

    assert [force(state, day, "zh") for day in (SOON - timedelta(days=1), SOON)] == ["1.0", None]
    approved(state, SECOND, SOON + timedelta(days=1))
    assert force(state, SOON + timedelta(days=1)) == "2.0"
    with pytest.raises(WrongEntry, match="no procedure sorting"):
        state.procedures.retire(BEN, "sorting", SOON, TODAY, "Gone")


def test_scope_and_role_decide_who_sees_what(state: State) -> None:
    """
    Drafts are for those who work on procedures; others' departments and markets for nobody.
    """
    approved(state, replace(FIRST, markets=frozenset({"DE", "FR"})))
    state.procedures.start(ANN, replace(SECOND, markets=frozenset({"DE", "FR"})))
    service = Principal("Sue", Scope(departments=frozenset({"service"})), Role.APPROVER)
    german = Principal("Dora", Scope(markets=frozenset({"DE"})), Role.APPROVER)
    danish = replace(german, scope=Scope(markets=frozenset({"DK"})))

    names = [[each.name for each in state.procedures.rows(who)] for who in (VERA, service, german, danish)]
    assert names == [["1.0"], [], ["1.0", "2.0"], []]
    assert state.procedures.holding(danish, "packing") == state.procedures.holding(service, "new") == {}
    (one, two) = state.procedures.rows(german)
    assert set(state.procedures.holding(german, "NEW")) == {two.id}
    with pytest.raises(WrongEntry, match="There is no procedure"):
        state.procedures.text(VERA, two.id)
    with pytest.raises(NotAllowed, match="sees only DE"):
        state.procedures.retire(german, "packing", TODAY, TODAY, "Gone")
    with pytest.raises(NotAllowed, match="does not see shipping"):
        state.procedures.start(service, replace(FIRST, key="packing"))
    assert one.state is EditionState.APPROVED


def test_pictures_are_for_who_sees_the_procedure(state: State) -> None:
    """
    Kept once under a name made of the content, as it was sent; what only says it is a picture is refused.
    """
    approved(state, FIRST)
    picture = b"\xff\xd8\xff" + b"label"
    file = state.pictures.add(ANN, "packing", "../../La bel?.png", picture)

    assert state.pictures.add(ANN, "packing", file, picture) == file
    assert file.startswith("pictures/La-bel-")
    assert file.endswith(".jpg")
    (kept,) = state.pictures.of(VERA, "packing")
    assert (kept.file, kept.kind, kept.content) == (file, "image/jpeg", picture)
    assert state.pictures.of(replace(VERA, scope=Scope(departments=frozenset({"service"}))), "packing") == ()
    for wrong, told in (
        (b"<svg onload=x>", "no picture"),
        (b"\xff\xd8\xff" + bytes(2_000_000), "are the most"),
    ):
        with pytest.raises(WrongEntry, match=told):
            state.pictures.add(ANN, "packing", "a.png", wrong)
