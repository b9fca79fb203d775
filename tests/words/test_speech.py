"""Which language a run speaks, and that no run hears another."""

import threading

import pytest

from kpi.words import (
    Language,
    clauses,
    keeping,
    language_of,
    listed,
    say,
    say_many,
    speaking,
    speech,
    spoken,
)


def test_an_unknown_text_stays_english() -> None:
    """
    A missing translation is a sentence the reader can still read.
    """
    with speaking(Language.CHINESE):
        assert say("A sentence nobody wrote {n} times", n=3) == "A sentence nobody wrote 3 times"


def test_a_text_is_said_in_the_language_of_the_run() -> None:
    """
    English is the key, Chinese is in the catalogue, and afterwards all is as before.
    """
    with speaking(Language.CHINESE):
        assert say("Overview") == "总览"
    assert say("Overview") == "Overview"


def test_one_and_many() -> None:
    """
    English has two forms, Chinese one; a number may come already written.
    """
    assert [say_many("{n} row", "{n} rows", n) for n in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]
    assert say_many("{n} row", "{n} rows", 1204, n="1,204") == "1,204 rows"
    with speaking(Language.CHINESE):
        assert say_many("{n} row", "{n} rows", 1) == "1 行"


def test_braces_of_data_are_left_alone() -> None:
    """
    Without values nothing is filled in, so a text with braces is no error.
    """
    assert say("{not a value}") == "{not a value}"


def test_a_failing_run_leaves_no_language_behind() -> None:
    """
    The next run in this thread begins in English.
    """
    with pytest.raises(RuntimeError), speaking(Language.CHINESE):
        raise RuntimeError
    assert spoken().language is Language.ENGLISH


def test_threads_do_not_hear_each_other() -> None:
    """
    A session that runs while another one speaks Chinese speaks English, unless it keeps what it was given.
    """
    heard = []

    def ask() -> None:
        heard.append(say("Overview"))

    with speaking(Language.CHINESE):
        kept = keeping(ask)
        for run in (ask, kept):
            thread = threading.Thread(target=run)
            thread.start()
            thread.join()

    assert heard == ["Overview", "总览"]


@pytest.mark.parametrize(
    ("language", "browser", "numbers", "days"),
    [
        ("en", "de-DE", "de_DE", "en"),
        ("en", "en-US", "en_US", "en_US"),
        ("zh", "en-US", "en_US", "zh_Hans_CN"),
        ("zh", "zh-CN", "zh_Hans_CN", "zh_Hans_CN"),
        ("zh", "tlh-XX", "zh_Hans_CN", "zh_Hans_CN"),
        ("en", None, "en", "en"),
        ("en", "no locale at all", "en", "en"),
    ],
)
def test_numbers_follow_the_browser_and_days_the_language(
    language: str, browser: str | None, numbers: str, days: str
) -> None:
    """
    A German who reads English gets German separators, but no German month names in an English sentence.
    """
    found = speech(Language(language), browser)

    assert (found.numbers, found.days) == (numbers, days)


def test_the_browser_proposes_the_language() -> None:
    """
    Every Chinese locale gets Chinese, any other one English.
    """
    assert [language_of(each) for each in ("zh-CN", "zh-TW", "zh", "de-DE", "", None)] == [
        *[Language.CHINESE] * 3,
        *[Language.ENGLISH] * 3,
    ]


def test_lists_and_clauses() -> None:
    """
    Chinese sets names apart by a comma of its own.
    """
    assert (listed(["a", "b"]), clauses(["a", "b"])) == ("a, b", "a; b")
    with speaking(Language.CHINESE):
        assert (listed(["a", "b"]), clauses(["a", "b"])) == ("a、b", "a；b")
