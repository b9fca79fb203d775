"""What an audit asks of each record: one item for each step of the version, and how the item is judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from kpi.words import listed, say
from sop.procedure import Check, CheckKind, Procedure, Step
from sop.scoring import within
from store.brought import as_plain, of_plain
from store.state import WrongEntry

PASS_MARK, MOST_POINTS, MOST_PARTS = 85, 10, 12
PASSED, FAILED, LEAVE_OUT = "pass", "fail", "leave out"


class Judged(StrEnum):
    """How an item is judged; the value stands in commands and files."""

    TICKED = "pass"
    SCALE = "scale"
    NUMBER = "number"
    PARTS = "parts"


@dataclass(frozen=True)
class Item:
    """
    One item: passed or failed (1 point), 0 to `maximum` points, a number within limits (both included, empty is open;
    1 point), or one point for each of `parts` that was seen. `markets`: where the step is done, empty is everywhere.
    """

    step: str
    title: str
    judged: Judged = Judged.TICKED
    maximum: int = 1
    weight: int = 1
    critical: bool = False
    low: str = ""
    high: str = ""
    unit: str = ""
    parts: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()

    @property
    def limits(self) -> tuple[Decimal | None, Decimal | None]:
        """The smallest and the largest number that passes; None is open."""
        return Decimal(self.low) if self.low else None, Decimal(self.high) if self.high else None


@dataclass(frozen=True)
class Template:
    """The items in the order of the steps, and the share of the points, in percent, from which a check is passed."""

    items: tuple[Item, ...]
    pass_mark: int = PASS_MARK

    def item(self, step: str) -> Item:
        """The item of a step. Raises WrongEntry where the version has no such step."""
        found = next((each for each in self.items if each.step == step), None)
        if found is None:
            known = ", ".join(each.step for each in self.items)
            raise WrongEntry(f"This version has no step '{step}'; its steps are {known}.")
        return found

    @property
    def plain(self) -> Mapping[str, object]:
        """As it is kept with the audit."""
        return as_plain(self)


def read_template(plain: Mapping[str, object]) -> Template:
    """A template that was kept with an audit."""
    return of_plain(Template, plain)


def template_of(
    procedure: Procedure, pass_mark: int = PASS_MARK, told: Mapping[str, str] | None = None
) -> Template:
    """
    The template of a version: passed or failed, a number where the step asks for a value. `told` says otherwise by
    step: `pass`, `number`, `scale 5`, `parts: label; seal; leaflet`, or `leave out`. Raises WrongEntry.
    """
    if not 0 <= pass_mark <= 100:
        raise WrongEntry(f"A pass mark of {pass_mark} % cannot be reached or missed; take 0 to 100.")
    told = told or {}
    items = [_item(each) for each in procedure.steps]
    template = Template(tuple(items), pass_mark)
    for step in told:
        template.item(step)
    kept = tuple(
        _judged(each, procedure.step(each.step), told.get(each.step, ""))
        for each in items
        if told.get(each.step, "").strip() != LEAVE_OUT
    )
    if not kept:
        raise WrongEntry("Every step is left out; an audit asks about one at least.")
    return Template(kept, pass_mark)


def _item(step: Step) -> Item:
    kind = Judged.NUMBER if step.check.kind is CheckKind.VALUE else Judged.TICKED
    low, high = _limits(step.check)
    return Item(
        step.key, step.title, kind, weight=step.weight, critical=step.critical, low=low, high=high,
        unit=step.check.unit, markets=step.when.markets,
    )  # fmt: skip


def _limits(check: Check) -> tuple[str, str]:
    low, high = ("" if each is None else f"{each:f}" for each in (check.low, check.high))
    return low, high


def _judged(item: Item, step: Step | None, told: str) -> Item:
    """The item judged as was told."""
    word, _, more = told.strip().partition(" ")
    match word.rstrip(":"):
        case "":
            return item
        case Judged.TICKED:
            return replace(item, judged=Judged.TICKED)
        case Judged.NUMBER if step is not None and step.check.kind is CheckKind.VALUE:
            return item
        case Judged.SCALE if more.strip().isascii() and more.strip().isdigit():
            return replace(item, judged=Judged.SCALE, maximum=_within("points", int(more), MOST_POINTS))
        case Judged.PARTS if parts := _names(more):
            most = _within("parts", len(parts), MOST_PARTS)
            return replace(item, judged=Judged.PARTS, parts=parts, maximum=most)
    raise WrongEntry(
        f"'{told}' does not say how {item.step} is judged; write pass, scale 5, parts: a; b, leave out, or number for "
        "a step with a value."
    )


def _within(what: str, many: int, most: int) -> int:
    if not 1 <= many <= most:
        raise WrongEntry(f"{many} {what} are not among 1 to {most}.")
    return many


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.strip() for each in text.split(";") if each.strip()))


def points_of(item: Item, said: str) -> tuple[int, str]:
    """
    The points of what an auditor says of an item, and what is kept of it: `pass` or `fail`, points of a scale, a
    number, or the parts that were seen, separated by semicolons. Raises WrongEntry for anything else.
    """
    text = said.strip()
    match item.judged:
        case Judged.TICKED if text in (PASSED, FAILED):
            return int(text == PASSED), text
        case Judged.SCALE if text.isascii() and text.isdigit() and int(text) <= item.maximum:
            return int(text), str(int(text))
        case Judged.NUMBER:
            number = _number(item, text)
            low, high = (None if each is None else float(each) for each in item.limits)
            return within(float(number), low, high), f"{number:f}"
        case Judged.PARTS:
            seen = _names(text)
            if set(seen) <= set(item.parts):
                return len(seen), "; ".join(seen)
    raise WrongEntry(f"'{said}' is no answer to {item.step}: {asked_for(item)}.")


def _number(item: Item, text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= 10**12:
        raise WrongEntry(
            f"'{text}' is no number; {item.step} asks for one{f' in {item.unit}' if item.unit else ''}."
        )
    return number


def asked_for(item: Item) -> str:
    """What may be answered, in the reader's language."""
    match item.judged:
        case Judged.TICKED:
            return say("pass or fail")
        case Judged.SCALE:
            return say("0 to {most} points", most=item.maximum)
        case Judged.PARTS:
            return say("any of {parts}", parts=listed(item.parts))
        case Judged.NUMBER:
            return limits_told(item)


def limits_told(item: Item) -> str:
    """Which numbers pass, in the reader's language."""
    unit = f" {item.unit}" if item.unit else ""
    match item.low, item.high:
        case "", "":
            return say("any number{unit}", unit=unit)
        case low, "":
            return say("at least {low}{unit}", low=low, unit=unit)
        case "", high:
            return say("at most {high}{unit}", high=high, unit=unit)
        case low, high:
            return say("{low} to {high}{unit}", low=low, high=high, unit=unit)


def steps_elsewhere(items: Sequence[Item], market: str) -> dict[str, str]:
    """The steps that are not done in a market, each with why, as the auditor finds them answered."""
    if not market:
        return {}
    return {
        each.step: f"Only done in {', '.join(each.markets)}."
        for each in items
        if each.markets and market not in each.markets
    }
