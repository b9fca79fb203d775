"""The text of a file as UTF-8, in blocks: by a declared encoding or a mark in the file, never by a guess."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from connectors.file.problem import FileProblem

BLOCK = 16 * 1_048_576
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SINGLE_BYTE = ("iso8859-1", "cp1252", "iso8859-15", "cp1250", "cp1251", "cp437", "cp850", "mac-roman")
TO_TRY = "encoding = 'cp1252' (Windows), 'latin-1', 'gb18030' (Chinese), 'shift_jis' (Japanese) or 'utf-16'"


def utf8_blocks(stream: BinaryIO, declared: str | None, name: str, size: int = BLOCK) -> Iterator[bytes]:
    """The bytes of a text as UTF-8 without byte order mark, lines ending in a line feed. Raises FileProblem."""
    first = stream.read(size)
    encoding = encoding_of(first, declared, name)
    blocks = _raw(stream, first, size)
    lines = _without_mark(blocks) if encoding == "utf-8" else _recoded(blocks, encoding, name)
    yield from _line_feeds(lines)


def encoding_of(first: bytes, declared: str | None, name: str) -> str:
    """The encoding to read by: a mark at the beginning wins, then what is declared, then UTF-8."""
    for mark, marked in MARKS:
        if first.startswith(mark):
            return marked
    if declared:
        return codecs.lookup(declared).name.removesuffix("-sig")
    if b"\0" in first[:4096]:
        return _without_mark_utf16(first, name)
    return "utf-8"


def _without_mark_utf16(first: bytes, name: str) -> str:
    """UTF-16 without mark has a zero in every second byte of western text."""
    head = first[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > len(head) * 0.3 and even < len(head) * 0.05:
        return "utf-16-le"
    if even > len(head) * 0.3 and odd < len(head) * 0.05:
        return "utf-16-be"
    raise FileProblem(f"{name} is not a text file (it has zero bytes). Export it as CSV, Excel or Parquet.")


def wrong_utf8(block: bytes, before: int, name: str) -> FileProblem | None:
    """The complaint about the first byte of a block that is no UTF-8; `before` bytes were read before it."""
    try:
        block.decode("utf-8")
    except UnicodeDecodeError as wrong:
        return FileProblem(
            f"{name} is not UTF-8: byte 0x{block[wrong.start]:02X} at position {before + wrong.start:,}. "
            f"Declare the encoding it has, for example {TO_TRY}."
        )
    return None


def _raw(stream: BinaryIO, first: bytes, size: int) -> Iterator[bytes]:
    block = first
    while block:
        yield block
        block = stream.read(size)


def _without_mark(blocks: Iterator[bytes]) -> Iterator[bytes]:
    for at, block in enumerate(blocks):
        yield block.removeprefix(codecs.BOM_UTF8) if at == 0 else block


def _recoded(blocks: Iterator[bytes], encoding: str, name: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    before, sure = 0, encoding not in SINGLE_BYTE
    for block in blocks:
        if not sure and not block.isascii():
            _refuse_utf8(block, encoding, name)
            sure = True
        yield _decoded(decoder, block, before, encoding, name).encode()
        before += len(block)
    yield _decoded(decoder, b"", before, encoding, name, final=True).encode()


def _decoded(
    decoder: codecs.IncrementalDecoder,
    block: bytes,
    before: int,
    encoding: str,
    name: str,
    final: bool = False,
) -> str:
    try:
        return decoder.decode(block, final)
    except UnicodeDecodeError as wrong:
        byte = wrong.object[wrong.start]
        raise FileProblem(
            f"{name} is not {encoding}: byte 0x{byte:02X} near position {before + wrong.start:,}. "
            f"Declare the encoding it has, for example 'utf-8' or {TO_TRY}."
        ) from None
    except UnicodeError as wrong:
        raise FileProblem(f"{name} is not {encoding}: {wrong}. Declare the encoding it has.") from None


def _refuse_utf8(block: bytes, encoding: str, name: str) -> None:
    """Text of a one-byte encoding is practically never valid UTF-8 by chance: the declaration is wrong."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(block)
    except UnicodeDecodeError:
        return
    raise FileProblem(
        f"{name} is declared as {encoding}, but it is UTF-8: read so, its letters would turn into others. "
        f"Write encoding = 'utf-8'."
    )


def _line_feeds(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Files of old systems end lines with a carriage return alone."""
    returns_only: bool | None = None
    for block in blocks:
        if returns_only is None:
            returns_only = b"\r" in block and b"\n" not in block
        yield block.replace(b"\r", b"\n") if returns_only else block
