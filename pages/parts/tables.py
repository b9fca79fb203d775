"""Tables as plain HTML: every cell escaped, statuses with shape and word, bars drawn beside the number."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from kpi.figures import ABSENT
from kpi.score import Status
from kpi.words import say
from pages.parts.theme import MARKS


@dataclass(frozen=True)
class Column:
    """A column's heading (in English; the table says it) and how it stands: left, right, or not wrapped.

    A heading out of somebody's file is `theirs`: it stays as it is.
    """

    title: str
    side: str = ""
    theirs: bool = False


@dataclass(frozen=True)
class Bar:
    """A bar from 0 to 1 with a mark at the target, coloured by status; `low` to `high` is how sure its end is."""

    share: float
    target: float | None
    status: Status
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Marked:
    """A value with the shape of its status; quiet where it is as it should be."""

    text: str
    status: Status


@dataclass(frozen=True)
class Swing:
    """A bar from the middle to the left or right (-1 to 1), in the colour of trouble where it is `bad`."""

    share: float
    bad: bool = False


@dataclass(frozen=True)
class Link:
    """A text that leads to another page of ours."""

    text: str
    href: str


Cell = str | Status | Bar | Marked | Swing | Link


@dataclass(frozen=True)
class Grid:
    """A table before anybody knows whether it goes to a page or on paper; `label` tells what it is."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    label: str

    @property
    def html(self) -> str:
        """As `st.html` shows it."""
        return table(self.columns, self.rows, self.label)


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], label: str, *, stacks: bool = False
) -> str:
    """The table as HTML that `st.html` shows. One that `stacks` is a list of its rows on narrow screens."""
    head = "".join(f'<th scope="col" class="{each.side}">{escape(_title(each))}</th>' for each in columns)
    body = "".join(f"<tr>{_row(columns, row, stacks)}</tr>" for row in rows)
    return (
        f'<div class="fl-scroll" tabindex="0" role="region" aria-label="{escape(label)}">'
        f'<table class="fl-table{" fl-stacks" if stacks else ""}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _title(column: Column) -> str:
    return column.title if column.theirs else say(column.title)


def facts(pairs: Sequence[tuple[str, str]]) -> str:
    """Terms and what is to be said about them; empty ones are left out."""
    told = "".join(f"<dt>{escape(term)}</dt><dd>{escape(text)}</dd>" for term, text in pairs if text)
    return f'<dl class="fl-facts">{told}</dl>'


def chip(status: Status, word: str | None = None) -> str:
    """A status as shape and word."""
    glyph, css = MARKS[status]
    shown = css if css in ("off", "watch") else "plain"
    return f'<span class="fl-{shown}"><span aria-hidden="true">{glyph}</span> {escape(word or status.word)}</span>'


def _row(columns: Sequence[Column], row: Sequence[Cell], stacks: bool) -> str:
    """The cells; each with its heading beside it where rows may stand one under the other."""
    return "".join(
        f'<td class="{column.side}"{_named(column, cell) if stacks else ""}>{_cell(cell)}</td>'
        for column, cell in zip(columns, row, strict=True)
    )


def _named(column: Column, cell: Cell) -> str:
    return f' data-name="{escape(_title(column))}"' + (" data-empty" if cell in ("", ABSENT) else "")


def _cell(cell: Cell) -> str:
    match cell:
        case Status():
            return chip(cell)
        case Bar():
            return _bar(cell)
        case Marked():
            return _marked(cell)
        case Swing():
            return _swing(cell)
        case Link():
            return f'<a href="{escape(cell.href)}" target="_self">{escape(cell.text)}</a>'
        case _:
            return escape(cell)


def _marked(cell: Marked) -> str:
    glyph, css = MARKS[cell.status]
    if css in ("on", "plain"):
        return escape(cell.text)
    shown = css if css in ("off", "watch") else "plain"
    hidden = f'<span class="fl-sr">{escape(say(cell.status.word))}</span>'
    return (
        f'<span class="fl-{shown}"><span aria-hidden="true">{glyph}</span>{hidden} {escape(cell.text)}</span>'
    )


def _bar(bar: Bar) -> str:
    css = {Status.OFF_TARGET: "off", Status.AT_RISK: "watch", Status.SMALL_SAMPLE: "unsure"}.get(
        bar.status, ""
    )
    mark = "" if bar.target is None else f'<b style="left:{_percent(bar.target)}"></b>'
    fill = f'<i class="{css}" style="width:{_percent(bar.share)}"></i>'
    sure = "" if bar.low is None or bar.high is None else _between(bar.low, bar.high)
    return f'<span class="fl-bar" aria-hidden="true">{fill}{sure}{mark}</span>'


def _between(low: float, high: float) -> str:
    return f'<s style="left:{_percent(low)};width:{_percent(high - low)}"></s>'


def _swing(swing: Swing) -> str:
    reach = min(1.0, abs(swing.share)) / 2
    left = 0.5 - reach if swing.share < 0 else 0.5
    css = ' class="off"' if swing.bad else ""
    fill = f'<i{css} style="left:{_percent(left)};width:{_percent(reach)}"></i>'
    return f'<span class="fl-swing" aria-hidden="true">{fill}</span>'


def _percent(share: float) -> str:
    return f"{min(1.0, max(0.0, share)) * 100:.1f}%"
