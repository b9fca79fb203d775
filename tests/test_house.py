"""The rules of the house that neither ruff, mypy nor import-linter can keep."""

import ast
import hashlib
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

import kpi.dictionary
import store.dictionary

HOUSE = Path(__file__).parent.parent
LAYERS = ("commands", "pages", "meetings", "alerts", "sop", "kpi", "connectors", "worker", "store", "demo")
DOORS = ("app", "cli", "server", "settings")


@cache
def tracked() -> list[Path]:
    """The committed and staged files, relative to the house."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=HOUSE, capture_output=True, text=True, check=True)
    return [Path(name) for name in listed.stdout.split("\0") if name and (HOUSE / name).is_file()]


def product() -> list[Path]:
    """The committed Python files that a deployment runs."""
    return [
        file for file in tracked() if file.suffix == ".py" and (file.parts[0] in LAYERS or file.stem in DOORS)
    ]


@cache
def nodes(file: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse((HOUSE / file).read_text(encoding="utf-8"))))


def functions(file: Path) -> Iterator[tuple[str, int]]:
    """Each function with its number of lines, signature and docstring included."""
    for node in nodes(file):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{file}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def imported(file: Path) -> set[str]:
    """The top-level names of every module the file imports."""
    names = {alias.name for node in nodes(file) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes(file) if isinstance(node, ast.ImportFrom) and node.module}
    return {name.split(".")[0] for name in names}


def reads_environment(file: Path) -> list[str]:
    """The lines that touch os.environ or os.getenv."""
    return [
        f"{file}:{node.lineno}"
        for node in nodes(file)
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv"))
        or (isinstance(node, ast.ImportFrom) and {"environ", "getenv"} & {alias.name for alias in node.names})
    ]


def test_no_page_sits_directly_in_pages() -> None:
    """
    After a restart Streamlit runs any pages/*.py it is asked for, without app.py and its sign-in.
    """
    assert [file.name for file in (HOUSE / "pages").glob("*.py")] == ["__init__.py"]


def test_no_file_is_longer_than_300_lines() -> None:
    """
    A longer file holds more than one thing.
    """
    lengths = {str(file): len((HOUSE / file).read_text(encoding="utf-8").splitlines()) for file in product()}

    assert {file: lines for file, lines in lengths.items() if lines > 300} == {}


def test_functions_are_short() -> None:
    """
    At most 40 lines, and half of all functions under 10.
    """
    lengths = dict(pair for file in product() for pair in functions(file))

    assert {name: lines for name, lines in lengths.items() if lines > 40} == {}
    assert median(lengths.values()) < 10


def test_every_file_says_what_it_is() -> None:
    """
    A product file opens with a docstring; only an empty __init__.py may do without.
    """
    silent = [
        str(file)
        for file in product()
        if (text := (HOUSE / file).read_text(encoding="utf-8")).strip()
        and not ast.get_docstring(ast.parse(text))
    ]

    assert silent == []


def test_no_file_is_named_after_nothing() -> None:
    """
    utils.py and helpers.py are where things go to be forgotten.
    """
    assert [str(file) for file in tracked() if file.stem in ("utils", "util", "helpers")] == []


def test_only_the_doors_read_the_environment() -> None:
    """
    What a deployment may change is in settings.py and arrives as an argument.
    """
    assert [line for file in product() if file.stem not in DOORS for line in reads_environment(file)] == []


def test_nobody_imports_a_door() -> None:
    """
    Settings are read by the doors; a layer that imports them has hidden inputs.
    """
    assert [str(file) for file in product() if file.parts[0] in LAYERS and imported(file) & set(DOORS)] == []


def test_every_direct_dependency_is_pinned() -> None:
    """
    Two installations of one version are the same.
    """
    lines = [
        line
        for name in ("requirements.txt", "requirements-dev.txt")
        for line in (HOUSE / name).read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]

    assert [line for line in lines if "==" not in line] == []


def test_the_kpi_dictionary_is_fresh() -> None:
    """
    docs/kpis.md is what `make docs` writes from the definitions.
    """
    assert (HOUSE / "docs" / "kpis.md").read_text(encoding="utf-8") == kpi.dictionary.pages()


def test_the_fact_dictionary_is_fresh() -> None:
    """
    docs/facts.md is what `make docs` writes from the table contracts.
    """
    assert (HOUSE / "docs" / "facts.md").read_text(encoding="utf-8") == store.dictionary.dictionary()


def test_golden_cases_are_the_agreed_ones(shared: Path) -> None:
    """
    The committed copy of the golden cases is the one everybody else tests against.
    """
    ours = (HOUSE / "tests" / "golden" / "golden.json").read_bytes()

    assert ours == (shared / "golden" / "golden.json").read_bytes()


def test_no_reference_data_is_committed(shared: Path) -> None:
    """
    The data sets beside the project are not ours to give away.
    """
    sizes = {file.stat().st_size for file in (shared / "data").rglob("*") if file.is_file()}
    suspects = [file for file in tracked() if (HOUSE / file).stat().st_size in sizes - {0}]
    if not suspects:
        return
    theirs = {_digest(file) for file in (shared / "data").rglob("*") if file.is_file()}

    assert [str(file) for file in suspects if _digest(HOUSE / file) in theirs] == []


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@pytest.mark.parametrize(
    "word", ["TO" + "DO", "FIX" + "ME", "pytest.mark.sk" + "ip", "pytest.mark.xf" + "ail"]
)
def test_nothing_is_left_for_later(word: str) -> None:
    """
    Unfinished work is an entry in the tracker, not a comment.
    """
    sources = [file for file in tracked() if file.suffix in (".py", ".toml", ".sh")]

    assert [str(file) for file in sources if word in (HOUSE / file).read_text(encoding="utf-8")] == []
