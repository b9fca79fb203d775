"""People nothing was heard of for long are forgotten, uploads and sign-ins too; no figure changes."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from named_shop import ANN, BEN, CY, END, Shop, everything_in

from connectors.config import read_config
from connectors.errors import ConfigError
from store.lake import Lake
from store.normalise.identity import TOMBSTONE, pseudonym
from store.personal.limits import Retention, save_retention
from store.personal.retiring import Removed, due, retire
from store.scope import LOCAL_OWNER
from store.state import Role, User
from store.uploads import keep_upload

LIMITS = Retention({"orders": 4, "customers": 4})  # on 30 June: rows before 1 February
ORDERS = [("O1", ANN, "2026-01-05", 1), ("O2", BEN, "2026-01-06", 2), ("O3", BEN, "2026-03-01", 3),
          ("O4", CY, "2026-02-04", 4)]  # fmt: skip
CUSTOMERS = [(ANN, "2026-01-05"), (BEN, "2026-01-06"), (CY, "2026-02-04")]


@pytest.fixture
def old(shop: Shop) -> Shop:
    """Ann was last heard of in January, Ben in March, Cy in February."""
    shop.sync(ORDERS, CUSTOMERS)
    gone = shop.stored("orders").filter(
        ~shop.stored("orders")["order_id"].is_in([each[0] for each in ORDERS])
    )
    shop.store.lake.merge("orders", gone.clear(), key=["order_id"], marks={}, gone=gone)
    save_retention(shop.store.home, LIMITS)
    return shop


def test_who_was_not_heard_of_is_forgotten_and_every_figure_stays(old: Shop) -> None:
    """
    Only Ann: Ben's order of January may still name him, because one of March does. Once more, and nothing happens.
    """
    before, digest = old.figures(), pseudonym(ANN, old.store.secret)
    assert due(old.store, LIMITS, END).people == {"customers": 1, "orders": 1}
    assert digest in everything_in(old.store.home / "lake")

    assert retire(old.store, LIMITS, END).people == {"customers": 1, "orders": 1}

    assert digest not in everything_in(old.store.home / "lake")
    assert old.figures() == before
    assert [who.startswith(TOMBSTONE) for who in old.stored("orders")["customer_id"]] == [
        True,
        False,
        False,
        False,
    ]
    assert old.stored("orders")["customer_id"][0] in set(old.stored("customers")["customer_id"])
    versions = {name: old.store.lake.version(name) for name in old.store.lake.names()}
    assert retire(old.store, LIMITS, END) == Removed({}, 0, 0)
    assert {name: old.store.lake.version(name) for name in old.store.lake.names()} == versions
    trail = [each.after for each in old.store.state.audit.rows(LOCAL_OWNER) if each.what == "retention"]
    assert trail == [{"customers": 1, "orders": 1}]


def test_an_export_with_all_rows_does_not_bring_them_back(old: Shop) -> None:
    """
    The old rows come again and stay as they are. An order of June begins anew: it names Ann, O1 still does not.
    """
    retire(old.store, LIMITS, END)
    before = old.stored("orders")["customer_id"].to_list()

    orders, people = old.sync([*ORDERS, ("O9", ANN, f"{date.today()}", 1)], CUSTOMERS)

    assert (orders.counts[0].new, orders.counts[0].changed) == (1, 0)
    assert (people.counts[0].new, people.counts[0].deleted) == (0, 0)
    assert old.stored("orders")["customer_id"].to_list() == [*before, pseudonym(ANN, old.store.secret)]


def test_a_table_without_a_limit_keeps_its_people_for_ever(old: Shop) -> None:
    """
    Customers have no limit, so nobody is over it; without any limit nothing is looked at.
    """
    assert due(old.store, Retention({"orders": 4}), END).people == {}
    assert due(old.store, Retention(), END).people == {}


@pytest.mark.parametrize("deaths", [0, 2, 5])
def test_a_killed_job_ends_with_one_word_a_person(old: Shop, deaths: int) -> None:
    """
    Killed between two tables: the next call takes the words of the first, so that Ann stays one customer.
    """
    before, reword, left = old.figures(), Lake.reword, iter(range(deaths))

    def dying(lake: Lake, name: str, words: dict[str, str]) -> int:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return reword(lake, name, words)

    with patch.object(Lake, "reword", dying), pytest.raises(KeyboardInterrupt):
        retire(old.store, LIMITS, END)

    assert retire(old.store, LIMITS, END).people == {"customers": 1, "orders": 1}
    assert old.figures() == before
    assert pseudonym(ANN, old.store.secret) not in everything_in(old.store.home / "lake")
    assert old.stored("orders")["customer_id"][0] in set(old.stored("customers")["customer_id"])
    assert not (old.store.home / "retiring.json").exists()


def test_old_uploads_and_sign_ins_go_others_stay(shop: Shop) -> None:
    """
    Two days and a hundred days ago: gone with the defaults. Those of today stay.
    """
    store, now = shop.store, datetime.now(UTC)
    store.state.users.save(LOCAL_OWNER, User(BEN, "Ben", Role.VIEWER), seen=0)
    live = store.state.sessions.start(BEN, now)
    store.state.sessions.start(BEN, now - timedelta(days=100))
    for age in (2, 0):
        kept = keep_upload(store.home, b"a,b\n1,2\n", "a.csv")
        folder = store.home / "uploads" / Path(kept.id).stem
        os.utime(folder, (now.timestamp() - age * 86_400,) * 2)
    assert due(store, Retention(), END) == Removed({}, 1, 1)

    assert retire(store, Retention(), END) == Removed({}, 1, 1)

    assert len(list((store.home / "uploads").iterdir())) == 1
    assert store.state.sessions.whose(live, now) is not None


def test_limits_are_read_and_mistakes_are_named() -> None:
    found = read_config("[retention]\nuploads_days = 3\n[retention.months]\norders = 36\n").retention
    assert found == Retention({"orders": 36}, 3, 90)
    assert found.before("orders", date(2026, 11, 22)) == date(2023, 11, 1)
    assert found.before("customers", date(2026, 11, 22)) is None
    for text, complaint in (
        ("[retention.months]\ncarts = 3", "no fact table that names people"),
        ("[retention.months]\norders = 0", "at least 1"),
        ("[retention]\nmonths = 3", "write a table"),
        ("[retention]\nuploads_day = 3", "uploads_days"),
    ):
        with pytest.raises(ConfigError, match=complaint):
            read_config(text)
