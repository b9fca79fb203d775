"""A form posts one command: opened with what stood there, carried out once, refused in a sentence."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import uuid4

import streamlit as st

from kpi.words import say
from pages.parts.refusals import say_refusal
from pages.parts.trouble import tell
from store.database import StateError
from store.state import ChangedMeanwhile, WrongEntry


@dataclass(frozen=True)
class Draft:
    """A form somebody has opened: what for, the thing as they saw it (None for a new one), and its own key."""

    purpose: str
    seen: object
    key: str


def begin(form: str, purpose: str, seen: object = None) -> None:
    """Open a form, as the callback of a button; the thing is remembered as it is now."""
    st.session_state[f"draft_{form}"] = Draft(purpose, seen, uuid4().hex)


def leave(form: str) -> None:
    """Close a form without sending it."""
    st.session_state.pop(f"draft_{form}", None)


def draft_of(form: str) -> Draft | None:
    """The form as it stands open in this session."""
    found = st.session_state.get(f"draft_{form}")
    return found if isinstance(found, Draft) else None


def post(
    form: str, command: Callable[[str], object], told: Callable[[object], str] = str, then: str = ""
) -> None:
    """
    Carry out the command of a form with its key, close the form and show the page anew. When it is refused the form
    stays as it was filled in; somebody else's change is shown (`told` writes it), and sending again then replaces
    it, or does what `then` says.
    """
    draft = draft_of(form)
    if draft is None:
        return
    try:
        command(draft.key)
    except ChangedMeanwhile as meanwhile:
        st.session_state[f"draft_{form}"] = replace(draft, seen=meanwhile.theirs)
        now = told(meanwhile.theirs)
        tell(
            say("Somebody else was faster"),
            _since(now, then),
            kind="info",
        )
    except (StateError, WrongEntry) as refused:
        tell(say("Not saved"), say_refusal(refused), kind="info")
    else:
        leave(form)
        st.rerun()


def _since(now: str, then: str) -> str:
    if then:
        return f"{say('Since you opened it, it was changed to: {now}.', now=now)} {then}"
    return say("Since you opened it, it was changed to: {now}. Save again to replace that.", now=now)
