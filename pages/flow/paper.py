"""The flow page on paper: stages, what will be late, who made it so, carriers, customs and markets, from data."""

from kpi.catalog import KPIS
from kpi.chart import Chart
from kpi.exports.answer import Basis
from kpi.exports.document import Block, Document, Figure, Head, Heading, NewPage, Table, Terms, Words
from kpi.exports.label import MADE_UP, instant
from kpi.exports.paper import as_pdf
from kpi.exports.picture import as_svg, standalone
from kpi.figures import count, day, weekday
from kpi.flow.reading import Flow, Slice, StageTime
from kpi.words import say, spoken
from pages.flow import carriers, customs, late, markets, strip
from pages.flow.load import load_compared, load_funnel, load_ledger
from pages.flow.telling import lasting, percent
from pages.parts.exports import Export, Kind, basis_now
from pages.parts.format import ABSENT
from pages.parts.tables import Column, Grid
from pages.parts.viewer import Viewer

SAME = "on_time_delivery_rate"


def paper(viewer: Viewer, asked: Slice, found: Flow, currency: str) -> Export:
    """The file, made when somebody asks for it."""
    part = "-".join(each for each in (asked.lane, asked.market) if each)
    stem = f"flow{f'-{part}' if part else ''}-{found.as_of}"
    return Export(
        say("This page as PDF"),
        Kind.PDF,
        "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in stem),
        lambda: as_pdf(document_of(viewer, asked, found, basis_now(viewer), currency)),
    )


def document_of(viewer: Viewer, asked: Slice, found: Flow, basis: Basis, currency: str) -> Document:
    """Everything the page says of this slice; carriers, markets by the promise kept, lists as long as on the page."""
    blocks: list[Block] = [
        Words(promise(found)),
        Heading(say("Eight stages")), Words(strip.headline(found)), _table(stages(found)),
        *_late(found), *_lateness(found, basis), *_carried(viewer, asked, currency), *_customs(viewer, asked, currency),
        *_markets(viewer, asked, basis),
    ]  # fmt: skip
    where = " · ".join(
        each or told for each, told in ((asked.lane, say("all lanes")), (asked.market, say("all markets")))
    )
    weeks = say("weeks of {first} to {last}", first=day(asked.first), last=day(asked.last))
    return Document(
        title=say("Flow"), about=basis.company.name, blocks=tuple(blocks), made_at=basis.made_at,
        period=" · ".join([say("as of {day}", day=weekday(found.as_of)), weeks, where]),
        foot=say("Made with Fairlead, {moment}", moment=instant(basis.made_at)),
        notice=say(MADE_UP) if basis.company.made_up else "", language=spoken().language.value,
    )  # fmt: skip


def promise(found: Flow) -> str:
    """The promise kept, in one sentence."""
    kept = found.on_time
    if kept.rate is None:
        return say("No promise fell due in these weeks, so nothing can be said about keeping them.")
    return say("{share} of {n} orders that fell due came on their day or before.", share=percent(kept.rate),
               n=count(kept.due))  # fmt: skip


def stages(found: Flow) -> Grid:
    """A row a stage: what orders take there, against the budget, and what is in it now."""
    titles = (
        say("Half take less than"), say("9 in 10 take less than"), say("Budget"), say("Burnt an order"),
        say("Saved an order"), say("Here now"), say("Past their day"), say("Will be late"),
    )  # fmt: skip
    columns = [Column(say("Stage")), *(Column(title, "r") for title in titles)]
    return Grid(columns, [_stage(each) for each in found.stages], say("Eight stages"))


def _stage(each: StageTime) -> list[str]:
    burnt, saved = ((lasting(sum_s / each.n) if each.n else ABSENT) for sum_s in (each.burnt_s, each.saved_s))
    return [
        say(each.stage.title), lasting(each.median_s), lasting(each.p90_s), lasting(each.budget_s or None), burnt,
        saved, count(each.now), count(each.overdue) if each.overdue else ABSENT,
        count(each.expected) if each.expected >= 0.5 else ABSENT,
    ]  # fmt: skip


def _late(found: Flow) -> list[Block]:
    blocks: list[Block] = [NewPage(), Heading(say("Will be late")), Words(late.headline(found))]
    for overdue in (False, True):
        rows = late.listed(found, overdue=overdue)
        if not rows.is_empty():
            blocks.append(_table(late.build_listed(rows.head(late.SHOWN), found.as_of, overdue=overdue)))
    return blocks


def _lateness(found: Flow, basis: Basis) -> list[Block]:
    if found.late.is_empty():
        return []
    chart = late.build_attribution(found, "light")
    words = (late.title(found), late.caption(found))
    return [NewPage(), Heading(say("Who made orders late")), _figure(chart, *words, basis)]


def _carried(viewer: Viewer, asked: Slice, currency: str) -> list[Block]:
    found, spans = load_compared(viewer, asked, "carrier")
    if not found:
        return []
    compared = carriers.build_comparison(found, spans, currency)
    heading = Heading(say("Modes and carriers, like for like"))
    return [
        heading,
        Words(carriers.headline(found)),
        _table(compared),
        Words(carriers.how_to_read("carrier"), quiet=True),
    ]


def _customs(viewer: Viewer, asked: Slice, currency: str) -> list[Block]:
    cleared, holds = load_ledger(viewer, asked)
    if cleared.is_empty():
        return []
    blocks: list[Block] = [
        NewPage(), Heading(say("Customs")), Words(customs.headline(cleared, currency)),
        Terms(tuple(pair for pair in customs.build_rates(cleared, currency) if pair[1])),
    ]  # fmt: skip
    if not holds.is_empty():
        blocks.append(_table(customs.build_papers(cleared, currency)))
        blocks.append(_table(customs.build_holds(holds.head(customs.SHOWN), currency)))
    return blocks


def _markets(viewer: Viewer, asked: Slice, basis: Basis) -> list[Block]:
    found = load_funnel(viewer, KPIS[SAME], asked)
    if found is None:
        return []
    chart = markets.build_funnel(KPIS[SAME], found, "light")
    heading = Heading(say("The same service everywhere"))
    return [NewPage(), heading, _figure(chart, markets.title(found), markets.caption(found), basis)]


def _figure(chart: Chart, title: str, caption: str, basis: Basis) -> Figure:
    source = f"{basis.company.name} · {say('made with Fairlead, {moment}', moment=instant(basis.made_at))}"
    whole = Chart(chart.rows, chart.spec, chart.alt, title=title, caption=caption)
    return Figure(as_svg(standalone(whole, source)).decode(), chart.alt)


def _table(grid: Grid) -> Table:
    heads = tuple(Head(each.title, right=each.side == "r", wide=each.side == "") for each in grid.columns)
    return Table(grid.label, heads, tuple(tuple(str(cell) for cell in row) for row in grid.rows))
