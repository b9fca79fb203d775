"""The overview on paper: what needs a decision, then every KPI by department."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kpi.answering import answers_for
from kpi.decisions import Decision
from kpi.exports.answer import Basis
from kpi.exports.document import Block, Cell, Document, Head, Heading, Mark, Spark, Table, Tone, Words
from kpi.exports.label import MADE_UP, instant
from kpi.exports.marks import mark_now, mark_of, tone_of, value_of
from kpi.figures import ABSENT, change, count, day, figure, goal, weekday
from kpi.model import Department
from kpi.period import Every
from kpi.reason import Reason, reason_words
from kpi.standing import Period, Standing
from kpi.words import listed, say, spoken
from store.state import Action
from store.state.runs import Freshness


@dataclass(frozen=True, eq=False)
class Overview:
    """What the overview shows: standings in the catalogue's order, decisions in theirs, sources that are late.

    `actions`: the most urgent open action of a KPI, by its key; `reasons`: the slice behind a decision, too.
    `market`: what the standings were limited to. `weeks`: how far sparklines reach back. `department`: the only one
    it shows, if there is one.
    """

    basis: Basis
    standings: Sequence[Standing]
    decisions: Sequence[Decision]
    late: Sequence[Freshness] = ()
    actions: Mapping[str, Action] = field(default_factory=dict)
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    market: str | None = None
    weeks: int = 13
    department: Department | None = None

    @property
    def currency(self) -> str:
        """ISO code of the currency the company counts in."""
        return self.basis.company.currency

    @property
    def today(self) -> date:
        """The evaluation day."""
        return self.basis.today


def document_of(overview: Overview) -> Document:
    """The overview as pages: decisions first, then a table a department."""
    basis = overview.basis
    last = max(basis.until.values(), default=None)
    period = [
        say("as of {day}", day=weekday(overview.today)),
        *([say("data to {day}", day=weekday(last))] if last else []),
        overview.market or say("all markets"),
    ]
    blocks: list[Block] = [Heading(say("Needs a decision")), *_decided(overview)]
    for department in Department:
        mine = [each for each in overview.standings if each.kpi.department is department]
        blocks += [Heading(_title(overview, department)), _scorecard(overview, mine)] if mine else []
    return Document(
        title=say(overview.department.label if overview.department else "Operations overview"),
        about=basis.company.name, period=" · ".join(period), blocks=tuple(blocks),
        foot=say("Made with Fairlead, {moment}", moment=instant(basis.made_at)), made_at=basis.made_at,
        notice=say(MADE_UP) if basis.company.made_up else "", language=spoken().language.value,
    )  # fmt: skip


def _title(overview: Overview, department: Department) -> str:
    return say("All KPIs") if overview.department else say(department.label)


def _decided(overview: Overview) -> list[Block]:
    told: list[Block] = []
    if overview.late:
        names = ", ".join(each.source for each in overview.late)
        told.append(Words(say("Late sources: {names}. Newer figures are missing, not zero.", names=names)))
    if not overview.decisions:
        return [*told, Words(say("No KPI needs a decision."))]
    heads = (
        Head(say("KPI"), wide=True), Head(say("Status")), Head(say("Value"), right=True),
        Head(say("Target"), right=True), Head(say("Since")), Head(say("Why"), wide=True),
        Head(say("Records beyond"), right=True), Head(say("Owner")), Head(say("Action"), wide=True),
    )  # fmt: skip
    rows = tuple(_decision(overview, each) for each in overview.decisions)
    return [*told, Table(say("Needs a decision"), heads, rows)]


def _decision(overview: Overview, each: Decision) -> tuple[Cell, ...]:
    kpi, period = each.kpi, each.period
    also = listed(say(other.name) for other in each.also)
    name = say("{name}; also {others}", name=say(kpi.name), others=also) if also else say(kpi.name)
    action, reason = overview.actions.get(kpi.key), overview.reasons.get(kpi.key)
    return (
        name,
        _why_decide(each),
        value_of(str(figure(kpi, period.value, overview.currency)), period.status),
        ABSENT if period.target is None else goal(kpi, period.target, overview.currency),
        day(each.since, overview.today),
        reason_words(kpi, reason, overview.currency) if reason else say("no slice stands out"),
        count(each.beyond),
        answers_for(kpi, overview.basis.named),
        _promised(action, overview.today) if action else ABSENT,
    )


def _why_decide(each: Decision) -> Mark:
    if each.off_target:
        return mark_of(each.period.status)
    return Mark("○", say("Worse than usual") if each.signal else say("Action overdue"), Tone.OFF)


def _promised(action: Action, today: date) -> str:
    return say(
        "{text} ({owner}, due {day})", text=action.text, owner=action.owner, day=day(action.due, today)
    )


def _scorecard(overview: Overview, standings: Sequence[Standing]) -> Table:
    heads = (
        Head(say("KPI"), wide=True), Head(say("Status"), width=32), Head(say("Value"), right=True, width=24),
        Head(say("Target"), right=True, width=21), Head(say("Change"), right=True, width=25),
        Head(say("Trend"), width=29.5), Head(say("Period"), width=25), Head(say("Since"), width=16),
        Head(say("Rows"), right=True, width=15), Head(say("Owner"), width=37),
    )  # fmt: skip
    return Table(say("Scorecard"), heads, tuple(_score(overview, each) for each in standings))


def _score(overview: Overview, standing: Standing) -> tuple[Cell, ...]:
    kpi, currency, today = standing.kpi, overview.currency, overview.today
    period, prior, shown = current_of(overview, standing), standing.prior, standing.shown(overview.weeks)
    return (
        say(kpi.name),
        mark_now(standing, period, today),
        value_of(str(figure(kpi, period.value, currency)), period.status),
        ABSENT if period.target is None else goal(kpi, period.target, currency),
        change(kpi, period.value, prior.value if prior else None, currency),
        Spark(
            tuple(each.value for each in shown), tuple(each.target for each in shown), tone_of(period.status)
        ),
        _period(standing, today),
        day(standing.since, today) if standing.since else "",
        count(period.n),
        answers_for(kpi, overview.basis.named),
    )


def current_of(overview: Overview, standing: Standing) -> Period:
    """The period a card shows; an empty one where none is over yet."""
    return standing.current or Period(overview.today, overview.today)


def _period(standing: Standing, today: date) -> str:
    """`Week of 9 Nov`, `Nov 2026`; where no period is over, nothing."""
    if standing.current is None:
        return say("no data yet")
    start = standing.current.start
    if standing.every is Every.MONTH:
        return f"{start:%m/%Y}"
    return say("week of {day}", day=day(start, today))
