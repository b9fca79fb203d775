"""Whether the firm is ready for a peak: knowledge, goods, carriers and people, each with what is missing (N8)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kpi.stock.peak import stock_until
from store.home import Store
from store.permits import Permit
from store.scope import Principal
from store.state import TargetRow
from store.state.peak_records import FINAL, Need, NeedKind, Peak, Stock
from store.state.refreshed import Refreshed


class Check(StrEnum):
    """What a peak needs."""

    REFRESHED = "refreshed"
    STOCK = "stock"
    CARRIER = "carrier"
    STAFF = "staff"


class Light(StrEnum):
    """Where a check stands: missing only from two weeks before the peak on, or where it is too late already."""

    READY = "ready"
    TO_DO = "to do"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Found:
    """One check: `left` of `whole` are not ready (people, articles, carriers, teams); both 0 where nothing is known."""

    check: Check
    light: Light
    left: int = 0
    whole: int = 0


@dataclass(frozen=True)
class Gate:
    """
    A peak on a day, with its four checks, of one `market` or of all (None), and what they rest on. `refreshed` is None
    for who does not train people, `stock` where nobody has looked or the reader does not see planning.
    """

    peak: Peak
    day: date
    market: str | None
    found: tuple[Found, ...]
    refreshed: Sequence[Refreshed] | None
    stock: Stock | None
    needs: Sequence[Need]

    @property
    def is_open(self) -> bool:
        """Only when everything is known and ready."""
        return all(each.light is Light.READY for each in self.found)

    def of(self, check: Check) -> Found:
        return next(each for each in self.found if each.check is check)


def gate(
    peak: Peak,
    day: date,
    refreshed: Sequence[Refreshed] | None,
    stock: Stock | None,
    needs: Sequence[Need],
    market: str | None = None,
) -> Gate:
    """The gate on a day, of what is known; of one market with what belongs to none."""
    people = None if refreshed is None else [each for each in refreshed if market in (None, each.market)]
    wanted = [each for each in needs if market is None or each.market in (None, market)]
    goods = stock if stock is None or market is None else _of_market(stock, market)
    found = (
        _refreshed(peak, day, people), _stock(day, goods),
        _needs(Check.CARRIER, peak, day, wanted), _needs(Check.STAFF, peak, day, wanted),
    )  # fmt: skip
    return Gate(peak, day, market, found, people, goods, wanted)


def gate_of(store: Store, principal: Principal, peak: Peak, day: date, market: str | None = None) -> Gate:
    """The gate as the principal may see it: their departments, markets and teams."""
    state = store.state
    trains = principal.may(Permit.TRAIN_PEOPLE)
    people = state.standings.refreshed(principal, day, peak.occasion) if trains else None
    return gate(
        peak,
        day,
        people,
        state.peaks.stock(principal, peak.id),
        state.peaks.needs(principal, peak.id),
        market,
    )


def overlays(store: Store, principal: Principal, peak: Peak) -> list[TargetRow]:
    """The targets that hold for days of the peak only; a period is judged by the one of its own day."""
    rows = store.state.targets.rows(principal)
    return [
        each for each in rows
        if each.valid_to is not None and each.valid_from <= peak.ends and each.valid_to > peak.begins
    ]  # fmt: skip


def look_at_stock(store: Store, principal: Principal, day: date) -> int:
    """Looks how far the stock reaches into each peak that is near; how many. For the worker; raises NotAllowed."""
    near = [each for each in store.state.peaks.rows(principal, day) if each.is_near(day)]
    for peak in near:
        stock = stock_until(store.lake, day, peak.ends, peak.markets)
        store.state.peaks.keep_stock(principal, peak.id, stock)
    return len(near)


def _refreshed(peak: Peak, day: date, found: Sequence[Refreshed] | None) -> Found:
    """Missing from two weeks before the peak on; unknown before anybody is asked."""
    whole = sum(each.people for each in found or ())
    left = whole - sum(each.done for each in found or ())
    light = Light.UNKNOWN if not whole else _by_day(peak, day, left)
    return Found(Check.REFRESHED, light, left, whole)


def _stock(day: date, stock: Stock | None) -> Found:
    """Missing where it is too late to order; unknown where the forecast of an article does not reach the end."""
    if stock is None:
        return Found(Check.STOCK, Light.UNKNOWN)
    whole, unknown = (sum(getattr(each, name) for each in stock.reaches) for name in ("items", "unknown"))
    left = len(stock.short) + stock.more
    late = any(each.order_by is None or each.order_by < day for each in stock.short)
    if left:
        return Found(Check.STOCK, Light.MISSING if late else Light.TO_DO, left, whole)
    return Found(Check.STOCK, Light.UNKNOWN if unknown or not whole else Light.READY, unknown, whole)


def _needs(check: Check, peak: Peak, day: date, needs: Iterable[Need]) -> Found:
    """Unknown until somebody has said what is needed."""
    mine = [each for each in needs if each.kind is NeedKind(check.value)]
    left = sum(each.missing > 0 for each in mine)
    light = Light.UNKNOWN if not mine else _by_day(peak, day, left)
    return Found(check, light, left, len(mine))


def _by_day(peak: Peak, day: date, left: int) -> Light:
    if not left:
        return Light.READY
    return Light.MISSING if day >= peak.begins - FINAL else Light.TO_DO


def _of_market(stock: Stock, market: str) -> Stock:
    """What is kept for that market, and what is kept for none."""
    reaches = tuple(each for each in stock.reaches if each.market in (None, market))
    short = tuple(each for each in stock.short if each.market in (None, market))
    return Stock(stock.as_of, stock.day, reaches, short, stock.more)
