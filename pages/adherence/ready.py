"""What the worker has worked out for the reader: looked up, with the day of its data, or still to come."""

from kpi.words import say, spoken
from pages.parts.format import moment, weekday
from pages.parts.kept import kept
from pages.parts.load import scope_key, version_of
from pages.parts.states import State, draw_state
from pages.parts.viewer import Viewer
from sop.prepared import Prepared, prepared
from sop.prepared.tables import ALWAYS, EVERYWHERE


def load_prepared(viewer: Viewer, weeks: int = ALWAYS, market: str | None = None) -> Prepared | None:
    """The answers for what the reader sees (see `sop.prepared.prepared`); None while there are none."""
    asked = (weeks, market or EVERYWHERE, spoken().key)
    return _prepared(version_of(viewer), scope_key(viewer.principal.scope), *asked, viewer)


@kept(200)
def _prepared(
    version: str, scope: str, weeks: int, market: str, speech: str, _viewer: Viewer
) -> Prepared | None:
    return prepared(_viewer.store.lake, _viewer.principal, weeks, market)


def draw_waiting() -> None:
    """Nothing was worked out yet for what the reader sees."""
    told = say(
        "The worker works this out once figures are computed, for every part of the firm that somebody sees. Come "
        "back after its next round."
    )
    draw_state(State.EMPTY, say("Not worked out yet"), told)


def worked_out(ready: Prepared) -> str:
    """From data until when, and when."""
    return say(
        "Worked out {moment} from data up to {day}.", moment=moment(ready.made_at), day=weekday(ready.as_of)
    )
