"""Posts, answers and trainings from before Fairlead came here: brought along once, with their own days."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import Post as StoredPost
from store.models import Reading as StoredReading
from store.models import TrainingEvent as StoredTraining
from store.permits import Permit
from store.scope import Principal
from store.state.editions import Edition
from store.state.edits import note, require
from store.state.engines import Engines
from store.state.posts import Post
from store.state.readings import Answer
from store.state.trainings import How


@dataclass(frozen=True)
class PastReading:
    """What somebody answered for a version on a day."""

    person: str
    edition: Edition
    on: date
    answer: Answer = Answer.READ
    said: str = ""


@dataclass(frozen=True)
class PastTraining:
    """How somebody was trained on a version on a day, entered by whom."""

    person: str
    edition: Edition
    on: date
    how: How
    by: str


def bring_training_along(
    engines: Engines,
    principal: Principal,
    posts: Iterable[Post],
    readings: Iterable[PastReading],
    trainings: Iterable[PastTraining],
) -> int:
    """
    Enters them where nobody has a post yet, in one transaction; how many posts. Raises NotAllowed for all but
    administrators, because it states answers in the names of others.
    """
    require(principal, Permit.CHANGE_COMPANY)

    def work(session: Session) -> int:
        if session.scalars(select(StoredPost.id).limit(1)).first() is not None:
            return 0
        given = list(posts)
        session.add_all(StoredPost(**_columns(each), version=1) for each in given)
        session.add_all(_reading(each) for each in readings)
        session.add_all(_training(each) for each in trainings)
        note(session, principal, "training brought along", "posts", None, {"posts": len(given)})
        return len(given)

    return engines.change(work)


def _columns(post: Post) -> dict[str, object]:
    return {name: value for name, value in asdict(post).items() if name not in ("id", "version")}


def _reading(past: PastReading) -> StoredReading:
    edition = past.edition
    return StoredReading(
        person=past.person, sop=edition.key, major=edition.major, minor=edition.minor, language=edition.language,
        digest=edition.digest, answer=past.answer, said=past.said, at=_noon(past.on),
    )  # fmt: skip


def _training(past: PastTraining) -> StoredTraining:
    edition = past.edition
    return StoredTraining(
        person=past.person, sop=edition.key, major=edition.major, minor=edition.minor, how=past.how, held_on=past.on,
        note="", entered_by=past.by, entered_at=_noon(past.on), withdrawn_by="", withdrawn_at=None,
    )  # fmt: skip


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
