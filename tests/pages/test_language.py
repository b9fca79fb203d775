"""The language of a page: from the link, else from the browser."""

import pytest
from streamlit.testing.v1 import AppTest


def told() -> None:
    """Runs as the script of a page."""
    import streamlit as st

    from kpi.words import say, speaking
    from pages.parts.language import draw_language, language_link

    with speaking(draw_language(), st.context.locale):
        st.text(say("Overview"))
        st.text(f"rest {language_link()}")


@pytest.mark.parametrize(
    ("link", "browser", "texts"),
    [
        (None, "en-US", ["Overview", "rest"]),
        (None, "zh-CN", ["总览", "rest"]),
        ("zh", "en-US", ["总览", "rest &lang=zh"]),
        ("en", "zh-CN", ["Overview", "rest &lang=en"]),
        ("fr", "de-DE", ["Overview", "rest"]),
    ],
)
def test_the_link_says_the_language_and_else_the_browser(
    link: str | None, browser: str, texts: list[str]
) -> None:
    """
    Links to other pages name a language only where it is not what the browser asks for.
    """
    page = AppTest.from_function(told)
    page.context["locale"] = browser
    if link:
        page.query_params["lang"] = link

    page.run()

    assert not page.exception
    assert [each.value for each in page.text] == texts


def test_a_choice_by_hand_stays() -> None:
    """
    Chosen once, it holds for the next runs; no warning is shown beside it.
    """
    page = AppTest.from_function(told).run()
    page.segmented_control(key="lang").set_value("zh").run()
    page.run()

    assert page.text[0].value == "总览"
    assert not page.warning
