"""Who owes what to which procedure on a day: read and trained, kept apart; by person for few, counted for others."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import Post as StoredPost
from store.models import ProcedureVersion
from store.models import Reading as StoredReading
from store.models import TrainingEvent as StoredTraining
from store.permits import Permit
from store.reading_ladder import USUAL, Ladder
from store.scope import Principal
from store.state.editions import Edition, EditionState
from store.state.edits import require, sees_part
from store.state.engines import Engines
from store.state.leads import seen_people
from store.state.owing import Standing, asked_of
from store.state.owing_counts import Count, CurveDay, counted, curve
from store.state.posts import Post, post_of
from store.state.procedures import edition_of
from store.state.readings import Answer, Reading, readings_of
from store.state.refreshed import Refreshed, refreshed_of
from store.state.refreshers import Refresher, refreshers_of, refreshers_since
from store.state.training_rules import Needs, TrainingRule, owed, rules_of
from store.state.trainings import COUNTING, Training, trainings_of

CALLED = timedelta(days=90)  # a call that is older than that is over


@dataclass(frozen=True)
class Standings:
    """What is owed to procedures. People's own and their lead's to see; counts for who trains people there."""

    engines: Engines

    def required(self, day: date) -> list[tuple[Post, TrainingRule]]:
        """Each post, ended or not, with what it must be trained on by the versions in force. For the worker."""

        return self.engines.ask(lambda session: _required(session, _posts(session, None), day))

    def to_master(self, principal: Principal, day: date, since: date) -> list[tuple[Post, TrainingRule]]:
        """The same of posts the principal and whom they lead began since a day and still have; of nobody else."""

        def work(session: Session) -> list[tuple[Post, TrainingRule]]:
            posts = _posts(session, seen_people(session, principal))
            return _required(
                session, [each for each in posts if since <= each.since and each.holds(day)], day
            )

        return self.engines.ask(work)

    def mine(self, principal: Principal, day: date, ladder: Ladder = USUAL) -> list[Standing]:
        """What the principal owes, the most pressing first by the firm's ladder."""
        return self.engines.ask(lambda session: _standings(session, day, {principal.name}, ladder=ladder))

    def people(self, principal: Principal, day: date, ladder: Ladder = USUAL) -> list[Standing]:
        """What the people owe whom the principal leads directly; of nobody else."""

        def work(session: Session) -> list[Standing]:
            led = seen_people(session, principal) - {principal.name}
            return _standings(session, day, led, ladder=ladder)

        return self.engines.ask(work)

    def counts(self, principal: Principal, day: date, ladder: Ladder = USUAL) -> list[Count]:
        """By procedure and team of the principal's scope; small teams are one. Raises NotAllowed."""
        require(principal, Permit.TRAIN_PEOPLE)

        def work(session: Session) -> list[Count]:
            found = _standings(session, day, None, ladder=ladder)
            return counted([each for each in found if _is_in_scope(principal, each.post)])

        return self.engines.ask(work)

    def refreshed(self, principal: Principal, day: date, occasion: str) -> list[Refreshed]:
        """
        Who in the principal's scope has refreshed what an occasion asks for; empty where it asks nobody. Only oneself
        and whom one leads are named. Raises NotAllowed.
        """
        require(principal, Permit.TRAIN_PEOPLE)

        def work(session: Session) -> list[Refreshed]:
            asked = refreshers_of(session, occasion)
            found = _standings(session, day, None) if asked else []
            mine = [each for each in found if _is_in_scope(principal, each.post) and each.asked.counts <= day]
            return refreshed_of(mine, asked, seen_people(session, principal))

        return self.engines.ask(work)

    def curve(self, principal: Principal, sop: str, day: date, days: int = 28) -> list[CurveDay]:
        """
        Read and trained by day since the version of a procedure that is asked for counts, at most so many days; of
        everybody it was for, if there are at least five in the principal's scope. Empty else.
        """

        def work(session: Session) -> list[CurveDay]:
            found = [each for each in _standings(session, day, None, sop) if each.asked.counts <= day]
            return curve([each for each in found if _is_in_scope(principal, each.post)], day, days)

        return self.engines.ask(work)


def _standings(
    session: Session, day: date, people: Iterable[str] | None, sop: str = "", ladder: Ladder = USUAL
) -> list[Standing]:
    """Of active posts on a day, of some people or all, the most pressing first; a person owes a version once."""
    posts = [each for each in _posts(session, people) if each.holds(day) and not each.is_away(day)]
    if not posts:
        return []
    rules, names = rules_of(session), {each.person for each in posts}
    asked = [each for one in _editions(session, sop).values() for each in asked_of(one, day)]
    found: dict[tuple[str, str, int], Standing] = {}
    for post in posts:
        for version in asked:
            rule = owed(post, version.edition, rules)
            key = (post.person, version.edition.key, version.edition.major)
            if rule is not None and (key not in found or post.since < found[key].post.since):
                found[key] = Standing(post.person, post, version, rule, day, ladder=ladder)
    told = _told(session, found.values(), None if people is None else names, day)
    return sorted(told, key=_pressing)


def _required(session: Session, posts: Sequence[Post], day: date) -> list[tuple[Post, TrainingRule]]:
    if not posts:
        return []
    rules = rules_of(session)
    asked = [each.edition for one in _editions(session, "").values() for each in asked_of(one, day)[:1]]
    pairs = [(post, owed(post, edition, rules)) for post in posts for edition in asked]
    return [(post, rule) for post, rule in pairs if rule is not None and rule.needs is Needs.TRAINING]


def _posts(session: Session, people: Iterable[str] | None) -> list[Post]:
    where = [] if people is None else [StoredPost.person.in_(set(people))]
    return [
        post_of(each) for each in session.scalars(select(StoredPost).where(*where).order_by(StoredPost.id))
    ]


def _editions(session: Session, sop: str) -> Mapping[str, list[Edition]]:
    approved = select(ProcedureVersion).where(ProcedureVersion.state == EditionState.APPROVED)
    query = approved.where(ProcedureVersion.key == sop) if sop else approved
    ordered = [edition_of(each) for each in session.scalars(query.order_by(ProcedureVersion.key))]
    return {key: list(each) for key, each in groupby(ordered, key=lambda edition: edition.key)}


def _told(
    session: Session, owing: Iterable[Standing], people: Iterable[str] | None, day: date
) -> list[Standing]:
    """With the latest answer to each version, and the trainings."""
    read = [] if people is None else [StoredReading.person.in_(set(people))]
    held = [] if people is None else [StoredTraining.person.in_(set(people))]
    answers: dict[tuple[str, str, int], Reading] = {}
    for each in readings_of(session, *read):
        key = (each.person, each.sop, each.major)
        if key not in answers or answers[key].answer is not Answer.READ:
            answers[key] = each
    trainings = defaultdict[tuple[str, str], list[Training]](list)
    for one in trainings_of(session, *held):
        if one.how in COUNTING:
            trainings[one.person, one.sop].append(one)
    called = refreshers_since(session, day - CALLED)
    return [
        _with(called, each, answers.get((each.person, each.asked.edition.key, each.asked.edition.major)),
              trainings[each.person, each.asked.edition.key])
        for each in owing
    ]  # fmt: skip


def _with(
    called: Sequence[Refresher], standing: Standing, answer: Reading | None, trainings: Sequence[Training]
) -> Standing:
    done = [each for each in trainings if each.held_on <= standing.day]
    on_this = [each for each in done if standing.asked.holds(each.major)]
    last = max((each.held_on for each in done), default=None)
    calls = [
        each
        for each in called
        if each.sop == standing.asked.edition.key
        and each.is_for(standing.person)
        and each.asked_on <= standing.day
        and (last is None or last < each.asked_on)
    ]
    return replace(
        standing, answer=answer, trained=on_this[0] if on_this else None, last_trained=last,
        called=calls[0] if calls else None,
    )  # fmt: skip


def _pressing(standing: Standing) -> tuple[int, date, str, str]:
    pressing = max(standing.read_rung, standing.train_rung)
    return -pressing, min(standing.read_due, standing.train_due), standing.asked.edition.key, standing.person


def _is_in_scope(principal: Principal, post: Post) -> bool:
    named = {"market": post.market, "team": post.team}
    return sees_part(principal, post.department, {name: value for name, value in named.items() if value})
