"""People nothing was heard of for longer than rows may name them: forgotten like the erased, figures stay.

A person's time is over once every row that names them is older than the limit of its table; then one random word takes
the place of their hash in all tables at once, so that customers stay as many as they are and none becomes a new one.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl

from store.contract import people_of
from store.database import forget_commands
from store.facts import MAPPED
from store.home import SYSTEM, Store
from store.lake import Lake
from store.normalise.identity import TOMBSTONE
from store.permits import Permit
from store.personal.limits import Retention
from store.private_files import write_private
from store.raw_pages import old_pages, sweep_pages
from store.state.erasures import new_tombstone
from store.uploads import old_uploads, sweep_uploads

JOURNAL, AT_A_TIME = "retiring.json", 100_000
_SEEN = pl.Schema({"digest": pl.String(), "table": pl.String(), "over": pl.Boolean()})


@dataclass(frozen=True)
class Removed:
    """
    What was removed, or would be: people by table that named them, uploads, traces of signing in, replies, and pages of
    systems as they came.
    """

    people: dict[str, int]
    uploads: int
    sign_ins: int
    replies: int = 0
    pages: int = 0

    @property
    def is_nothing(self) -> bool:
        return not (self.people or self.uploads or self.sign_ins or self.replies or self.pages)


def due(store: Store, retention: Retention, today: date) -> Removed:
    """What is over its time, without removing it."""
    now = datetime.now(UTC)
    return Removed(
        _by_table(_over(store.lake, retention, today)),
        len(old_uploads(store.home, timedelta(days=retention.uploads_days))),
        store.state.sessions.count_old(now - timedelta(days=retention.sign_ins_days)),
        store.state.evidence_replies.count_old(today - timedelta(days=retention.replies_days)),
        len(old_pages(store.home, timedelta(days=retention.pages_days))),
    )


def retire(store: Store, retention: Retention, today: date) -> Removed:
    """
    Remove what is over its time and say so in the audit trail; again, and nothing happens. Killed at any moment, the
    next call ends what was begun. The caller keeps syncs out meanwhile.
    """
    people = _end(store)
    over = _over(store.lake, retention, today)
    digests = over["digest"].unique().sort()
    for at in range(0, len(digests), AT_A_TIME):
        some = digests[at : at + AT_A_TIME]
        told = {
            "today": today.isoformat(),
            "words": {digest: new_tombstone() for digest in some},
            "people": _by_table(over.filter(pl.col("digest").is_in(some.implode()))),
        }
        write_private(store.home / JOURNAL, json.dumps(told))
        people += _end(store)
    uploads = sweep_uploads(store.home, timedelta(days=retention.uploads_days))
    sign_ins = store.state.sessions.forget_old(datetime.now(UTC) - timedelta(days=retention.sign_ins_days))
    replies = store.state.evidence_replies.forget_old(today - timedelta(days=retention.replies_days))
    pages = sweep_pages(store.home, timedelta(days=retention.pages_days))
    forget_commands(store.state.engines.write)
    if uploads or sign_ins or replies or pages:
        _note(store, {"uploads": uploads, "sign-ins": sign_ins, "replies": replies, "pages": pages})
    return Removed(dict(people), uploads, sign_ins, replies, pages)


def _note(store: Store, removed: dict[str, int]) -> None:
    store.state.audit.add(SYSTEM, Permit.PERSONAL_DATA, "retention", "time is over", removed)


def _end(store: Store) -> Counter[str]:
    """Put the words of the journal in place, in every table, say so and forget them; returns the people by table."""
    journal = store.home / JOURNAL
    if not journal.exists():
        return Counter()
    told = json.loads(journal.read_text(encoding="utf-8"))
    words: dict[str, str] = told["words"]
    store.state.erasures.retire(list(words), date.fromisoformat(told["today"]))
    for name in store.lake.names():
        store.lake.reword(name, words)
    for name in store.lake.names():
        store.lake.forget(name, list(words))
    _note(store, told["people"])
    journal.unlink()
    return Counter(told["people"])


def _over(lake: Lake, retention: Retention, today: date) -> pl.DataFrame:
    """The people whose time is over, once for each table that names them: digest, table."""
    seen = (
        pl.concat([_SEEN.to_frame(), *_seen(lake, retention, today)])
        if retention.months
        else _SEEN.to_frame()
    )
    return (
        seen.filter(pl.col("over").all().over("digest")).select("digest", "table").unique(maintain_order=True)
    )


def _seen(lake: Lake, retention: Retention, today: date) -> Iterator[pl.DataFrame]:
    """Each person of each table, and whether all rows there are older than its limit; a row without a day is not."""
    for table in MAPPED:
        day, limit = table.month_of, retention.before(table.name, today)
        is_old = pl.lit(False) if limit is None else (pl.col(day) < limit).fill_null(False)
        for column in people_of(table) if lake.version(table.name) >= 0 else ():
            rows = lake.read(table.name, pl.Schema({column: pl.String(), day: pl.Date()}))
            named = rows.filter(~pl.col(column).str.starts_with(TOMBSTONE))
            seen = named.group_by(digest=column, maintain_order=True).agg(over=is_old.all())
            yield seen.select("digest", pl.lit(table.name).alias("table"), "over")


def _by_table(over: pl.DataFrame) -> dict[str, int]:
    return dict(sorted(over.group_by("table").len().iter_rows()))
