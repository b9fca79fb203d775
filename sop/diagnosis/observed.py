"""The effect of a change on its KPI as the components show it, and as it is kept beside the action."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kpi.annotations import annotations_of, diary
from kpi.freshness import reported_of
from kpi.interval import RatioInterval
from kpi.model import Better, Composite, Distribution, Kpi, Ratio
from kpi.period import Every, Span, end_of, whole_periods
from kpi.question import Question
from kpi.results import values
from kpi.score import Judgement
from kpi.standing import coverage
from kpi.standings import every_of
from sop.diagnosis.effect import FEWEST, MOST, Effect, Outcome, effect_of
from sop.diagnosis.verdict import Bounded
from sop.diagnosis.windows import Change, Other, Period, Windows, others_of, windows
from store.company_file import load_company
from store.home import Store
from store.scope import Principal

READ = {Every.WEEK: 3 * MOST, Every.MONTH: 2 * MOST}


@dataclass(frozen=True)
class Observed:
    """The closed and mature periods of a KPI, and what else happened in them."""

    kpi: Kpi
    periods: tuple[Period, ...]
    others: tuple[Other, ...]


def can_show(kpi: Kpi) -> bool:
    """Whether an effect can be seen in it: two sums that add up over periods."""
    return isinstance(kpi, Ratio | Composite | Distribution) and kpi.adds_over_time


def observe(
    store: Store, principal: Principal, kpi: Kpi, where: Mapping[str, str], now: datetime, until: date
) -> Observed:
    """
    The periods up to the last one that is over by `until`, of a year and a half, in the part of `where`. Raises
    NotAllowed outside the scope, SliceError for a part the KPI is not kept by.
    """
    covered = coverage(store.lake, principal, [kpi])
    fresh = store.state.runs.freshness(principal)
    closed = reported_of(kpi, fresh, now).closed(covered.closed)
    if closed is None:
        return Observed(kpi, (), ())
    every = every_of(kpi)
    closed = min(closed, until)
    span = Span(whole_periods(every, closed, READ[every]).start, closed)
    question = Question(span, every, where=where, percentiles=False)
    rows = values(store.lake, principal, kpi, question, Judgement(closed=closed))
    known = diary(
        store.state, principal, load_company(store.home), span, where.get("market"), fresh, now
    )  # fmt: skip
    notes = store.state.annotations.rows(principal, span.start, span.end)
    return Observed(
        kpi,
        tuple(
            Period(row["period"], row["numerator"], row["denominator"])
            for row in rows.iter_rows(named=True)
            if not row["immature"] and row["denominator"] and end_of(every, row["period"], span) <= closed
        ),
        tuple(others_of(annotations_of(known, principal, kpi, notes))),
    )


def before_change(seen: Observed, change: Change) -> Sequence[Period]:
    """What a change is compared with."""
    return windows(seen.periods, change, seen.others, FEWEST, MOST).before


def effect_on(
    seen: Observed, change: Change, better: Better, needed: int, beside: Sequence[Other] = ()
) -> Effect:
    """What the periods say of the change; `beside`: other changes of the work that this one is mixed with."""
    return effect_of(seen.periods, change, better, [*seen.others, *beside], needed=needed)


def as_finding(effect: Effect) -> dict[str, object]:
    """The effect as it is kept: numbers and days, no words of any language but what people wrote."""
    after = effect.seen.after
    return {
        "outcome": effect.outcome.value, "missing": effect.missing, "confounders": list(effect.confounders),
        "periods": len(after), "since": after[0].start.isoformat() if after else "",
        "before": effect.before.value if effect.before else None,
        "after": effect.after.value if effect.after else None,
        "difference": _three(effect.difference), "relative": _three(effect.relative),
    }  # fmt: skip


def of_finding(kept: Mapping[str, object]) -> Effect:
    """What was found, to be told again."""
    since, count = str(kept.get("since", "")), _whole(kept.get("periods"))
    after = tuple(Period(date.fromisoformat(since), 0.0, 0.0) for _ in range(count)) if since else ()
    confounders = kept.get("confounders")
    return Effect(
        Outcome(str(kept["outcome"])), Windows((), after), _point(kept.get("before")), _point(kept.get("after")),
        _bounded(kept.get("difference")), _bounded(kept.get("relative")), _whole(kept.get("missing")),
        tuple(map(str, confounders)) if isinstance(confounders, list) else (),
    )  # fmt: skip


def _three(part: Bounded) -> list[float | None]:
    return [part.value, part.low, part.high]


def _bounded(kept: object) -> Bounded:
    numbers = list(kept) if isinstance(kept, list) else [None, None, None]
    return Bounded(*(float(each) if isinstance(each, int | float) else None for each in numbers))


def _point(kept: object) -> RatioInterval | None:
    return (
        RatioInterval(float(kept), 0.0, float(kept), float(kept)) if isinstance(kept, int | float) else None
    )


def _whole(kept: object) -> int:
    return kept if isinstance(kept, int) else 0
