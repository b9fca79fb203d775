"""The reader's language: from the link, else from the browser; chosen at the top of every page."""

from pathlib import Path

import streamlit as st

from kpi.words import Language, language_of, spoken

KEY, MEMORY = "lang", "language"
PLACE = """<style>
.st-key-tongue{position:fixed;top:12px;right:16px;width:auto;z-index:999991}
.st-key-tongue button{min-height:26px;padding:0 8px}
.st-key-tongue button p{font-size:12px;text-transform:uppercase}
.st-key-tongue button:last-of-type p{font-size:0}
.st-key-tongue button:last-of-type p::after{content:"中文";font-size:12px}
@media(min-width:769px){[data-testid="stTopNav"]{max-width:calc(100vw - 210px);margin-right:auto}}
@media print{.st-key-tongue{display:none}}
</style>"""

_mark = st.components.v2.component(
    "page_language",
    html="<span></span>",
    js=(Path(__file__).parent / "language.js").read_text(encoding="utf-8"),
)


def draw_language() -> Language:
    """The choice, bound to the link as `?lang=`; what is drawn after it is said in that language.

    A link holds the text of an option, so the options are `en` and `zh`; the style sheet writes 中文. The document is
    marked with the language, for screen readers and line breaks. The mark also runs the page anew when a connection
    that was lost is back: it may lead to another replica, which knows nothing of this page before it has run it.
    """
    own = language_of(st.context.locale)
    kept = _kept()
    with st.container(key="tongue"):
        st.html(PLACE)
        picked = st.segmented_control(
            "Language · 语言", [each.value for each in Language], default=None if kept else own.value, required=True,
            key=KEY, bind="query-params", label_visibility="collapsed",
        )  # fmt: skip
        language = Language(picked or own)
        _mark(data={"tag": language.tag}, key="page_language", on_again_change=_pass)
    st.session_state[MEMORY] = language.value
    return language


def _pass() -> None:
    """Running anew is all that is wanted."""


def _kept() -> bool:
    """Put back what Streamlit forgets when another page is opened: a choice that came with the link."""
    remembered = st.session_state.get(MEMORY)
    if remembered is None or KEY in st.session_state or KEY in st.query_params:
        return False
    st.session_state[KEY] = remembered
    return True


def language_link(before: str = "&") -> str:
    """What a link to another page carries along: a language chosen by hand; `?` before it as the first parameter."""
    chosen = spoken().language
    return "" if chosen is language_of(st.context.locale) else f"{before}{KEY}={chosen}"
