"""Who is asking, and which departments and markets that person may see: applied here, once, for every reader."""

from dataclasses import dataclass, field

import polars as pl

from store.permits import PERMITS, Permit, Role

NO_MARKET = "(unknown)"


@dataclass(frozen=True)
class Scope:
    """Departments and markets a person may see; `None` means all of them."""

    departments: frozenset[str] | None = None
    markets: frozenset[str] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self.departments is None and self.markets is None

    def holds(self, other: "Scope") -> bool:
        """Whether whoever sees this sees all of the other."""
        pairs = ((self.departments, other.departments), (self.markets, other.markets))
        return all(mine is None or (theirs is not None and theirs <= mine) for mine, theirs in pairs)

    def sees_department(self, department: str) -> bool:
        return self.departments is None or department in self.departments

    def sees_market(self, market: str | None) -> bool:
        """A row that belongs to no market is visible to everyone who sees its department."""
        return self.markets is None or market is None or market in self.markets

    def limit(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Only the rows of markets in scope, and those of no known market; tables without `market` stay whole."""
        if self.markets is None or "market" not in rows.collect_schema().names():
            return rows
        visible = [*sorted(self.markets), NO_MARKET]
        return rows.filter(pl.col("market").is_null() | pl.col("market").is_in(visible))


@dataclass(frozen=True)
class Principal:
    """The person or process on whose behalf something is read or changed: the scope says where, the role what."""

    name: str
    scope: Scope = field(default_factory=Scope)
    role: Role = Role.VIEWER

    def may(self, permit: Permit) -> bool:
        """Whether the role permits it; `store.state.edits.require` refuses where it does not."""
        return permit in PERMITS[self.role]


LOCAL_OWNER = Principal("local owner", role=Role.ADMIN)
