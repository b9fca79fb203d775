"""The catalogue is complete: every text has its Chinese, with the same figures to fill in, and none is left over."""

import ast
import re
from string import Formatter

import pytest

from kpi.words import Language
from kpi.words.catalogue import read_texts
from kpi.words.texts import ARGUMENTS, HOUSE, Key, files, literal, texts

CHINESE = {
    tuple(each.id) if isinstance(each.id, list | tuple) else each.id: each.string
    for each in read_texts(Language.CHINESE)
    if each.id
}
SAID = texts()
WAY_OUT = "Run `python -m kpi.words`, then write what is missing into kpi/words/zh.po."
SAME_IN_BOTH = re.compile(r"^[^a-z]*$|^(?:SOP|Theta|XmR|[A-Z]{2,5})$")


def filled_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def told(key: Key) -> str:
    """The Chinese of a text, empty where there is none."""
    string = CHINESE.get(key, "")
    return string if isinstance(string, str) else string[0]


def test_every_text_has_its_chinese() -> None:
    """
    Calls of say, say_many and marked, definitions of KPIs, tables and columns.
    """
    assert sorted(str(key) for key in SAID if not told(key)) == [], WAY_OUT


def test_no_text_is_left_over() -> None:
    """
    What nobody says any more is taken out.
    """
    assert sorted(str(key) for key in CHINESE if key not in SAID) == [], WAY_OUT


def test_both_languages_fill_in_the_same() -> None:
    """
    A figure that stands in the English sentence stands in the Chinese one.
    """
    unlike = []
    for key in CHINESE:
        many = key if isinstance(key, str) else key[1]
        if filled_in(many) != filled_in(told(key)):
            unlike.append(many)

    assert unlike == []


def test_a_text_to_be_said_stands_in_the_call() -> None:
    """
    An f-string or a sum of texts cannot be looked up; values are given by name.
    """
    wrong = [
        f"{file.relative_to(HOUSE)}:{node.lineno}"
        for file in files()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ARGUMENTS
        and any(isinstance(arg, ast.JoinedStr | ast.BinOp) for arg in node.args[: ARGUMENTS[node.func.id]])
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("source", "key"),
    [
        ('say("Rows")', "Rows"),
        ('say("{n} left", n=3)', "{n} left"),
        ('say_many("{n} row", "{n} rows", 2)', ("{n} row", "{n} rows")),
        ('marked("one " "text")', "one text"),
        ("say(kpi.name)", None),
        ('other("Rows")', None),
    ],
)
def test_what_the_collector_finds(source: str, key: Key | None) -> None:
    """
    Only a text that stands in the call is found there; what a variable holds must be marked where it is made.
    """
    call = ast.parse(source, mode="eval").body

    assert isinstance(call, ast.Call)
    assert literal(call) == key


def test_chinese_is_chinese() -> None:
    """
    Nobody copied the English; names of methods and codes may be the same.
    """
    copied = [
        key for key in CHINESE if isinstance(key, str) and told(key) == key and not SAME_IN_BOTH.match(key)
    ]

    assert copied == []
