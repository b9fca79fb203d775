"""A procedure that stays in Notion, Confluence or Google Docs: its address, and which text was seen there."""

from dataclasses import replace
from hashlib import sha256

from sop.procedure.model import Link, Procedure
from sop.procedure.text import block


def digest_of(content: str) -> str:
    """SHA-256 of the text, whatever its line ends and the blanks around it."""
    return sha256(block(content).encode()).hexdigest()


def linked(procedure: Procedure, address: str, content: str) -> Procedure:
    """The procedure with its link. The same text there gives the same procedure, so that nothing new is drafted."""
    return replace(procedure, link=Link(address, digest_of(content)))
