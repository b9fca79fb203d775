"""The caches of a new version are filled before anybody asks."""

from dataclasses import replace

import pytest

from kpi import standings
from pages.parts.viewer import Viewer
from pages.parts.warming import warm_if_new


def test_nothing_is_left_to_work_out_once_it_is_warm(owner: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Warmed for all markets and each: asking again reads no components.
    """
    version = warm_if_new(lambda: owner, "")
    asked: list[object] = []
    monkeypatch.setattr(standings, "values_of", lambda *args: asked.append(args))

    assert warm_if_new(lambda: replace(owner, seen={}), "") == version
    assert asked == []


def test_a_failure_is_logged_and_tried_again(
    owner: Viewer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """
    The version that was seen stays the one before.
    """

    def fail(*_: object) -> None:
        raise OSError("disk on fire")

    monkeypatch.setattr("pages.parts.warming.load_coverage", fail)

    assert warm_if_new(lambda: owner, "before") == "before"
    assert "could not be prepared" in caplog.text
