"""The question for one page of a stream: path, parameters and, where one is declared, a body."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

from connectors.http.declared import Paging, Stream
from connectors.http.position import Reached, asked
from store.redaction import HIDDEN, redacted

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
Value = str | int | None


@dataclass(frozen=True)
class Question:
    """What is asked for at a path, or at an address of the host; with a body it is a POST."""

    path: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    kind: str = JSON


def question_of(stream: Stream, reached: Reached) -> Question:
    """The question for the page that was reached."""
    values = _values(stream, reached)
    body = msgspec.json.encode(filled(stream.body, values)) if stream.body is not None else None
    if reached.next and stream.pages.kind in (Paging.ADDRESS, Paging.LINK):
        return Question(reached.next, {}, body)
    told = {name: _text(filled(text, values)) for name, text in stream.parameters.items()}
    parameters = {name: text for name, text in told.items() if text} | _added(stream, reached, values)
    return Question(_text(filled(stream.path, values)), parameters, body)


def filled(template: Any, values: Mapping[str, Value]) -> Any:
    """
    A template with its {names}: one that is a name and nothing else becomes the value, a number a number; entries
    whose value there is none of are left out.
    """
    if isinstance(template, dict):
        inner = {key: filled(each, values) for key, each in template.items()}
        return {key: each for key, each in inner.items() if each is not None}
    if isinstance(template, list):
        return [filled(each, values) for each in template]
    if not isinstance(template, str):
        return template
    for name, value in values.items():
        if template == f"{{{name}}}":
            return value
        template = template.replace(f"{{{name}}}", _text(value))
    return template


def without_secrets(address: str) -> str:
    """An address that a host sent, without parameters that hold a live secret: the signature goes along anyway."""
    parts = urlsplit(address)
    told = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in told if HIDDEN not in redacted(value)]
    return address if kept == told else urlunsplit(parts._replace(query=urlencode(kept)))


def _values(stream: Stream, reached: Reached) -> dict[str, Value]:
    pages, known = stream.pages, dict[str, Value](rows=stream.pages.rows)
    match pages.kind:
        case Paging.NUMBER:
            known["page"] = int(reached.next or pages.first)
        case Paging.OFFSET:
            known["offset"] = int(reached.next or 0)
        case Paging.TOKEN | Paging.LAST:
            known["page"] = reached.next or None
    if stream.since is not None:
        known["since"] = asked(stream.since, reached.since) if reached.since else None
        known["until"] = asked(stream.since, reached.until) if reached.until else None
    return known


def _added(stream: Stream, reached: Reached, values: Mapping[str, Value]) -> dict[str, str]:
    """The parameters that go into the address unless the declaration says another place for them."""
    pages, added = stream.pages, dict[str, str]()
    if pages.size and not stream.mentions("rows"):
        added[pages.size] = str(pages.rows)
    here = "offset" if pages.kind is Paging.OFFSET else "page"
    if values.get(here) is not None and not stream.mentions(here):
        added[pages.parameter] = _text(values[here])
    is_behind_token = reached.next and pages.kind is Paging.TOKEN  # which stands for the whole question
    if stream.since and reached.since and stream.since.parameter and not is_behind_token:
        added[stream.since.parameter] = _text(values["since"])
    if stream.since and reached.until and stream.since.until and not is_behind_token:
        added[stream.since.until] = _text(values["until"])
    return added


def _text(value: Any) -> str:
    return "" if value is None else str(value)
