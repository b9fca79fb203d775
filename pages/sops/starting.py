"""The beginning of the next version: a small change, a change of the work, or a translation."""

from dataclasses import replace

import streamlit as st

from kpi.words import own_name, say
from pages.parts.refusals import say_refusal
from pages.parts.trouble import tell
from pages.parts.viewer import Viewer, open_page
from pages.sops.load import load_procedure
from sop.library import Shelved, content_of
from sop.procedure import Procedure, Version
from store.database import StateError
from store.state import WrongEntry

LANGUAGES = ("en", "zh", "de", "fr", "es", "it", "nl", "pl", "sv", "ja", "ko", "vi")
MINOR, MAJOR = "minor", "major"


def draw_starting(viewer: Viewer, shelf: Shelved) -> None:
    """What there is to choose, and the button that begins it."""
    with st.container(border=True, gap="small", key="panel_sop_start"):
        st.text(say("Nobody is writing on it. What do you want to do?"))
        options = options_of(shelf)
        picked = st.selectbox(
            say("Next version"), list(options), format_func=lambda name: options[name], key="sop_next"
        )
        if st.button(say("Begin to write"), type="primary", key="sop_start") and picked:
            start(viewer, shelf, picked)


def options_of(shelf: Shelved) -> dict[str, str]:
    """The next versions of the language of the link, and the languages it could be translated into."""
    language = asked_language(shelf)
    minor, major = (str(shelf.next_version(language, major=each)) for each in (False, True))
    found = {
        MINOR: say("A small change ({name}): nobody has to read or train again", name=minor),
        MAJOR: say("A change of the work ({name}): people are asked to read and train again", name=major),
    }
    if shelf.effective() is None:
        return found
    missing = [each for each in LANGUAGES if each not in shelf.languages]
    return found | {each: say("A translation into {language}", language=own_name(each)) for each in missing}


def asked_language(shelf: Shelved) -> str:
    """The language of the link, if the procedure has it."""
    asked = st.query_params.get("in", "")
    return asked if asked in shelf.languages else shelf.source


def next_of(viewer: Viewer, shelf: Shelved, picked: str) -> Procedure:
    """The text to begin with: that of the latest version in the language, or of the source for a translation."""
    source = shelf.effective()
    if picked in LANGUAGES and source is not None:
        text = load_procedure(viewer, source)
        return replace(text, language=picked, translates=Version(*source.number), version=Version())
    language = asked_language(shelf)
    latest = load_procedure(viewer, shelf.of(language)[-1])
    number = shelf.next_version(language, major=picked == MAJOR)
    translates = Version(*source.number) if latest.translates and source else latest.translates
    return replace(latest, version=number, translates=translates)


def start(viewer: Viewer, shelf: Shelved, picked: str) -> None:
    """Draft it and go on to its fields; somebody who was faster is told."""
    text = next_of(viewer, shelf, picked)
    try:
        viewer.store.state.procedures.start(viewer.principal, content_of(text))
    except (StateError, WrongEntry) as refused:
        tell(say("Not saved"), say_refusal(refused), kind="info")
        return
    open_page(viewer, "write", sop=shelf.key, **{"in": text.language})
