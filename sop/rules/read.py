"""The lines `Rule:` and `cases:` of a procedure's file read into values."""

import re
from collections.abc import Callable
from decimal import Decimal

from kpi.words import say
from sop.rules.cases import Cases
from sop.rules.model import (
    UNITS,
    BeforeRule,
    Column,
    Event,
    ExistsRule,
    FollowedRule,
    InTimeRule,
    RangeRule,
    Rule,
    RuleError,
    Start,
    WithinRule,
)

_COLUMN = r"[a-z][a-z0-9_]*"
_EVENT = r'"[^"]+"'
_WHAT = f"({_EVENT}|{_COLUMN})"
_TIME = r"(\d{1,6}) ?(min|h|d)"
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Rule]], ...] = (
    (re.compile(f"{_WHAT} exists"), lambda m: ExistsRule(_what(m[1]))),
    (
        re.compile(f"{_WHAT} (before|by) {_WHAT}"),
        lambda m: BeforeRule(_what(m[1]), _what(m[3]), m[2] == "by"),
    ),
    (re.compile(f"{_WHAT} within {_TIME} of start"), lambda m: WithinRule(_what(m[1]), _seconds(m), Start())),
    (
        re.compile(f"{_WHAT} within {_TIME} of {_WHAT}"),
        lambda m: WithinRule(_what(m[1]), _seconds(m), _what(m[4])),
    ),
    (re.compile(f"({_EVENT}) in time"), lambda m: InTimeRule(_event(m[1]))),
    (
        re.compile(f"({_EVENT}) followed directly by ({_EVENT})"),
        lambda m: FollowedRule(_event(m[1]), _event(m[2])),
    ),
    (
        re.compile(f"({_COLUMN})(?: from {_NUMBER})?(?: to {_NUMBER})?"),
        lambda m: RangeRule(Column(m[1]), _limit(m[2]), _limit(m[3])),
    ),
)
_CASES = re.compile(rf"({_COLUMN})(?: from ({_COLUMN}))?(?: to {_WHAT})?(?: within {_TIME})?")


def read_rule(text: str) -> Rule:
    """The rule of a line. Raises RuleError with the forms there are for anything else."""
    for form, made in _FORMS:
        if found := form.fullmatch(text.strip()):
            return _sensible(made(found), text)
    raise RuleError(
        say(
            "The rule '{text}' is not understood; write: a exists, a before b, a by b, a within 2 h of b (or of "
            'start), "Event" in time, "Event" followed directly by "Other", or a from 1 to 5, where a and b are '
            "columns, or events in quotation marks.",
            text=text[:80],
        )
    )


def read_cases(text: str) -> Cases:
    """The cases of a line. Raises RuleError for anything but `TABLE from COLUMN to COLUMN within TIME`."""
    found = _CASES.fullmatch(text.strip())
    if found is None:
        raise RuleError(
            say(
                "The cases '{text}' are not understood; write such as: orders from ordered_at to delivered_at "
                'within 30 d, or process_events to "Closed" within 30 d.',
                text=text[:80],
            )
        )
    seconds = int(found[4]) * UNITS[found[5]] if found[4] else None
    begins = Column(found[2]) if found[2] else None
    return Cases(found[1], begins, _what(found[3]) if found[3] else None, seconds)


def _sensible(rule: Rule, text: str) -> Rule:
    """Raises RuleError for a range without or with crossed limits, and for what is compared with itself."""
    if isinstance(rule, RangeRule):
        if rule.low is None and rule.high is None:
            raise RuleError(
                say("The rule '{text}' has no range; write from, to, or both behind it.", text=text[:80])
            )
        if rule.low is not None and rule.high is not None and rule.low > rule.high:
            raise RuleError(
                say(
                    "In the rule '{text}' the lowest value is above the highest; change them.", text=text[:80]
                )
            )
    itself = isinstance(rule, BeforeRule) and rule.first == rule.then
    if itself or (isinstance(rule, WithinRule) and rule.first == rule.of):
        raise RuleError(say("The rule '{text}' compares a moment with itself; name two.", text=text[:80]))
    return rule


def _what(text: str) -> Column | Event:
    return _event(text) if text.startswith('"') else Column(text)


def _event(text: str) -> Event:
    return Event(text.strip('"'))


def _seconds(found: re.Match[str]) -> int:
    return int(found[2]) * UNITS[found[3]]


def _limit(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
