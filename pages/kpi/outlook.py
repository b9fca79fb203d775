"""What is likely to come: the sentence beside the stored forecast, and why there is none."""

from kpi.figures import day, decimal, figure, share
from kpi.forecast.choice import Gate
from kpi.forecast.stored import Outlook
from kpi.standing import Standing
from kpi.words import marked, say
from pages.parts.load import load_outlook
from pages.parts.viewer import Viewer

GATES = {
    Gate.BASELINE: marked("no model beats the best baseline"),
    Gate.UNTESTED: marked("too short for a backtest"),
}


def load_tested(viewer: Viewer, standing: Standing) -> tuple[Outlook | None, str]:
    """The stored forecast of the same market where it can be relied on, else why none is shown (empty: none stored)."""
    found = load_outlook(viewer, standing.kpi, standing.every, standing.market)
    if found is None:
        return None, ""
    if not found.is_tested:
        return None, say("No forecast is shown: the history is too short to test one.")
    if found.recent is None:
        return None, say("No forecast is shown: it was not checked against the last periods.")
    if not found.keeps_up:
        times = found.recent.off / found.recent.repeated if found.recent.repeated else 0.0
        return None, say(
            "No forecast is shown: over the last six periods the best method was {n} times as far off as simply "
            "repeating the last value, as happens after a shift.",
            n=decimal(times, 1),
        )  # fmt: skip
    return found, ""


def expectation(standing: Standing, outlook: Outlook, currency: str) -> str:
    """The next period in a sentence, for those who cannot see the dashed line."""
    point = outlook.points[0]
    low, value, high = (figure(standing.kpi, each, currency) for each in (point.low, point.value, point.high))
    return say(
        "Expected for {day}: {value}, likely between {low} and {high}.",
        day=day(point.start), value=value, low=low, high=high,
    )  # fmt: skip


def sentence(outlook: Outlook) -> str:
    """By which method, how it did when it was tested, and what the band means."""
    method = say(outlook.method)
    gate = GATES.get(Gate(outlook.gate)) if outlook.gate in set(Gate) else None
    told = [
        say(
            "Expected from what was known until {day}, by {method}{gate}.",
            day=day(outlook.known_until), method=f"{method[0].lower()}{method[1:]}",
            gate=f"; {say(gate)}" if gate else "",
        ),
        ""
        if outlook.wape is None
        else say("When last tested it was off by {share} of the value.", share=share(outlook.wape, 1)),
        say("The band held 80 % of past errors."),
    ]  # fmt: skip
    return " ".join(each for each in told if each)
