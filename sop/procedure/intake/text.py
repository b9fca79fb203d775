"""A procedure out of the text of a file, whoever wrote it: our Markdown, anybody's Markdown, or HTML."""

from pathlib import PurePath

from sop.procedure.intake.html import from_html
from sop.procedure.intake.plain import from_markdown
from sop.procedure.markdown.front import FENCE, head
from sop.procedure.markdown.read import divided, read
from sop.procedure.model import Procedure
from sop.procedure.text import ProcedureError, key_of

HTML = (".html", ".htm")


def from_text(text: str, file: str) -> Procedure:
    """
    What the file of this name says. Ours is read whole; of others what a reader cannot know (owner, accountable roles,
    KPIs) is left open, and the name of the file gives the key. Raises ProcedureError.
    """
    name = PurePath(file)
    if name.suffix.lower() in HTML:
        return from_html(text, key_of(name.stem, "procedure"))
    return read(text) if is_ours(text) else from_markdown(text, key_of(name.stem, "procedure"))


def is_ours(text: str) -> bool:
    """Whether the head of a file has a key; others' heads have titles and tags."""
    if not text.lstrip("\ufeff").startswith(FENCE):
        return False
    try:
        return "key" in head(divided(text)[0])
    except ProcedureError:
        return False
