"""Every public function and class of the KPI layer says what it does."""

import ast
from collections.abc import Iterator
from pathlib import Path

import kpi

HOME = Path(kpi.__file__).parent


def undescribed() -> Iterator[str]:
    """Public functions, classes and methods without a docstring, by file."""
    for file in sorted(HOME.rglob("*.py")):
        for node in _public(ast.parse(file.read_text(encoding="utf-8"))):
            if not ast.get_docstring(node):
                yield f"{file.relative_to(HOME)}: {node.name}"


def _public(tree: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        yield node
        if isinstance(node, ast.ClassDef):
            yield from _public(node)


def test_every_public_function_and_class_is_described() -> None:
    """
    What it is, with units, shapes or columns, errors and the source of its formula where it has them.
    """
    assert list(undescribed()) == []
