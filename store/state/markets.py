"""The markets sold to, as the configuration or a person sets them."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.company import Market
from store.models import Market as StoredMarket
from store.permits import Permit
from store.scope import Principal
from store.state.edits import ChangedMeanwhile, Versioned, note, require, require_everything
from store.state.engines import Engines


@dataclass(frozen=True)
class Markets:
    """The markets of the state database."""

    engines: Engines

    def rows(self, principal: Principal) -> list[Versioned[Market]]:
        """The markets the principal may see, by code."""

        def work(session: Session) -> list[Versioned[Market]]:
            return [
                _market(each) for each in session.scalars(select(StoredMarket).order_by(StoredMarket.code))
            ]

        return [each for each in self.engines.ask(work) if principal.scope.sees_market(each.value.code)]

    def save(self, principal: Principal, market: Market, seen: int, key: str | None = None) -> int:
        """
        Adds a market (`seen` 0) or changes the version the editor saw; returns the new version.
        Raises ChangedMeanwhile, or NotAllowed for a principal who does not see everything.
        """
        require(principal, Permit.CHANGE_COMPANY)
        require_everything(principal, f"market {market.code}")
        return self.engines.change(lambda session: _save(session, principal, market, seen), key)

    def follow(self, principal: Principal, markets: Iterable[Market]) -> int:
        """Makes stored markets those of the configuration; others stay. Returns how many were changed."""
        require(principal, Permit.CHANGE_COMPANY)
        require_everything(principal, "markets")

        def work(session: Session) -> int:
            stored = {each.code: _market(each) for each in session.scalars(select(StoredMarket))}
            changed = [each for each in markets if each.code not in stored or stored[each.code].value != each]
            for each in changed:
                _save(session, principal, each, stored[each.code].version if each.code in stored else 0)
            return len(changed)

        return self.engines.change(work)


def _save(session: Session, principal: Principal, market: Market, seen: int) -> int:
    stored = session.get(StoredMarket, market.code)
    before = _market(stored) if stored else None
    if (before.version if before else 0) != seen:
        raise ChangedMeanwhile(f"Market {market.code}", before.value if before else None, seen)
    session.merge(StoredMarket(**asdict(market), version=seen + 1))
    note(session, principal, "market set", f"market {market.code}", before and before.value, market)
    return seen + 1


def _market(stored: StoredMarket) -> Versioned[Market]:
    market = Market(**{name: getattr(stored, name) for name in Market.__dataclass_fields__})
    return Versioned(market, stored.version)
