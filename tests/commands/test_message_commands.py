"""`fairlead message`, as a person types it."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

CONFIG = """
[channels.files]
kind = "file"
folder = "outbox"

[channels.mail]
kind = "email"
host = "127.0.0.1"
port = 1
security = "none"
from = "kpi@example.com"
"""
Run = Callable[..., str]


@pytest.fixture
def run(run: Run, tmp_path: Path) -> Run:
    """A firm with a folder that takes messages, and a mail server that is not there."""
    (tmp_path / "fairlead.toml").write_text(CONFIG)
    return partial(run, "message")


def test_a_channel_is_tried(run: Run, tmp_path: Path) -> None:
    """The folder took it and holds one file that says so; what cannot work says what is missing."""
    assert run("test", "files") == "files took the message.\n"
    (file,) = (tmp_path / "outbox").iterdir()
    assert json.loads(file.read_text(encoding="utf-8"))["title"] == "Fairlead can reach you"
    assert "fairlead.toml has files, mail" in run("test", "fax", fails=True)
    assert "--to you@example.com" in run("test", "mail", fails=True)
    assert "127.0.0.1 could not be reached: ConnectionRefusedError" in run(
        "test", "mail", "--to", "ann@example.com", fails=True
    )


def test_a_wish_is_told_and_kept(run: Run) -> None:
    """What is usual first; what is changed stays changed; what cannot be is refused with the way out."""
    usual = run("wish")
    assert "each, quiet 20:00-07:00 (the zone of the firm), daily at 08:00, in en" in usual
    changed = run(
        "wish", "--how", "daily", "--digest", "09:30", "--quiet", "18:00-08:00", "--zone", "Asia/Tokyo"
    )
    assert "daily, quiet 18:00-08:00 (Asia/Tokyo), daily at 09:30, in en" in changed
    assert "in zh" in run("wish", "--language", "zh")
    assert run("wish").endswith("daily at 09:30, in zh\n")
    assert "write one such as Europe/Berlin" in run("wish", "--zone", "Mars", fails=True)
    assert "write it as 07:30" in run("wish", "--digest", "noon", fails=True)
    assert "write it as 2026-01-07" in run("wish", "--pause", "soon", fails=True)


def test_nothing_was_sent_yet(run: Run) -> None:
    assert "id" in run("list", "--format", "csv")
    assert "Message 7 does not exist" in run("replay", "7", fails=True)
