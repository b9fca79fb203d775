"""Words leave the lake: out of the rows, the old versions, the change files and the log."""

from pathlib import Path
from unittest.mock import patch

import polars as pl
import pytest
from named_shop import everything_in

from store.lake import Lake

ANN, TOMB = "a" * 32, "erased:" + "b" * 32


def order(number: int, customer: str, month: str = "2026-01") -> dict[str, object]:
    return {"order_id": f"O{number}", "customer_id": customer, "units": number, "month": month}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Ann's orders of two months, one of them changed later to somebody else, and a table that is not hers."""
    lake = Lake(tmp_path / "lake", checkpoint_every=2)
    first = [order(1, ANN), order(2, "c" * 32), order(3, ANN, "2026-02"), order(4, ANN, "2026-03")]
    lake.append("orders", pl.DataFrame(first), marks={"shop": 7})
    lake.merge("orders", pl.DataFrame([order(4, "d" * 32, "2026-03")]), key=["order_id"], marks={"shop": 8})
    lake.append("notes", pl.DataFrame([order(9, "c" * 32)]), marks={}, partition_by_month=False)
    lake.append("values", pl.DataFrame({"value_id": [f"2026-01|{ANN}"], "month": ["2026-01"]}), marks={})
    return lake


def test_a_word_is_gone_from_every_byte_and_every_row_stays(lake: Lake) -> None:
    """
    Two rows of orders and the joined key of values name Ann. Afterwards nothing on the disk does; rows, sums and
    marks are as before, and the lake goes on.
    """
    assert (lake.reword("orders", {ANN: TOMB}), lake.reword("values", {ANN: TOMB})) == (2, 1)
    assert ANN in everything_in(lake.root)

    assert lake.forget("orders", [ANN])
    assert lake.forget("values", [ANN])

    assert ANN not in everything_in(lake.root)
    rows = lake.read("orders", lake.schema("orders")).sort("order_id")
    assert rows["customer_id"].to_list() == [TOMB, "c" * 32, TOMB, "d" * 32]
    assert rows["units"].sum() == 10
    assert lake.read("values", lake.schema("values"))["value_id"].to_list() == [f"2026-01|{TOMB}"]
    assert lake.applied("orders", "shop") == 8
    assert Lake(lake.root).recover()["orders"].version == lake.version("orders")
    lake.merge("orders", pl.DataFrame([order(2, TOMB)]), key=["order_id"], marks={})
    assert lake.storage("orders").rows == 4


@pytest.mark.parametrize("deletions", [0, 1, 2, 4])
def test_a_kill_while_the_past_is_deleted_loses_nothing(lake: Lake, deletions: int) -> None:
    """
    The table opens with all its rows and marks, and forgetting again deletes what is left.
    """
    lake.reword("orders", {ANN: TOMB})
    unlink, left = Path.unlink, iter(range(deletions))

    def dying(file: Path, missing_ok: bool = False) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        unlink(file, missing_ok)

    with patch.object(Path, "unlink", dying), pytest.raises(KeyboardInterrupt):
        lake.forget("orders", [ANN])

    again = Lake(lake.root)
    again.recover()
    assert again.read("orders", again.schema("orders"))["units"].sum() == 10
    assert again.applied("orders", "shop") == 8
    again.forget("orders", [ANN])
    assert ANN not in everything_in(lake.root / "orders")


def test_what_is_nowhere_changes_nothing(lake: Lake) -> None:
    versions = {name: lake.version(name) for name in lake.names()}

    assert not lake.reword("orders", {"e" * 32: TOMB})
    assert not lake.reword("notes", {ANN: TOMB})
    assert not lake.forget("notes", [ANN])

    assert {name: lake.version(name) for name in lake.names()} == versions


def test_a_table_without_months_is_reworded_too(lake: Lake) -> None:
    assert lake.reword("notes", {"c" * 32: TOMB}) == 1
    assert lake.forget("notes", ["c" * 32])

    assert "c" * 32 not in everything_in(lake.root / "notes")
    assert lake.read("notes", lake.schema("notes"))["customer_id"].to_list() == [TOMB]
