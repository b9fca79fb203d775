"""Why a form was refused is told in the reader's language, whoever refused it."""

from collections.abc import Callable
from datetime import date

import pytest

from kpi.words import Language, speaking
from pages.parts.refusals import say_refusal
from store.state import View
from store.state.annotations import Note
from store.state.baselines import BaselineRow

DAY, EARLIER = date(2025, 4, 27), date(2025, 4, 20)


def refused(make: Callable[[], object]) -> Exception:
    with pytest.raises(Exception, match=r".") as told:
        make()
    return told.value


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Note(DAY, DAY, "  "), "备注为空；请用几个字说明发生了什么。"),
        (lambda: Note(DAY, EARLIER, "Strike"), "备注的结束日 2025-04-20 早于开始日 2025-04-27。"),
        (lambda: View(" ", "overview", ""), "视图没有名称；请取一个便于查找的名称。"),
        (lambda: View("x" * 500, "overview", ""), "视图名称有 500 个字符，最多 60 个。"),
        (
            lambda: BaselineRow("oee", DAY, " "),
            "“oee”自 2025-04-27 起的基准没有理由；请说明发生了什么变化，以便日后的读者判断。",
        ),
    ],
    ids=["no note", "ends first", "no name", "long name", "no reason"],
)  # fmt: skip
def test_the_store_s_sentence_is_told_in_chinese(make: Callable[[], object], said: str) -> None:
    """
    Figures and days of the sentence stay; in English it is as the store says it.
    """
    told = refused(make)

    assert say_refusal(told) == str(told)
    with speaking(Language.CHINESE):
        assert say_refusal(told) == said


def test_what_nobody_foresaw_is_told_as_it_is() -> None:
    """
    An operator's message names a cause that must not be lost.
    """
    with speaking(Language.CHINESE):
        assert say_refusal(ValueError("disk full")) == "disk full"
