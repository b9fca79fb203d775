"""A warehouse and a shelf of procedures: facts and KPIs of the kinds that do not add up over time, with their SQL."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar

import narwhals as nw
from made_facts import Facts, Row, made
from random_facts import Dice

from kpi.levels import AsOfDay, Model, Stock, Window
from kpi.model import Better, Department, Kpi, Level, OverTime, Ratio, Rows, Scaled, Unit
from store.contract import Table, day, key, text, whole

FIRST, DAYS = date(2025, 1, 1), 120
LAST = FIRST + timedelta(days=DAYS)


class Shelves(Table):
    """What a place holds of one group of goods at the end of a day."""

    name: ClassVar[str] = "test_shelves"
    department: ClassVar[str] = "planning"
    month_of: ClassVar[str] = "snapshot_day"
    shelf_id = key("Place, group and day")
    snapshot_day = day("Day of the snapshot", required=True)
    market = text("Market")
    place = text("Warehouse")
    group = text("Group of goods")
    pieces = whole("Pieces held")
    blocked = whole("Pieces not for sale")


class Sent(Table):
    """Pieces that left a place."""

    name: ClassVar[str] = "test_sent"
    department: ClassVar[str] = "planning"
    month_of: ClassVar[str] = "sent_day"
    sent_id = key("Leaving")
    sent_day = day("Day", required=True)
    market = text("Market")
    place = text("Warehouse")
    pieces = whole("Pieces", required=True)


class Papers(Table):
    """One version of a procedure: in force, reviewed, withdrawn."""

    name: ClassVar[str] = "test_papers"
    department: ClassVar[str] = "procedures"
    month_of: ClassVar[str] = "effective_day"
    paper_id = key("Version")
    effective_day = day("In force from", required=True)
    withdrawn_day = day("No longer in force from")
    overdue_day = day("First day a review is overdue")
    reviewed_day = day("Reviewed or withdrawn")
    market = text("Market")
    team = text("Team")
    draft = text("Yes for a draft")
    pages = whole("Pages")


def _told(kpi: str) -> dict[str, object]:
    words = dict.fromkeys(("meaning", "formula", "source", "owner"), "a test")
    return {"key": kpi, "name": kpi, "department": Department.PLANNING, "minimum": 0, **words}


def shelves(over: OverTime) -> Rows:
    return Rows(Shelves, day="snapshot_day", over_time=over, excluded={"no_group": nw.col("group").is_null()})


BY_PLACE = OverTime(apart="place", keeps_days=3)
AT_END = OverTime(Level.CLOSING, apart="place", keeps_days=3)
papers = Rows(Papers, day="effective_day", belongs=nw.col("draft").is_null())
counts = {"unit": Unit.COUNT, "better": Better.LOWER}
in_force = {"rows": papers, "until": "withdrawn_day", "dimensions": ("market", "team")}

held = Stock(
    **_told("held"),
    **counts,
    rows=shelves(BY_PLACE),
    dimensions=("market", "place"),
    numerator=nw.col("pieces"),
)  # type: ignore[arg-type]
held_at_end = Stock(
    **_told("held_at_end"), **counts, rows=shelves(AT_END), dimensions=("market", "place"),
    numerator=nw.col("pieces"),
)  # type: ignore[arg-type]  # fmt: skip
blocked = Ratio(
    **_told("blocked"), unit=Unit.PERCENT, better=Better.LOWER, rows=shelves(BY_PLACE),
    dimensions=("market", "place"), numerator=nw.col("blocked"), denominator=nw.col("pieces"),
)  # type: ignore[arg-type]  # fmt: skip
turns = Ratio(
    **_told("turns"), unit=Unit.TIMES, better=Better.HIGHER, rows=Rows(Sent, day="sent_day"),
    dimensions=("market", "place"), numerator=nw.col("pieces"), denominator=nw.col("pieces"),
    over=shelves(BY_PLACE), scaled=Scaled.PER_YEAR,
)  # type: ignore[arg-type]  # fmt: skip
predicted = Model(
    **_told("predicted"), **counts, rows=shelves(OverTime(Level.CLOSING)), dimensions=("market",),
    numerator=nw.col("pieces"), job="foretell",
)  # type: ignore[arg-type]  # fmt: skip
overdue = AsOfDay(
    **_told("overdue"), unit=Unit.PERCENT, better=Better.LOWER, **in_force,
    state=Window("overdue_day", "reviewed_day"),
)  # type: ignore[arg-type]  # fmt: skip
pages_overdue = AsOfDay(
    **_told("pages_overdue"), unit=Unit.PERCENT, better=Better.LOWER, **in_force,
    state=Window("overdue_day", "reviewed_day"), numerator=nw.col("pages"), denominator=nw.col("pages"),
)  # type: ignore[arg-type]  # fmt: skip
in_force_count = AsOfDay(**_told("in_force_count"), **counts, **in_force)  # type: ignore[arg-type]
LEVELS: tuple[Kpi, ...] = (
    held, held_at_end, blocked, turns, predicted, overdue, pages_overdue, in_force_count,
)  # fmt: skip

# What every day of the span says, from the rows alone: day, dimensions, num and den of the state on that day.
PAPER = """
    SELECT d.day, p.market, p.team, {top} AS num, {bottom} AS den, 1 AS n
    FROM days d JOIN test_papers p ON p.effective_day <= d.day AND (p.withdrawn_day IS NULL OR p.withdrawn_day > d.day)
    WHERE p.draft IS NULL {more}"""
LATE = "(p.overdue_day <= d.day AND (p.reviewed_day IS NULL OR p.reviewed_day > d.day))"
STATES: Mapping[str, str] = {
    "overdue": PAPER.format(top=f"CASE WHEN {LATE} THEN 1 ELSE 0 END", bottom="1", more=""),
    "pages_overdue": PAPER.format(
        top=f"CASE WHEN {LATE} THEN p.pages ELSE 0 END", bottom="p.pages", more="AND p.pages IS NOT NULL"
    ),
    "in_force_count": PAPER.format(top="1", bottom="1", more=""),
}


def shelf(dice: Dice, number: int, place: str, group: str | None) -> Row | None:
    snapshot = FIRST + timedelta(days=number)
    if (place == "B" and number % 11 in (4, 5)) or (place == "C" and number % 7) or number in (40, 41):
        return None
    pieces = dice.whole(0, 90)
    return {
        "shelf_id": f"{place}{group}{number}", "snapshot_day": snapshot, "place": place, "group": group,
        "market": {"A": "DE", "B": "US"}.get(place), "pieces": pieces, "blocked": dice.whole(0, pieces),
    }  # fmt: skip


def paper(dice: Dice, number: int) -> Row:
    start = FIRST + timedelta(days=dice.whole(-40, DAYS))
    end = dice.maybe(start + timedelta(days=dice.whole(0, 80)), 0.4)
    late = start + timedelta(days=dice.whole(0, 60))
    seen = dice.maybe(late + timedelta(days=dice.whole(0, 30)), 0.3)
    ends = [each for each in (end, seen) if isinstance(each, date)]
    return {
        "paper_id": f"P{number}", "effective_day": start, "withdrawn_day": end,
        "overdue_day": dice.maybe(late), "reviewed_day": min(ends, default=None),
        "market": dice.one_of(["DE", "US", None]), "team": dice.one_of(["north", "south"]),
        "draft": dice.maybe("yes", 0.9), "pages": dice.maybe(dice.whole(1, 9), 0.1),
    }  # fmt: skip


def level_facts(seed: int) -> Facts:
    """Three places, of which one is silent at times and one speaks once a week; papers that come and go."""
    dice = Dice(seed)
    kept = [
        shelf(dice, number, place, group)
        for number in range(DAYS)
        for place in "ABC"
        for group in ("cup", "lid", None)
    ]
    sent = [
        {"sent_id": f"S{n}", "sent_day": FIRST + timedelta(days=n % DAYS), "place": "AB"[n % 2],
         "market": ("DE", "US")[n % 2], "pieces": dice.whole(0, 9)}
        for n in range(2 * DAYS)
    ]  # fmt: skip
    return {
        Shelves: made(Shelves, [row for row in kept if row]),
        Sent: made(Sent, sent),
        Papers: made(Papers, [paper(dice, number) for number in range(200)]),
    }
