"""Procedures that were written elsewhere: plain Markdown, HTML, and documents that stay where they are."""

from sop.procedure.intake.bundle import Brought, bring
from sop.procedure.intake.found import Refused
from sop.procedure.intake.html import from_html
from sop.procedure.intake.linked import digest_of, linked
from sop.procedure.intake.plain import from_markdown
from sop.procedure.intake.text import is_ours

__all__ = [
    "Brought",
    "Refused",
    "bring",
    "digest_of",
    "from_html",
    "from_markdown",
    "is_ours",
    "linked",
]
