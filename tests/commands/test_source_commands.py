"""A source from the command line: added, tried out, read, shown, and the codes nobody knows."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import cli

CONFIG = """# A comment that stays.
[company]
name = "Two carriers"
timezone = "Europe/Berlin"

[sources.parcels]
connector = "file"
path = "parcels.csv"

[sources.parcels.tables.shipments]
key = "parcel"
columns.market = { constant = "DE" }
columns.shipped_day = "sent"
columns.promised_day = "promised"
columns.status = { from = "status", map = { OK = "delivered", GO = "in_transit" } }
"""
PARCELS = """parcel,sent,promised,status
1,2025-03-01,2025-03-05,OK
2,2025-03-01,2025-03-05,GO
3,2025-03-02,2025-03-06,XX
4,2025-03-02,2025-03-06,XX
5,2025-03-03,2025-03-07,it's
"""
ZENDESK = ("source", "add", "zendesk", "--name", "desk", "--since", "2025-01-01", "--user", "ops@example.com")
HOST = ("--address", "https://firm.zendesk.com")
Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in the folder of a firm with five parcels; `fails=True` returns what it said on its way out."""
    (tmp_path / "fairlead.toml").write_text(CONFIG)
    (tmp_path / "parcels.csv").write_text(PARCELS)

    def typed(*words: str, fails: bool = False) -> str:
        monkeypatch.setattr("sys.argv", ["fairlead", *words])
        monkeypatch.chdir(tmp_path)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert bool(ended.value.code) is fails, said.err
        return said.err if fails else said.out

    return typed


def test_a_source_is_tried_before_anything_is_stored(run: Run) -> None:
    """Of five rows two fit; three are refused, two of them for the same code; afterwards nothing was read yet."""
    (table,) = json.loads(run("source", "test", "parcels", "--format", "json"))
    assert (table["table"], table["answered"], table["read"], table["fit"], table["refused"]) == (
        "shipments", True, 5, 2, 3,
    )  # fmt: skip
    assert table["why"].startswith("status is 'XX': has no mapping")
    (shown,) = json.loads(run("source", "show", "parcels", "--format", "json"))
    assert (shown["read"], shown["waiting"], shown["position"]) == (None, 0, "")


def test_a_source_that_does_not_answer_fails_with_its_reason(run: Run, tmp_path: Path) -> None:
    """The file is gone: the line says which, and the command fails."""
    (tmp_path / "parcels.csv").unlink()
    assert "parcels is not well: shipments" in run("source", "test", "parcels", fails=True)
    assert "there are parcels" in run("source", "test", "parcel", fails=True)


def test_codes_nobody_knows_are_counted_and_taken_in_once_somebody_says(run: Run, tmp_path: Path) -> None:
    """Two rows wait for XX and one for it's; with XX in the map the two are taken in, and the code is gone."""
    run("sync")
    codes = json.loads(run("source", "codes", "--format", "json"))
    assert [(each["column"], each["code"], each["rows"]) for each in codes] == [
        ("status", "XX", 2),
        ("status", "it's", 1),
    ]
    (shown,) = json.loads(run("source", "show", "parcels", "--format", "json"))
    assert (shown["read"], shown["new"], shown["waiting"]) == (5, 2, 3)
    assert shown["unmapped"] == "status XX (2); status it's (1)"

    told = CONFIG.replace('GO = "in_transit"', 'GO = "in_transit", XX = "lost"')
    (tmp_path / "fairlead.toml").write_text(told)
    run("rejected", "replay")
    codes = json.loads(run("source", "codes", "--format", "json"))
    assert [each["code"] for each in codes] == ["it's"]


def test_a_system_is_added_behind_what_stands_there(run: Run, tmp_path: Path) -> None:
    """The text of the file stays; the block is read; the same name again is refused and changes nothing."""
    said = run(*ZENDESK, *HOST, "--key", "stored:desk")
    assert "fairlead source test desk" in said
    text = (tmp_path / "fairlead.toml").read_text()
    assert text.startswith(CONFIG.rstrip())
    assert '[sources.desk]\nconnector = "http"\nsystem = "zendesk"\nhost = "https://firm.zendesk.com"' in text
    listed = {
        each["source"]: each["connector"] for each in json.loads(run("source", "list", "--format", "json"))
    }
    assert listed == {"desk": "http", "parcels": "file"}

    assert "There is a source 'desk'" in run(*ZENDESK, *HOST, "--key", "stored:desk", fails=True)
    assert (tmp_path / "fairlead.toml").read_text() == text


def test_what_a_system_needs_is_asked_for_and_no_secret_is_written(run: Run, tmp_path: Path) -> None:
    """Without a host, with a key in the open, under a name nobody can write, of a system nobody knows: refused."""
    assert "zendesk needs host; say it with --address" in run(*ZENDESK, "--key", "stored:desk", fails=True)
    assert "secret in the open" in run(*ZENDESK, *HOST, "--key", "s3cr3t-of-ours", fails=True)
    assert "no name of a source" in run(*ZENDESK, "--name", "My desk", *HOST, "--key", "env:DESK", fails=True)
    assert "Did you mean 'zendesk'" in run("source", "add", "zendsk", "--since", "2025-01-01", fails=True)
    assert (tmp_path / "fairlead.toml").read_text() == CONFIG
    needs = {
        each["system"]: each["needs"] for each in json.loads(run("source", "systems", "--format", "json"))
    }
    assert needs["zendesk"] == "host, since, key, user"
