"""Why a file or a row was refused is told in the reader's language and in terms of the pages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi.words import Language, speaking
from pages.parts.files_told import say_problem
from pages.parts.refusals import say_refusal
from pages.parts.rows_told import say_reason
from store.database import StateError

HOUSE = Path(__file__).parent.parent.parent
OTHERS = ("inspect", "bringing", "mapping", "read_dates", "read_numbers")
NOT_UPLOADED = ("x12", "markup")  # formats that sources of fairlead.toml have, and uploads have not
OF_FILES = (
    *sorted(each for each in (HOUSE / "connectors" / "file").glob("*.py") if each.stem not in NOT_UPLOADED),
    *(HOUSE / "connectors" / f"{name}.py" for name in OTHERS),
)
FOR_TOML_ALONE = (
    "query",
    "is called",
    "path",
    "named",
    "X12",
    "glob",
    "rows have to be mended",
    "more than once",
    "Rename",
)


def sentences() -> Iterator[str]:
    """What is raised about files, with a letter for every value in it."""
    for file in OF_FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    ast.Name("SourceError" | "FileProblem"), [ast.JoinedStr() | ast.Constant() as text]
                ):
                    yield written(text)


def written(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.JoinedStr)
    return "".join(str(each.value) if isinstance(each, ast.Constant) else "7" for each in node.values)


def test_every_sentence_about_a_file_is_known_in_chinese() -> None:
    """
    Whoever adds a reason to refuse a file adds how the pages say it; what only TOML can cause stays as it is.
    """
    found = {each for each in sentences() if not any(word in each for word in FOR_TOML_ALONE)}
    assert len(found) > 30

    with speaking(Language.CHINESE):
        assert [each for each in found if say_problem(each) == each] == []


@pytest.mark.parametrize(
    ("heard", "english", "chinese"),
    [
        (
            "Column 'Sent' holds dates such as '03/04/2024', and their order is not declared. Write "
            "date_order = 'dmy', "
            "'mdy' or 'ymd', or a format such as '%d-%b-%y'.",
            "Sent holds dates such as 03/04/2024: choose the order of day, month and year under "
            "“How the file is written”.",
            "Sent 列的日期写作 03/04/2024：请在“文件的书写方式”中选择日、月、年的顺序。",
        ),
        (
            "sources.p.tables.returns.columns.returned_day is missing; returns needs it.",
            "Returns need Returned day. Choose the column that holds it under “What goes where”, or "
            "write one value for all "
            "rows.",
            "退货需要退回日。请在“列的对应”中选择对应的列，或为所有行填写同一个值。",
        ),
        ("disk full", "disk full", "disk full"),
    ],
)  # fmt: skip
def test_a_problem_is_told_with_what_to_do_on_the_page(heard: str, english: str, chinese: str) -> None:
    """
    No key of a configuration: the field of the page, in both languages; what nobody foresaw stays.
    """
    with speaking(Language.ENGLISH):
        assert say_problem(heard) == english
    with speaking(Language.CHINESE):
        assert say_problem(heard) == chinese


def test_each_thing_wrong_with_a_row_is_told() -> None:
    """
    Two cells are wrong, one with a semicolon inside its sentence; names of the file stay, our names are translated.
    """
    reason = (
        "Sent is '31/02': is not a date or does not exist, read as ISO 8601; "
        "Pcs is '-1': is too small; it may not be negative"
    )

    with speaking(Language.CHINESE):
        assert (
            say_reason(reason) == "Sent 为“31/02”：不是日期或不存在，按 ISO 8601 读取；Pcs 为“-1”：不能为负"
        )
        assert say_reason("market is missing") == "缺少市场"


def test_a_database_that_fails_is_told() -> None:
    """
    Where it is and what it said stay as they are, the way out is translated.
    """
    told = StateError(
        "The state database sqlite:///x.db cannot do this: disk is full. Make room on the disk."
    )

    with speaking(Language.CHINESE):
        assert say_refusal(told) == "状态数据库 sqlite:///x.db 无法执行：disk is full。请清理磁盘空间。"
