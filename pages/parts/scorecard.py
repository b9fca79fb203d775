"""The scorecard: every KPI as a row that can be searched, sorted and opened, with the same figures as its card."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import cast

import streamlit as st

from kpi.answering import NOBODY, answers_for
from kpi.figures import Figure, decimal
from kpi.model import Better, Unit
from kpi.score import Status
from kpi.standing import Standing
from kpi.words import marked, say, say_many, spoken
from pages.parts.built import built
from pages.parts.filters import Filters
from pages.parts.format import ABSENT, MINUS, MONEYS, day, figure, goal
from pages.parts.packed import asset, names, packed
from pages.parts.people import load_named
from pages.parts.theme import MARKS, PILLS, SIGNAL, mode
from pages.parts.viewer import Viewer

SEVERITY = (
    Status.OFF_TARGET, Status.AT_RISK, Status.INCOMPLETE, Status.PROVISIONAL, Status.SMALL_SAMPLE, Status.ON_TARGET,
    Status.OK, Status.NO_DATA,
)  # fmt: skip
POINTS, TOP = 53, 99
HOURS = {Unit.MINUTES: 1 / 60, Unit.HOURS: 1.0, Unit.DAYS: 24.0}
ORDER = marked("Off target first, then by the gap to the target. A heading sorts, a name opens.")


@dataclass(frozen=True)
class Row:
    """One KPI as the table shows it; `gap` is relative to the target in per cent, plus is always better.

    `trend` has one value a period, None where there is none; `number` and `aim` are value and target as `rank` reads
    them.
    """

    key: str
    name: str
    status: Status
    signal: bool
    department: str
    value: str
    target: str
    gap: float | None
    since: date | None
    owner: str
    trend: tuple[float | None, ...]
    unit: Unit = Unit.COUNT
    number: float | None = None
    aim: float | None = None


def build_rows(
    standings: Iterable[Standing], currency: str, find: str = "", named: Mapping[str, str] = NOBODY
) -> list[Row]:
    """The rows whose name, department, owner or status holds every word that was looked for, the most serious first."""
    rows = [_row(each, currency, named) for each in standings]
    wanted = find.casefold().split()
    found = [row for row in rows if all(word in _text(row) for word in wanted)]
    return sorted(found, key=_rank)


def gap(standing: Standing) -> float | None:
    """How far the value is beyond its target, in per cent of it; None without both, or from a target of zero."""
    current = standing.current
    if current is None or current.value is None or not current.target:
        return None
    away = (current.value - current.target) / abs(current.target) * 100
    return round(away if standing.kpi.better is Better.HIGHER else -away, 1) + 0.0


def _row(standing: Standing, currency: str, named: Mapping[str, str]) -> Row:
    kpi, current = standing.kpi, standing.current
    return Row(
        key=kpi.key, name=say(kpi.name), status=current.status if current else Status.NO_DATA,
        signal=standing.signal is not None, department=say(kpi.department.short),
        value=str(figure(kpi, current.value if current else None, currency)),
        target=ABSENT if current is None or current.target is None else goal(kpi, current.target, currency),
        gap=gap(standing), since=standing.since, owner=answers_for(kpi, named),
        trend=tuple(each.value for each in standing.shown(POINTS)), unit=kpi.unit,
        number=current.value if current else None, aim=current.target if current else None,
    )  # fmt: skip


def _text(row: Row) -> str:
    told = (
        row.name,
        row.key,
        row.department,
        row.owner,
        say(row.status.word),
        say("Signal") if row.signal else "",
    )
    return " ".join(told).casefold()


def _rank(row: Row) -> tuple[int, bool, float, str]:
    return SEVERITY.index(row.status), not row.signal, row.gap if row.gap is not None else 1e9, row.name


def rank(unit: Unit, value: float | None) -> tuple[int, float] | None:
    """By what a column of values in many units is sorted: those of a kind together, durations by their length."""
    if value is None:
        return None
    if unit in HOURS:
        return 2, value * HOURS[unit]
    kinds = [Unit.PERCENT, Unit.MONEY, Unit.HOURS, *(each for each in Unit if each not in HOURS)]
    return kinds.index(Unit.MONEY if unit in MONEYS else unit), value


def ranks(keys: Sequence[tuple[int, float] | None]) -> list[int | None]:
    """The place of each key among all different ones, from 0; None stays None."""
    places = {key: place for place, key in enumerate(sorted({key for key in keys if key is not None}))}
    return [None if key is None else places[key] for key in keys]


def points(trend: Sequence[float | None]) -> str:
    """The values of a line as two digits each, from 00 for the lowest to 99; two spaces where there is none."""
    told = [each for each in trend if each is not None]
    if not told:
        return ""
    low, size = min(told), max(told) - min(told)
    return "".join(
        "  " if each is None else f"{round((each - low) / size * TOP) if size else TOP // 2:02d}"
        for each in trend
    )


def gap_words(gap: float | None) -> str:
    """`+5.5 %` in the reader's way of writing numbers."""
    if gap is None:
        return ABSENT
    sign = "+" if gap > 0 else MINUS if gap < 0 else "±"
    return str(Figure(sign + decimal(abs(gap), 1), "%"))


def table_rows(rows: Sequence[Row], today: date, link: str) -> list[dict[str, object]]:
    """The rows as the component draws them: texts, and the ranks by which their columns sort."""
    columns: dict[str, Sequence[int | None]] = {
        "value": ranks([rank(row.unit, row.number) for row in rows]),
        "target": ranks([rank(row.unit, row.aim) for row in rows]),
        "gap": ranks([None if row.gap is None else (0, row.gap) for row in rows]),
        "status": list(range(len(rows))),
        "since": ranks([(0, float(row.since.toordinal())) if row.since else None for row in rows]),
    }
    return [
        {
            "key": row.key, "href": f"kpi?kpi={row.key}{link}", "name": row.name, "css": MARKS[row.status][1],
            "glyph": MARKS[row.status][0], "word": say(row.status.word), "signal": say("Signal") if row.signal else "",
            "value": row.value, "target": row.target, "gap": gap_words(row.gap), "trend": points(row.trend),
            "since": day(row.since, today) if row.since else "", "department": row.department, "owner": row.owner,
            "ranks": {name: places[number] for name, places in columns.items()},
        }
        for number, row in enumerate(rows)
    ]  # fmt: skip


_table = st.components.v2.component(
    "scorecard",
    html='<div class="score" tabindex="0" role="region"></div>',
    css=asset("scorecard.css"),
    js=asset("scorecard.js"),
)


def draw_scorecard(
    viewer: Viewer, standings: Sequence[Standing], currency: str, today: date, page: str, filters: Filters
) -> str | None:
    """Draw search and table; the key of the KPI that was just opened. `page` and `filters` chose the standings."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="scorehead"):
        st.header(say("Scorecard"), anchor=False)
        find = st.text_input(
            say("Find a KPI"), key="find", bind="query-params", width=260, max_chars=60,
            placeholder=say("Name, department, owner or status"), label_visibility="collapsed",
        )  # fmt: skip

    named = load_named(viewer)

    def build() -> dict[str, object]:
        return table_of(build_rows(standings, currency, find or "", named), today, filters.link)

    asked = (page, filters, filters.link, tuple(sorted(named.items())))
    data = build() if find else built(viewer, "scorecard", asked, build)
    count = len(cast(Sequence[object], data["rows"]))
    if not count:
        st.text(say("No KPI matches '{find}'. Clear the search to see all {n}.", find=find, n=len(standings)))
        return None
    told = say_many("{n} KPI.", "{n} KPIs.", count)
    st.html(f'<div class="fl-told">{escape(f"{told} {say(ORDER)}")}</div>')
    opened = _table(data=data, key="scorecard", on_open_change=lambda: None).open
    return str(opened) if opened else None


def table_of(rows: Sequence[Row], today: date, link: str) -> dict[str, object]:
    """What the component is given; tuples, as a list would have Streamlit load pandas."""
    told = table_rows(rows, today, link)
    ranked = [cast(Mapping[str, object], each["ranks"]) for each in told]
    bare = [{name: value for name, value in each.items() if name not in ("ranks", "href")} for each in told]
    return {
        "rows": tuple(packed(bare)), "names": names(bare), "ranks": tuple(packed(ranked)), "ranked": names(ranked),
        "link": link, "columns": tuple(columns_of(rows)),
        "grounds": tuple(vars(PILLS[mode()]).items()), "circle": SIGNAL[0], "language": spoken().language.tag,
        "alt": say("Scorecard of {n} KPIs, the most serious first.", n=len(rows)),
    }  # fmt: skip


def columns_of(rows: Sequence[Row]) -> list[dict[str, object]]:
    """The headings; the department only where there are several."""
    by_unit = say("By unit, then by number.")
    columns = [
        _column("name", say("KPI")),
        _column("status", say("Status"), ranked=True),
        _column("value", say("Value"), number=True, ranked=True, tip=by_unit),
        _column("target", say("Target"), number=True, ranked=True, tip=by_unit),
        _column(
            "gap", say("Gap to target"), number=True, ranked=True, tip=say("Relative; plus is always better.")
        ),
        _column("trend", say("53 weeks")),
        _column("since", say("Off since"), ranked=True),
        *([_column("department", say("Department"))] if len({row.department for row in rows}) > 1 else []),
        _column("owner", say("Owner")),
    ]
    return columns


def _column(
    key: str, title: str, *, number: bool = False, ranked: bool = False, tip: str = ""
) -> dict[str, object]:
    return {"key": key, "title": title, "number": number, "ranked": ranked, "help": tip}
