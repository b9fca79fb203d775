"""Documents as PowerPoint slides with charts people can change; the only module that knows the library for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from io import BytesIO
from typing import Any, cast

from kpi.exports.document import (
    Block,
    Cell,
    Columns,
    Document,
    Figure,
    Head,
    Heading,
    Plot,
    Table,
    Terms,
    Tone,
    Words,
)
from kpi.exports.fitting import height, lines, told, widths
from kpi.exports.settled import settled
from kpi.words import say

WIDTH, HEIGHT, EDGE, TOP = 13.333, 7.5, 0.5, 1.15  # of a slide, in inches
BOTTOM = HEIGHT - 0.55
ROOM = WIDTH - 2 * EDGE
CHART = 3.4
PLAIN_GRID = "{5940675A-B579-460E-94D1-54222C63F5DA}"
COLOURS = {Tone.OFF: "9B1C1C", Tone.WATCH: "92400E", Tone.PLAIN: "171B23"}
INK, TARGET, QUIET, PALE = "24324B", "0F766E", "5B6472", "F0F2F5"


def as_slides(document: Document) -> bytes:
    """The document as slides, a heading a slide and more where it does not fit; equal documents make equal bytes.

    Charts are PowerPoint's own where a figure has its numbers; figures without, sparklines and bars are left out.
    """
    from pptx import Presentation  # here, as few ever ask for it and it stays in memory
    from pptx.util import Inches

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    _properties(deck, document)
    writer = _Writer(deck, document)
    writer.first()
    for block in _flat(document.blocks):
        writer.put(block)
    writer.numbered()
    out = BytesIO()
    deck.save(out)
    return settled(out.getvalue(), document.made_at)


def _properties(deck: Any, document: Document) -> None:
    told, at = deck.core_properties, document.made_at.astimezone(UTC).replace(tzinfo=None)
    told.title, told.author, told.last_modified_by = document.title, document.about, document.about
    told.created = told.modified = at
    told.language, told.revision = document.language, 1


def _flat(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks one after another; what is in columns, too."""
    for block in blocks:
        if isinstance(block, Columns):
            yield from _flat((*block.left, *block.right))
        else:
            yield block


@dataclass
class _Writer:
    """Writes blocks from top to bottom and begins a slide where there is no room left."""

    deck: Any
    document: Document
    title: str = ""
    y: float = BOTTOM
    slide: Any = None

    def first(self) -> None:
        """Whose figures these are, of which week, and what makes them sure."""
        self.begin(self.document.title)
        for text in (
            self.document.about,
            self.document.period,
            self.document.notice,
            self.document.foot,
        ):
            if text:
                self._words(text, 16)
        self.y = BOTTOM

    def put(self, block: Block) -> None:
        """One block; a heading waits for what stands under it."""
        match block:
            case Heading():
                self.title = block.text if block.level == 1 else self._under(block.text)
                self.y = BOTTOM
            case Words():
                self._words(block.text, 12 if block.quiet else 14)
            case Terms():
                heads = (Head(say("Term")), Head(say("What it says"), wide=True))
                self._table(Table(self.title, heads, block.pairs))
            case Table() if not block.drawn:
                self._table(block)
            case Figure() if block.plot is not None:
                self._chart(block.plot, block.alt)
            case _:
                return

    def begin(self, title: str) -> None:
        """A slide with its title."""
        self.slide = self.deck.slides.add_slide(self.deck.slide_layouts[5])
        shape = self.slide.shapes.title
        _place(shape, EDGE, 0.3, ROOM, 0.75)
        _write(shape.text_frame, title, 24, INK, bold=True)
        self.y = TOP

    def numbered(self) -> None:
        """Where the figures are from and the number of the slide, at the foot of each."""
        slides = list(self.deck.slides)
        for n, slide in enumerate(slides, start=1):
            told = (
                f"{self.document.about} · {self.document.period} · {self.document.foot} · {n} / {len(slides)}"
            )
            _write(_box(slide, EDGE, HEIGHT - 0.45, ROOM, 0.3).text_frame, told, 9, QUIET)

    def _under(self, text: str) -> str:
        return f"{self.title.split(' · ')[0]} · {text}"

    def _need(self, height: float) -> None:
        if self.y + height > BOTTOM:
            self.begin(self.title or self.document.title)

    def _words(self, text: str, size: int) -> None:
        tall = lines(text, ROOM * 11 / size) * size / 72 * 1.3 + 0.12
        self._need(tall)
        _write(_box(self.slide, EDGE, self.y, ROOM, tall).text_frame, text, size, COLOURS[Tone.PLAIN])
        self.y += tall

    def _table(self, table: Table) -> None:
        """As many rows as fit, the rest under the same headings on the next slide."""
        across = widths(table, ROOM)
        heights = [height([told(cell)[0] for cell in row], across) for row in table.rows]
        head = height([each.text for each in table.heads], across)
        rows = list(zip(table.rows, heights, strict=True))
        while rows:
            self._need(head + rows[0][1])
            room, fitting = BOTTOM - self.y - head, 0
            while fitting < len(rows) and rows[fitting][1] <= room:
                room -= rows[fitting][1]
                fitting += 1
            taken, rows = rows[: max(1, fitting)], rows[max(1, fitting) :]
            self._part(table, across, head, taken)
            if rows:
                self.y = BOTTOM

    def _part(
        self, table: Table, across: Sequence[float], head: float, rows: Sequence[tuple[Sequence[Cell], float]]
    ) -> None:
        from pptx.util import Inches

        whole = head + sum(each for _, each in rows)
        frame = self.slide.shapes.add_table(
            len(rows) + 1, len(across), Inches(EDGE), Inches(self.y), Inches(sum(across)), Inches(whole)
        )
        _alt(frame, table.label)
        grid = frame.table
        frame._element.graphic.graphicData.tbl.tblPr.find("{*}tableStyleId").text = PLAIN_GRID
        for place, width in enumerate(across):
            grid.columns[place].width = Inches(width)
        cells = [([each.text for each in table.heads], head), *rows]
        for line, (row, tall) in enumerate(cells):
            grid.rows[line].height = Inches(tall)
            for place, cell in enumerate(row):
                _fill(grid.cell(line, place), cell, right=table.heads[place].right, head=line == 0)
        self.y += whole + 0.15

    def _chart(self, plot: Plot, alt: str) -> None:
        from pptx.chart.data import CategoryChartData
        from pptx.enum.chart import XL_CHART_TYPE
        from pptx.util import Inches

        self._need(CHART)
        data: Any = cast(Any, CategoryChartData)(number_format=plot.code)
        data.categories = list(plot.periods)
        for name, values in zip(plot.names, (plot.values, plot.targets), strict=True):
            if any(each is not None for each in values):
                data.add_series(name, values)
        frame = self.slide.shapes.add_chart(
            XL_CHART_TYPE.LINE_MARKERS, Inches(EDGE), Inches(self.y), Inches(ROOM), Inches(CHART), data
        )
        _alt(frame, alt)
        _dress(frame.chart, plot)
        self.y += CHART + 0.1


def _dress(chart: Any, plot: Plot) -> None:
    """The look of a chart: ink for values, the target's colour without dots, letters that can be read from afar."""
    from pptx.enum.chart import XL_LEGEND_POSITION, XL_MARKER_STYLE
    from pptx.util import Pt

    chart.has_title, chart.has_legend = False, True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    chart.font.size = Pt(11)
    chart.value_axis.tick_labels.number_format = plot.code
    chart.value_axis.tick_labels.number_format_is_linked = False
    chart.value_axis.major_gridlines.format.line.color.rgb = _rgb("DDE1E7")
    for series in chart.plots[0].series:
        colour = TARGET if series.name == plot.names[1] else INK
        series.smooth = False
        series.format.line.color.rgb = _rgb(colour)
        series.format.line.width = Pt(1.5 if colour == TARGET else 2.25)
        series.marker.style = XL_MARKER_STYLE.NONE if colour == TARGET else XL_MARKER_STYLE.CIRCLE
        if colour == INK:
            series.marker.format.fill.solid()
            series.marker.format.fill.fore_color.rgb = _rgb(INK)
            series.marker.format.line.color.rgb = _rgb(INK)


def _fill(place: Any, cell: Cell, *, right: bool, head: bool) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Inches

    text, tone, strong = told(cell)
    place.margin_top = place.margin_bottom = Inches(0.03)
    _write(place.text_frame, text, 11, QUIET if head else COLOURS[tone], bold=strong)
    place.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    place.fill.solid()
    place.fill.fore_color.rgb = _rgb(PALE if head else "FFFFFF")


def _box(slide: Any, x: float, y: float, width: float, height: float) -> Any:
    from pptx.util import Inches

    return slide.shapes.add_textbox(Inches(x), Inches(y), Inches(width), Inches(height))


def _place(shape: Any, x: float, y: float, width: float, height: float) -> None:
    from pptx.util import Inches

    shape.left, shape.top, shape.width, shape.height = Inches(x), Inches(y), Inches(width), Inches(height)


def _write(frame: Any, text: str, size: float, colour: str, *, bold: bool = False) -> None:
    """The text as one paragraph; it is never markup and never a link."""
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    frame.word_wrap = True
    paragraph = frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold = Pt(size), bold
    run.font.color.rgb = _rgb(colour)


def _alt(frame: Any, text: str) -> None:
    """What screen readers say in place of a chart or table."""
    frame._element.nvGraphicFramePr.cNvPr.set("descr", text)


def _rgb(code: str) -> Any:
    from pptx.dml.color import RGBColor

    return cast(Any, RGBColor).from_string(code)
