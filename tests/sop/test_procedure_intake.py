"""Procedures that were written elsewhere, and what they may not bring along."""

import re

import pytest
from hostile import ELSEWHERE, HOSTILE, MARK

from sop.procedure.intake import from_html, from_markdown, linked
from sop.procedure.markdown import read, write
from sop.procedure.problems import unsound
from sop.procedure.prose import as_html, as_lines

WIKI = """\
---
title: ignored
tags: [a, b]
---
# Packing a parcel

Last changed in May.

## Purpose

Wrong labels travel.

## Scope

Germany and *France*.

## Procedure

1. Print the label. Only after the address is verified.
   - check the postal code
2. **Weigh**: use the scale
3. Seal it

## References

See the [manual](https://example.com/manual).
"""
PAGE = """<html><head><title>Confluence</title><style>p {{}}</style></head><body><h1>Packing</h1>
<h2>Why</h2><p>{text}</p><h2>Steps</h2><h3>Step 1: Print</h3><p>{text} <a href="javascript:alert(1)">x</a></p>
<h3>2. Weigh</h3><p onclick="x()">On the <b>scale</b>.</p><script>{text}</script><img src=x onerror=alert(1)></body>
</html>"""


def test_headings_and_numbered_lists_become_steps() -> None:
    """
    A first sentence is the title, the whole item the instruction; what is no step stays under its heading.
    """
    found = from_markdown(WIKI, "Packing, a parcel")

    assert (found.key, found.title, found.purpose) == (
        "packing_a_parcel",
        "Packing a parcel",
        "Wrong labels travel.",
    )
    assert [(each.key, each.title, each.instruction) for each in found.steps] == [
        (
            "print_the_label", "Print the label",
            "Print the label. Only after the address is verified.\n- check the postal code",
        ),
        ("weigh", "Weigh", "**Weigh**: use the scale"),
        ("seal_it", "Seal it", "Seal it"),
    ]  # fmt: skip
    assert [each.heading for each in found.sections] == ["Overview", "Scope", "References"]
    assert [each.step for each in unsound(found)] == [
        0,
        0,
        1,
        2,
        3,
    ]  # department, owner, accountable three times


def test_numbered_headings_become_steps_and_html_becomes_markdown() -> None:
    """
    As wikis export it.
    """
    found = from_html(PAGE.format(text="Wrong labels travel."), "packing")

    assert (found.title, found.purpose) == ("Packing", "Wrong labels travel.")
    assert [(each.title, each.instruction) for each in found.steps] == [
        ("Print", "Wrong labels travel. x"),
        ("Weigh", "On the **scale**."),
    ]


@pytest.mark.parametrize("take", [from_html, from_markdown])
def test_hostile_pages_stay_words(take: object) -> None:
    """
    Sixty strings as text of a page: nothing of them is an element, an attribute, a picture or a script's address.
    """
    for text in HOSTILE:
        page = (
            PAGE.format(text=text)
            if take is from_html
            else f"# {text}\n\n{text}\n\n1. {text}\n\n## Why\n\n{text}"
        )
        found = take(page, text)  # type: ignore[operator]
        assert read(write(found)) == found
        for each in (found.purpose, found.preparation, *(step.instruction for step in found.steps)):
            shown = as_html(each)
            assert not re.search(rf"<[^>]*({MARK}|on\w+=|javascript:|data:)", shown)
            assert not re.search(
                r"<(?!/?(p|ol|ul|li|a|em|strong|code|pre|table|thead|tbody|tr|th|td|h\d|hr|br|blockquote)\b)",
                shown,
            )
            assert f'src="http://{ELSEWHERE}' not in shown


def test_only_links_of_the_web_lead_anywhere() -> None:
    """
    Pictures of others are links at most, so that no page asks another host by itself.
    """
    assert 'href="https://a.example/b"' in as_html("[x](https://a.example/b)")
    for text in ("[x](javascript:alert(1))", "[x](data:text/html,x)", "[x](//a.example)", "<img src=x>"):
        assert "<a" not in as_html(text)
    assert "<img" not in as_html("![x](https://a.example/a.png)")


def test_words_without_markup() -> None:
    """
    As a PDF sets them: a line for each paragraph, item and row.
    """
    text = (
        "Take **both**:\n\n- one\n- [two](https://a.example)\n\n1. first\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )

    assert as_lines(text) == ["Take both:", "• one", "• two", "1. first", "a · b", "1 · 2"]


def test_the_same_text_elsewhere_is_the_same_version() -> None:
    """
    Line ends and blanks around it do not count; one letter does.
    """
    draft = from_markdown(WIKI, "packing")
    seen = linked(draft, "https://notion.so/packing", "Pack.\r\nSeal.\n")

    assert linked(draft, "https://notion.so/packing", "\nPack.\nSeal.") == seen
    assert linked(draft, "https://notion.so/packing", "Pack.\nSeal!") != seen
