"""Documents as PDF: A4, charts as vectors; the only module that knows the library which sets the pages."""

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpi.exports.document import Block, Cell, Columns, Document, Spark, Table

if TYPE_CHECKING:
    from typst import Fonts

HERE = Path(__file__).parent


def as_pdf(document: Document, *, accessible: bool = False) -> bytes:
    """The document as PDF; equal documents make equal bytes.

    All text arrives as data: nothing in it is read as markup, and nothing is loaded. `accessible` also demands what
    PDF/UA-1 does, and fails where a letter is in none of the fonts.
    """
    import typst  # here, as few ever ask for it and it stays in memory

    compiler = typst.Compiler(HERE / "paper.typ", root=HERE, font_paths=_fonts())
    pages = compiler.compile(
        format="pdf",
        sys_inputs={"data": json.dumps(_document(document))},
        timestamp=int(document.made_at.timestamp()),
        pdf_standards=["ua-1"] if accessible else [],
    )
    if not isinstance(pages, bytes):
        raise TypeError(
            f"Typst returned {type(pages).__name__} for '{document.title}'; one PDF was expected."
        )
    return pages


@cache
def _fonts() -> "Fonts":
    """Ours first; the server's own for scripts ours do not have."""
    import typst

    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[HERE / "fonts"])


def _document(document: Document) -> dict[str, Any]:
    told = {name: value for name, value in vars(document).items() if isinstance(value, str | bool)}
    return {**told, "blocks": [_block(each) for each in document.blocks]}


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Table():
            return {
                "kind": "Table",
                "label": block.label,
                "heads": [asdict(head) for head in block.heads],
                "rows": [[_cell(cell) for cell in row] for row in block.rows],
            }
        case Columns():
            return {
                "kind": "Columns",
                "left": [_block(each) for each in block.left],
                "right": [_block(each) for each in block.right],
            }
        case _:
            return {"kind": type(block).__name__, **asdict(block)}


def _cell(cell: Cell) -> dict[str, Any]:
    match cell:
        case str():
            return {"kind": "Text", "text": cell}
        case Spark():
            return {"kind": "Spark", "lines": cell.lines, "target": cell.target, "tone": cell.tone.value}
        case _:
            return {"kind": type(cell).__name__, **asdict(cell)}
