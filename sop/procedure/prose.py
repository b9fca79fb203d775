"""The Markdown inside of procedures: as HTML that does nothing, and as plain lines. HTML in it stays words."""

from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

Tree = tuple["str | Node", ...]
Node = tuple[str, str, Tree]  # name of the element, address of a link, what stands in it
_SAFE = ("https://", "http://", "mailto:")


def as_html(text: str) -> str:
    """Paragraphs, lists, tables, emphasis and links of the web as HTML; everything else is escaped, pictures are not
    loaded."""
    return str(_reader().render(text))


def as_lines(text: str) -> list[str]:
    """The words, a line for each paragraph, item or row of a table; items begin with a bullet or their number."""
    lines: list[str] = []
    mark, cells = "", list[str]()
    in_row = False
    for token in _reader().parse(text):
        if token.type == "list_item_open":
            mark = f"{token.info}. " if token.info else "• "
        elif token.type in ("tr_open", "tr_close"):
            in_row = token.type == "tr_open"
            lines += [] if in_row else [" · ".join(cells)]
            cells = []
        elif in_row and token.type == "inline":
            cells.append(_words(token))
        elif token.type in ("inline", "fence", "code_block"):
            lines.append(mark + _words(token))
            mark = ""
    return [each for each in lines if each.strip()]


def as_tree(text: str) -> Tree:
    """The same as `as_html`, as nested elements, for scripts that make them one by one."""
    return _nodes(SyntaxTreeNode(_reader().parse(text)).children)


def _nodes(found: Sequence[SyntaxTreeNode]) -> Tree:
    return tuple(piece for each in found for piece in _node(each))


def _node(each: SyntaxTreeNode) -> Tree:
    match each.type:
        case "inline":
            return _nodes(each.children)
        case "text":
            return (each.content,)
        case "softbreak":
            return (" ",)
        case "fence" | "code_block" | "code_inline":
            return (("pre" if each.type != "code_inline" else "code", "", (each.content,)),)
        case "paragraph" if each.hidden:
            return _nodes(each.children)
        case _:
            address = str(each.attrs.get("href", ""))
            return ((each.tag or "p", address, _nodes(each.children or [])),)


def blocks_of(text: str) -> list[Token]:
    """The tokens, each with the lines of the text it was made of."""
    return _reader().parse(text)


def _words(token: Token) -> str:
    if token.children is None:
        return token.content.strip("\n")
    told = [
        "\n" if each.type == "hardbreak" else " " if each.type == "softbreak" else each.content
        for each in token.children
    ]
    return "".join(told)


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable("table").disable("image")
    reader.validateLink = lambda url: url.strip().lower().startswith(_SAFE)  # type: ignore[method-assign]
    return reader
