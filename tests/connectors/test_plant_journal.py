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


def test_a_day_begins_with_what_was_so(journal) -> None:
    """
    Tuesday's file begins with the state of Monday 09:00, Friday's with that of Tuesday 01:00
    and a count of then, past a day on which it was heard alone; read as news it has neither.
    """
    assert journal.read("2025-03-04.jsonl").rows() == [
        ("Mill", datetime(2025, 3, 3, 9, tzinfo=UTC), "state", "READY"),
        ("Mill", datetime(2025, 3, 4, 1, tzinfo=UTC), "state", "ACTIVE"),
    ]
    journal.append([Said("Mill", datetime(2025, 3, 4, 2, tzinfo=UTC), What.COUNT, "7")])
    journal.append([Said("", datetime(2025, 3, 6, tzinfo=UTC), What.HEARD), said(8, day=7)])
    rows = journal.read("2025-03-07.jsonl").rows()
    assert [(at.day, what, text) for _, at, what, text in rows] == [
        (4, "state", "ACTIVE"),
        (4, "count", "7"),
        (7, "state", "ACTIVE"),
    ]
    assert journal.read("2025-03-07.jsonl", carried=False).height == 1


def test_half_a_line_is_none(journal) -> None:
    """What a kill cut off is not read, and the next line does not grow on it."""
    file = journal.folder / "2025-03-03.jsonl"
    file.write_bytes(file.read_bytes() + b'["Mill", "2025-03-03T1')
    assert journal.read(file.name)["said"].to_list() == ["ACTIVE", "READY"]
    journal.append([said(11, "STOPPED")])
    assert journal.read(file.name)["said"].to_list() == ["ACTIVE", "READY", "STOPPED"]


def test_a_line_that_is_being_written_is_not_measured(journal) -> None:
    """How far a file was read ends with a whole line, so that reading goes on with one."""
    file = journal.folder / "2025-03-03.jsonl"
    size = file.stat().st_size
    file.write_bytes(file.read_bytes() + b'["Mill", "2025-')
    assert journal.sizes()[file.name] == size
    file.write_bytes(file.read_bytes() + b'03-03T12:00:00.000000+00:00", "state", "READY"]\n')
    assert journal.read(file.name, size)["said"].to_list() == ["READY"]


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
