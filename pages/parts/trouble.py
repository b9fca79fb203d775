"""What a page says when it cannot be shown: never a traceback, always a way out."""

import logging
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

import streamlit as st

from kpi.access import NotAllowed
from kpi.catalog import UnknownKpi
from kpi.results import SliceError
from kpi.words import language_of, say, speaking
from pages.parts.head import begin_page, is_headed
from pages.parts.refusals import say_refusal
from pages.parts.states import State, draw_state
from pages.parts.viewer import Viewer
from store.lake import LakeDamaged
from store.state import NotAllowed as NotPermitted

P = ParamSpec("P")
log = logging.getLogger(__name__)


def guarded(render: Callable[Concatenate[Viewer, P], None]) -> Callable[Concatenate[Viewer, P], None]:
    """A page whose failures become sentences; an unexpected one is logged under a reference number."""

    @wraps(render)
    def safe(viewer: Viewer, /, *args: P.args, **kwargs: P.kwargs) -> None:
        begin_page()
        try:
            render(viewer, *args, **kwargs)
        except NotAllowed as refused:
            draw_trouble(State.FORBIDDEN, say("You can't see this"), str(refused))
        except NotPermitted as refused:
            draw_trouble(State.FORBIDDEN, say("You can't see this"), say_refusal(refused))
        except (UnknownKpi, SliceError) as unknown:
            draw_trouble(State.EMPTY, say("That can't be shown"), str(unknown))
        except LakeDamaged as damaged:
            reference = new_reference()
            log.exception("Reference %s", reference)
            tell(
                say("The fact lake needs attention"),
                say("{what} Reference {reference}.", what=damaged, reference=reference),
            )
        except Exception:
            reference = new_reference()
            log.exception("Reference %s", reference)
            tell(
                say("This page could not be built"),
                say(
                    "Your filters are kept and the other pages still work. The server's log has the details under "
                    "reference {reference}.",
                    reference=reference,
                ),
            )

    return safe


def unexpected(error: Exception) -> bool:
    """What no page caught: a reference number that the log knows more of. The answer keeps Streamlit's own box away."""
    reference = new_reference()
    log.error("Reference %s", reference, exc_info=error)
    locale = st.context.locale
    with speaking(language_of(locale), locale):
        told = say("The server's log has the details under reference {reference}.", reference=reference)
        tell(say("This page could not be built"), told)
    return True


def tell(title: str, text: str, kind: str = "error") -> None:
    """A plain sentence in a box; the text is not read as Markdown."""
    if kind == "error":
        draw_trouble(State.FAILED, title, text)
    else:
        draw_state(State.EMPTY, title, text)


def draw_trouble(state: State, title: str, text: str) -> None:
    """The box under the page's title, or, where the page came to no title of its own, with the heading in it."""
    draw_state(state, title, text, alone=not is_headed())


def new_reference() -> str:
    """A number to find a failure in the log by."""
    return secrets.token_hex(3)
