"""A person is taken out of the facts: rows stay and count as before, nobody can tell any more whose they were.

Every step may be repeated, and the journal in the state database says what is under way: killed at any moment, the
next call ends what was begun.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl

from store.evidence import drop
from store.home import Store
from store.normalise.identity import pseudonym
from store.raw_pages import sweep_pages
from store.rejected import SCHEMA, TABLE
from store.scope import Principal
from store.state.erasures import Erasure, new_tombstone
from store.uploads import sweep_uploads

AT_ONCE, LATELY = timedelta(0), timedelta(days=2)


@dataclass(frozen=True)
class Erased:
    """What an erasure did: rows by table that name nobody any more, and what was deleted."""

    rows: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    uploads: int = 0
    pages: int = 0


def begin(store: Store, principal: Principal, id: str) -> Erasure:
    """Write down that the person with this id, as its source writes it, is to be erased. Raises NotAllowed."""
    return store.state.erasures.begin(principal, pseudonym(id, store.secret))


def carry_out(store: Store, erasure: Erasure) -> Erased:
    """
    Erase: rows of all tables, rejected rows, old versions and change files, uploads and what was seen in them, and all
    pages of systems that are kept, as nobody knows which of them tell of the person. The caller keeps syncs out
    meanwhile.
    """
    rejected = _drop_rejected(store, erasure.digest)
    rows = Counter({name: store.lake.reword(name, erasure.words) for name in store.lake.names()})
    for name in store.lake.names():
        store.lake.forget(name, [erasure.digest])
    forget_evidence(store)
    uploads = sweep_uploads(store.home, AT_ONCE)
    pages = sweep_pages(store.home, AT_ONCE)
    store.state.errands.forget(AT_ONCE, only_ended=True)
    done = Erased(+rows, rejected, uploads, pages)
    told = {"rejected": rejected, "uploads": uploads, "pages": pages}
    store.state.erasures.finish(erasure.id, {**done.rows, **told})
    return done


def resume(store: Store) -> int:
    """
    End what was begun, and take out again whom something that was at work meanwhile wrote down once more; returns how
    many erasures were ended.
    """
    forget_evidence(store)
    under_way = store.state.erasures.under_way()
    for each in under_way:
        carry_out(store, each)
    lately = store.state.erasures.digests(LATELY)
    words = {digest: new_tombstone() for digest in lately}
    for name in store.lake.names() if words else []:
        if store.lake.reword(name, words):
            store.lake.forget(name, list(words))
    return len(under_way)


def forget_evidence(store: Store) -> int:
    """The photos and files that former users added, where nobody else added the same; how many were deleted."""
    return drop(store.home, store.state.run_files.of_former_users())


def _drop_rejected(store: Store, digest: str) -> int:
    """Rejected rows of the person, those too that were kept in clear by an older Fairlead."""
    secret, lake = store.secret, store.lake

    def names(raw: str | None) -> bool:
        values = json.loads(raw or "{}").values()
        return any(pseudonym(str(value), secret) == digest for value in values if value)

    stored = lake.read(TABLE, SCHEMA)
    held = pl.Series([names(raw) for raw in stored["raw"]], dtype=pl.Boolean)
    gone = stored.filter(held | stored["raw"].str.contains(digest, literal=True).fill_null(False))
    if gone.height:
        lake.merge(TABLE, gone.clear(), key=["id"], marks={}, gone=gone)
    return gone.height
