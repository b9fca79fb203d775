"""The names of the fields in records, never their values; a name that looks like data itself is none."""

import re
from collections.abc import Iterator
from functools import lru_cache

Tree = dict[str, "Tree"]

ANY = "*"
WIDEST, DEEPEST, LONGEST, A_LIST = 200, 8, 60, 5
# so many digits, an address, an id by RFC 9562: keys of objects that are lists in truth
_DATA = re.compile(
    r"\d+|.*\d{5}.*|.*@.*|.*://.*|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}", re.IGNORECASE | re.DOTALL
)


def note(value: object, into: Tree, depth: int = 0) -> None:
    """Add the names in a value to those that are known."""
    if depth >= DEEPEST or not isinstance(value, dict):
        return
    is_wide = len(value) > WIDEST
    for key, inner in value.items():
        at, entries = ANY if is_wide else named(key), [inner]
        while isinstance(inner, list):
            at, entries = f"{at}[]", inner[:A_LIST]
            inner = inner[0] if inner else None
        below = into.get(at)
        if below is None:
            below = into[at] = {}
        for entry in entries:
            if isinstance(entry, dict):
                note(entry, below, depth + 1)
    if len(into) > WIDEST:
        _collapse(into)


@lru_cache(maxsize=4096)
def named(key: str) -> str:
    """The name of a field; * for one that looks like data, or is too long for a name."""
    return ANY if not key or len(key) > LONGEST or _DATA.fullmatch(key) else key


def paths(tree: Tree, before: str = "") -> Iterator[str]:
    """Every field with those around it."""
    for name, below in tree.items():
        yield before + name
        yield from paths(below, f"{before}{name}.")


def _collapse(into: Tree) -> None:
    """More names in one place than any object has are data."""
    whole: Tree = {}
    for below in into.values():
        _join(whole, below)
    into.clear()
    into[ANY] = whole


def _join(into: Tree, other: Tree) -> None:
    for name, below in other.items():
        _join(into.setdefault(name, {}), below)
