"""The banner of every page while the worker does nothing: figures then stand still, and everybody should know."""

from kpi.words import say
from pages.parts.format import age, moment
from pages.parts.load import now
from pages.parts.states import State, draw_state
from pages.parts.viewer import Viewer


def draw_standstill(viewer: Viewer) -> None:
    """Nothing while the worker works, or where none ever ran."""
    sign, at = viewer.store.state.signs.sign(viewer.principal), now()
    since = sign and sign.still_since(at)
    if since:
        told = say(
            "Nothing has been read or worked out since {moment} ({age}). Whoever runs Fairlead finds out why in the "
            "worker's log, and with fairlead jobs.",
            moment=moment(since), age=age(since, at),
        )  # fmt: skip
        draw_state(State.STALE, say("The worker stands still"), told)
