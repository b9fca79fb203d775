"""One KPI on paper: its chart, its values, who drives it, why it moved, what it means and how far to trust it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from typing import Any

from kpi.annotations import Annotation, Annotations
from kpi.answering import answers_for
from kpi.chart.model import Chart, Spec
from kpi.chart.told import PLAIN, Beside, build_trend
from kpi.exports.answer import Answer, Basis
from kpi.exports.answer_table import table_of
from kpi.exports.document import (
    Bar,
    Block,
    Cell,
    Columns,
    Document,
    Figure,
    Head,
    Heading,
    NewPage,
    Table,
    Terms,
    Words,
)  # fmt: skip
from kpi.exports.label import MADE_UP, instant, meaning_of, trust_of
from kpi.exports.marks import mark_now, mark_of, tone_of, value_of
from kpi.exports.picture import LIGHT, as_svg, standalone
from kpi.figures import ABSENT, change, count, day, figure, goal, weekday, words
from kpi.period import Every
from kpi.score import Status
from kpi.standing import Period, Standing
from kpi.why import NAMED, Cut, Why
from kpi.words import clauses, marked, say, spoken

MOST_SLICES = 30
STANDING = (
    marked("Period"), marked("Value"), marked("Status"), marked("Target"), marked("Change"),
    marked("Off target since"), marked("Owner"),
)  # fmt: skip
MOVED = (marked("Before"), marked("After"), marked("Moved it by"))


@dataclass(frozen=True, eq=False)
class OneKpi:
    """What the page of a KPI shows: its standing, the current period by each dimension, and why it moved.

    `values`: the answer for all periods of the chart; `beside`: what the chart shows beside them; `happened`: what is
    told about the days of the chart.
    """

    basis: Basis
    standing: Standing
    values: Answer
    slices: Sequence[Answer] = ()
    why: Why | None = None
    weeks: int = 13
    beside: Beside = PLAIN
    happened: Annotations = field(default_factory=Annotations)

    @property
    def currency(self) -> str:
        """ISO code of the currency the company counts in."""
        return self.basis.company.currency

    @property
    def today(self) -> date:
        """The evaluation day."""
        return self.basis.today


def source_line(answer: Answer) -> str:
    """Where the numbers of a picture are from: firm, evaluation day, data, definition, owner, moment."""
    basis, label = answer.basis, answer.trust
    until = basis.until.get(answer.kpi.key)
    told = [
        basis.company.name, *([say("as of {day}", day=weekday(answer.as_of))] if answer.as_of else []),
        *([say("data to {day}", day=weekday(until))] if until else []),
        say("definition version {n}, {owner}", n=label.version, owner=say(label.owner)),
        say("made with Fairlead, {moment}", moment=instant(basis.made_at)),
    ]  # fmt: skip
    return " · ".join(told)


def chart_of(one: OneKpi) -> Chart:
    """The trend and what stands beside it, in the colours of paper."""
    return build_trend(one.standing, one.currency, one.today, one.weeks, LIGHT, beside=one.beside).chart


def picture_of(one: OneKpi) -> Spec:
    """The chart with its words and where it is from, as SVG and PNG are made of it."""
    return standalone(chart_of(one), source_line(one.values))


def document_of(one: OneKpi) -> Document:
    """The page of a KPI: how it stands, the chart, the values, the slices, why, definition and trust."""
    basis, kpi = one.basis, one.standing.kpi
    blocks: list[Block] = [
        _headline(one),
        Figure(as_svg(picture_of(one)).decode(), chart_of(one).alt),
        *([_happened(one)] if one.happened.shown else ()),
        NewPage(),
        Heading(say("Values")), table_of(one.values),
        *([Heading(say("Who drives it"))] if one.slices else ()),
        *_in_pairs([_slices(one, answer) for answer in one.slices]),
        *(_why(one, one.why) if one.why else ()),
        Heading(say("What it means and how far to trust it")),
        _terms(one.values),
    ]  # fmt: skip
    market = one.standing.market or say("all markets")
    return Document(
        title=say(kpi.name), about=basis.company.name, blocks=tuple(blocks), made_at=basis.made_at,
        period=say("as of {day}", day=weekday(one.today)) + f" · {market}",
        foot=say("Made with Fairlead, {moment}", moment=instant(basis.made_at)),
        notice=say(MADE_UP) if basis.company.made_up else "", language=spoken().language.value,
    )  # fmt: skip


def _happened(one: OneKpi) -> Words:
    """What happened on the days of the chart, in one paragraph."""
    told = [f"{_days(each, one.today)} {each.text}" for each in one.happened.shown]
    more = [say("{n} more on these days", n=one.happened.more)] if one.happened.more else []
    return Words(say("On these days: {told}.", told=clauses([*told, *more])))


def _days(each: Annotation, today: date) -> str:
    return day(each.start, today) + (f" – {day(each.end, today)}" if each.end > each.start else "")


def _headline(one: OneKpi) -> Block:
    """Value, status, target and change in one line."""
    kpi, period, prior = one.standing.kpi, one.standing.current, one.standing.prior
    if period is None:
        return Words(say("No period is over yet."))
    moved = change(kpi, period.value, prior.value if prior else None, one.currency)
    cells: tuple[Cell, ...] = (
        period_of(one.standing, period),
        value_of(str(figure(kpi, period.value, one.currency)), period.status),
        mark_now(one.standing, period, one.today),
        ABSENT if period.target is None else goal(kpi, period.target, one.currency),
        moved or ABSENT,
        day(one.standing.since, one.today) if one.standing.since else ABSENT,
        answers_for(kpi, one.basis.named),
    )
    return Table(say(kpi.name), tuple(Head(say(name)) for name in STANDING), (cells,))


def period_of(standing: Standing, period: Period) -> str:
    """`9 Nov 2026`, the first day of the week; `11/2026` for months."""
    return f"{period.start:%m/%Y}" if standing.every is Every.MONTH else day(period.start)


def _slices(one: OneKpi, answer: Answer) -> tuple[Block, ...]:
    """The slices of the current period by one dimension, the largest first."""
    (by,) = answer.question.by
    heads = (
        Head(words(by), wide=True), Head(say("Status")), Head(say("Value"), right=True), Head(""),
        Head(say("Target"), right=True), Head(say("Rows"), right=True),
    )  # fmt: skip
    largest = answer.rows.sort("n", descending=True).head(MOST_SLICES)
    told = [each for name in ("value", "target") for each in largest[name].drop_nulls()]
    top = max((abs(each) for each in told), default=1.0) or 1.0
    rows = tuple(_slice(one, row, str(row[by]), top) for row in largest.iter_rows(named=True))
    start = day(answer.question.span.start)
    title = say("From {day}, by {dimension}", day=start, dimension=words(by).lower())
    return (Heading(title, 2), Table(title, heads, rows)) if rows else ()


def _slice(one: OneKpi, row: Mapping[str, Any], name: str, top: float) -> tuple[Cell, ...]:
    kpi, status = one.standing.kpi, Status(row["status"])
    target = row["target"]
    return (
        name,
        mark_of(status),
        value_of(str(figure(kpi, row["value"], one.currency)), status),
        Bar(max(0.0, row["value"] or 0.0) / top, None if target is None else target / top, tone_of(status)),
        ABSENT if target is None else goal(kpi, target, one.currency),
        count(row["n"]),
    )


def _in_pairs(groups: Sequence[tuple[Block, ...]]) -> list[Block]:
    """Two groups of blocks beside each other, as often as there are two."""
    found = [group for group in groups if group]
    return [Columns(left, right) for left, right in zip_longest(found[::2], found[1::2], fillvalue=())]


def _why(one: OneKpi, why: Why) -> list[Block]:
    """What each segment moved the figure by; all of it adds up to the change."""
    moved = change(why.kpi, why.after, why.before, one.currency)
    earlier, later = (str(figure(why.kpi, value, one.currency)) for value in (why.before, why.after))
    told = say("From {earlier} to {later}: {moved}", earlier=earlier, later=later, moved=moved)
    cuts = [(Heading(_divided(each), 2), _cut(one, why, each)) for each in why.all_cuts]
    return [Heading(say("Why it moved")), Words(told), *_in_pairs(cuts)]


def _divided(cut: Cut) -> str:
    return (
        say("By factor")
        if cut.dimension == "factors"
        else say("By {dimension}", dimension=words(cut.dimension).lower())
    )


def _cut(one: OneKpi, why: Why, cut: Cut) -> Table:
    kpi, own = why.kpi, cut.dimension != "factors"
    title = words(cut.dimension) if own else say("Factor")
    heads = (
        Head(title, wide=True),
        *(Head(say(name), right=True) for name in MOVED),
    )
    named, rest = cut.contributions.head(NAMED), cut.contributions.slice(NAMED)
    shown = [
        (
            str(row["segment"]),
            _own(one, row["before"], own),
            _own(one, row["after"], own),
            _moved(one, row["total"]),
        )
        for row in named.iter_rows(named=True)
    ]
    if rest.height:
        others = say("{n} others", n=rest.height)
        shown.append((others, ABSENT, ABSENT, _moved(one, float(rest["total"].sum()))))
    before, after = (str(figure(kpi, value, one.currency)) for value in (why.before, why.after))
    shown.append((say("Together"), before, after, _moved(one, why.change)))
    return Table(title, heads, tuple(shown))


def _own(one: OneKpi, value: float | None, own: bool) -> str:
    if value is None:
        return ABSENT
    return str(figure(one.standing.kpi, value, one.currency)) if own else f"{value:,.4g}"


def _moved(one: OneKpi, value: float) -> str:
    return change(one.standing.kpi, value, 0.0, one.currency)


def _terms(answer: Answer) -> Columns:
    """The label in two columns: what it means, how far to trust it."""
    means, trusted = Terms(tuple(meaning_of(answer))), Terms(tuple(trust_of(answer)))
    return Columns((Heading(say("Definition"), 2), means), (Heading(say("How far to trust it"), 2), trusted))
