"""Where a procedure is kept if that is elsewhere: its address, and the text seen there, of which a digest is kept."""

import streamlit as st

from kpi.words import say
from pages.sops.work import Work, field
from sop.procedure import Link, ProcedureError

LONGEST_ADDRESS, LONGEST_TEXT = 500, 200_000


def draw_link(work: Work) -> Link | None:
    """
    The link as the fields say it: none without an address, the one before while no text is pasted. Raises
    ProcedureError for another address without its text, and for one no browser opens.
    """
    before = work.mine.link
    with st.expander(say("Kept elsewhere (Notion, Confluence, Google Docs)"), expanded=before is not None):
        address = st.text_input(
            say("Address of the document"), max_chars=LONGEST_ADDRESS,
            key=field(work, "link", before.address if before else ""),
        ).strip()  # fmt: skip
        pasted = st.text_area(
            say("Its text as it is now, pasted here"), max_chars=LONGEST_TEXT, key=field(work, "linked", "")
        )
        st.caption(say("Nothing is fetched, and of the text only its digest (SHA-256) is kept: another text there is "
                       "another version here."))  # fmt: skip
        if not address:
            return None
        if not pasted.strip():
            return _unchanged(before, address)
        found = Link(address, _digest(pasted))
        if work.base_digest:
            st.text(
                say("It says the same as what was linked.")
                if found.sha256 == work.base_digest
                else say("It says something else than what was linked.")
            )
        return found


def _unchanged(before: Link | None, address: str) -> Link:
    if before is None or before.address != address:
        raise ProcedureError(
            say(
                "Paste the text of the document as well, so that it is noticed when another one stands there."
            )
        )
    return before


def _digest(text: str) -> str:
    from sop.procedure.intake import digest_of  # loads readers of HTML that most servers never need

    return digest_of(text)
