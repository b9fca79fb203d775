"""A procedure out of an HTML page, such as an export of Confluence or Google Docs."""

from urllib.parse import quote, unquote

import markdownify
import nh3

from sop.procedure.intake.plain import from_markdown
from sop.procedure.model import Procedure

_TAGS = {
    "a", "b", "blockquote", "br", "code", "dd", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "li", "ol", "p", "pre", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_AROUND = ["td", "th", "h1", "h2", "h3", "h4", "h5", "h6"]
_WITH_CONTENT = {
    "head",
    "iframe",
    "math",
    "noscript",
    "object",
    "script",
    "style",
    "svg",
    "template",
    "title",
}


def from_html(page: str, name: str) -> Procedure:
    """
    What `from_markdown` finds in the page. Scripts, styles, frames, forms and pictures are left out; links are kept
    where they lead to the web.
    """
    return from_markdown(_markdown(page, {}), name)


def as_markdown(page: str) -> str:
    """The page as Markdown in which pictures are named, also those it holds itself (`data:`)."""
    return _markdown(page, {"img": {"src", "alt"}})


def _markdown(page: str, pictures: dict[str, set[str]]) -> str:
    harmless = nh3.clean(
        page,
        tags=_TAGS | pictures.keys(),
        clean_content_tags=_WITH_CONTENT,
        attributes={"a": {"href"}} | pictures,
        attribute_filter=_plain,
        url_schemes={"http", "https", "mailto"} | ({"data"} if pictures else set()),
        link_rel=None,
    )
    made = markdownify.markdownify(harmless, heading_style=markdownify.ATX, keep_inline_images_in=_AROUND)
    return str(made)


def _plain(tag: str, attribute: str, value: str) -> str | None:
    """Addresses and words that stand in Markdown as they are; a link never holds what it leads to."""
    match attribute:
        case "alt":
            return value.translate({ord("["): "(", ord("]"): ")"})
        case "src" if not value.startswith("data:"):
            return quote(unquote(value), safe="/:?&=#,+~@!;$'*")
        case "href" if value.lstrip().lower().startswith("data:"):
            return None
        case _:
            return value
