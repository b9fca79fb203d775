"""XML documents as rows of text: one for each element of a name, its inner elements named a.b and attributes a@b."""

from collections.abc import Iterator
from typing import BinaryIO, cast
from xml.etree.ElementTree import Element, ParseError  # only the types; what reads is defused

import polars as pl
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring, iterparse  # type: ignore[import-untyped]

from connectors.file.names import MOST_COLUMNS
from connectors.file.problem import FileProblem
from connectors.layout import ROW

BATCH = 50_000


def document(content: bytes) -> Element:
    """The root of a small document. Raises FileProblem for what is no XML, or declares a document type."""
    try:
        return cast(Element, fromstring(content, forbid_dtd=True))
    except (ParseError, ValueError) as broken:
        raise FileProblem(f"is not whole XML ({broken})") from None
    except DefusedXmlException:
        raise FileProblem("declares a document type") from None


def local(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2]


def read_xml(stream: BinaryIO, record: str | None, place: str) -> Iterator[pl.DataFrame]:
    """
    The elements called `record` as rows, or the whole document as one; names without their namespaces.

    An element that repeats inside a row is numbered: `Item`, `Item (2)`. Raises FileProblem for what is no XML, has no
    such element, or declares a document type, which may name other files.
    """
    rows, met, columns = list[dict[str, str]](), 0, dict[str, None]()
    for element in _elements(stream, record, place):
        rows.append(_told(element))
        columns.update(dict.fromkeys(rows[-1]))
        if len(columns) > MOST_COLUMNS:
            raise FileProblem(
                f"{place} has over {MOST_COLUMNS:,} kinds of elements in a row; name a smaller one."
            )
        if len(rows) == BATCH:
            yield _frame(rows, columns, met)
            met, rows = met + len(rows), []
    if not met and not rows:
        raise FileProblem(f"{place} has no element '{record}'. Name the one that is a row: sheet = \"...\"")
    if rows:
        yield _frame(rows, columns, met)


def _elements(stream: BinaryIO, record: str | None, place: str) -> Iterator[Element]:
    """Each row's element once it is whole; emptied afterwards, so that a long document needs little memory."""
    depth, row_at = 0, -1  # how deep the reader is, and how deep the row began that it is in
    try:
        for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
            depth -= event == "end"
            if event == "start" and row_at < 0 and record in (None, local(element.tag)):
                row_at = depth
            elif event == "end" and depth == row_at:
                yield element
                element.clear()
                row_at = -1
            depth += event == "start"
    except ParseError as broken:
        raise FileProblem(f"{place} is not XML ({broken}). Export it again.") from None
    except DefusedXmlException:
        raise FileProblem(f"{place} declares a document type; leave it out of the export.") from None


def _told(element: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _leaves(element, ""):
        number, given = 2, name
        while given in found:
            given, number = f"{name} ({number})", number + 1
        found[given] = value
    return found


def _leaves(element: Element, name: str) -> Iterator[tuple[str, str]]:
    for attribute, value in element.attrib.items():
        yield f"{name}@{local(attribute)}", value
    if text := (element.text or "").strip():
        yield name or "text", text
    for inner in element:
        yield from _leaves(inner, f"{name}.{local(inner.tag)}" if name else local(inner.tag))


def _frame(rows: list[dict[str, str]], columns: dict[str, None], met: int) -> pl.DataFrame:
    named = {name: pl.Series([row.get(name) for row in rows], dtype=pl.String) for name in columns}
    return pl.DataFrame(
        {ROW: pl.int_range(met + 1, met + len(rows) + 1, dtype=pl.Int64, eager=True), **named}
    )
