"""The flowchart of a procedure, drawn from its steps: boxes in their order, and ways round what is not always done."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from kpi.words import listed, say
from sop.procedure.markdown.write import limit_text, plain
from sop.procedure.model import Procedure
from sop.procedure.steps import Check, CheckKind, Step

WIDTH, BOX, LEFT, GAP = 460, 340, 20, 26
LINE, PAD, LETTER = 18, 12, 7.1  # px: height of a line, room in a box, mean width of a letter
LETTERS = int((BOX - 2 * PAD) / LETTER)


@dataclass(frozen=True)
class Colours:
    """What a flowchart is drawn with; `alarm` marks critical steps."""

    ink: str = "#171B23"
    quiet: str = "#5B6472"
    line: str = "#8A94A3"
    card: str = "#FFFFFF"
    alarm: str = "#A3211B"


@dataclass(frozen=True)
class Drawing:
    """An SVG without scripts, its size in px, and the same in words."""

    svg: str
    width: int
    height: int
    told: str


def flowchart(procedure: Procedure, colours: Colours | None = None) -> Drawing:
    """The steps from top to bottom, each with who is accountable and how it is shown; in the reader's language."""
    paint = colours or Colours()
    place, parts = GAP / 2, list[str]()
    for number, step in enumerate(procedure.steps, 1):
        drawn, height = _step(number, step, place, paint)
        parts.append(drawn)
        place += height + GAP
        parts.append(_line(place - GAP, place, paint))
    parts.append(f'<circle cx="{LEFT + BOX / 2}" cy="{place}" r="5" fill="{paint.line}"/>')
    height = round(place + GAP / 2)
    told = " ".join(_told(number, step) for number, step in enumerate(procedure.steps, 1))
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'font-family="Inter, Noto Sans SC, sans-serif" font-size="13">'
    )
    return Drawing(f"{opening}{''.join(parts)}</svg>", WIDTH, height, told)


def shown_by(check: Check) -> str:
    """How it is shown that a step was done, in words."""
    match check.kind:
        case CheckKind.TICK:
            return say("Tick")
        case CheckKind.PHOTO:
            return say("Photo")
        case CheckKind.FILE:
            return say("File")
        case CheckKind.TWO_PEOPLE:
            return say("Two people")
        case CheckKind.VALUE:
            return _range(check)


def only_for(step: Step) -> str:
    """Where a step is done, empty for everywhere."""
    return listed((*step.when.markets, *step.when.products))


def _range(check: Check) -> str:
    low, high = (plain(each) if each is not None else "" for each in (check.low, check.high))
    if low and low == high:
        return say("exactly {value} {unit}", value=low, unit=check.unit).strip()
    if low and high:
        return say("{low} to {high} {unit}", low=low, high=high, unit=check.unit).strip()
    if low:
        return say("at least {value} {unit}", value=low, unit=check.unit)
    return say("at most {value} {unit}", value=high, unit=check.unit)


def _step(number: int, step: Step, top: float, paint: Colours) -> tuple[str, float]:
    """The box of a step, with the way round it where it is not always done; and the height of both."""
    condition = only_for(step)
    above = LINE + 6 if condition else 0
    titles = list(wrapped(f"{number}. {step.title}"))
    notes = list(wrapped(" · ".join(_notes(step))))
    height = 2 * PAD + LINE * (len(titles) + len(notes)) - 4
    box = top + above
    edge = paint.alarm if step.critical else paint.line
    drawn = [
        f'<rect x="{LEFT}" y="{box}" width="{BOX}" height="{height}" rx="8" fill="{paint.card}" '
        f'stroke="{edge}" stroke-width="{2 if step.critical else 1}"/>'
    ]
    for place, text in enumerate((*titles, *notes)):
        is_title = place < len(titles)
        drawn.append(
            _text(
                LEFT + PAD,
                box + PAD + LINE * (place + 1) - 6,
                text,
                paint.ink if is_title else paint.quiet,
                is_title,
            )
        )
    if condition:
        drawn.append(_way_round(condition, top, box + height, paint))
    if number > 1:
        drawn.append(_arrow(box, paint))
    return "".join(drawn), above + height


def _way_round(condition: str, top: float, bottom: float, paint: Colours) -> str:
    middle, right = LEFT + BOX / 2, LEFT + BOX + 30
    label = next(wrapped(say("Only {where}", where=condition)), "")
    line = f'fill="none" stroke="{paint.line}" stroke-dasharray="4 3"'
    path = f'<path d="M{middle} {top} H{right} V{bottom + GAP / 2} H{middle}" {line}/>'
    down = f'<path d="M{middle} {top} V{top + LINE + 6}" stroke="{paint.line}"/>'
    return (
        path + down
        + _text(middle + 8, top + LINE - 1, label, paint.quiet, False)
        + _text(right + 6, (top + bottom) / 2, say("else"), paint.quiet, False)
    )  # fmt: skip


def _line(start: float, end: float, paint: Colours) -> str:
    return f'<path d="M{LEFT + BOX / 2} {start} V{end}" stroke="{paint.line}"/>'


def _arrow(end: float, paint: Colours) -> str:
    middle = LEFT + BOX / 2
    return f'<path d="M{middle - 5} {end - 8} L{middle} {end - 1} L{middle + 5} {end - 8} Z" fill="{paint.line}"/>'


def _text(x: float, y: float, text: str, colour: str, strong: bool) -> str:
    weight = ' font-weight="600"' if strong else ""
    return f'<text x="{x}" y="{y}" fill="{colour}"{weight}>{escape(text)}</text>'


def _notes(step: Step) -> Iterator[str]:
    if step.critical:
        yield say("Critical")
    if step.raci.accountable:
        yield step.raci.accountable
    yield shown_by(step.check)
    if step.minutes is not None:
        yield say("within {limit}", limit=limit_text(step.minutes))


def _told(number: int, step: Step) -> str:
    only = f" ({say('Only {where}', where=only_for(step))})" if only_for(step) else ""
    return f"{number}. {step.title}{only}: {', '.join(_notes(step))}."


def wrapped(text: str) -> Iterator[str]:
    """The text in lines that fit into a box; letters of East Asia are twice as wide."""
    taken, width = "", 0.0
    for piece in _pieces(text):
        size = sum(1.9 if unicodedata.east_asian_width(each) in "WF" else 1 for each in piece)
        if taken and width + size > LETTERS:
            yield taken.strip()
            taken, width = "", 0.0
        taken, width = taken + piece, width + size
    if taken.strip():
        yield taken.strip()


def _pieces(text: str) -> Iterator[str]:
    """Words with the blank behind them, cut where one alone is too long; letters of East Asia one by one."""
    word = ""
    for letter in text:
        wide = unicodedata.east_asian_width(letter) in "WF"
        if word and (wide or len(word) >= LETTERS):
            yield word
            word = ""
        word += letter
        if letter == " " or wide:
            yield word
            word = ""
    if word:
        yield word
