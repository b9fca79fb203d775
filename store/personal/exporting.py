"""All that is kept of one person, as one record that programs and people can read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.facts import TABLES
from store.home import Store
from store.lake import Lake
from store.models import Base
from store.models import User as StoredUser
from store.normalise.identity import pseudonym
from store.rejected import SCHEMA, TABLE
from store.scope import Principal
from store.state.alias import mentions
from store.state.erasures import require_personal

ORDER = "order_id"
Rows = Mapping[str, list[dict[str, object]]]


@dataclass(frozen=True)
class Export:
    """What is kept of one person: rows of the facts and rejected rows, rows about their orders, rows of the state."""

    facts: Rows
    orders: Rows
    state: Rows

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each kind there are."""
        parts = {"facts": self.facts, "orders": self.orders, "state": self.state}
        return {name: sum(map(len, rows.values())) for name, rows in parts.items()}

    @property
    def is_empty(self) -> bool:
        return not any(self.counts.values())

    def as_json(self) -> bytes:
        """The record as UTF-8 JSON, days and moments as ISO texts."""
        told = {"facts": self.facts, "about_their_orders": self.orders, "fairlead": self.state}
        return json.dumps(told, default=str, ensure_ascii=False, indent=1).encode()


def export(store: Store, principal: Principal, id: str) -> Export:
    """
    What is kept of the person with this id, as its source writes it, or with this e-mail address in Fairlead. The
    audit trail keeps who asked and how much it was. Raises NotAllowed.
    """
    require_personal(principal)
    digest = pseudonym(id, store.secret)
    facts = {name: rows for name in store.lake.names() if (rows := _naming(store.lake, name, digest))}
    numbers = sorted({str(row[ORDER]) for rows in facts.values() for row in rows if row.get(ORDER)})
    found = Export(facts, _about(store.lake, numbers, facts) if numbers else {}, _state(store, id.strip()))
    store.state.erasures.took(principal, found.counts)
    return found


def _naming(lake: Lake, name: str, digest: str) -> list[dict[str, object]]:
    schema = SCHEMA if name == TABLE else lake.schema(name)
    texts = [column for column, dtype in schema.items() if dtype == pl.String()]
    if not texts:
        return []
    held = pl.any_horizontal(pl.col(texts).str.contains(digest, literal=True))
    return lake.read(name, schema, lambda rows: rows.filter(held.fill_null(False))).to_dicts()


def _about(lake: Lake, numbers: list[str], known: Rows) -> Rows:
    """Rows of facts about these orders that do not name the person themselves."""
    of_theirs = pl.col(ORDER).is_in(numbers)
    found = {
        name: lake.read(name, lake.schema(name), lambda rows: rows.filter(of_theirs)).to_dicts()
        for name, table in TABLES.items()
        if ORDER in table.column_names() and name not in known and lake.version(name) >= 0
    }
    return {name: rows for name, rows in found.items() if rows}


def _state(store: Store, email: str) -> Rows:
    """Rows of the state database that hold the address of a user, without what they sign in with."""

    def work(session: Session) -> Rows:
        user = session.scalar(select(StoredUser).where(StoredUser.email == email.lower()))
        if user is None:
            return {}
        found = {}
        for table in Base.metadata.sorted_tables:
            rows = [dict(row._mapping) for row in session.execute(select(table))]
            mine = [row for row in rows if mentions(row, user.email) or row.get("user_id") == user.id]
            found[table.name] = [{k: v for k, v in row.items() if "hash" not in k} for row in mine]
        return {name: rows for name, rows in found.items() if rows}

    return store.state.engines.ask(work)
