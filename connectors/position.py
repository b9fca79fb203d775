"""How far a cursor column has been read: a moment, a day or a number, kept as text between runs."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from connectors.errors import ConfigError, SourceError

_SPANS = {"min": 60, "h": 3_600, "d": 86_400}
Lookback = int | timedelta | None


@dataclass(frozen=True, order=True)
class Position:
    """A value of a cursor column, in the one form that is compared, kept and written into a query."""

    kind: str
    value: str | int

    @staticmethod
    def of(value: object) -> "Position":
        """Raises SourceError for a column that has no order of its own."""
        match value:
            case datetime():
                utc = value.astimezone(UTC) if value.tzinfo else value
                kind = "instant" if value.tzinfo else "local"
                return Position(kind, utc.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds"))
            case date():
                return Position("day", value.isoformat())
            case bool():
                raise _no_order(value)
            case int():
                return Position("number", value)
            case str():
                return Position("text", value)
            case _:
                raise _no_order(value)

    def less(self, lookback: Lookback) -> "Position":
        """The position a lookback earlier. Raises SourceError where the two do not fit."""
        if lookback is None:
            return self
        match self.kind, lookback:
            case "number", int():
                return Position("number", int(self.value) - lookback)
            case (("instant" | "local"), timedelta()):
                earlier = datetime.fromisoformat(str(self.value)) - lookback
                return Position(self.kind, earlier.isoformat(sep=" ", timespec="microseconds"))
            case "day", timedelta():
                return Position("day", (date.fromisoformat(str(self.value)) - lookback).isoformat())
            case "text", timedelta():
                return Position("text", _earlier(str(self.value), lookback))
            case _:
                raise SourceError(f"lookback {lookback} does not fit a cursor that is a {self.kind}.")

    def literal(self) -> str:
        """The value as SQL writes it."""
        if self.kind == "number":
            return str(int(self.value))
        zone = "+00" if self.kind == "instant" else ""
        return "'" + str(self.value).replace("'", "''") + zone + "'"


def _earlier(text: str, lookback: timedelta) -> str:
    """A moment that a database keeps as text, moved back and written as it was. Raises SourceError."""
    try:
        earlier = datetime.fromisoformat(text) - lookback
    except ValueError:
        raise SourceError(f"lookback {lookback} does not fit a cursor such as '{text}'.") from None
    if len(text) == len("2024-03-01"):
        return earlier.date().isoformat()
    return earlier.isoformat(sep=text[10], timespec="microseconds" if "." in text else "seconds")


def write_position(position: Position) -> str:
    return f"{position.kind} {position.value}"


def read_position(text: str) -> Position:
    """Raises SourceError for a text that no run has written."""
    kind, _, value = text.partition(" ")
    if kind not in ("instant", "local", "day", "number", "text"):
        raise SourceError(f"The cursor '{text}' cannot be read. Sync this source once with --full.")
    return Position(kind, int(value) if kind == "number" else value)


def back(lookback: object, where: str) -> Lookback:
    """A lookback as written: a number, or a span such as '2 d', '12 h', '30 min'. Raises ConfigError."""
    if lookback is None or (isinstance(lookback, int) and not isinstance(lookback, bool) and lookback >= 0):
        return lookback
    found = re.fullmatch(r"([0-9]+) ?(min|h|d)", str(lookback).strip())
    if not found:
        raise ConfigError(
            f"{where}: lookback is {lookback!r}; write for example '2 d', '12 h', '30 min' or 1000."
        )
    return timedelta(seconds=int(found.group(1)) * _SPANS[found.group(2)])


def _no_order(value: object) -> SourceError:
    return SourceError(f"The cursor column holds {value!r}; choose a column of times, days or whole numbers.")
