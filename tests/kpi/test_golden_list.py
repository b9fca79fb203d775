"""Every golden case of the file is either tested here or named as belonging to a later issue."""

import ast
from pathlib import Path

from golden_cases import CASES, LATER, RECORDS, SUMS


def test_every_case_is_in_exactly_one_list() -> None:
    """
    A case that appears in the file must be put into a list before the tests pass again.
    """
    lists = [RECORDS, SUMS, *LATER.values()]
    named = [case for each in lists for case in each]

    assert sorted(named) == sorted(CASES)


def test_every_listed_case_is_tested() -> None:
    """
    Each case of this issue is read by name in a golden test, the records with a lake, the sums without one.
    """
    by_engine = {case for test in golden_tests() if takes_lake(test) for case in cases_of(test)}
    by_score = {case for test in golden_tests() if not takes_lake(test) for case in cases_of(test)}

    assert (by_engine, by_score) == (RECORDS, SUMS)


def test_every_wrong_result_is_refused() -> None:
    """
    A case that names wrong results is used by a test that asserts inequality with each of them.
    """
    refusing = {
        case
        for test in golden_tests()
        if any(isinstance(node, ast.Attribute) and node.attr == "refuses" for node in ast.walk(test))
        for case in cases_of(test)
    }

    assert {case for case in RECORDS | SUMS if CASES[case].wrong} <= refusing


def golden_tests() -> list[ast.FunctionDef]:
    """The test functions of all golden files, with their decorators."""
    files = Path(__file__).parent.glob("test_golden_*.py")
    parsed = [node for file in files for node in ast.parse(file.read_text(encoding="utf-8")).body]
    return [node for node in parsed if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def cases_of(test: ast.FunctionDef) -> set[str]:
    """The cases a test names."""
    return {node.value for node in ast.walk(test) if isinstance(node, ast.Constant)} & CASES.keys()


def takes_lake(test: ast.FunctionDef) -> bool:
    return "lake" in {argument.arg for argument in test.args.args}
