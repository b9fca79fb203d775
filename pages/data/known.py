"""Sources that fairlead.toml names, also those nothing was read from yet."""

from collections.abc import Sequence

from pages.parts.viewer import Viewer
from store.configured import Configured, configured_of
from store.state import Freshness


def load_configured(viewer: Viewer) -> list[Configured]:
    """As the worker last read them; one question a run."""
    return viewer.once("configured", lambda: configured_of(viewer.store.state, viewer.principal))


def unread_of(configured: Sequence[Configured], fresh: Sequence[Freshness]) -> list[str]:
    """The names of those that were never read."""
    known = {each.source for each in fresh}
    return [each.name for each in configured if each.name not in known]
