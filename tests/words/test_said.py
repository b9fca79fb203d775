"""No page shows a text that was not looked up: every English word in the code of pages goes through say."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi.words.texts import HOUSE

SPOKEN = [
    HOUSE / "app.py",
    *sorted((HOUSE / "pages").rglob("*.py")),
    *sorted((HOUSE / "kpi" / "chart").rglob("*.py")),
]
NAMES = re.compile(r"^Fairlead$|^fairlead ")
LOOKED_UP = ("say", "marked", "say_many")
NOT_SHOWN = (
    "exception",
    "info",
    "warning",
    "error",
    "debug",
    "ValueError",
    "KeyError",
    "TypeError",
    "read_text",
    "NoAddress",
    "NotAnyMore",
    "ProviderError",
    "SettingError",
    "TooLongAgo",
    "WrongParts",
)
PROSE = re.compile(r"[A-Za-z]{2,},? [a-z]+|^[A-Z][a-z]{2,}[.:]?$|^[a-z]{3,} $|^ [a-z]{3,}$|^ [a-z]{3,} $")
MARKUP = re.compile(r"[<>{};=/]|^\.|data-testid|^:material|Inter|sans-serif|M\d|^f[lf]-")


def calls_around(tree: ast.Module) -> Iterator[tuple[ast.Constant, list[str]]]:
    """Each text of a file with the names of the calls it stands in, without docstrings."""

    def walk(node: ast.AST, inside: list[str]) -> Iterator[tuple[ast.Constant, list[str]]]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node, inside
        if isinstance(node, ast.Call):
            func = node.func
            name = (
                func.id
                if isinstance(func, ast.Name)
                else func.attr
                if isinstance(func, ast.Attribute)
                else ""
            )
            inside = [*inside, name]
        for child in ast.iter_child_nodes(node):
            if not silent(node, child):
                yield from walk(child, inside)

    yield from walk(tree, [])


def silent(parent: ast.AST, child: ast.AST) -> bool:
    """Docstrings, names of types, what a module gives away, and the sentence another one is said instead of."""
    match parent, child:
        case (ast.Dict(), ast.Constant()):
            said = [value for key, value in zip(parent.keys, parent.values, strict=True) if key is child]
            return any(isinstance(each, ast.Call) and ast.unparse(each.func) == "marked" for each in said)
        case (_, ast.keyword(arg="key" | "css")):
            return True
        case (_, ast.Expr(value=ast.Constant())):
            return True
        case (ast.Assign(targets=[ast.Name(id="__all__")]), _):
            return True
        case (ast.FunctionDef() | ast.AnnAssign() | ast.arg(), _):
            return child in (getattr(parent, "returns", None), getattr(parent, "annotation", None))
    return False


def unsaid(source: str) -> list[tuple[int, str]]:
    """The texts of a file that look like words for people and are not looked up."""
    return [
        (each.lineno, each.value)
        for each, inside in calls_around(ast.parse(source))
        if not set(inside) & {*LOOKED_UP, *NOT_SHOWN}
        and PROSE.search(str(each.value))
        and not MARKUP.search(str(each.value))
        and not NAMES.search(str(each.value))
    ]


@pytest.mark.parametrize("file", SPOKEN, ids=lambda file: file.relative_to(HOUSE).as_posix())
def test_every_text_of_a_page_is_looked_up(file: Path) -> None:
    """
    Two words in a row, or one with a capital, that no say, say_many or marked surrounds.
    """
    assert unsaid(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('st.header("Needs a decision")', 1),
        ('st.text(f"{n} rows were left out")', 1),
        ('Column("Status")', 1),
        ('st.header(say("Needs a decision"))', 0),
        ('log.info("no row was read")', 0),
        ('st.html("<div class=fl-told>")', 0),
        ('def f() -> None:\n    """Says nothing to anybody."""', 0),
    ],
)
def test_what_counts_as_a_text(source: str, found: int) -> None:
    """
    The check finds words on pages and leaves markup, logs and docstrings alone.
    """
    assert len(unsaid(source)) == found
