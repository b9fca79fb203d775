"""The banner of every page after messages were given up, for whoever can send them again."""

from datetime import timedelta

from kpi.words import say, say_many
from pages.parts.load import now
from pages.parts.states import State, draw_state
from pages.parts.viewer import Viewer
from store.permits import Permit
from store.state.deliveries import DeliveryState

SHOWN = timedelta(days=7)
MOST = 100


def may_replay(viewer: Viewer) -> bool:
    """Whether the reader looks after everybody's messages."""
    return viewer.principal.may(Permit.BRING_DATA) and viewer.principal.scope.is_whole


def draw_given_up(viewer: Viewer) -> None:
    """Nothing where all arrived, and a week after the last one that did not."""
    if not may_replay(viewer):
        return
    dead = viewer.store.state.deliveries.rows(viewer.principal, [DeliveryState.DEAD], MOST)
    fresh = sum(each.ended_at is not None and now() - each.ended_at < SHOWN for each in dead)
    if fresh:
        told = say("Page Alerts, part Messages, says why, and sends them again once the cause is mended.")
        title = say_many("{n} message could not be sent.", "{n} messages could not be sent.", fresh)
        draw_state(State.STALE, title, told)
