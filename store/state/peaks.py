"""Peaks of the business: entered by people or planned by the year; what each needs, and how far the stock reaches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from store.models import Peak as StoredPeak
from store.models import PeakNeed as StoredNeed
from store.models import PeakStock as StoredStock
from store.permits import Permit
from store.scope import Principal
from store.state.edits import require, require_everything, require_part, sees_part
from store.state.engines import Engines
from store.state.peak_records import Need, NeedKind, Peak, PeakError, Stock
from store.state.segments import segment_pairs
from store.state.shelf import Shelf, record

_STOCK = TypeAdapter(Stock)
PLANNING = "planning"  # the department whose articles they are


def _peak(stored: StoredPeak) -> Peak:
    return record(Peak, stored, markets=tuple(stored.markets))


def _need(stored: StoredNeed) -> Need:
    return record(Need, stored, kind=NeedKind(stored.kind))


def _sees(principal: Principal, peak: Peak) -> bool:
    mine = principal.scope.markets
    return mine is None or not peak.markets or bool(mine & set(peak.markets))


def _sees_need(principal: Principal, need: Need) -> bool:
    return sees_part(principal, need.department, segment_pairs(need.segment))


def _covers_need(principal: Principal, need: Need) -> None:
    require_part(principal, need.department, segment_pairs(need.segment), "say what a peak needs")


_PEAKS = Shelf(
    "peak",
    StoredPeak,
    _peak,
    _sees,
    Permit.PLAN_PEAKS,
    lambda who, peak: require_everything(who, f"the peak {peak}"),
)
_NEEDS = Shelf("need", StoredNeed, _need, _sees_need, Permit.PLAN_PEAKS, _covers_need)


@dataclass(frozen=True)
class Peaks:
    """The peaks of the state database."""

    engines: Engines

    def rows(self, principal: Principal, since: date | None = None) -> list[Peak]:
        """Those that end on a day or later (None: all), the first first."""
        where: list[ColumnElement[bool]] = [StoredPeak.deleted.is_(False)]
        where += [] if since is None else [StoredPeak.ends >= since]
        return _PEAKS.rows(self.engines, principal, (StoredPeak.begins, StoredPeak.id), *where)

    def find(self, principal: Principal, number: int) -> Peak:
        """One peak; raises WrongEntry for one that does not exist or concerns none of the principal's markets."""
        return _PEAKS.find(self.engines, principal, number)

    def add(self, principal: Principal, peak: Peak, key: str | None = None) -> Peak:
        """Stores a new peak. Raises PeakError for a second one of that name in a year, NotAllowed."""
        entered = replace(peak, entered_by=principal.name)

        def work(session: Session) -> int:
            number = _PEAKS.adding(session, principal, entered, "peak entered")
            _refuse_second(session, entered, number)
            return number

        return _PEAKS.stored(self.engines, self.engines.change(work, key))

    def save(self, principal: Principal, peak: Peak, key: str | None = None) -> Peak:
        """Changes the version the editor saw. Raises as `add`, ChangedMeanwhile, WrongEntry when it is gone."""

        def work(session: Session) -> int:
            number = _PEAKS.saving(session, principal, peak, "peak changed")
            _refuse_second(session, peak, number)
            return number

        return _PEAKS.stored(self.engines, self.engines.change(work, key))

    def remove(self, principal: Principal, peak: Peak, key: str | None = None) -> Peak:
        """Takes away the version the editor saw; nobody plans it again for that year. Raises as `save`."""
        return _PEAKS.save(self.engines, principal, replace(peak, deleted=True), "peak removed", key)

    def plan(self, principal: Principal, wanted: Iterable[Peak]) -> int:
        """Adds those whose name and year nobody entered or removed; how many. For the worker; raises NotAllowed."""
        planned = [replace(each, entered_by=principal.name) for each in wanted]

        def work(session: Session) -> int:
            require(principal, Permit.PLAN_PEAKS)
            known = {_peak(each).occasion for each in session.scalars(select(StoredPeak))}
            fresh = [each for each in planned if each.occasion not in known]
            for each in fresh:
                _PEAKS.adding(session, principal, each, "peak planned")
            return len(fresh)

        return self.engines.change(work) if planned else 0

    def needs(self, principal: Principal, peak: int) -> list[Need]:
        """What a peak takes of carriers and teams, within what the principal sees."""
        where = (StoredNeed.peak == peak, StoredNeed.deleted.is_(False))
        return _NEEDS.rows(self.engines, principal, (StoredNeed.kind, StoredNeed.what, StoredNeed.id), *where)

    def find_need(self, principal: Principal, number: int) -> Need:
        """One need; raises WrongEntry for one that does not exist or that the principal may not see."""
        return _NEEDS.find(self.engines, principal, number)

    def add_need(self, principal: Principal, need: Need, key: str | None = None) -> Need:
        """Stores a new need. Raises PeakError for a peak that is not there, NotAllowed."""
        entered = replace(need, entered_by=principal.name)

        def work(session: Session) -> int:
            require(principal, Permit.PLAN_PEAKS)
            stored = session.get(StoredPeak, entered.peak)
            if stored is None or stored.deleted:
                raise PeakError(f"There is no peak {entered.peak}; look at the list of those there are.")
            return _NEEDS.adding(session, principal, entered, "need entered")

        return _NEEDS.stored(self.engines, self.engines.change(work, key))

    def save_need(self, principal: Principal, need: Need, key: str | None = None) -> Need:
        """Changes the version the editor saw. Raises ChangedMeanwhile, WrongEntry when it is gone, NotAllowed."""
        return _NEEDS.save(self.engines, principal, need, "need changed", key)

    def remove_need(self, principal: Principal, need: Need, key: str | None = None) -> Need:
        """Takes away the version the editor saw; the row stays, marked. Raises as `save_need`."""
        return _NEEDS.save(self.engines, principal, replace(need, deleted=True), "need removed", key)

    def stock(self, principal: Principal, peak: int) -> Stock | None:
        """How far the stock reaches, of the principal's markets and of none; None where nobody looked, or may see."""
        if not principal.scope.sees_department(PLANNING):
            return None
        found = self.engines.ask(lambda session: _content(session, peak))
        if found is None:
            return None
        whole, sees = _STOCK.validate_python(found), principal.scope.sees_market
        return replace(
            whole, reaches=tuple(each for each in whole.reaches if sees(each.market)),
            short=tuple(each for each in whole.short if sees(each.market)),
        )  # fmt: skip

    def keep_stock(self, principal: Principal, peak: int, stock: Stock) -> None:
        """Puts what was found in the place of what was found before. For the worker; raises NotAllowed."""

        def work(session: Session) -> None:
            require(principal, Permit.PLAN_PEAKS)
            require_everything(principal, "how far the stock reaches")
            content = _STOCK.dump_python(stock, mode="json")
            session.merge(StoredStock(peak=peak, made_at=datetime.now(UTC), content=content))

        self.engines.change(work)


def _content(session: Session, peak: int) -> Any:
    stored = session.get(StoredStock, peak)
    return stored.content if stored else None


def _refuse_second(session: Session, peak: Peak, number: int) -> None:
    same: Sequence[StoredPeak] = session.scalars(
        select(StoredPeak).where(StoredPeak.name == peak.name, StoredPeak.deleted.is_(False))
    ).all()
    for each in same:
        if each.id != number and each.begins.year == peak.begins.year:
            raise PeakError(f"There is {_peak(each)} already; change that one.")
