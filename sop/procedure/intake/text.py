"""Whose text a file is: our Markdown, or anybody's."""

from sop.procedure.markdown.front import FENCE, head
from sop.procedure.markdown.read import divided
from sop.procedure.text import ProcedureError

HTML = (".html", ".htm")


def is_ours(text: str) -> bool:
    """Whether the head of a file has a key; others' heads have titles and tags."""
    if not text.lstrip("\ufeff").startswith(FENCE):
        return False
    try:
        return "key" in head(divided(text)[0])
    except ProcedureError:
        return False
