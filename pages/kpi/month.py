"""What the running month says: how far it has come, where it is heading, and the same days a year ago."""

from kpi.figures import change, count, day, figure, goal, share
from kpi.model import Better, Kpi, Unit
from kpi.month import MonthToDate
from kpi.score import Status
from kpi.words import say

UNSURE = (Status.PROVISIONAL, Status.INCOMPLETE, Status.SMALL_SAMPLE)


def build_month(kpi: Kpi, told: MonthToDate, currency: str) -> list[tuple[str, str]]:
    """Pairs of a term and a sentence: value, pace or required rate, the same days last year."""
    return [
        (say("So far"), _so_far(kpi, told, currency)),
        (say("Heading for"), _projection(kpi, told, currency)),
        (say("For {target}", target=goal(kpi, told.target, currency)), _required(kpi, told, currency)),
        (say("A year before"), _year(kpi, told, currency)),
    ]


def _so_far(kpi: Kpi, told: MonthToDate, currency: str) -> str:
    value = say(
        "{value} until {day}, from {n} rows",
        value=figure(kpi, told.value, currency), day=day(told.elapsed.end), n=count(told.n),
    )  # fmt: skip
    if told.low is not None and told.high is not None:
        low, high = figure(kpi, told.low, currency), figure(kpi, told.high, currency)
        value += say("; with 95 % confidence between {low} and {high}", low=low, high=high)
    return f"{value} · {told.status.word.lower()}" if told.status in UNSURE else value


def _projection(kpi: Kpi, told: MonthToDate, currency: str) -> str:
    if told.pace is None:
        return ""
    said = say(
        "{value} at the end of the month: {share} of the month's usual weight has gone by",
        value=figure(kpi, told.pace.projection, currency), share=share(told.share),
    )  # fmt: skip
    if told.pace.pace is None:
        return said
    return said + say("; {share} of the pace for the target", share=share(told.pace.pace))


def _required(kpi: Kpi, told: MonthToDate, currency: str) -> str:
    if told.required is None:
        return ""
    if told.required.reachable:
        needed = figure(kpi, told.required.rate, currency)
        if kpi.better is Better.LOWER:
            return say("the rest of the month may come to {needed} at most", needed=needed)
        return say("the rest of the month must come to {needed} at least", needed=needed)
    if told.required.best is None:
        return say("out of reach this month")
    return say("out of reach this month; {best} at best", best=figure(kpi, told.required.best, currency))


def _year(kpi: Kpi, told: MonthToDate, currency: str) -> str:
    first, last = day(told.earlier.start), day(told.earlier.end)
    if told.before is None:
        return say("No data from {first} to {last}", first=first, last=last)
    said = say(
        "{value} from {first} to {last}, the same weekdays: {moved}",
        value=figure(kpi, told.before, currency), first=first, last=last,
        moved=change(kpi, told.value, told.before, currency),
    )  # fmt: skip
    if told.relative is None or kpi.unit is Unit.PERCENT:
        return said
    return f"{said} ({'+' if told.relative > 0 else ''}{share(told.relative, 1)})"
