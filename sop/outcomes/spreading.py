"""How the version in force of a procedure spreads: read, trained, worked by; on its first day and some weeks later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sop.library import Shelved
from sop.share import Share
from store.scope import Principal
from store.state import State
from store.state.owing_counts import CurveDay

AFTER = (0, 7, 14, 28)  # days since the version counts


@dataclass(frozen=True)
class Spread:
    """
    One day after a version took effect: people who had read it and were trained (None for fewer than five), and checks
    and runs by it among all of the seven days before.
    """

    after: int
    on: date
    curve: CurveDay | None
    worked: Share


def first_day(shelf: Shelved) -> date:
    """The first day of the major version in force. Raises ValueError where none is."""
    now = shelf.effective()
    if now is None:
        raise ValueError("No version counts; choose a procedure that is in force.")
    return min(
        each.effective_on
        for each in shelf.of(shelf.source)
        if each.effective_on is not None and each.major == now.major
    )


def spread(
    state: State, principal: Principal, sop: str, first: date, worked: Mapping[date, Share], today: date
) -> list[Spread]:
    """Its first day, and one, two and four weeks later; none that is still to come or tells nothing."""
    known = {each.day: each for each in state.standings.curve(principal, sop, today, AFTER[-1])}
    days = [(after, first + timedelta(days=after)) for after in AFTER]
    return [
        Spread(after, on, known.get(on), worked.get(on, Share(0, 0)))
        for after, on in days
        if on <= today and (on in known or worked.get(on, Share(0, 0)).denominator)
    ]
