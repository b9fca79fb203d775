"""Who must be trained, who was, and quizzes, as rows of the tables of training; people are hashed at intake."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from sop.recorded.recorder import OURS, Recorder, Row
from store.facts import QuizAttempts, TrainingRecords, TrainingRequirements
from store.state import State
from store.state.posts import Post
from store.state.training_rules import TrainingRule


def requirement_rows(state: State, _since: datetime) -> Iterator[Row]:
    """One row a post, a procedure it must be trained on, and a span at work or on leave; all of them every time."""
    for post, rule in state.standings.required(datetime.now(UTC).date()):
        for number, (start, end, away) in enumerate(spans(post)):
            yield _required(post, rule, number, start, end, away)


def _required(post: Post, rule: TrainingRule, number: int, start: date, end: date | None, away: bool) -> Row:
    return {
        "requirement_id": f"{OURS}post/{post.id}/{rule.sop}/{number}",
        "person_id": post.person,
        "sop": rule.sop,
        "team": post.team or None,
        "required_from": start,
        "required_until": end,
        "on_leave": away,
        "refresher_months": rule.refresher_months,
    }


def spans(post: Post) -> Iterator[tuple[date, date | None, bool]]:
    """First day, first day no more, and whether on leave: at work, away, at work again."""
    away, back = post.away_from, post.away_until
    if (
        away is None
        or (post.until is not None and away >= post.until)
        or (back is not None and back <= post.since)
    ):
        yield post.since, post.until, False
        return
    if post.since < away:
        yield post.since, away, False
    until = post.until if back is None or (post.until is not None and post.until < back) else back
    yield max(away, post.since), until, True
    if back is not None and (post.until is None or back < post.until):
        yield back, post.until, False


def record_rows(state: State, _since: datetime) -> Iterator[Row]:
    """One row a training that counts; one that was withdrawn is not among them any more."""
    for each in state.trainings.counting():
        yield {
            "training_id": f"{OURS}training/{each.id}",
            "person_id": each.person,
            "sop": each.sop,
            "version": each.name,
            "trained_day": each.held_on,
        }


def attempt_rows(state: State, since: datetime) -> Iterator[Row]:
    """One row an answered quiz, with the team of the person's post on that day."""
    teams = state.posts.teams()
    for each in state.quizzes.ended_since(since):
        day = each.ended_at.date() if each.ended_at else each.begun_at.date()
        posts = [post for post in teams.get(each.person, ()) if post.holds(day)]
        yield {
            "attempt_id": f"{OURS}quiz/{each.id}",
            "person_id": each.person,
            "sop": each.sop,
            "version": each.name,
            "team": next((post.team for post in posts if post.team), None),
            "attempt": each.number,
            "attempted_day": day,
            "passed": each.passed,
        }


REQUIRED = Recorder("requirements", TrainingRequirements, requirement_rows, whole=True)
TRAINED = Recorder("trainings", TrainingRecords, record_rows, whole=True)
QUIZZES = Recorder("quizzes", QuizAttempts, attempt_rows)
