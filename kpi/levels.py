"""KPIs that do not add up over time: stocks, the state of things on a day, and what models wrote."""

from dataclasses import dataclass, field, replace

import narwhals as nw

from kpi.model import Kpi, Level, Rows, Unit, one


@dataclass(frozen=True, eq=False, kw_only=True)
class Stock(Kpi):
    """A level: additive over things and places; over time the average or the closing one, as its rows say."""

    numerator: nw.Expr = field(default_factory=one)

    def __post_init__(self) -> None:
        if self.rows.over_time is None:
            raise ValueError(f"Stock '{self.key}' needs rows with `over_time`; else make it a Total.")


@dataclass(frozen=True)
class Window:
    """The days on which something holds: from the first of them to the day on which it no longer does."""

    start: str
    end: str | None = None

    @property
    def opens(self) -> nw.Expr:
        """Whether it holds on any day at all."""
        begins = ~nw.col(self.start).is_null()
        if self.end is None:
            return begins
        return begins & (nw.col(self.end).is_null() | (nw.col(self.start) < nw.col(self.end)))


@dataclass(frozen=True, eq=False, kw_only=True)
class AsOfDay(Kpi):
    """The state of things on the last day of a period (or on the evaluation day, if that is earlier).

    A thing exists from `rows.day` to the day before `until`. With `state`, the value is the share of existing
    things (or of their `denominator`) in that state; without, it is their number (or the sum of `numerator`). The
    window of the state must lie within the thing's own. Rows that begin after they end are no rows of it.
    """

    until: str | None
    state: Window | None = None
    numerator: nw.Expr = field(default_factory=one)
    denominator: nw.Expr = field(default_factory=one)

    @property
    def exists(self) -> Window:
        """The days on which a thing exists."""
        return Window(self.rows.day, self.until)

    @property
    def sides(self) -> tuple[Rows, ...]:
        """The same rows by each day on which something begins or ends; the first is when things begin."""
        windows = [self.exists, self.state] if self.state else [self.exists]
        days = dict.fromkeys(day for each in windows for day in (each.start, each.end) if day)
        ours = self.exists.opens if self.rows.belongs is None else self.exists.opens & self.rows.belongs
        return tuple(replace(self.rows, day=day, belongs=ours) for day in days)

    @property
    def is_share_of_rows(self) -> bool:
        """Things in the state out of all things, each counted once."""
        plain = repr(self.numerator) == repr(self.denominator) == repr(one())
        return self.unit is Unit.PERCENT and self.state is not None and plain

    @property
    def adds_over_time(self) -> bool:
        """Never: a state is that of one day."""
        return False


@dataclass(frozen=True, eq=False, kw_only=True)
class Model(Kpi):
    """What a model of the worker wrote (predicted lifetime value, cover): its last run in the period.

    `rows` are of the fact the job writes, one row a thing and day of the run, with `over_time` closing.
    `job`: the worker job that writes it.
    """

    job: str
    numerator: nw.Expr
    denominator: nw.Expr = field(default_factory=one)

    def __post_init__(self) -> None:
        if self.rows.over_time is None or self.rows.over_time.take is not Level.CLOSING:
            raise ValueError(f"Model '{self.key}' needs rows with `over_time` that take the closing run.")
