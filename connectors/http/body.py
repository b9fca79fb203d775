"""The records in the body of an answer, or what is wrong with it."""

from typing import Any

import msgspec

from connectors.errors import SourceError
from connectors.http.client import Answer
from connectors.http.declared import Stream, Well
from connectors.http.places import found_at, list_at
from connectors.http.rows import named
from store.redaction import redacted

TOLD = 200


def records_of(source: str, stream: Stream, well: Well, answer: Answer) -> list[Any]:
    """The records of a page. Raises SourceError for a body that tells of a failure, or has no list where they are."""
    place = ".".join(stream.records)
    if well.at and str(said := found_at(answer.body, well.at)) != well.value:
        raise wrong(source, stream, f"answers that something is wrong: {'.'.join(well.at)} is {said!r}")
    if well.without and (said := found_at(answer.body, well.without)):
        told = redacted(msgspec.json.encode(said).decode())[:TOLD]
        raise wrong(source, stream, f"answers that something is wrong: {told}")
    found = list_at(answer.body, stream.records)
    if found is None and stream.optional and isinstance(answer.body, dict | list):
        found = []
    if found is None:
        there = list(answer.body)[:8] if isinstance(answer.body, dict) else type(answer.body).__name__
        raise wrong(source, stream, f"has no list '{place}'; it has {there}. The system may have changed")
    return named(found) if stream.header else found


def wrong(source: str, stream: Stream, what: str) -> SourceError:
    """In one line, without secrets."""
    return SourceError(f"Source '{source}': {stream.name} {redacted(what)}.")
