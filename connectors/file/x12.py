"""X12 interchanges as tables: one for each kind of transaction, and one for each level inside it.

A transaction 856 becomes the table "856", and "856 shipment", "856 order", "856 item" for its HL loops; the lines of an
850 or 940 are "850 line". A row holds its own values and those above it: BSN02 is the second element of BSN, REF_BM the
value of a REF whose qualifier is BM, N4_ST_01 the city of the party ST (ASC X12 segment directory).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import polars as pl

from connectors.file.by_record import FAULT
from connectors.file.names import MOST_COLUMNS
from connectors.file.problem import FileProblem
from connectors.layout import ROW

HEAD = 106  # characters of an ISA, whose own separators stand at fixed places
SENDER_AND_NUMBER = (6, 8, 9, 10, 13)  # what is kept of an ISA; elements 2 and 4 may hold passwords
LEVELS = {"S": "shipment", "O": "order", "T": "tare", "P": "pack", "I": "item"}
LINES = {"PO1", "LX", "IT1"}  # each begins a line of its transaction
SUMMARY = {"CTT", "W76"}  # what follows is about the whole transaction again
QUALIFIED = {"REF", "DTM", "G62", "N9", "AMT", "MAN", "DTP"}  # the first element says what the second is
PAIRED = {"LIN": 2, "PO1": 6, "IT1": 6, "W01": 4}  # from this element on, pairs of a qualifier and a value
PARTY = {"N2", "N3", "N4", "PER"}  # they speak of the N1 before them

Segment = list[str]


@dataclass
class _Node:
    """A transaction, or a loop in it: its table, where it begins in the file, and what it says."""

    table: str
    at: int
    above: "_Node | None" = None
    told: dict[str, str] = field(default_factory=dict)

    def tell(self, name: str, value: str) -> None:
        """A name that comes again is numbered: REF_CN, `REF_CN (2)`."""
        if not value:
            return
        number, given = 2, name
        while given in self.told:
            given, number = f"{name} ({number})", number + 1
        self.told[given] = value

    def row(self) -> dict[str, str]:
        return {**(self.above.row() if self.above else {}), **self.told}


@dataclass
class _Transaction:
    """One ST to SE as it is read."""

    head: _Node
    segments: int = 1
    nodes: list[_Node] = field(default_factory=list)
    loops: dict[str, _Node] = field(default_factory=dict)
    party: str = ""
    fault: str | None = None

    def __post_init__(self) -> None:
        self.now = self.head
        self.nodes.append(self.head)

    def take(self, segment: Segment, at: int) -> None:
        self.segments += 1
        name = segment[0]
        if name == "HL":
            self._enter_loop(segment, at)
        elif name in LINES:
            self._enter(_Node(f"{self.head.table} line", at, self.head))
        elif name in SUMMARY:
            self.now = self.head
        self.party = _element(segment, 1) if name == "N1" else self.party if name in PARTY else ""
        for told, value in _named(segment, self.party):
            self.now.tell(told, value)

    def _enter_loop(self, segment: Segment, at: int) -> None:
        own, above, code = (_element(segment, number) for number in (1, 2, 3))
        if above and above not in self.loops:
            self.fault = self.fault or f"HL {own} lies in HL {above}, which is not there"
        node = _Node(
            f"{self.head.table} {LEVELS.get(code, code.lower())}", at, self.loops.get(above, self.head)
        )
        self.loops[own] = node
        self._enter(node)

    def _enter(self, node: _Node) -> None:
        self.nodes.append(node)
        self.now = node

    def end(self, segment: Segment) -> None:
        """The closing SE: what it says of number and segments has to agree."""
        self.segments += 1
        number, count = self.head.told.get("ST02", ""), str(self.segments)
        if _element(segment, 2) != number:
            self.fault = f"ST {number} is closed by SE {_element(segment, 2)}"
        elif _element(segment, 1).lstrip("0") != count:
            self.fault = f"SE says {_element(segment, 1)} segments and there are {count}"


def read_x12(stream: BinaryIO, place: str) -> dict[str, pl.DataFrame]:
    """
    The tables of a file of one or more interchanges, with `_row`, the number of the segment a row begins with.

    A transaction whose own count or number is wrong has a fault in each row. Raises FileProblem where an interchange or
    group is cut short or was put together wrongly, or there is none.
    """
    done: dict[str, list[tuple[_Node, str | None]]] = {}
    for transaction in _transactions(_segments(stream, place), place):
        for node in transaction.nodes:
            done.setdefault(node.table, []).append((node, transaction.fault))
    if not done:
        raise FileProblem(f"{place} holds no transaction. Ask the sender to send it again.")
    return {name: _frame(nodes, place) for name, nodes in done.items()}


def _segments(stream: BinaryIO, place: str) -> Iterator[Segment]:
    """Segments as lists of elements; each ISA says anew what separates them."""
    text = stream.read().decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    while text:
        if not text.startswith("ISA") or len(text) < HEAD:
            raise FileProblem(
                f"{place} is no X12: an interchange begins with ISA, here stands {text[:20]!r}."
            )
        element, terminator = text[3], text[HEAD - 1]
        after = re.compile(re.escape(terminator) + r"\s*(?=ISA\W)").search(text, HEAD - 1)
        end = after.end() if after else len(text)
        yield from (told.split(element) for part in text[:end].split(terminator) if (told := part.strip()))
        text = text[end:]


def _transactions(segments: Iterator[Segment], place: str) -> Iterator[_Transaction]:
    """The transactions of all interchanges, their envelopes checked."""
    envelopes, counts, now = list[Segment](), list[int](), None
    for at, segment in enumerate(segments, 1):
        match segment[0]:
            case "ISA" | "GS":
                if len(envelopes) != ("ISA", "GS").index(segment[0]):
                    raise FileProblem(f"{place}: {_said(segment)} stands inside {_said(envelopes[-1])}.")
                envelopes.append(segment)
                counts.append(0)
            case "ST":
                if now or len(envelopes) != 2:
                    raise FileProblem(f"{place}: ST {_element(segment, 2)} begins where none may begin.")
                now = _Transaction(_Node(_element(segment, 1), at, told=_envelope(envelopes, segment)))
            case "SE" if now:
                now.end(segment)
                counts[-1] += 1
                yield now
                now = None
            case "GE" | "IEA":
                _close(segment, envelopes, counts, place)
            case _ if now:
                now.take(segment, at)
            case other:
                raise FileProblem(f"{place}: segment {at}, {other[:20]!r}, stands outside any transaction.")
    if now or envelopes:
        raise FileProblem(f"{place} is cut short: {_said(envelopes[-1])} is not closed. Ask for it again.")


def _close(segment: Segment, envelopes: list[Segment], counts: list[int], place: str) -> None:
    opening, number = {"GE": ("GS", 6), "IEA": ("ISA", 13)}[segment[0]]
    if not envelopes or envelopes[-1][0] != opening:
        raise FileProblem(f"{place}: {segment[0]} closes what is not open. Ask the sender to send it again.")
    began, count = envelopes.pop(), counts.pop()
    if _element(segment, 2) != _element(began, number):
        raise FileProblem(f"{place}: {_said(began)} is closed by {segment[0]} {_element(segment, 2)}.")
    if _element(segment, 1).lstrip("0") != str(count or ""):
        raise FileProblem(
            f"{place}: {segment[0]} says {_element(segment, 1)} parts and there are {count}. Ask for it again."
        )
    if counts:
        counts[-1] += 1


def _said(segment: Segment) -> str:
    number = {"GS": 6, "ISA": 13}[segment[0]]
    return f"{segment[0]} {_element(segment, number)}"


def _envelope(envelopes: list[Segment], transaction: Segment) -> dict[str, str]:
    interchange, group = envelopes
    kept = {f"ISA{at:02}": _element(interchange, at) for at in SENDER_AND_NUMBER}
    return {**kept, **dict(_plain(group)), **dict(_plain(transaction))}


def _named(segment: Segment, party: str) -> Iterator[tuple[str, str]]:
    """Each element under the name a mapping uses."""
    name = segment[0]
    if party:
        yield from _plain(segment, f"{name}_{party}_", 2 if name == "N1" else 1)
    elif name in QUALIFIED:
        qualifier = _element(segment, 1)
        yield f"{name}_{qualifier}", _element(segment, 2)
        yield from _plain(segment, f"{name}_{qualifier}_", 3)
    else:
        first = PAIRED.get(name, len(segment))
        yield from _plain(segment[:first])
        for at in range(first, len(segment) - 1, 2):
            qualifier = segment[at]
            yield f"{name}_{qualifier}" if qualifier else f"{name}{at + 1:02}", segment[at + 1]


def _plain(segment: Segment, prefix: str | None = None, first: int = 1) -> Iterator[tuple[str, str]]:
    for at in range(first, len(segment)):
        yield f"{segment[0] if prefix is None else prefix}{at:02}", segment[at]


def _element(segment: Segment, number: int) -> str:
    return segment[number].strip() if number < len(segment) else ""


def _frame(nodes: list[tuple[_Node, str | None]], place: str) -> pl.DataFrame:
    rows = [node.row() for node, _ in nodes]
    names = list(dict.fromkeys(name for row in rows for name in row))
    if len(names) > MOST_COLUMNS:
        raise FileProblem(f"{place} has {len(names):,} kinds of elements; at most {MOST_COLUMNS:,} are read.")
    columns = {name: pl.Series([row.get(name) for row in rows], dtype=pl.String) for name in names}
    faults = pl.Series([fault for _, fault in nodes], dtype=pl.String)
    at = pl.Series([node.at for node, _ in nodes], dtype=pl.Int64)
    return pl.DataFrame({ROW: at, **columns, FAULT: faults})
