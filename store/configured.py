"""Which sources the configuration names, as the worker last read it: for pages, which do not read it themselves."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from pydantic import TypeAdapter

from store.scope import Principal
from store.state import CursorMoved, State
from store.tried import CAN_BE_TRIED

SOURCE, STREAM = "", "configured"  # under which the list is kept, beside the cursors


@dataclass(frozen=True)
class Configured:
    """One source: its kind, the system it asks where that is a declared one, and the tables it fills, if it says so."""

    name: str
    connector: str
    system: str = ""
    tables: tuple[str, ...] = ()

    @property
    def can_be_tried(self) -> bool:
        return self.connector in CAN_BE_TRIED


_LIST = TypeAdapter(list[Configured])


def configured_of(state: State, principal: Principal) -> list[Configured]:
    """The sources by name: names and kinds, no figures. Nothing before a worker ran."""
    words = state.runs.cursor(principal, SOURCE, STREAM)
    return _LIST.validate_json(words) if words else []


def keep_configured(state: State, principal: Principal, found: Sequence[Configured]) -> None:
    """Keep the list where it is another one than before. Raises NotAllowed."""
    words = _LIST.dump_json(sorted(found, key=lambda each: each.name)).decode()
    before = state.runs.cursor(principal, SOURCE, STREAM)
    if words != before:
        with suppress(CursorMoved):  # another worker was quicker
            state.runs.move_cursor(principal, SOURCE, STREAM, words, expected=before, run=None)
