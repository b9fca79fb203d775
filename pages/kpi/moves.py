"""What moved one KPI: the running month against its pace and last year, and who brought the latest change."""

import streamlit as st

from kpi.model import Better, Kpi, Unit
from kpi.month import MonthToDate, can_be_paced
from kpi.period import Every, Span
from kpi.score import Status
from kpi.standing import Period, Standing
from kpi.why import NAMED, OTHER, Cut, Method, NoChange, NotAdditive, Why
from pages.parts.format import ABSENT, MINUS, change, count, day, figure, goal, rows, words
from pages.parts.load import load_month, load_why
from pages.parts.tables import Cell, Column, facts, table
from pages.parts.viewer import Viewer

SURE = {True: "More than chance", False: "Could be chance", None: ABSENT}


def draw_month(viewer: Viewer, standing: Standing, currency: str) -> None:
    """The running month, where its days add up to one and there are any."""
    if standing.every is not Every.WEEK or standing.until is None or not can_be_paced(standing.kpi):
        return
    told = load_month(viewer, standing.kpi, standing.market, standing.until)
    if told.value is None:
        return
    st.header(f"{told.whole.start:%B} so far", anchor=False)
    st.html(facts(build_month(standing.kpi, told, currency)))


def build_month(kpi: Kpi, told: MonthToDate, currency: str) -> list[tuple[str, str]]:
    """Pairs of a term and a sentence: value, pace or required rate, the same days last year."""
    value = f"{figure(kpi, told.value, currency)} until {day(told.elapsed.end)}, from {count(told.n)} rows"
    if told.low is not None and told.high is not None:
        low, high = figure(kpi, told.low, currency), figure(kpi, told.high, currency)
        value += f"; with 95 % confidence between {low} and {high}"
    if told.status in (Status.PROVISIONAL, Status.INCOMPLETE, Status.SMALL_SAMPLE):
        value += f" · {told.status.word.lower()}"
    return [
        ("So far", value),
        ("Heading for", _projection(kpi, told, currency)),
        (f"For {goal(kpi, told.target, currency)}", _required(kpi, told, currency)),
        ("A year before", _year(kpi, told, currency)),
    ]


def _projection(kpi: Kpi, told: MonthToDate, currency: str) -> str:
    if told.pace is None:
        return ""
    gone = f"{told.share:.0%} of the month's usual weight has gone by"
    pace = f"; {told.pace.pace:.0%} of the pace for the target" if told.pace.pace is not None else ""
    return f"{figure(kpi, told.pace.projection, currency)} at the end of the month: {gone}{pace}"


def _required(kpi: Kpi, told: MonthToDate, currency: str) -> str:
    if told.required is None:
        return ""
    if told.required.reachable:
        needed = figure(kpi, told.required.rate, currency)
        if kpi.better is Better.LOWER:
            return f"the rest of the month may come to {needed} at most"
        return f"the rest of the month must come to {needed} at least"
    best = told.required.best
    at_best = f"; {figure(kpi, best, currency)} at best" if best is not None else ""
    return f"out of reach this month{at_best}"


def _year(kpi: Kpi, told: MonthToDate, currency: str) -> str:
    days = f"{day(told.earlier.start)} to {day(told.earlier.end)}"
    if told.before is None:
        return f"No data from {days}"
    moved = change(kpi, told.value, told.before, currency)
    percent = told.relative is not None and kpi.unit is not Unit.PERCENT
    relative = f" ({told.relative:+.1%})".replace("-", MINUS) if percent else ""
    return f"{figure(kpi, told.before, currency)} from {days}, the same weekdays: {moved}{relative}"


def draw_why(viewer: Viewer, standing: Standing, picked: Period, by: str | None, currency: str) -> None:
    """Who brought the change from the period before, by the dimension that is shown."""
    place = standing.periods.index(picked)
    before = standing.periods[place - 1] if place else None
    if by is None or before is None or before.value is None or picked.value is None:
        return
    st.header("Why it moved", anchor=False)
    spans = Span(before.start, before.end), Span(picked.start, picked.end)
    try:
        why = load_why(viewer, standing.kpi, *spans, by, standing.market)
    except (NotAdditive, NoChange) as refused:
        st.text(str(refused))
        return
    st.text(headline(why, currency))
    for cut in why.all_cuts:
        st.html(build_why(standing.kpi, why, cut, currency))
    for sentence in sentences(why):
        st.caption(sentence)


def headline(why: Why, currency: str) -> str:
    """From where to where, and by how much."""
    moved = change(why.kpi, why.after, why.before, currency)
    earlier, later = figure(why.kpi, why.before, currency), figure(why.kpi, why.after, currency)
    return f"From {earlier} ({day(why.earlier.start)} to {day(why.earlier.end)}) to {later}: {moved}"


def sentences(why: Why) -> list[str]:
    """What has to be said beside the tables, once each."""
    told = [*why.notes, *(note for cut in why.all_cuts for note in cut.notes)]
    said = [note.sentence for note in dict.fromkeys(told)]
    if any(OTHER in cut.contributions["segment"] for cut in why.cuts):
        said.append(f"{OTHER}: all that have fewer than {rows(why.kpi.minimum)} in both periods.")
    return said


def build_why(kpi: Kpi, why: Why, cut: Cut, currency: str) -> str:
    """The five largest contributions, the others as one, and the sum line."""
    with_rate = cut.method is Method.MIX_AND_RATE
    parts = (Column("by its own rate", "r"), Column("by its share", "r")) if with_rate else ()
    sure = (Column("Own change"),) if with_rate and kpi.is_share_of_rows else ()
    title = "Factor" if cut.dimension == "factors" else words(cut.dimension)
    columns = (
        Column(title),
        Column("Before", "r"),
        Column("After", "r"),
        Column("Moved it by", "r"),
        *parts,
        *sure,
    )
    named = cut.contributions.head(NAMED).rows(named=True)
    cells = [_row(kpi, cut, dict(row), bool(parts), bool(sure), currency) for row in named]
    rest = cut.contributions.slice(NAMED)
    if not rest.is_empty():
        added: dict[str, object] = {
            name: float(rest[name].sum()) for name in ("total", "rate", "mix") if name in rest.columns
        }
        told: dict[str, object] = {"segment": f"{rest.height} others", **added}
        cells.append(_row(kpi, cut, told, bool(parts), bool(sure), currency))
    whole: dict[str, object] = {
        "segment": "Together", "before": why.before, "after": why.after, "total": why.change,
    }  # fmt: skip
    if with_rate:
        whole |= {name: float(cut.contributions[name].sum()) for name in ("rate", "mix")}
    cells.append(_row(kpi, cut, whole, bool(parts), bool(sure), currency))
    return table(columns, cells, f"Why {kpi.name} moved, by {title.lower()}")


def _row(
    kpi: Kpi, cut: Cut, row: dict[str, object], parts: bool, sure: bool, currency: str
) -> list[Cell]:  # fmt: skip
    own = cut.dimension != "factors"
    values = [_shown(kpi, row.get(name), currency, own) for name in ("before", "after")]
    moved = [_moved(kpi, row.get(name), currency) for name in ("total", *(("rate", "mix") if parts else ()))]
    said = row.get("significant")
    return [
        str(row["segment"]),
        *values,
        *moved,
        *([SURE[said if isinstance(said, bool) else None]] if sure else []),
    ]


def _shown(kpi: Kpi, value: object, currency: str, own: bool) -> str:
    """In the KPI's unit; a factor has its own, which is not known here."""
    if not isinstance(value, int | float):
        return ABSENT
    return str(figure(kpi, float(value), currency)) if own else f"{value:,.4g}"


def _moved(kpi: Kpi, value: object, currency: str) -> str:
    return change(kpi, float(value), 0.0, currency) if isinstance(value, int | float) else ABSENT
