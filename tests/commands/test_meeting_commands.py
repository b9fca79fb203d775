"""`fairlead meeting`, as a person types it."""

import json
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., str]


def test_a_meeting_is_held_closed_taken_along_and_found(run: Run, tmp_path: Path) -> None:
    """
    Four formats, twice the same bytes; found by a word of its decision; the trail knows who took the file.
    """
    assert "Meeting 1" in run("meeting", "open", "shipping")
    for then in ("Ask UPS", "Ask DHL"):
        said = ("--what", "Ten were late", "--why", "One lorry", "--next", then)
        assert "Ten were late" in run("meeting", "comment", "1", "on_time_delivery_rate", *said)
    run("meeting", "decide", "1", "on_time_delivery_rate", "Book a second pick-up")
    assert "is not closed" in run("meeting", "pack", "1", "--to", "pack.pdf", fails=True)
    assert "frozen as" in run("meeting", "close", "1")
    for ending in ("pdf", "html", "xlsx", "pptx"):
        taken = []
        for name in (f"one.{ending}", f"two.{ending}"):
            assert "written" in run("meeting", "pack", "1", "--to", name, "--format", ending)
            taken.append((tmp_path / name).read_bytes())
        assert taken[0] == taken[1]
    shown = json.loads(run("meeting", "show", "1", "--format", "json"))
    assert [(each["part"], each["finding"], each["text"]) for each in shown] == [
        ("said", "what happened", "Ten were late"), ("said", "why", "One lorry"), ("said", "what is next", "Ask DHL"),
        ("decided", "watch it", "Book a second pick-up"),
    ]  # fmt: skip
    run("meeting", "pack", "1", "--to", "zh.html", "--format", "html", "--lang", "zh")
    assert "每周会议" in (tmp_path / "zh.html").read_text(encoding="utf-8")

    assert "Name a department" in run("meeting", "open", fails=True)
    assert "Meeting 2" in run("meeting", "open", "--monthly")
    assert "frozen as" in run("meeting", "close", "2")

    (row,) = json.loads(run("meeting", "find", "second", "delivery", "--format", "json"))
    assert (row["id"], row["decisions"]) == (1, 1)
    assert row["found"].startswith("On-time delivery · Watch it: Book a second pick-up; ")
    assert json.loads(run("meeting", "find", "rocket", "--format", "json")) == []
    assert json.loads(run("meeting", "find", "second", "--until", "2020-01-01", "--format", "json")) == []
