"""The two scales of a trend as one parameter, so that its spec stays the same while what it shows changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from kpi.chart.axes import Write, WriteDay, days_look, days_reach, days_told, ticks, values_look
from kpi.chart.model import Palette, Spec

NAME = "scales"
# Of ticks and their texts: the parameter may become a row of data, which holds no lists.
_DIVIDER = "\u241f"


@dataclass(frozen=True)
class Scales:
    """The days from left to right and the range from bottom to top, with what is written along them."""

    days: Sequence[str]
    reach: tuple[float, float]
    write: Write
    write_day: WriteDay

    @property
    def param(self) -> Spec:
        """The parameter with all that its expressions ask for; its names are none of the rows' columns."""
        at = ticks(*self.reach)
        days_at, days_texts = days_told(self.days, self.write_day)
        first, last = days_reach(self.days)
        low, high = self.reach
        return {
            "name": NAME,
            "value": {
                "x_from": first, "x_to": last, "x_at": _joined(days_at), "x_told": _DIVIDER.join(days_texts),
                "y_from": low, "y_to": high, "y_at": _joined(at),
                "y_told": _DIVIDER.join(self.write(each) for each in at),
            },
        }  # fmt: skip


def asked(name: str) -> Spec:
    """One value of the parameter."""
    return {"expr": f"{NAME}.{name}"}


def days_encoding(colours: Palette) -> Spec:
    """As `axes.days_axis`, of the parameter."""
    return days_look(colours, [asked("x_from"), asked("x_to")], _labels("x"))


def values_encoding(colours: Palette) -> Spec:
    """The range all layers share, and its axis as `axes.values_axis`, of the parameter."""
    scale = {"domain": [asked("y_from"), asked("y_to")], "nice": False, "zero": False}
    return {"scale": scale, "axis": {**_labels("y"), **values_look(colours)}}


def _joined(at: Sequence[float]) -> str:
    return _DIVIDER.join(f"{each!r}" for each in at)


def _labels(axis: str) -> Spec:
    at, told = (f"split({NAME}.{axis}_{each}, '{_DIVIDER}')" for each in ("at", "told"))
    return {"values": {"expr": at}, "labelExpr": f"{told}[indexof({at}, '' + datum.value)]"}
