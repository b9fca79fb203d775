"""A few periods of a figure beside its target as SVG: the same numbers draw the same picture, letter by letter."""

from collections.abc import Callable, Sequence
from html import escape

from kpi.exports.document import Plot
from kpi.exports.picture import LIGHT

WIDTH, HEIGHT = 560, 132
LEFT, RIGHT, TOP, BOTTOM = 58, 86, 12, 22
FONT = "Inter, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
Point = tuple[float, float]
Writer = Callable[[float], str]


def plot_svg(plot: Plot, told: Writer) -> str:
    """The chart: values as a line with dots, targets as steps; `told` writes a number beside it."""
    known = [each for each in (*plot.values, *plot.targets) if each is not None]
    if not known:
        return _whole([])
    low, high = min(known), max(known)
    room = (high - low) * 0.08 or abs(high) * 0.05 or 1.0
    scale = _Scale(len(plot.values), low - room, high + room)
    parts = [*_levels(scale, sorted({low, high}), told), *_days(scale, plot.periods)]
    parts += [_line(run, LIGHT.target, 1.2) for run in _runs(scale, plot.targets)]
    parts += [_line(run, LIGHT.ink, 1.8) for run in _runs(scale, plot.values)]
    for n, value in enumerate(plot.values):
        if value is not None:
            x, y = scale.at(n, value)
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="{LIGHT.ink}"/>')
    return _whole([*parts, *_ends(scale, plot, told)])


class _Scale:
    """Where a period and a value stand in the picture."""

    def __init__(self, periods: int, low: float, high: float) -> None:
        self.step = (WIDTH - LEFT - RIGHT) / max(1, periods - 1)
        self.low, self.size = low, high - low

    def at(self, n: int, value: float) -> Point:
        share = (value - self.low) / self.size
        return LEFT + n * self.step, HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _runs(scale: _Scale, values: Sequence[float | None]) -> list[list[Point]]:
    """The unbroken runs of a series."""
    runs: list[list[Point]] = [[]]
    for n, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(scale.at(n, value))
    return [run for run in runs if len(run) > 1]


def _levels(scale: _Scale, levels: Sequence[float], told: Writer) -> list[str]:
    """The lowest and the highest number with a line across."""
    parts = []
    for each in levels:
        _, y = scale.at(0, each)
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{LIGHT.rule}"/>'
        )
        parts.append(_text(LEFT - 8, y + 3.5, told(each), "end"))
    return parts


def _days(scale: _Scale, periods: Sequence[str]) -> list[str]:
    """The first period, the one in the middle and the last."""
    places = sorted({0, len(periods) // 2, len(periods) - 1}) if periods else []
    return [_text(LEFT + n * scale.step, HEIGHT - 5, periods[n], "middle") for n in places]


def _ends(scale: _Scale, plot: Plot, told: Writer) -> list[str]:
    """The last value and the last target beside their lines, apart where they would meet."""
    found = []
    for values, colour in ((plot.values, LIGHT.ink), (plot.targets, LIGHT.target)):
        last = values[-1] if values else None
        if last is not None:
            found.append([scale.at(len(values) - 1, last)[1] + 3.5, told(last), colour])
    found.sort(key=lambda each: float(str(each[0])))
    if len(found) == 2 and float(str(found[1][0])) - float(str(found[0][0])) < 12:
        middle = (float(str(found[0][0])) + float(str(found[1][0]))) / 2
        found[0][0], found[1][0] = middle - 6, middle + 6
    x = WIDTH - RIGHT + 8
    return [_text(x, float(str(y)), str(told), "start", str(colour), 600) for y, told, colour in found]


def _line(points: Sequence[Point], colour: str, width: float) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"/>'


def _text(x: float, y: float, text: str, anchor: str, colour: str = LIGHT.quiet, weight: int = 400) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-weight="{weight}">'
        f"{escape(text)}</text>"
    )


def _whole(parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="{FONT}" font-size="10.5">{"".join(parts)}</svg>'
    )
