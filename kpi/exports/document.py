"""What is printed, before anybody knows how: headings, sentences, tables, charts, and the cells of tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Point = tuple[float, float]


class Tone(StrEnum):
    """How loud a word is: off target, to be watched, or not worth a colour."""

    OFF = "off"
    WATCH = "watch"
    PLAIN = "plain"


@dataclass(frozen=True)
class Mark:
    """A status: its shape, its word and its tone."""

    shape: str
    word: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True)
class Strong:
    """A text that stands out."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True)
class Spark:
    """A sparkline: values and targets of the same periods, oldest first, None where there is none."""

    values: tuple[float | None, ...]
    targets: tuple[float | None, ...] = ()
    tone: Tone = Tone.PLAIN

    @property
    def lines(self) -> list[list[Point]]:
        """The unbroken runs of values as points from 0 to 1, y upwards."""
        return _runs([self._place(n, value) for n, value in enumerate(self.values)])

    @property
    def target(self) -> list[list[Point]]:
        """The same for the targets."""
        return _runs([self._place(n, value) for n, value in enumerate(self.targets)])

    def _place(self, n: int, value: float | None) -> Point | None:
        if value is None:
            return None
        told = [each for each in (*self.values, *self.targets) if each is not None]
        low, high = min(told), max(told)
        height = (value - low) / (high - low) if high > low else 0.5
        return n / max(1, len(self.values) - 1), height


@dataclass(frozen=True)
class Bar:
    """A bar from 0 to 1 with a mark at the target."""

    share: float
    target: float | None = None
    tone: Tone = Tone.PLAIN


Cell = str | Mark | Strong | Spark | Bar


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (a part of the page) or 2 (a part of that)."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Words:
    """A paragraph; `quiet` is small and grey."""

    text: str
    quiet: bool = False


@dataclass(frozen=True)
class Terms:
    """Terms and what is to be said about them."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Head:
    """A column's heading; `right` for numbers, `wide` for the columns that share what room is left.

    `width` in mm, for tables that stand under each other; 0 is as wide as its cells.
    """

    text: str
    right: bool = False
    wide: bool = False
    width: float = 0


@dataclass(frozen=True)
class Table:
    """
    Rows under headings, which are repeated on every page; `label` tells what the table is. `drawn`: it tells the
    numbers of the chart before it, and is left out where the chart holds them itself.
    """

    label: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    drawn: bool = False


@dataclass(frozen=True)
class Plot:
    """
    The numbers of a chart, oldest first, None where there is none: `values` and `targets` by period, what both are
    called, and Excel's code for writing them.
    """

    title: str
    periods: tuple[str, ...]
    values: tuple[float | None, ...]
    targets: tuple[float | None, ...]
    names: tuple[str, str]
    code: str


@dataclass(frozen=True)
class Figure:
    """
    A chart as SVG, and the sentence that says the same; `width` in mm, 0 is as wide as the page. `plot`: its numbers,
    for what draws charts of its own.
    """

    svg: str
    alt: str
    width: float = 0
    plot: Plot | None = None


@dataclass(frozen=True)
class Columns:
    """Two columns."""

    left: "tuple[Block, ...]"
    right: "tuple[Block, ...]"


@dataclass(frozen=True)
class NewPage:
    """What follows begins on a new page."""


Block = Heading | Words | Terms | Table | Figure | Columns | NewPage


@dataclass(frozen=True)
class Document:
    """Blocks under a title. `about` and `period` stand at the top of every page, `foot` and the page number below.

    `language` is an ISO 639 code; `made_at` is in UTC. Pages lie across unless they are `upright`.
    """

    title: str
    about: str
    period: str
    foot: str
    made_at: datetime
    blocks: tuple[Block, ...]
    language: str = "en"
    notice: str = ""
    upright: bool = False


def _runs(points: Sequence[Point | None]) -> list[list[Point]]:
    runs: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]
