"""One person is taken along or erased: nothing names them any more, and every figure stays."""

import json
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from made_runs import FLO, PIA, begun, in_force
from named_shop import ANN, BEN, CUSTOMERS, CY, ORDERS, Shop, everything_in

from store.evidence import content_of, keep, read
from store.home import SYSTEM
from store.lake import Lake
from store.normalise.identity import TOMBSTONE, pseudonym
from store.permits import Role
from store.personal.erasing import begin, carry_out, resume
from store.personal.exporting import export
from store.rejected import rejected_rows
from store.scope import LOCAL_OWNER
from store.state import NotAllowed
from store.uploads import keep_upload
from worker.people import erase


def test_an_erased_person_is_nowhere_and_every_figure_stays(shop: Shop) -> None:
    """
    Ann has three of eight orders, one of them changed later, a rejected row and a file that waits to be loaded. Erased,
    neither her address nor her hash is in any file of the lake or the uploads; all components are what they were, also
    when everything is computed anew.
    """
    shop.sync([("O1", ANN, "2026-01-05", 9), *ORDERS[1:], ("O9", ANN, "someday", 1)], CUSTOMERS)
    keep_upload(shop.store.home, f"Customer\n{ANN}\n".encode(), "people.csv")
    before, digest = shop.figures(), pseudonym(ANN, shop.store.secret)
    assert any(rows for rows in before.values())

    done = erase(shop.store, LOCAL_OWNER, ANN)

    assert {"customers": 1, "orders": 3}.items() <= done.facts.rows.items()
    assert (done.facts.rejected, done.facts.uploads) == (1, 1)
    left = everything_in(shop.store.home / "lake")
    assert digest not in left
    assert ANN not in left
    assert not list((shop.store.home / "uploads").iterdir())
    assert shop.figures() == before
    assert digest not in everything_in(shop.store.home / "lake")
    tombstones = {who for who in shop.stored("orders")["customer_id"] if (who or "").startswith(TOMBSTONE)}
    assert len(tombstones) == 1
    assert tombstones <= set(shop.stored("customers")["customer_id"])
    trail = str(shop.store.state.audit.rows(LOCAL_OWNER))
    assert "person erased" in trail
    assert not any(word in trail for word in (ANN, digest, *tombstones))


def test_photos_of_a_former_user_are_deleted_and_the_answers_stay(shop: Shop) -> None:
    """
    Flo and Pia added the same picture, Flo another one: that one goes with Flo, the other is Pia's, too.
    """
    edition = in_force(shop.store)
    own, shared = (content_of(b"\x89PNG\r\n\x1a\n" + each, "a.png") for each in (b"own", b"shared"))
    for who, pictures in ((FLO, (own, shared)), (PIA, (shared,))):
        run = begun(shop.store, edition, who)
        for picture in pictures:
            keep(shop.store.home, picture)
            shop.store.state.run_files.add(who.principal, run.id, "photo", picture)
    told = export(shop.store, LOCAL_OWNER, FLO.email).state
    assert {name: len(told[name]) for name in ("procedure_runs", "run_evidence")} == {
        "procedure_runs": 1, "run_evidence": 2,
    }  # fmt: skip
    erase(shop.store, LOCAL_OWNER, FLO.email)

    assert read(shop.store.home, own.sha256) is None
    assert read(shop.store.home, shared.sha256) == shared.data
    assert FLO.email not in str(shop.store.state.procedure_runs.of_case(LOCAL_OWNER, "HP-1"))
    assert len(shop.store.state.procedure_runs.of_case(LOCAL_OWNER, "HP-1")) == 2


def test_a_source_that_sends_the_person_again_does_not_bring_them_back(shop: Shop) -> None:
    """
    Her three orders come again, with a new one and a bad one: the three are unchanged, the new one is nobody's, and her
    row among the customers is neither doubled nor marked as gone.
    """
    erase(shop.store, LOCAL_OWNER, ANN)
    before, kept = shop.figures(), shop.stored("orders")["customer_id"].to_list()

    orders, people = shop.sync([*ORDERS, ("O9", ANN, "2026-03-05", -1)], CUSTOMERS)
    assert [orders.counts[0].changed, people.counts[0].changed, people.counts[0].deleted] == [0, 0, 0]
    assert shop.figures() == before
    _, people = shop.sync(
        [*ORDERS, ("O9", ANN, "2026-03-05", 1)], [*CUSTOMERS, ("dee@example.com", "2026-03-09")]
    )
    assert (people.counts[0].new, people.counts[0].deleted) == (1, 0)

    assert shop.stored("orders")["customer_id"].to_list() == [*kept, None]
    assert shop.stored("customers").filter(~shop.stored("customers")["deleted"]).height == 4
    assert pseudonym(ANN, shop.store.secret) not in everything_in(shop.store.home / "lake")


@pytest.mark.parametrize("deaths", [0, 1, 5, 999])
def test_an_erasure_that_was_killed_is_ended_by_the_next_round(shop: Shop, deaths: int) -> None:
    """
    Killed before its first, second, sixth table, or while the past is deleted: the journal keeps it, and whoever
    resumes ends it with one tombstone.
    """
    before = shop.figures()
    erasure = begin(shop.store, LOCAL_OWNER, ANN)
    with (
        patch.object(Lake, "reword", dying(Lake.reword, deaths)),
        patch.object(Lake, "forget", dying(Lake.forget, 5)),
        pytest.raises(KeyboardInterrupt),
    ):
        carry_out(shop.store, erasure)

    assert resume(shop.store) == 1

    assert shop.figures() == before
    assert pseudonym(ANN, shop.store.secret) not in everything_in(shop.store.home / "lake")
    assert (
        len({who for who in shop.stored("orders")["customer_id"] if (who or "").startswith(TOMBSTONE)}) == 1
    )
    assert resume(shop.store) == 0


def dying(work: Callable[..., Any], after: int) -> Callable[..., Any]:
    """The same, until it is called so many times."""
    calls = 0

    def call(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > after:
            raise KeyboardInterrupt
        return work(*args, **kwargs)

    return call


def test_what_a_straggler_wrote_is_taken_out_again(shop: Shop) -> None:
    """
    A computation that had read the orders before writes Ann's hash down once more: the next round finds it.
    """
    rows = shop.stored("orders")
    erase(shop.store, LOCAL_OWNER, ANN)
    shop.store.lake.merge("orders", rows, key=["order_id"], marks={})

    assert resume(shop.store) == 0

    assert pseudonym(ANN, shop.store.secret) not in everything_in(shop.store.home / "lake")


def test_all_that_is_kept_of_a_person_leaves_as_one_record(shop: Shop) -> None:
    """
    Ben has two orders and a row among the customers, and nothing of Cy's is in his record.
    """
    found = export(shop.store, LOCAL_OWNER, f" {BEN} ")

    told = json.loads(found.as_json())
    assert [row["order_id"] for row in told["facts"]["orders"]] == ["O2", "O5"]
    assert len(told["facts"]["customers"]) == 1
    assert pseudonym(CY, shop.store.secret) not in found.as_json().decode()
    assert export(shop.store, LOCAL_OWNER, "nobody").is_empty
    (entry, _) = [each for each in shop.store.state.audit.rows(LOCAL_OWNER) if each.what == "person exported"]
    assert BEN not in str(entry)


def test_only_administrators_of_the_whole_firm_may(shop: Shop) -> None:
    for role in set(Role) - {Role.ADMIN}:
        who = SYSTEM.__class__("Mia", role=role)
        with pytest.raises(NotAllowed):
            erase(shop.store, who, ANN)
        with pytest.raises(NotAllowed):
            export(shop.store, who, ANN)
    assert rejected_rows(shop.store.lake, LOCAL_OWNER).height == 1
