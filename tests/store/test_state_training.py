"""Read and trained are two things, owed by people in a post; a person's are for that person and the direct lead."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from store.reading_ladder import Ladder, LadderError
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import Content, Edition, NotAllowed, Role, RoleForbids, State, User, WrongEntry
from store.state.owing import Rung, rung_of
from store.state.posts import Post
from store.state.procedure_past import Past, bring_along
from store.state.quiz_records import Question
from store.state.readings import Answer
from store.state.refreshers import Refresher
from store.state.standings import Standings
from store.state.training_rules import Needs, TrainingRule
from store.state.trainings import How

DAY = date(2026, 6, 1)
LEA = User("lea@example.com", "Lea", Role.LEAD)
PAT = User("pat@example.com", "Pat", lead=LEA.email)
MIA = User("mia@example.com", "Mia", Role.MANAGER)
OWN = User("own@example.com", "Own", Role.SOP_OWNER)
PEER = User("peer@example.com", "Peer", lead=LEA.email)
PACKER = Post(PAT.email, "Packer", "shipping", date(2026, 1, 1), team="night")


def version(major: int, minor: int, counts: date) -> tuple[Content, Past]:
    """A version approved three weeks before it counts."""
    content = Content("packing", "en", major, minor, "Packing", "shipping", "Lead", f"# Packing {major}.{minor}",
                      roles=frozenset({"Packer"}))  # fmt: skip
    at = datetime.combine(counts - timedelta(days=21), datetime.min.time(), UTC)
    return content, Past("Own", "New", at, at, "Ben", at, effective_on=counts)


@pytest.fixture
def firm(state: State) -> State:
    """Pat packs since January, led by Lea; 1.0 counts since February, 1.1 since April, 2.0 since 18 May."""
    for user in (LEA, PAT, MIA, OWN, PEER):
        state.users.save(LOCAL_OWNER, user, seen=0)
    state.posts.save(MIA.principal, PACKER)
    told = [
        version(1, 0, date(2026, 2, 2)),
        version(1, 1, date(2026, 4, 6)),
        version(2, 0, date(2026, 5, 18)),
    ]
    bring_along(state.procedures, LOCAL_OWNER, told)
    return state


def edition(state: State, name: str) -> Edition:
    return next(each for each in state.procedures.rows(LOCAL_OWNER) if each.name == name)


def test_a_minor_version_asks_nobody_again_a_major_one_does(firm: State) -> None:
    """Read and trained on 1.0: nothing is owed to 1.1, all of it to 2.0, until that is read and trained."""
    pat, mia = PAT.principal, MIA.principal
    firm.readings.answer(pat, edition(firm, "1.0").id, Answer.READ)
    firm.trainings.enter(mia, edition(firm, "1.0").id, [PAT.email], How.SESSION, date(2026, 2, 3), today=DAY)
    (minor,) = firm.standings.mine(pat, date(2026, 4, 20))
    assert (minor.asked.edition.name, minor.is_read, minor.read_rung, minor.train_rung) == (
        "1.1", True, Rung.DONE, Rung.DONE,
    )  # fmt: skip
    (major,) = firm.standings.mine(pat, date(2026, 5, 20))
    assert (major.asked.edition.name, major.is_read, major.trained) == ("2.0", False, None)
    assert (major.read_due, major.train_due) == (date(2026, 5, 18), date(2026, 6, 1))

    firm.readings.answer(pat, edition(firm, "2.0").id, Answer.READ)
    (after,) = firm.standings.mine(pat, DAY)
    assert (after.is_read, after.trained) == (True, None), "read is not trained"


def test_a_major_version_to_come_is_asked_for_before_it_counts(firm: State) -> None:
    """Three weeks before 18 May both are owed: 1.1, which counts, and 2.0, which is due when it does."""
    found = firm.standings.mine(PAT.principal, date(2026, 5, 1))
    assert {(each.asked.edition.name, each.read_due) for each in found} == {
        ("1.1", date(2026, 2, 2)), ("2.0", date(2026, 5, 18)),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("days", "rung"),
    [(-4, Rung.ASKED), (-3, Rung.SOON), (0, Rung.SOON), (1, Rung.OVERDUE), (7, Rung.OVERDUE), (8, Rung.TO_OWNER),
     (14, Rung.TO_OWNER), (15, Rung.TO_MANAGER)],
)  # fmt: skip
def test_who_is_told_how_late(days: int, rung: Rung) -> None:
    """The day itself is in time; then the lead, after a week the owner, after two the manager."""
    assert rung_of(DAY, DAY + timedelta(days=days)) is rung


def test_a_post_brings_the_procedures_of_its_role_and_market(state: State) -> None:
    """
    A new packer in DE must know what is for packers and what names no role, in DE or everywhere; nothing of marketers,
    of JP or of another department. The same person in JP begins anew with what is for JP.
    """
    for user in (MIA, LEA, PAT):
        state.users.save(LOCAL_OWNER, user, seen=0)
    at, day = datetime(2026, 1, 5, tzinfo=UTC), date(2026, 2, 2)
    for key, department, roles, markets in (
        ("packing", "shipping", {"Packer"}, None), ("safety", "shipping", None, None),
        ("packing_de", "shipping", {"Packer"}, {"DE"}), ("packing_jp", "shipping", {"Packer"}, {"JP"}),
        ("campaigns", "marketing", {"Marketer"}, None), ("replies", "service", None, None),
    ):  # fmt: skip
        content = Content(
            key, "en", 1, 0, key, department, "Lead", f"# {key}", roles=frozenset(roles) if roles else None,
            markets=frozenset(markets) if markets else None,
        )  # fmt: skip
        bring_along(
            state.procedures,
            LOCAL_OWNER,
            [(content, Past("Own", "New", at, at, "Ben", at, effective_on=day))],
        )
    for market, since in (("DE", date(2026, 5, 4)), ("JP", date(2026, 5, 11))):
        state.posts.save(MIA.principal, Post(PAT.email, "Packer", "shipping", since, market=market))

    required = {market: set[str]() for market in ("DE", "JP")}
    for post, rule in state.standings.to_master(PAT.principal, DAY, date(2026, 5, 1)):
        required[post.market].add(rule.sop)
    assert required == {"DE": {"packing", "safety", "packing_de"}, "JP": {"packing", "safety", "packing_jp"}}
    assert {each.asked.edition.key for each in state.standings.mine(PAT.principal, DAY)} == set().union(
        *required.values()
    )


STRICT = Ladder(read=2, soon=1, owner_after=3, manager_after=5)


@pytest.mark.parametrize(
    ("days", "rung"),
    [(-2, Rung.ASKED), (-1, Rung.SOON), (1, Rung.OVERDUE), (3, Rung.OVERDUE), (4, Rung.TO_OWNER), (5, Rung.TO_OWNER),
     (6, Rung.TO_MANAGER)],
)  # fmt: skip
def test_the_firm_sets_the_rungs(days: int, rung: Rung) -> None:
    """Pressing for one day, the owner's after three, the manager's after five."""
    assert rung_of(DAY, DAY + timedelta(days=days), STRICT) is rung


def test_the_ladder_of_the_firm_is_that_of_reading_and_training(firm: State) -> None:
    """
    Somebody who begins on 25 May has read by 27 May with two days to read, and by 1 June as usual; on 2 June that is
    six days late, the manager's, and one, the lead's, also in the counts.
    """
    firm.posts.save(MIA.principal, Post(PEER.email, "Packer", "shipping", date(2026, 5, 25), team="night"))
    on = date(2026, 6, 2)
    (usual,) = firm.standings.mine(PEER.principal, on)
    (strict,) = firm.standings.mine(PEER.principal, on, STRICT)

    assert (usual.read_due, usual.read_rung) == (date(2026, 6, 1), Rung.OVERDUE)
    assert (strict.read_due, strict.read_rung) == (date(2026, 5, 27), Rung.TO_MANAGER)
    assert usual.train_due == strict.train_due == date(2026, 6, 8), "days of training stand in its own rules"

    led = {each.person: each.read_due for each in firm.standings.people(LEA.principal, on, STRICT)}
    assert led[PEER.email] == date(2026, 5, 27)
    before = date(2026, 5, 28)
    assert [sum(each.read_late for each in firm.standings.counts(MIA.principal, before, ladder))
            for ladder in (Ladder(), STRICT)] == [1, 2]  # fmt: skip


@pytest.mark.parametrize(
    ("days", "complaint"),
    [
        ({"read": 0}, "read is 0; write whole days from 1 to 365"),
        ({"manager_after": 366}, "manager_after is 366"),
        ({"read": 2}, "soon is 3, longer than the 2 days to read; write at most 2"),
        ({"owner_after": 20}, r"manager_after is 14, before the owner sees it \(owner_after = 20\)"),
    ],
)
def test_rungs_follow_each_other(days: dict[str, int], complaint: str) -> None:
    """Nobody is told before the person was asked, and the manager not before the owner."""
    with pytest.raises(LadderError, match=complaint):
        Ladder(**days)


def test_an_answer_is_for_exactly_one_text_and_stays(firm: State) -> None:
    """Who, when, which language and which text; a second confirmation is the first one; declining says why."""
    pat, two = PAT.principal, edition(firm, "2.0")
    with pytest.raises(WrongEntry, match="Say why"):
        firm.readings.answer(pat, two.id, Answer.DECLINED, " ")
    declined = firm.readings.answer(pat, two.id, Answer.DECLINED, "The scale is broken")
    assert not firm.standings.mine(pat, DAY)[0].is_read
    read = firm.readings.answer(pat, two.id, Answer.READ)
    again = firm.readings.answer(pat, two.id, Answer.READ)
    assert (read.person, read.language, read.digest, read.name) == (pat.name, "en", two.digest, "2.0")
    assert again == read
    assert firm.readings.rows(pat) == [read, declined]
    drafted = firm.procedures.start(OWN.principal, replace_content(two, 3))
    with pytest.raises(WrongEntry, match="There is no procedure"):
        firm.readings.answer(pat, drafted.id, Answer.READ)


def replace_content(edition: Edition, major: int) -> Content:
    return Content(edition.key, "en", major, 0, "Packing", "shipping", "Lead", f"# Packing {major}")


def test_a_question_goes_to_the_owner_and_comes_back(firm: State) -> None:
    """The owner sees who asks what, answers once, and the person sees the reply; a peer sees neither."""
    firm.readings.answer(PAT.principal, edition(firm, "2.0").id, Answer.QUESTION, "Which scale?")
    (asked,) = firm.readings.questions(OWN.principal, "packing")
    assert (asked.reading.person, asked.reading.said, asked.reply) == (PAT.email, "Which scale?", "")
    assert firm.readings.questions(PEER.principal, "packing") == []
    firm.readings.reply(OWN.principal, asked.reading.id, "shipping", "The one at the door")
    (seen,) = firm.readings.questions(PAT.principal, "packing")
    assert (seen.reply, seen.replied_by) == ("The one at the door", OWN.email)
    with pytest.raises(WrongEntry, match="has its answer"):
        firm.readings.reply(OWN.principal, asked.reading.id, "shipping", "Another one")


LOOKS: dict[str, Callable[[State, Principal], object]] = {
    "standings": lambda s, w: s.standings.people(w, DAY),
    "readings": lambda s, w: [each for each in s.readings.rows(w) if each.person == PAT.email],
    "trainings": lambda s, w: [each for each in s.trainings.rows(w) if each.person == PAT.email],
}


@pytest.mark.parametrize("look", LOOKS)
def test_only_the_person_and_the_direct_lead_see_results(firm: State, look: str) -> None:
    """Not the peer, the manager, the owner of the procedure, the administrator or the machine's owner."""
    pat, two = PAT.principal, edition(firm, "2.0")
    firm.readings.answer(pat, two.id, Answer.READ)
    firm.trainings.enter(MIA.principal, two.id, [PAT.email], How.SESSION, DAY, today=DAY)
    ada = Principal("ada@example.com", role=Role.ADMIN)
    assert LOOKS[look](firm, LEA.principal)
    for other in (PEER.principal, MIA.principal, OWN.principal, ada, LOCAL_OWNER):
        assert LOOKS[look](firm, other) == [], other
    trail = [str(each) for each in firm.audit.rows(ada)]
    assert not [each for each in trail if PAT.email in each and "DECLINED" in each.upper()]


def crowd(state: State, teams: dict[str, int]) -> Standings:
    """So many packers a team."""
    for team, people in teams.items():
        for n in range(people):
            user = User(f"{team}{n}@example.com", team)
            state.users.save(LOCAL_OWNER, user, seen=0)
            state.posts.save(LOCAL_OWNER, replace(PACKER, person=user.email, team=team))
    return state.standings


def test_counts_name_nobody_and_small_teams_are_one(firm: State) -> None:
    """
    Six by day, two at the gate, with Pat one at night: the six are told, the three are below five and take the smallest
    team with them, so that nobody can be told from the difference.
    """
    crowd(firm, {"day": 6, "gate": 2, "noon": 5})
    firm.readings.answer(PAT.principal, edition(firm, "2.0").id, Answer.READ)
    found = firm.standings.counts(MIA.principal, DAY)
    assert [(each.team, each.people, each.read, each.is_enough) for each in found] == [
        ("", 8, 1, True), ("day", 6, 0, True),
    ]  # fmt: skip
    german = Principal("x@example.com", Scope(teams=frozenset({"gate"})), Role.LEAD)
    (few,) = firm.standings.counts(german, DAY)
    assert (few.people, few.is_enough) == (2, False)
    with pytest.raises(RoleForbids):
        firm.standings.counts(PEER.principal, DAY)


def test_the_curve_of_a_version_has_read_and_trained_apart(firm: State) -> None:
    """Six people; one read on the day it counts, the same one was trained on the third day: 1 and 0, then 1 and 1."""
    crowd(firm, {"night": 5})
    today = datetime.now(UTC).date()
    firm.readings.answer(PAT.principal, edition(firm, "2.0").id, Answer.READ)
    firm.trainings.enter(
        MIA.principal, edition(firm, "2.0").id, [PAT.email], How.SESSION, date(2026, 5, 20), today=today
    )
    curve = firm.standings.curve(MIA.principal, "packing", date(2026, 5, 21))
    assert [(each.trained, each.people) for each in curve] == [(0, 6), (0, 6), (1, 6), (1, 6)]
    assert firm.standings.curve(MIA.principal, "packing", today)[-1].read <= 1
    assert firm.standings.curve(Principal("x@example.com"), "nothing", DAY) == []


def test_who_owes_what_follows_from_post_scope_and_rules(firm: State) -> None:
    """A clerk owes nothing until a rule says so; reading alone needs no training; on leave nothing is owed."""
    clerk = firm.posts.save(MIA.principal, replace(PACKER, person=PEER.email, role="Clerk"))
    assert firm.standings.mine(PEER.principal, DAY) == []
    rule = TrainingRule("packing", "Clerk", "shipping", Needs.READING)
    firm.training_rules.save(OWN.principal, rule)
    (found,) = firm.standings.mine(PEER.principal, DAY)
    assert (found.needs_training, found.train_rung, found.read_rung) == (False, Rung.DONE, Rung.TO_OWNER)
    with pytest.raises(WrongEntry, match="There is a rule"):
        firm.training_rules.save(OWN.principal, rule)
    firm.posts.save(MIA.principal, replace(clerk, away_from=DAY))
    assert firm.standings.mine(PEER.principal, DAY) == []


def test_a_mentor_signs_day_by_day_and_only_for_theirs(firm: State) -> None:
    """Shown and together count for nothing yet, alone is trained; a peer who is no mentor signs nothing."""
    (post,) = [each for each in firm.posts.rows(MIA.principal) if each.person == PAT.email]
    two, pat, peer = edition(firm, "2.0"), PAT.principal, PEER.principal
    with pytest.raises(NotAllowed, match="neither mentor nor lead"):
        firm.trainings.enter(peer, two.id, [PAT.email], How.SHOWN, DAY, today=DAY)
    firm.posts.save(MIA.principal, replace(post, mentor=PEER.email))
    for how in (How.SHOWN, How.TOGETHER):
        firm.trainings.enter(peer, two.id, [PAT.email], how, DAY, today=DAY)
    assert firm.standings.mine(pat, DAY)[0].trained is None
    firm.trainings.enter(peer, two.id, [PAT.email], How.ALONE, DAY, today=DAY)
    assert firm.standings.mine(pat, DAY)[0].trained is not None
    firm.trainings.withdraw(peer, firm.trainings.rows(peer)[0].id)
    assert firm.standings.mine(pat, DAY)[0].trained is None
    with pytest.raises(WrongEntry, match="nobody enters their own"):
        firm.trainings.enter(MIA.principal, two.id, [MIA.email], How.SESSION, DAY, today=DAY)
    with pytest.raises(WrongEntry, match="nobody enters it"):
        firm.trainings.enter(MIA.principal, two.id, [PAT.email], How.QUIZ, DAY, today=DAY)


@pytest.mark.parametrize("change", ["post", "rule", "question", "refresher", "reply"])
def test_nothing_is_entered_outside_of_ones_part(firm: State, change: str) -> None:
    """An administrator of service changes nothing of shipping and counts nobody there."""
    who = Principal("x@example.com", Scope(departments=frozenset({"service"})), Role.ADMIN)
    asked = Question("packing", "weigh", "shipping", 1, 0, "d", "How?", ("So", "Not so"), (0,))
    changes: dict[str, Callable[[], object]] = {
        "post": lambda: firm.posts.save(who, replace(PACKER, person=PEER.email)),
        "rule": lambda: firm.training_rules.save(who, TrainingRule("packing", "Clerk", "shipping")),
        "question": lambda: firm.quizzes.write(who, asked),
        "refresher": lambda: firm.refreshers.ask(who, [Refresher("packing", "shipping", "Peak", DAY)]),
        "reply": lambda: firm.readings.reply(who, 1, "shipping", "So"),
    }
    with pytest.raises(NotAllowed):
        changes[change]()
    assert firm.posts.rows(who) == firm.training_rules.rows(who) == firm.standings.counts(who, DAY) == []


def test_a_refresher_falls_due_quarterly(firm: State) -> None:
    """Trained on 18 May: due again on 18 August, and late from the 19th."""
    firm.trainings.enter(
        MIA.principal, edition(firm, "2.0").id, [PAT.email], How.HUDDLE, date(2026, 5, 18), today=DAY
    )
    (found,) = firm.standings.mine(PAT.principal, date(2026, 8, 19))
    assert (found.refresher_due, found.train_rung) == (date(2026, 8, 18), Rung.OVERDUE)
