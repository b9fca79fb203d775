"""Who is asking, and which departments, markets and teams that person may see: applied here, once, for all."""

from collections.abc import Collection
from dataclasses import dataclass, field

import polars as pl

from store.permits import PERMITS, Permit, Role

NO_MARKET = "(unknown)"
LIMITED_BY = ("market", "team")  # columns of facts and components that rows are limited by


@dataclass(frozen=True)
class Scope:
    """Departments, markets and teams a person may see; `None` means all of them."""

    departments: frozenset[str] | None = None
    markets: frozenset[str] | None = None
    teams: frozenset[str] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self == Scope()

    @property
    def parts(self) -> dict[str, frozenset[str]]:
        """What rows are limited to, by column; columns that are not limited are left out."""
        named = zip(LIMITED_BY, (self.markets, self.teams), strict=True)
        return {column: names for column, names in named if names is not None}

    def holds(self, other: "Scope") -> bool:
        """Whether whoever sees this sees all of the other."""
        pairs = (
            (self.departments, other.departments),
            (self.markets, other.markets),
            (self.teams, other.teams),
        )
        return all(mine is None or (theirs is not None and theirs <= mine) for mine, theirs in pairs)

    def sees_department(self, department: str) -> bool:
        return self.departments is None or department in self.departments

    def sees_market(self, market: str | None) -> bool:
        """A row that belongs to no market is visible to everyone who sees its department."""
        return self.markets is None or market is None or market in self.markets

    def sees_team(self, team: str | None) -> bool:
        """A row that belongs to no team likewise."""
        return self.teams is None or team is None or team in self.teams

    def limit(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Only the rows of markets and teams in scope, and those of none; a column the rows have not limits nothing."""
        parts = self.parts
        known = set(rows.collect_schema().names()) if parts else set()
        for column in parts.keys() & known:
            visible = [*sorted(parts[column]), NO_MARKET]
            rows = rows.filter(pl.col(column).is_null() | pl.col(column).is_in(visible))
        return rows

    def is_lost(self, rows: Collection[str], sums: Collection[str]) -> bool:
        """Whether sums with these columns, made of rows with those, cannot be limited to what may be seen."""
        return any(column in rows and column not in sums for column in self.parts)


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
