"""How much room words and tables take on a slide, in inches at 11 points: estimated, as nothing draws them here."""

from collections.abc import Sequence
from math import ceil

from kpi.exports.document import Cell, Mark, Strong, Table, Tone

LINE, PADDING, LETTER = 0.185, 0.1, 0.088  # a line, above and below it, a letter
FIRST_IDEOGRAPH = "\u2e80"


def told(cell: Cell) -> tuple[str, Tone, bool]:
    """The words of a cell, how loud, and whether they stand out."""
    match cell:
        case str():
            return cell, Tone.PLAIN, False
        case Mark():
            return f"{cell.shape} {cell.word}", cell.tone, cell.tone is not Tone.PLAIN
        case Strong():
            return cell.text, cell.tone, True
        case _:
            return "", Tone.PLAIN, False


def size(text: str) -> int:
    """How many letters wide a text is; an ideograph is as wide as two."""
    return sum(2 if letter >= FIRST_IDEOGRAPH else 1 for letter in text)


def lines(text: str, width: float) -> int:
    """How many lines a text takes in so many inches at 11 points."""
    fit = max(1, int(width / LETTER))
    return max(1, sum(ceil(max(1, size(each)) / fit) for each in text.splitlines() or [""]))


def widths(table: Table, room: float) -> list[float]:
    """Inches for each column: what its cells need, at most a third of the room; wide ones share what is left."""
    needed = []
    for place, head in enumerate(table.heads):
        cells = [head.text, *(told(row[place])[0] for row in table.rows)]
        needed.append(min(room / 3, max(map(size, cells)) * LETTER + 0.25))
    wide = [place for place, head in enumerate(table.heads) if head.wide]
    left = room - sum(each for place, each in enumerate(needed) if place not in wide)
    if wide and left >= 1.5 * len(wide):
        return [left / len(wide) if place in wide else each for place, each in enumerate(needed)]
    return [each * room / sum(needed) for each in needed]


def height(row: Sequence[str], across: Sequence[float]) -> float:
    """Inches a row takes in columns of these widths."""
    most = max(lines(text, width - 0.2) for text, width in zip(row, across, strict=True))
    return most * LINE + PADDING
