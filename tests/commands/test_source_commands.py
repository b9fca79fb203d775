"""A source from the command line: added, tried out, read, shown, and the codes nobody knows."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.home import open_store
from store.observed import STREAM, Observed, Quota, Seen, StreamFields, as_words
from store.scope import LOCAL_OWNER

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
def run(run: Run, tmp_path: Path) -> Run:
    """Runs a command in the folder of a firm with five parcels."""
    (tmp_path / "fairlead.toml").write_text(CONFIG)
    (tmp_path / "parcels.csv").write_text(PARCELS)
    return run


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


def test_pages_are_read_again_only_where_there_are_any(run: Run) -> None:
    """A file has none; a system that was never asked has none either, and the way out is told."""
    assert "'parcels' is not asked over HTTP" in run("source", "replay", "parcels", fails=True)
    run(*ZENDESK, *HOST, "--key", "file:key.txt")
    Path("key.txt").write_text("s3cr3t-of-ours")
    Path("key.txt").chmod(0o600)
    assert "fairlead sync desk --full" in run("source", "replay", "desk", fails=True)


def test_fields_and_requests_left_are_listed(run: Run, tmp_path: Path) -> None:
    """
    `gift` came a day after the first pull and `status`, mapped, is gone for 50 of 100 records: both are told; with
    --all also the id, which always came. 7 of 40 requests are left.
    """
    run("sync")
    day = datetime.now(UTC) - timedelta(days=1)
    seen = {
        "parcel": Seen(day, day, 100), "id": Seen(day, day, 100), "status": Seen(day, day, 50),
        "gift": Seen(day + timedelta(hours=1), day, 100),
    }  # fmt: skip
    told = Observed(
        Quota(day, 7, 40), {"list": StreamFields(day, 100, seen, ("parcel", "status"), ("shipments",))}
    )
    with closing(open_store(tmp_path / "var")) as store:
        store.state.runs.move_cursor(LOCAL_OWNER, "parcels", STREAM, as_words(told), expected=None, run=None)

    listed = [
        (each["field"], each["is"])
        for each in json.loads(run("source", "fields", "parcels", "--format", "json"))
    ]
    assert listed == [("status", "gone"), ("gift", "new"), ("parcel", "mapped")]
    every = json.loads(run("source", "fields", "parcels", "--all", "--format", "json"))
    assert [each["field"] for each in every] == ["status", "gift", "parcel", "id"]
    (shown,) = json.loads(run("source", "show", "parcels", "--format", "json"))
    assert shown["quota"] == "7 of 40 left, told 24 h ago"
    assert "list status (gone); list gift (new)" in " ".join(run("source", "show", "parcels").split())
