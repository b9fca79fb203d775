"""Columns a system does not send but that follow from what it sends: one entry of an inner list, or an expression."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

import polars as pl

from connectors.block import Block
from connectors.errors import SourceError
from connectors.http.places import found_at, place_of
from connectors.http.position import moment_of


class Take(StrEnum):
    """Which of several entries tells: the first of the list, the earliest or latest moment, or all of them added up."""

    FIRST = "first"
    EARLIEST = "earliest"
    LATEST = "latest"
    SUM = "sum"


@dataclass(frozen=True)
class Pick:
    """
    `field` of those entries of the list `of` (or of the lists in the entries of a list, or of the entry whose number
    stands in it) whose fields hold one of the words of `where`.
    """

    of: tuple[str, ...]
    field: tuple[str, ...]
    take: Take
    where: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Worked:
    """Columns by name: picks out of a record, and expressions over columns, all of them text."""

    picks: Mapping[str, Pick]
    expressions: Mapping[str, pl.Expr]

    def needed(self, names: Iterable[str]) -> list[str]:
        """The columns that have to be there first: those named and not worked out, and what expressions read."""
        wanted = [name for name in names if name not in self.expressions]
        roots = [root for each in self.expressions.values() for root in each.meta.root_names()]
        return list(dict.fromkeys([*wanted, *roots]))

    def picked(
        self, record: Mapping[str, object], each: tuple[str, ...] = (), *, inside: bool = False
    ) -> dict[str, str | None]:
        """What the lists of a record tell; `inside`: those of an entry of the list `each`."""
        return {
            name: _taken(pick, record, pick.of[len(each) :] if inside else pick.of)
            for name, pick in self.picks.items()
            if inside == bool(each and pick.of[: len(each)] == each and len(pick.of) > len(each))
        }

    def added(self, frame: pl.DataFrame, fault: str) -> pl.DataFrame:
        """The frame with the expressions as text; a row of which one cannot be worked out says so under `fault`."""
        if not self.expressions:
            return frame
        try:
            return frame.with_columns(**self._texts())
        except pl.exceptions.PolarsError:
            if frame.height <= 1:
                return self._alone(frame, fault) if frame.height else self._nothing(frame)
            half = frame.height // 2
            return pl.concat([self.added(frame[:half], fault), self.added(frame[half:], fault)])

    def _nothing(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in self.expressions)

    def _texts(self) -> dict[str, pl.Expr]:
        return {name: each.cast(pl.String) for name, each in self.expressions.items()}

    def _alone(self, row: pl.DataFrame, fault: str) -> pl.DataFrame:
        for name, text in self._texts().items():
            try:
                row = row.with_columns(text.alias(name))
            except pl.exceptions.PolarsError:
                told = {root: row[root].item() for root in self.expressions[name].meta.root_names()}
                why = pl.lit(f"'{name}' cannot be worked out of {told}"[:300])
                nothing = pl.lit(None, pl.String)
                row = row.with_columns(pl.coalesce(pl.col(fault), why).alias(fault), nothing.alias(name))
        return row


def read_worked(block: Block) -> Worked:
    """The block `worked` of a table. Raises ConfigError."""
    picks, expressions = dict[str, Pick](), dict[str, pl.Expr]()
    for name, value in block.values.items():
        if isinstance(value, str):
            expressions[name] = _expression(block, name, value)
        else:
            picks[name] = _pick(block.block(name))
    return Worked(picks, expressions)


def _expression(block: Block, name: str, text: str) -> pl.Expr:
    try:
        return pl.sql_expr(text)
    except pl.exceptions.PolarsError as wrong:
        raise block.wrong(
            name, f"is no expression of SQL over the fields of a row ({str(wrong)[:80]})."
        ) from None


def _pick(block: Block) -> Pick:
    block.only(("of", "field", "take", "where"))
    where = block.block("where")
    return Pick(
        place_of(block.required("of", '"checkpoints"')), place_of(block.required("field", '"checkpoint_time"')),
        Take(block.choice("take", list(Take), Take.FIRST) or Take.FIRST),
        {name: tuple(where.texts(name)) for name in where.values},
    )  # fmt: skip


def _taken(pick: Pick, record: Mapping[str, object], place: tuple[str, ...]) -> str | None:
    met = [entry for entry in _entries(record, place) if _is_meant(pick, entry)]
    told = [str(value) for entry in met if (value := found_at(entry, pick.field)) is not None]
    match pick.take:
        case Take.FIRST:
            return told[0] if told else None
        case Take.SUM:
            return _sum(told)
    known = [(moment, text) for text in told for moment in _moments(text)]
    return (min(known) if pick.take is Take.EARLIEST else max(known))[1] if known else None


def _entries(within: object, place: tuple[str, ...]) -> Iterator[object]:
    """The entries of a list, also of lists inside the entries of a list; a number in the place means one of them."""
    if isinstance(within, list) and place and place[0].isdigit():
        yield from _entries(within[int(place[0])] if int(place[0]) < len(within) else None, place[1:])
    elif isinstance(within, list):
        for entry in within:
            yield from _entries(entry, place)
    elif not place:
        yield within
    elif isinstance(within, dict):
        yield from _entries(within.get(place[0]), place[1:])


def _is_meant(pick: Pick, entry: object) -> bool:
    return isinstance(entry, dict) and all(
        str(found_at(entry, name.split("."))) in words for name, words in pick.where.items()
    )


def _sum(told: list[str]) -> str | None:
    """None for an empty list; a text that is no number stays, so that its row is refused with it."""
    try:
        return str(sum(map(Decimal, told), Decimal())) if told else None
    except InvalidOperation:
        return "; ".join(told)


def _moments(text: str) -> Iterator[float]:
    with suppress(SourceError):
        yield moment_of(text).timestamp()
