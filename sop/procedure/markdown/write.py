"""A procedure written as a Markdown file."""

from collections.abc import Iterator
from decimal import Decimal

from sop.procedure.markdown.front import written
from sop.procedure.markdown.shape import BEFORE, EXAMPLE, PICTURES, STEPS, WHY, Level, escaped
from sop.procedure.model import Procedure
from sop.procedure.steps import Check, CheckKind, Picture, Step

HOUR, DAY = 60, 24 * 60


def write(procedure: Procedure) -> str:
    """The file; reading it gives the same procedure, drafts with gaps included."""
    return f"{written(procedure)}\n" + "\n\n".join(_blocks(procedure)) + "\n"


def limit_text(minutes: int) -> str:
    """90 is `90 min`, 120 `2 h`, 1440 `1 d`."""
    if minutes % DAY == 0:
        return f"{minutes // DAY} d"
    return f"{minutes // HOUR} h" if minutes % HOUR == 0 else f"{minutes} min"


def check_text(check: Check) -> str:
    """`tick`, `two people`, `value from 160 to 180 in °C`."""
    if check.kind is not CheckKind.VALUE:
        return check.kind.value
    low = f" from {plain(check.low)}" if check.low is not None else ""
    high = f" to {plain(check.high)}" if check.high is not None else ""
    return f"{check.kind}{low}{high}" + (f" in {check.unit}" if check.unit else "")


def plain(number: Decimal) -> str:
    """Digits without an exponent."""
    return format(number, "f")


def _blocks(procedure: Procedure) -> Iterator[str]:
    yield _heading(Level.TITLE, procedure.title)
    yield from _section(WHY, procedure.purpose)
    yield from _section(BEFORE, procedure.preparation)
    if procedure.steps:
        yield _heading(Level.SECTION, STEPS)
    for number, step in enumerate(procedure.steps, 1):
        yield from _step(number, step)
    for section in procedure.sections:
        yield _heading(Level.SECTION, section.heading)
        yield from _text(section.text)


def _section(heading: str, text: str) -> Iterator[str]:
    if text:
        yield _heading(Level.SECTION, heading)
        yield escaped(text)


def _step(number: int, step: Step) -> Iterator[str]:
    title = f"{step.title} " if step.title else ""
    yield _heading(Level.STEP, f"{number}. {title}{{#{step.key}}}")
    yield "\n".join(f"- {field}: {value}".rstrip() for field, value in _fields(step))
    yield from _text(step.instruction)
    if step.example:
        yield _heading(Level.PART, EXAMPLE)
        yield escaped(step.example)
    if step.pictures:
        yield _heading(Level.PART, PICTURES)
        yield "\n".join(map(_picture, step.pictures))


def _fields(step: Step) -> Iterator[tuple[str, str]]:
    """Accountable always, so that the fields never begin with the instruction; others where they say something."""
    yield "Accountable", step.raci.accountable
    optional = (
        ("Backup", step.raci.backup),
        ("Responsible", ", ".join(step.raci.responsible)),
        ("Consulted", ", ".join(step.raci.consulted)),
        ("Informed", ", ".join(step.raci.informed)),
        ("Check", "" if step.check == Check() else check_text(step.check)),
        ("Critical", "yes" if step.critical else ""),
        ("Markets", ", ".join(step.when.markets)),
        ("Products", ", ".join(step.when.products)),
        ("Within", "" if step.minutes is None else limit_text(step.minutes)),
        ("Weight", "" if step.weight == 1 else str(step.weight)),
        ("Rule", step.rule),
        ("Video", step.video),
    )
    yield from ((field, value) for field, value in optional if value)


def _picture(picture: Picture) -> str:
    shows = picture.shows.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return f"![{shows}]({picture.file})"


def _text(text: str) -> Iterator[str]:
    if text:
        yield escaped(text)


def _heading(level: Level, text: str) -> str:
    return f"{'#' * level} {text}".rstrip()
