"""Versions, finished reviews and corrective actions as rows of `sop_versions`, `sop_reviews`, `corrective_actions`."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from sop.mending import timed
from sop.recorded.recorder import OURS, Recorder, Row
from store.facts import CorrectiveActions, SopReviews, SopVersions
from store.home import SYSTEM
from store.state import Corrective, Edition, EditionState, State, segment_pairs


def version_rows(state: State, _since: datetime) -> Iterator[Row]:
    """Every version that was approved, in the language it is written in; there are few, so all of them each time."""
    for each in state.procedures.rows(SYSTEM):
        if each.state is EditionState.APPROVED and not each.translates:
            yield _version(each)


def _version(edition: Edition) -> Row:
    return {
        "version_id": f"{OURS}version/{edition.id}", "sop": edition.key, "version": edition.name,
        "title": edition.title, "owner": edition.owner, "effective_day": edition.effective_on,
        "retired_day": edition.retired_on, "minor": edition.minor > 0, "review_months": edition.review_months,
    }  # fmt: skip


def review_rows(state: State, _since: datetime) -> Iterator[Row]:
    """Every finished review."""
    for each in state.reviews.rows(SYSTEM):
        yield {"review_id": f"{OURS}review/{each.id}", "sop": each.sop, "reviewed_day": each.reviewed_on}


def action_rows(state: State, _since: datetime) -> Iterator[Row]:
    """Every corrective action on a procedure by the day that was promised first; one that was dropped stays open."""
    for each in state.actions.correctives(SYSTEM):
        if each.sop:
            yield _action(each)


def _action(action: Corrective) -> Row:
    counted, pairs = timed(action), segment_pairs(action.segment)
    return {
        "action_id": f"{OURS}action/{action.id}", "sop": action.sop, "team": pairs.get("team"),
        "market": pairs.get("market"), "opened_day": _day(action.opened_at), "due_day": counted.due,
        "extended_day": action.due if action.due > counted.due else None, "closed_day": counted.closed,
    }  # fmt: skip


def _day(at: datetime | None) -> date | None:
    return at.astimezone(UTC).date() if at else None


VERSIONS = Recorder("versions", SopVersions, version_rows)
REVIEWS = Recorder("reviews", SopReviews, review_rows)
CORRECTIVES = Recorder("correctives", CorrectiveActions, action_rows)
