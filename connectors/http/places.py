"""Places in a body: names from outside to inside, numbers for entries of lists, and * for all of them."""

from collections.abc import Sequence

ALL = "*"


def place_of(dotted: str) -> tuple[str, ...]:
    """`data.trackings` as the names from outside to inside; nothing is the whole."""
    return tuple(dotted.split(".")) if dotted else ()


def is_at(body: object, place: Sequence[str]) -> bool:
    """Whether anything stands there, be it null."""
    outer = found_at(body, place[:-1])
    return isinstance(outer, dict) and place[-1] in outer


def found_at(body: object, place: Sequence[str]) -> object:
    """What stands at a place of a body; None where there is nothing."""
    for name in place:
        if isinstance(body, dict):
            body = body.get(name)
        elif isinstance(body, list) and name.isdigit() and int(name) < len(body):
            body = body[int(name)]
        else:
            return None
    return body


def list_at(body: object, place: Sequence[str]) -> list[object] | None:
    """The list at a place; with * those of all entries of a list one after the other. None where one is missing."""
    if ALL not in place:
        found = found_at(body, place)
        return found if isinstance(found, list) else None
    at = list(place).index(ALL)
    outer = list_at(body, place[:at])
    inner = [list_at(each, place[at + 1 :]) for each in outer or ()]
    if outer is None or None in inner:
        return None
    return [each for entries in inner for each in entries or ()]
