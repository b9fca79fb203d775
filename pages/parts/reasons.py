"""Why each decision is one, read once a version of the data."""

from collections.abc import Mapping, Sequence
from datetime import date

from kpi.catalog import KPIS
from kpi.decisions import MOST, Decision
from kpi.reason import Moved, Reason, find_reason, moved_since
from kpi.standing import Standing
from pages.parts.kept import kept
from pages.parts.load import scope_key, version_of
from pages.parts.viewer import Viewer


def load_reasons(
    viewer: Viewer, decisions: Sequence[Decision], found: Mapping[str, Standing]
) -> dict[str, Reason]:
    """The slice that stands out behind each decision that is shown, by the KPI's key; none where nothing does."""
    told: dict[str, Reason] = {}
    for each in decisions[:MOST]:
        if (reason := load_reason(viewer, found[each.kpi.key], each.since)) is not None:
            told[each.kpi.key] = reason
    return told


def load_reason(viewer: Viewer, standing: Standing, since: date) -> Reason | None:
    """The slice that moved one KPI since a day."""
    moved = moved_since(standing, since)
    if moved is None:
        return None
    key = (standing.kpi.key, moved, standing.market)
    return _reason(version_of(viewer), scope_key(viewer.principal.scope), *key, viewer)


@kept(500)
def _reason(
    version: str, scope: str, key: str, moved: Moved, market: str | None, _viewer: Viewer
) -> Reason | None:
    where = {"market": market} if market else {}
    return find_reason(_viewer.store.lake, _viewer.principal, KPIS[key], moved, where)
