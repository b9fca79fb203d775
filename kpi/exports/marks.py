"""A status on paper: the shape, word and tone it has on the pages, too."""

from datetime import date

from kpi.exports.document import Mark, Strong, Tone
from kpi.figures import age_days
from kpi.score import Status
from kpi.standing import Period, Standing
from kpi.words import say

SHAPES = {
    Status.NO_DATA: "–", Status.INCOMPLETE: "◷", Status.SMALL_SAMPLE: "?", Status.PROVISIONAL: "…",
    Status.ON_TARGET: "✓", Status.AT_RISK: "▲", Status.OFF_TARGET: "■", Status.OK: "·",
}  # fmt: skip
TONES = {Status.OFF_TARGET: Tone.OFF, Status.AT_RISK: Tone.WATCH}


def tone_of(status: Status) -> Tone:
    """How loud a status is."""
    return TONES.get(status, Tone.PLAIN)


def mark_of(status: Status, word: str = "") -> Mark:
    """A status as a cell; `word` in place of its own."""
    return Mark(SHAPES[status], word or say(status.word), tone_of(status))


def mark_now(standing: Standing, period: Period, today: date) -> Mark:
    """The status of the current period; where a source is late, how old its data is."""
    if period.status is Status.INCOMPLETE and standing.reported is not None:
        return mark_of(period.status, say("Unknown, {age}", age=age_days(standing.reported, today)))
    return mark_of(period.status)


def value_of(text: str, status: Status) -> Strong:
    """A value in the tone of its status."""
    return Strong(text, tone_of(status))
