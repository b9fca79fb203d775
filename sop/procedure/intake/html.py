"""A procedure out of an HTML page, such as an export of Confluence or Google Docs."""

import markdownify
import nh3

from sop.procedure.intake.plain import from_markdown
from sop.procedure.model import Procedure

_TAGS = {
    "a", "b", "blockquote", "br", "code", "dd", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "li", "ol", "p", "pre", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
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
    harmless = nh3.clean(
        page,
        tags=_TAGS,
        clean_content_tags=_WITH_CONTENT,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    return from_markdown(markdownify.markdownify(harmless, heading_style=markdownify.ATX), name)
