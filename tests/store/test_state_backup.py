"""Everything in one file and back, also from one kind of database to the other."""

import json
import shutil
import threading
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from store.backup import BackupError, backup, restore
from store.company import Market
from store.database import StateError
from store.evidence import content_of, keep, read
from store.lake import Lake
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import CalendarPlan, Counts, NotAllowed, Role, RunStatus, State, TargetRow, User

NOON = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
SHIPMENTS = pl.DataFrame({"shipment_id": ["a", "b"], "day": [date(2026, 3, 1)] * 2, "month": ["2026-03"] * 2})


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a lake of one table in two versions, and a secret."""
    home = tmp_path / "home"
    lake = Lake(home / "lake")
    lake.append("shipments", SHIPMENTS, marks={"deliveries": 1})
    lake.append("shipments", SHIPMENTS.head(1).with_columns(shipment_id=pl.lit("c")), marks={"deliveries": 2})
    (home / "secret").write_text("0123456789abcdef")
    (home / "plant" / "floor").mkdir(parents=True)
    (home / "plant" / "floor" / "2026-03-01.jsonl").write_text("said\n")
    return home


def fill(state: State) -> None:
    """Something in every table."""
    state.targets.add(
        LOCAL_OWNER, TargetRow("on_time", date(2026, 1, 1), Decimal("0.950"), "market=DE"), key="k"
    )
    for _ in range(3):
        run = state.runs.start_run(LOCAL_OWNER, "deliveries")
    state.runs.finish_run(
        LOCAL_OWNER,
        run,
        RunStatus.OK,
        data_time=NOON,
        counts=[Counts("shipments", read=3, unusable={"x": 1})],
    )
    state.runs.move_cursor(LOCAL_OWNER, "deliveries", "", "3", expected=None, run=run)
    state.runs.start_compute(LOCAL_OWNER, "shipping", date(2026, 3, 1))
    state.markets.follow(LOCAL_OWNER, [Market("DE", "Europe/Berlin", "EUR", "DE", name="Übersee 中国")])
    state.calendars.fill_calendar(LOCAL_OWNER, CalendarPlan("DE", "Europe/Berlin", "DE"), [2025])
    state.users.save(LOCAL_OWNER, User("a@b.c", "Ann", Role.LEAD, markets=frozenset({"DE"})), seen=0)


def all_of(state: State) -> list[object]:
    """What every part of the state says, without the entries a backup adds to the trail."""
    return [
        state.targets.rows(LOCAL_OWNER),
        state.runs.last_runs(LOCAL_OWNER),
        state.runs.cursor(LOCAL_OWNER, "deliveries"),
        state.markets.rows(LOCAL_OWNER),
        state.calendars.rows(LOCAL_OWNER),
        state.calendars.table(LOCAL_OWNER, "DE").rows(),
        state.users.rows(LOCAL_OWNER),
        [entry for entry in state.audit.rows(LOCAL_OWNER) if not entry.what.startswith("backup")],
    ]


def test_everything_comes_back(state: State, home: Path, tmp_path: Path):
    """
    State from either database into SQLite, the lake with its versions, the secret; the archive is private.
    """
    fill(state)
    photo = content_of(b"\x89PNG\r\n\x1a\n photo", "photo.png")
    keep(home, photo)
    made = backup(LOCAL_OWNER, home, state, tmp_path / "out" / "b.zip")
    file, fresh = tmp_path / "out" / "b.zip", tmp_path / "fresh"
    restored = restore(LOCAL_OWNER, file, fresh)

    assert restored == made
    assert (made.versions, made.run_floor, made.rows["calendar_days"]) == ({"shipments": 1}, 3, 365)
    assert file.stat().st_mode & 0o077 == 0
    with State.open(f"sqlite:///{fresh}/state.db") as again:
        assert all_of(again) == all_of(state)
        assert again.audit.rows(LOCAL_OWNER)[0].what == "backup restored"
    lake = Lake(fresh / "lake")
    assert lake.version("shipments") == 1
    ids = lake.scan("shipments", pl.Schema({"shipment_id": pl.String})).collect()["shipment_id"]
    assert sorted(ids) == ["a", "b", "c"]
    assert lake.append("shipments", SHIPMENTS, marks={"deliveries": 2}) is False
    assert (fresh / "secret").read_text() == "0123456789abcdef"
    assert sorted(path.name for path in fresh.iterdir()) == [
        "evidence",
        "lake",
        "plant",
        "secret",
        "state.db",
    ]
    assert (fresh / "plant" / "floor" / "2026-03-01.jsonl").read_text() == "said\n"
    assert read(fresh, photo.sha256) == photo.data
    assert [path.name for path in home.iterdir() if path.name.startswith(".")] == []


def test_a_backup_taken_during_work_is_of_one_moment(tmp_path: Path):
    """
    Every commit adds one row and moves the cursor to its number, while three backups are taken: each restores to
    a table of just as many rows as commits, and to a cursor that is not ahead of it.
    """
    home, enough = tmp_path / "home", threading.Event()
    with State.open(f"sqlite:///{tmp_path}/state.db") as state:
        backup(LOCAL_OWNER, home, state, tmp_path / "empty.zip")

        def work() -> None:
            number, at = 0, None
            while not enough.is_set():
                number += 1
                Lake(home / "lake").append("shipments", SHIPMENTS.head(1), marks={"deliveries": number})
                state.runs.move_cursor(LOCAL_OWNER, "deliveries", "", str(number), expected=at, run=None)
                at = str(number)

        writer = threading.Thread(target=work)
        writer.start()
        try:
            for n in range(3):
                backup(LOCAL_OWNER, home, state, tmp_path / f"{n}.zip")
        finally:
            enough.set()
            writer.join()

    for n in range(3):
        restore(LOCAL_OWNER, tmp_path / f"{n}.zip", tmp_path / f"{n}")
        lake = Lake(tmp_path / f"{n}" / "lake")
        rows = lake.scan("shipments", pl.Schema({"shipment_id": pl.String})).collect().height
        with State.open(f"sqlite:///{tmp_path}/{n}/state.db") as again:
            assert (
                int(again.runs.cursor(LOCAL_OWNER, "deliveries") or 0)
                <= rows
                == lake.version("shipments") + 1
            )


def test_moves_from_sqlite_to_the_other(empty_url: str, home: Path, tmp_path: Path):
    """
    A backup of a small firm's SQLite goes into the database of the given address.
    """
    with State.open(f"sqlite:///{tmp_path}/old.db") as old:
        fill(old)
        backup(LOCAL_OWNER, home, old, tmp_path / "b.zip")
        restore(LOCAL_OWNER, tmp_path / "b.zip", tmp_path / "fresh", empty_url)
        with State.open(empty_url) as new:
            assert all_of(new) == all_of(old)
            new.targets.add(LOCAL_OWNER, TargetRow("csat", date(2026, 1, 1), Decimal(1)))


def test_run_numbers_go_on_above_all_the_lake_knows(state: State, home: Path, tmp_path: Path):
    """
    A sync ran while the backup was taken: its number is in the lake but not in the state, and is not given again.
    """
    fill(state)
    file = tmp_path / "b.zip"
    backup(LOCAL_OWNER, home, state, file)
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members["manifest.json"])
    members["manifest.json"] = json.dumps(manifest | {"run_floor": 7}).encode()
    later = rewritten(tmp_path / "later.zip", members)

    restore(LOCAL_OWNER, later, tmp_path / "fresh")
    with State.open(f"sqlite:///{tmp_path}/fresh/state.db") as again:
        assert again.runs.start_run(LOCAL_OWNER, "deliveries") == 8


def rewritten(file: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file


@pytest.fixture
def members(migrated_file: Path, home: Path, tmp_path: Path) -> dict[str, bytes]:
    """The members of a good archive, by name."""
    shutil.copy(migrated_file, home / "state.db")
    with State.open(f"sqlite:///{home}/state.db") as state:
        backup(LOCAL_OWNER, home, state, tmp_path / "good.zip")
    with zipfile.ZipFile(tmp_path / "good.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_damaged_archive_changes_nothing(members: dict[str, bytes], tmp_path: Path):
    """
    One byte of one lake file is another one: refused before anything is written.
    """
    (parquet,) = [name for name in members if name.endswith(".parquet")][:1]
    members[parquet] = members[parquet][:-1] + b"?"

    with pytest.raises(
        BackupError, match=r"is damaged: 'lake/shipments/.*parquet' is not what was backed up"
    ):
        restore(LOCAL_OWNER, rewritten(tmp_path / "bad.zip", members), tmp_path / "fresh")
    assert not (tmp_path / "fresh").exists()


@pytest.mark.parametrize(
    "change, error, said",
    [
        ({"schema": "9999"}, StateError, "made by a newer Fairlead"),
        ({"format": 2}, BackupError, "has format 2"),
        ({"surprise": 1}, BackupError, "is no backup of Fairlead"),
        ({"files": {"lake/gone": "00"}}, BackupError, "'lake/gone' is not what was backed up"),
    ],
)
def test_a_strange_manifest_is_refused(
    members: dict[str, bytes], tmp_path: Path, change: dict[str, object], error: type[Exception], said: str
):
    """
    The message says what is strange about it.
    """
    members["manifest.json"] = json.dumps(json.loads(members["manifest.json"]) | change).encode()
    with pytest.raises(error, match=said):
        restore(LOCAL_OWNER, rewritten(tmp_path / "bad.zip", members), tmp_path / "fresh")


def test_what_is_in_use_is_never_replaced(members: dict[str, bytes], home: Path, tmp_path: Path):
    """
    Neither a home with a lake nor an existing archive; a file that is no archive says so.
    """
    with pytest.raises(BackupError, match="restored into an empty home only"):
        restore(LOCAL_OWNER, tmp_path / "good.zip", home)
    with State.open(f"sqlite:///{home}/state.db") as state:
        with pytest.raises(BackupError, match="exists; name a new file"):
            backup(LOCAL_OWNER, home, state, tmp_path / "good.zip")
        state.users.save(LOCAL_OWNER, User("a@b.c", "Ann"), seen=0)
        with pytest.raises(BackupError, match="is not empty"):
            restore(LOCAL_OWNER, tmp_path / "good.zip", tmp_path / "fresh", str(state.engines.write.url))
    with pytest.raises(BackupError, match="cannot be read as a backup"):
        restore(LOCAL_OWNER, home / "secret", tmp_path / "fresh")


def test_only_who_sees_everything_may_take_it_away(state: State, home: Path, tmp_path: Path):
    """
    A backup holds all departments and markets.
    """
    with pytest.raises(NotAllowed, match="cannot change backups"):
        backup(
            Principal("Ann", Scope(markets=frozenset({"DE"})), role=Role.ADMIN),
            home,
            state,
            tmp_path / "b.zip",
        )
