"""What a page makes of figures and words, kept until one of them changes: charts, tables, cards."""

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from kpi.words import spoken
from pages.parts.kept import kept
from pages.parts.load import scope_key, version_of
from pages.parts.theme import mode
from pages.parts.viewer import Viewer

T = TypeVar("T")


def built(viewer: Viewer, what: str, asked: Hashable, make: Callable[[], T]) -> T:
    """Something made of nothing but prepared components, the choices `asked` for, the reader's language and theme.

    `what` names it. Actions, notes and views may change at any time: nothing that shows them is kept.
    """
    scope = scope_key(viewer.principal.scope)
    return cast(T, _built(version_of(viewer), scope, what, asked, spoken().key, mode(), make))


@kept(1_000)
def _built(
    version: str, scope: str, what: str, asked: Hashable, speech: str, theme: str, _make: Callable[[], object]
) -> object:
    return _make()
