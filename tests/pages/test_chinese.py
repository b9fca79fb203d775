"""Pages in Chinese: whoever asks for ?lang=zh meets no English sentence, except names that come from the data."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from zoneinfo import available_timezones

import pytest
from streamlit.testing.v1 import AppTest

from kpi.model import Department
from pages.kpi import TABS
from pages.parts.viewer import Viewer
from store.home import Store
from store.scope import LOCAL_OWNER

KPI = "on_time_delivery_rate"
PAGES = [
    ("pages.overview", {}),
    *((f"pages.department:{each}", {}) for each in Department),
    *(("pages.kpi", {"kpi": KPI, "tab": tab}) for tab in TABS),
    ("pages.flow", {}),
    ("pages.data", {}),
]
WORDS = re.compile(r"[A-Za-z]{3,}[,;:]? [a-z]{2,}|\b(?:the|of|from|with|since|no|and)\b|\b[A-Z][a-z]{3,}\b")
OF_DATA = (
    "Small & <b>Sons</b>",
    "Small &amp; &lt;b&gt;Sons&lt;/b&gt;",
    "My company",
    "kpi-domain",
    "fairlead.toml",
    "Language",
    "zh-Hans",
    "status is &#x27;gone&#x27;, which is none of the statuses",
)
NAMED = re.compile(
    r"`[^`]*`|fairlead [a-z ]+|\b(?:SCOR|UPU|ISO|WCO|NHS|MASE|WAPE)\b[^，。]*|Fairlead|Bennet|Shapley|Excel|Prime"
)
SILENT = ("key", "href", "status", "css", "kind", "id", "glyph", "path", "scheme", "names", "ranked")


def show(module: str, *args: object) -> None:
    """Runs inside the page's script."""
    from importlib import import_module

    import streamlit as st

    from kpi.words import speaking
    from pages.parts.language import draw_language

    with speaking(draw_language(), st.context.locale):
        import_module(module).render(*args)


def opened(page: str, viewer: Viewer, **query: str) -> AppTest:
    module, _, department = page.partition(":")
    args = [replace(viewer, seen={}), *([Department(department)] if department else [])]
    test = AppTest.from_function(show, args=(module, *args), default_timeout=60)
    for name, value in {"lang": "zh", **query}.items():
        test.query_params[name] = value
    return test.run()


def said(page: AppTest) -> Iterator[str]:
    """Every text a reader or a screen reader meets, without markup."""
    for kind in ("html", "text", "title", "header", "subheader", "caption", "markdown", "info"):
        for each in page.get(kind):
            yield re.sub(r"<style>.*?</style>|<[^>]*>", " ", str(getattr(each, "value", "")), flags=re.DOTALL)
    for kind in (
        "button",
        "selectbox",
        "segmented_control",
        "toggle",
        "text_input",
        "checkbox",
        "button_group",
    ):
        for each in page.get(kind):
            yield from (str(getattr(each, "label", "")), str(getattr(each, "help", "") or ""))
            yield from map(str, getattr(each, "options", ()))
    for each in page.get("vega_lite_chart"):
        yield each.proto.alt
        yield from _titles(json.loads(each.proto.spec))
    for each in page.get("bidi_component"):
        yield from _texts(json.loads(each.proto.json)) if each.proto.json else ()


def _texts(data: Any, name: str = "") -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _texts(value, key)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value, name)
    elif isinstance(data, str) and name not in SILENT:
        yield data


def _titles(spec: Any) -> Iterator[str]:
    """Titles and texts that the picture itself says."""
    if isinstance(spec, dict):
        yield from (
            value for key, value in spec.items() if key in ("title", "text") and isinstance(value, str)
        )
        for value in spec.values():
            yield from _titles(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from _titles(value)


ZONES = available_timezones()


def english(texts: Iterator[str]) -> list[str]:
    """The texts that hold English words beside names of data and commands."""
    found = []
    for text in texts:
        if text in ZONES:
            continue
        left = NAMED.sub(" ", text)
        for name in OF_DATA:
            left = left.replace(name, " ")
        if WORDS.search(left):
            found.append(text)
    return found


def told(page: str, store: Store, query: dict[str, str]) -> list[str]:
    """The English of a page that was asked for in Chinese."""
    shown = opened(page, Viewer(store, LOCAL_OWNER), **query)
    assert not shown.exception
    return english(said(shown))


@pytest.mark.parametrize(("page", "query"), PAGES, ids=lambda each: each if isinstance(each, str) else "")
def test_a_chinese_page_holds_no_english_sentence(page: str, query: dict[str, str], store: Store) -> None:
    """
    Definitions, tables, charts with their text alternatives, filters and notices; every tab of a KPI.
    """
    assert told(page, store, query) == []


@pytest.mark.parametrize("page", ["pages.overview", "pages.department:shipping", "pages.kpi", "pages.data"])
def test_nor_does_one_without_data(page: str, empty: Store) -> None:
    """
    How to begin is said in Chinese, too; only the commands are not.
    """
    assert told(page, empty, {}) == []


def test_english_is_recognised() -> None:
    """
    The check itself finds a forgotten sentence and leaves names and commands alone.
    """
    texts = [
        "准时交付率 since 26 Oct",
        "Nothing needs a decision",
        "Small & <b>Sons</b> · 评估日",
        "SCOR RL.2.2",
    ]

    assert english(iter(texts)) == texts[:2]
