"""The status path: worse at once, better only once the value is clearly past the threshold it fell below."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from kpi.model import Better
from kpi.score import Status

SHARE_OF_GAP = 0.1
JUDGED = (Status.ON_TARGET, Status.AT_RISK, Status.OFF_TARGET)
SIZE_OF_ROUNDING = 1e-12


@dataclass(frozen=True)
class Point:
    """One period: its value (None without data), rows, and the target and watch line of its own day.

    `held` is a status that says the value cannot be judged yet (incomplete, provisional); it changes nothing.
    """

    value: float | None
    n: int
    target: float | None
    warn: float | None
    held: Status | None = None


def status_path(
    points: Iterable[Point],
    better: Better,
    *,
    hysteresis: float | None = None,
    minimum: int = 30,
    before: Status | None = None,
) -> list[Status]:
    """One status a point. A worse band counts at once; a better one from its threshold plus `hysteresis` on.

    `hysteresis` is in the unit of the values, a tenth of the distance from target to watch line by default. Points
    without data, with fewer than `minimum` rows, or held leave the remembered band (`before` at the start) as it is.
    Source: kpi-domain section 2.6.
    """
    path: list[Status] = []
    remembered = before
    for point in points:
        told = _unjudged(point, minimum)
        if told is None:
            remembered = told = _next(point, better, hysteresis, remembered)
        path.append(told)
    return path


def _unjudged(point: Point, minimum: int) -> Status | None:
    if point.value is None:
        return Status.NO_DATA
    if point.held is Status.INCOMPLETE:
        return point.held
    if point.n < minimum:
        return Status.SMALL_SAMPLE
    if point.held is not None:
        return point.held
    return Status.OK if point.target is None else None


def _next(point: Point, better: Better, hysteresis: float | None, before: Status | None) -> Status:
    raw = _band(point, better, 0.0)
    if before not in JUDGED or JUDGED.index(raw) >= JUDGED.index(before):
        return raw
    clear = _band(point, better, _margin(point) if hysteresis is None else hysteresis)
    return min(clear, before, key=JUDGED.index)


def _margin(point: Point) -> float:
    target = point.target or 0.0
    return SHARE_OF_GAP * abs(target - (target if point.warn is None else point.warn))


def _band(point: Point, better: Better, beyond: float) -> Status:
    """The band of a value whose thresholds lie `beyond` further on the good side."""
    side = 1.0 if better is Better.HIGHER else -1.0
    target = point.target or 0.0
    value, warn = (point.value or 0.0) * side, (target if point.warn is None else point.warn) * side
    if value >= target * side + beyond - SIZE_OF_ROUNDING * (beyond > 0):
        return Status.ON_TARGET
    return Status.AT_RISK if value >= warn + beyond - SIZE_OF_ROUNDING * (beyond > 0) else Status.OFF_TARGET


def points_of(scored: pl.DataFrame) -> list[Point]:
    """The points of scored rows (see `kpi.score.score`), oldest first; they must be of one slice."""
    waiting = {Status.INCOMPLETE.value: Status.INCOMPLETE, Status.PROVISIONAL.value: Status.PROVISIONAL}
    return [
        Point(row["value"], row["n"], row["target"], row["warn"], waiting.get(row["status"]))
        for row in scored.sort("period").rows(named=True)
    ]


def distances(values: Sequence[float | None], low: float, high: float) -> list[float | None]:
    """How far each value lies outside of [low, high], 0 inside: a range target is judged by it, lower is better.

    Raises ValueError when the range is empty. Source: kpi-domain section 2.6.
    """
    if high < low:
        raise ValueError(f"The range from {low:g} to {high:g} is empty; swap its ends.")
    return [None if each is None else max(low - each, each - high, 0.0) for each in values]
