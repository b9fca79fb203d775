"""Bodies read for what is asked of them: fields that nothing reads are skipped, not made into objects first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict, cast

import msgspec

from connectors.http.declared import Stream, System
from connectors.http.forms import JSON, Form, decoded
from connectors.http.places import ALL, list_at

Place = tuple[str, ...]
Look = Callable[[Sequence[object]], None]
Tree = dict[str, Any]  # a name leads to a tree, or to the type of what stands there
SAMPLED = 10  # of so many pages the first records of one are read whole, so that fields nobody knows are met
WHOLE = 20


@dataclass(eq=False)
class Narrow:
    """
    Reads bodies by a type, and whole where one does not fit it; `unread` leaves the records as they came, of which
    `look` gets some to see.
    """

    decoder: msgspec.json.Decoder[Any]
    unread: msgspec.json.Decoder[Any]
    records: Place
    look: Look
    pages: int = field(default=0)

    def read(self, body: bytes) -> Any:
        """The body, of whose records only fields that are read are there. Raises NotWhole."""
        self.pages += 1
        try:
            found = decoded(self.decoder, body)
            if list_at(found, self.records) is not None:
                if self.pages % SAMPLED == 1:
                    unread = list_at(decoded(self.unread, body), self.records) or []
                    self.look([JSON.read(cast(bytes, each)) for each in unread[:WHOLE]])
                return found
        except msgspec.ValidationError:
            pass
        whole = JSON.read(body)
        self.look(list_at(whole, self.records) or [])
        return whole


def form_of(system: System, stream: Stream, read: Iterable[str], look: Look) -> Form:
    """
    How to read the pages of a stream of which nothing but these fields of a record is wanted; `look` gets whole records
    to see. JSON where they cannot be told apart beforehand: then nobody looks.
    """
    if stream.header or ALL in stream.records or any(name.isdigit() for name in stream.records):
        return JSON
    since = [stream.since.field] if stream.since else []
    inside = [stream.pages.found] if stream.pages.kind.value == "last" else []
    names = {name for each in (*read, *since) for name in (each, each.partition(".")[0])}
    names |= {place[0] for place in inside if place}
    record = _some(dict.fromkeys(sorted(names), Any))
    pages, well = stream.pages, system.well
    told = (() if inside else pages.found, pages.end, pages.total, well.at, well.without)
    wanted = _type_of(stream.records, list[record], [place for place in told if place])  # type: ignore[valid-type]
    if wanted is None:
        return JSON
    unread = msgspec.json.Decoder(_type_of(stream.records, list[msgspec.Raw], []))
    narrow = Narrow(msgspec.json.Decoder(wanted, float_hook=str), unread, stream.records, look)
    return replace(JSON, read=narrow.read)


def _type_of(records: Place, rows: object, outer: Sequence[Place]) -> Any:
    """The type of a body with its records and whatever stands at the other places; None where they get mixed up."""
    if not records:
        return rows if not outer else None
    tree: Tree = {}
    for place in outer:
        if place == records[: len(place)] or place[: len(records)] == records:
            return None
        _put(tree, place, Any)
    _put(tree, records, rows)
    return _typed(tree)


def _put(tree: Tree, place: Place, what: object) -> None:
    for name in place[:-1]:
        inner = tree.setdefault(name, {})
        if not isinstance(inner, dict):
            return  # all of it is read anyway
        tree = inner
    tree[place[-1]] = what


def _typed(tree: Tree) -> Any:
    told = {name: _typed(each) if isinstance(each, dict) else each for name, each in tree.items()}
    return _some(told)


def _some(fields: Mapping[str, Any]) -> Any:
    """An object of which these fields are read, where they are there."""
    return cast(Any, TypedDict)("some", fields, total=False)
