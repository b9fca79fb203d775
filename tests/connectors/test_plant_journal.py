"""What machines said is kept line by line: a kill in the middle of a line loses that line and no other."""

from datetime import UTC, datetime

import pytest

from connectors.errors import ConfigError, SourceError
from connectors.plant.journal import Journal, Said, What


def said(hour: int, state: str = "ACTIVE", day: int = 3) -> Said:
    return Said("Mill", datetime(2025, 3, day, hour, tzinfo=UTC), What.STATE, state)


@pytest.fixture
def journal(tmp_path) -> Journal:
    found = Journal(tmp_path / "plant" / "floor")
    with found.writing():
        found.append([said(8), said(9, "READY"), said(1, day=4)])
    return found


def test_lines_are_kept_by_their_day(journal) -> None:
    """Two lines of Monday and one of Tuesday are in two files, and a file is read on from any line."""
    assert list(journal.sizes()) == ["2025-03-03.jsonl", "2025-03-04.jsonl"]
    size = journal.sizes()["2025-03-03.jsonl"]
    journal.append([said(10)])
    assert journal.read("2025-03-03.jsonl", size)["at"].to_list() == [datetime(2025, 3, 3, 10, tzinfo=UTC)]


def test_half_a_line_is_none(journal) -> None:
    """What a kill cut off is not read, and the next line does not grow on it."""
    file = journal.folder / "2025-03-03.jsonl"
    file.write_bytes(file.read_bytes() + b'["Mill", "2025-03-03T1')
    assert journal.read(file.name)["said"].to_list() == ["ACTIVE", "READY"]
    journal.append([said(11, "STOPPED")])
    assert journal.read(file.name)["said"].to_list() == ["ACTIVE", "READY", "STOPPED"]


def test_one_process_writes(journal) -> None:
    """A second writer is told that there is one."""
    with journal.writing(), pytest.raises(SourceError, match="another process listens"), journal.writing():
        pass


def test_a_line_changed_by_hand_is_said(journal) -> None:
    """A file that is no journal names itself."""
    (journal.folder / "2025-03-03.jsonl").write_text("not a line\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"2025-03-03.jsonl was changed by hand"):
        journal.read("2025-03-03.jsonl")


@pytest.mark.parametrize(
    "wrong, told",
    [
        ('protocol = "modbus"', "write one of mtconnect"),
        ('url = "ftp://floor"', 'write for example "http://agent.plant:5000"'),
        ('url = "http://ann:x@floor"', "must not name a user"),
        ('states = "mtconect"', "Did you mean 'mtconnect'"),
        ('states = { IDLE = "asleep" }', "write one of running, standing, unknown"),
        ("machines = { Mill = { node = 1 } }", "machines.Mill.node is not known here"),
        ("tables = { tickets = {} }", "a plant fills production_runs alone"),
    ],
)
def test_a_mistake_in_the_configuration_is_said(firm, wrong: str, told: str) -> None:
    """The key, its value and the way out."""
    keys = {"protocol": 'protocol = "mtconnect"', "url": 'url = "http://floor:5000"'}
    keys[wrong.split(" ")[0]] = wrong
    with pytest.raises(ConfigError, match=told.replace("(", r"\(")):
        firm.pull('[sources.floor]\nconnector = "plant"\n' + "\n".join(keys.values()))
