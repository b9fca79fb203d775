"""What a quiz is about: the steps that a version changed, all of them, or those that fail."""

from collections.abc import Callable, Mapping

from sop.library import Shelved
from sop.procedure import Procedure
from sop.procedure.digests import changed_steps, digests
from store.state import Edition
from store.state.owing import Rung, Standing
from store.state.quiz_records import QuizKind


def quiz_of(
    text: Callable[[Edition], Procedure], shelf: Shelved, standing: Standing
) -> tuple[QuizKind, Mapping[str, str]] | None:
    """
    The quiz a person can take now: what changed, for who was trained on an earlier version; the whole version for who
    never was; a refresher where one is due. None where nothing is owed.
    """
    if standing.train_rung is Rung.DONE:
        return None
    edition = standing.asked.edition
    now = text(edition)
    if standing.trained is not None:
        called = standing.called
        return QuizKind.REFRESHER, digests(now, called.steps if called and called.steps else None)
    before = _before(shelf, edition)
    if standing.last_trained is None or before is None:
        return QuizKind.WHOLE, digests(now)
    changed = changed_steps(text(before), now)
    return QuizKind.DELTA, digests(now, changed)


def _before(shelf: Shelved, edition: Edition) -> Edition | None:
    """The last version before the major one."""
    earlier = [each for each in shelf.of(edition.language) if each.major < edition.major and not each.is_open]
    return max(earlier, key=lambda each: each.number, default=None)
