"""Documents as PDF: what is said is on the page, nothing in it is run, and screen readers find their way."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from kpi.exports.document import (
    Bar,
    Block,
    Cell,
    Columns,
    Document,
    Figure,
    Head,
    Heading,
    Mark,
    NewPage,
    Spark,
    Strong,
    Table,
    Terms,
    Tone,
    Words,
)  # fmt: skip
from kpi.exports.paper import as_pdf

NOON = datetime(2025, 4, 28, 12, tzinfo=UTC)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="10"><text x="1" y="9">In the chart</text></svg>'
CELLS: tuple[Cell, ...] = (
    "On-time delivery", Mark("◷", "Unknown"), Strong("87.4 %", Tone.OFF), Spark((1.0, None, 3.0), (2.0, 2.0, 2.0)),
    Bar(0.5, 0.9, Tone.WATCH),
)  # fmt: skip


def document(*blocks: Block, title: str = "Operations overview") -> Document:
    """A document of these blocks."""
    return Document(title, "Small & Sons", "Week of 21 Apr 2025", "Made by Fairlead", NOON, blocks)


def pages(printed: bytes) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in PdfReader(BytesIO(printed)).pages]


def table(rows: int) -> Table:
    """A table of so many equal rows."""
    heads = tuple(Head(name) for name in ("KPI", "Status", "Value", "Trend", "Share"))
    return Table("KPIs", heads, (CELLS,) * rows)


def test_a_page_says_whose_it_is_of_when_and_which() -> None:
    """
    Company and period stand at the top of every page, the number of pages at the bottom.
    """
    told = pages(as_pdf(document(Heading("First"), NewPage(), Heading("Second"))))

    assert [("Small & Sons" in page, "Week of 21 Apr 2025" in page) for page in told] == [(True, True)] * 2
    assert [page.splitlines()[-1] for page in told] == ["Made by Fairlead 1 / 2", "Made by Fairlead 2 / 2"]


def test_headings_of_a_long_table_are_repeated() -> None:
    """
    Sixty rows need three pages, and each says what its columns are.
    """
    told = pages(as_pdf(document(table(60))))

    assert len(told) > 1
    assert all("KPI Status Value Trend Share" in page for page in told)


@pytest.mark.parametrize("text", ['#eval("1/0")', "*a* _b_ $x$ @ref <l>", "= no heading", "\\", "准时"])
def test_text_is_never_markup(text: str) -> None:
    """
    What a firm calls its things is printed as it stands.
    """
    printed = as_pdf(
        document(Words(text), Terms(((text, text),)), Table(text, (Head(text),), ((text,),)), title=text)
    )

    assert pages(printed)[0].count(text) == 6


def test_screen_readers_find_headings_tables_and_charts() -> None:
    """
    Every kind of block meets PDF/UA-1: tags, reading order, a text for each picture.
    """
    printed = as_pdf(
        document(
            Heading("Trend"), Figure(SVG, "A line that rises."), table(1), Words("Small.", quiet=True),
            Columns((Heading("Left", 2), Terms((("Owner", "Shipping lead"),))), (Heading("Right", 2),)),
        ),
        accessible=True,
    )  # fmt: skip

    assert "In the chart" in pages(printed)[0]


def test_equal_documents_make_equal_bytes() -> None:
    """
    A pack that was printed can be printed again and compared.
    """
    assert as_pdf(document(table(3))) == as_pdf(document(table(3)))


def test_a_sparkline_breaks_where_there_is_no_value() -> None:
    """
    1, nothing, 3 with a target of 2: two pieces from the bottom to the top, the target half way.
    """
    spark = Spark((1.0, None, 3.0), (2.0, 2.0, 2.0))

    assert spark.lines == [[(0.0, 0.0)], [(1.0, 1.0)]]
    assert spark.target == [[(0.0, 0.5), (0.5, 0.5), (1.0, 0.5)]]
    assert Spark((None, None)).lines == []
    assert Spark((5.0,)).lines == [[(0.0, 0.5)]]
