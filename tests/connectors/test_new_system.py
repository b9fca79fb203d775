"""A new system is one file and one recording: the one the documentation shows, and all that are kept here."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from recorded import Player, play
from system_calls import kpi
from web_shop import Asked

HOUSE = Path(__file__).parents[2]
PAGE = HOUSE / "docs" / "new-system.md"
RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*.json"))


def shown(kind: str, number: int = 0) -> str:
    """A block of the page."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)[number]


def test_the_documented_system_is_played_from_its_documented_recording(calling: Any) -> None:
    """
    The file and the recording as they stand on the page: three parcels, four scans, one code that waits, one promise of
    two kept.
    """
    calling.write("boxhaven.toml", shown("toml"))
    play(calling, json.loads(shown("json")))
    rate = kpi(calling, "on_time_delivery_rate", date(2025, 3, 1), date(2025, 3, 6))
    assert (rate["numerator"], rate["denominator"]) == (1, 2)


def test_the_documented_file_is_short() -> None:
    assert len(shown("toml").splitlines()) < 80


@pytest.mark.parametrize("file", RECORDINGS, ids=lambda file: file.stem)
def test_recordings_kept_here_are_played(calling: Any, file: Path) -> None:
    recording = json.loads(file.read_text(encoding="utf-8"))
    system = file.with_name(recording["source"]["system"])
    if system.exists():
        calling.write(system.name, system.read_text(encoding="utf-8"))
    play(calling, recording)


def test_a_file_that_asks_for_something_else_is_found_out(calling: Any) -> None:
    """Another name of a parameter: the pull fails with the question that was not recorded."""
    calling.write("boxhaven.toml", shown("toml").replace('"updated_after"', '"since"'))
    with pytest.raises(AssertionError, match=r"not recorded: GET /v2/parcels .*'since'"):
        play(calling, json.loads(shown("json")))


def test_a_file_that_reads_another_field_is_found_out(calling: Any) -> None:
    calling.write("boxhaven.toml", shown("toml").replace('order_id = "reference"', 'order_id = "number"'))
    with pytest.raises(AssertionError, match="BX1"):
        play(calling, json.loads(shown("json")))


def test_what_nobody_asks_for_is_found_out() -> None:
    player = Player(
        [{"request": {"path": "/a"}, "response": {}}, {"request": {"path": "/b"}, "response": {}}]
    )
    player(Asked("/a", {}, {}))
    assert [each["request"]["path"] for each in player.left] == ["/b"]
