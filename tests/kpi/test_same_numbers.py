"""One question, one answer: pages, command line, CSV, workbook and PDF tell the same numbers of every KPI."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from math import isclose
from typing import Any

import fastexcel
import polars as pl
import pytest
import streamlit as st
from made_facts import company
from pypdf import PdfReader
from random_facts import AS_OF_DAY

import cli
from kpi.catalog import KPIS
from kpi.exports.answer import Answer, answers, basis_of, labelled, sheet_of
from kpi.exports.answer_table import table_of
from kpi.exports.document import Block, Document, Heading, Mark, Strong, Table
from kpi.exports.gather import one_kpi_of, overview_of
from kpi.exports.overview import document_of
from kpi.exports.paper import as_pdf
from kpi.exports.sheet import as_csv
from kpi.exports.workbook import as_workbook
from kpi.figures import figure
from kpi.model import Kpi
from kpi.period import Every, Span
from kpi.question import Question
from kpi.standing import Period
from pages.parts.cards import build_card
from pages.parts.kept import forget
from pages.parts.load import load_standings, load_values
from pages.parts.viewer import Viewer
from store.company_file import save_company
from store.home import Store
from store.lake import Lake
from store.scope import LOCAL_OWNER
from store.state import State

NOON = datetime(2025, 7, 1, 12, tzinfo=UTC)
LAST = date(2025, 6, 29)  # a Sunday
WEEKS = Span(date(2025, 6, 2), AS_OF_DAY)  # four weeks, and the first day of the running one
JUNE = Span(date(2025, 6, 1), AS_OF_DAY)
WEEK = Span(date(2025, 6, 23), LAST)
NUMBERS = ("numerator", "denominator", "value", "target", "n", "immature", "low", "high")


@dataclass(frozen=True)
class Slice:
    """A question in words, as the command line asks it, and which KPIs it can be asked of."""

    question: Question
    by_market: bool = False

    def kpis(self) -> list[Kpi]:
        """Those that have a market where one is named."""
        return [kpi for kpi in KPIS.values() if not self.by_market or "market" in kpi.dimensions]

    def words(self) -> list[str]:
        """The question for `fairlead kpi values`."""
        asked, span = self.question, self.question.span
        where = [f"--where={name}={value}" for name, value in asked.where.items()]
        return [
            f"--from={span.start}",
            f"--to={span.end}",
            f"--every={asked.every}",
            f"--by={','.join(asked.by)}",
            *where,
        ]


SLICES = {
    "all": Slice(Question(WEEKS, Every.WEEK)),
    "one market": Slice(Question(WEEKS, Every.WEEK, where={"market": "DE"}), by_market=True),
    "by market": Slice(Question(WEEKS, by=("market",)), by_market=True),
    "one month": Slice(Question(JUNE, Every.MONTH)),
    "one week": Slice(Question(WEEK)),
}


@pytest.fixture(scope="module")
def store(lake_of_seed: Lake, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A deployment around the facts of the seed."""
    home = tmp_path_factory.mktemp("home")
    save_company(home, company(DE="Europe/Berlin", US="America/New_York", JP="Asia/Tokyo"))
    (home / "lake").symlink_to(lake_of_seed.root)
    store = Store(home, lake_of_seed, State.open(f"sqlite:///{home / 'state.db'}"))
    st.cache_resource.clear()
    forget()
    yield store
    st.cache_resource.clear()
    forget()
    store.close()


@pytest.fixture(scope="module")
def told(store: Store) -> dict[str, list[Answer]]:
    """The answers that exports are written from, by slice."""
    basis = basis_of(store, LOCAL_OWNER, list(KPIS.values()), NOON)
    return {
        name: answers(store, LOCAL_OWNER, each.kpis(), each.question, basis) for name, each in SLICES.items()
    }


@pytest.fixture
def typed(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """What `fairlead` says."""

    def run(*words: str) -> str:
        monkeypatch.setattr("sys.argv", ["fairlead", "--home", str(store.home), *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert not ended.value.code, said.err
        return said.out

    return run


def numbers(answer: Answer) -> list[tuple[object, ...]]:
    """Period, slice, status and every number of the rows, exactly."""
    return rows_of(answer.rows, answer.question)


def rows_of(rows: pl.DataFrame, question: Question) -> list[tuple[object, ...]]:
    names = [name for name in ("period", *question.by, "status", *NUMBERS) if name in rows.columns]
    return rows.select(names).sort("period", *question.by).rows()


@pytest.mark.parametrize("name", SLICES)
def test_the_command_line_tells_what_exports_hold(
    name: str, told: dict[str, list[Answer]], typed: Callable[..., str]
) -> None:
    """
    JSON and CSV of `fairlead kpi values` have the rows of the answers, number by number.
    """
    asked = ["kpi", "values", *(answer.kpi.key for answer in told[name]), *SLICES[name].words()]
    as_json: list[dict[str, Any]] = json.loads(typed(*asked, "--format=json"))
    as_text = pl.read_csv(
        typed(*asked, "--format=csv").encode(), try_parse_dates=True, infer_schema_length=None
    )

    for answer in told[name]:
        mine = pl.DataFrame(
            [row for row in as_json if row["kpi"] == answer.kpi.key], infer_schema_length=None
        )
        theirs = as_text.filter(pl.col("kpi") == answer.kpi.key)
        for found in (mine, theirs):
            whole = answer.rows.clear() if found.is_empty() else like(found, answer.rows)
            assert rows_of(whole, answer.question) == numbers(answer), answer.kpi.key


def like(found: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The found rows with the columns and types of the others; texts become days and numbers."""
    days = [name for name, kind in rows.schema.items() if kind == pl.Date and found[name].dtype == pl.String]
    parsed = found.with_columns(pl.col(name).str.to_date() for name in days)
    return parsed.select(
        pl.col(name).cast(kind) for name, kind in rows.schema.items() if name in found.columns
    )


@pytest.mark.parametrize("name", SLICES)
def test_csv_and_workbook_hold_the_same_rows(name: str, told: dict[str, list[Answer]]) -> None:
    """
    What other programs read from both is equal to the answers; a workbook keeps fifteen digits, as Excel does.
    """
    filled = [answer for answer in told[name] if answer.rows.height]
    book = fastexcel.read_excel(as_workbook([sheet_of(each, each.kpi.key) for each in filled], [], NOON))

    for place, answer in enumerate(filled):
        headings = {column.heading: column.name for column in sheet_of(answer).columns}
        sheet = like(book.load_sheet(place).to_polars().rename(headings), answer.rows)
        text = pl.read_csv(as_csv(labelled(answer)), try_parse_dates=True, infer_schema_length=None)
        assert rows_of(like(text, answer.rows), answer.question) == numbers(answer), answer.kpi.key
        assert rounded(rows_of(sheet, answer.question)) == rounded(numbers(answer)), answer.kpi.key


def rounded(rows: Sequence[tuple[object, ...]]) -> list[list[object]]:
    """The rows with numbers of thirteen digits."""
    return [[f"{cell:.12e}" if isinstance(cell, float) else cell for cell in row] for row in rows]


@pytest.mark.parametrize("name", SLICES)
def test_paper_tells_the_same_rows(name: str, told: dict[str, list[Answer]]) -> None:
    """
    One PDF of all KPIs: each row of each answer stands in it as the pages write it.
    """
    tables = [(answer.kpi.key, table_of(answer)) for answer in told[name]]
    blocks: list[Block] = [block for key, table in tables for block in (Heading(key), table)]
    text = read(Document("All", "Firm", "2025", "", NOON, tuple(blocks)))

    missing = [(key, row) for key, table in tables for row in lines(table) if row not in text]
    assert missing == []
    shown = [(row["value"], answer.kpi) for answer in told[name] for row in answer.rows.iter_rows(named=True)]
    assert all(bare(str(figure(kpi, value, "EUR"))) in text for value, kpi in shown)


def lines(table: Table) -> list[str]:
    """The rows as text without spaces, as far as what was left out, which may break."""
    whole = len([head for head in table.heads if not head.wide])
    return [bare("".join(_text(cell) for cell in row[:whole])) for row in table.rows]


def _text(cell: object) -> str:
    match cell:
        case Mark():
            return cell.word if cell.shape == "◷" else cell.shape + cell.word
        case Strong():
            return cell.text
        case _:
            return str(cell)


def read(document: Document) -> str:
    """The text of all pages without spaces."""
    return bare("".join(page.extract_text() for page in PdfReader(BytesIO(as_pdf(document))).pages))


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("name", ["all", "one market"])
def test_charts_and_cards_show_the_same_periods(
    name: str, store: Store, told: dict[str, list[Answer]]
) -> None:
    """
    The weeks a page draws, and the card of the last settled one, have the numbers of the answers.
    """
    market = SLICES[name].question.where.get("market")
    viewer, weekly = Viewer(store, LOCAL_OWNER), [each for each in told[name] if not each.kpi.monthly]
    found = load_standings(viewer, [each.kpi for each in weekly], market, 9)

    for answer in weekly:
        standing = found[answer.kpi.key]
        periods = {each.start: each for each in standing.periods}
        rows = {row["period"]: row for row in answer.rows.iter_rows(named=True)}
        both = [(periods[start], row) for start, row in rows.items() if start in periods]
        other = [(period, row) for period, row in both if not same(period, row)]
        assert other == [], answer.kpi.key
        current = standing.current
        card = build_card(standing, "EUR", AS_OF_DAY)
        if current is not None and current.start in rows:
            assert (card.value, card.unit) == figure(answer.kpi, rows[current.start]["value"], "EUR")


def same(period: Period, row: dict[str, Any]) -> bool:
    """Whether a period on a page is a row of an answer, to the last digits of a division."""
    told = [(getattr(period, name), row[name]) for name in ("value", "target", "n", "immature")]
    sums = [(getattr(period, name), row[name] or 0.0) for name in ("numerator", "denominator")]
    return period.status.value == row["status"] and all(near(*pair) for pair in [*told, *sums])


def near(mine: float | None, theirs: float | None) -> bool:
    """Equal, or nothing on both sides."""
    if mine is None or theirs is None:
        return mine is theirs
    return isclose(mine, theirs, rel_tol=1e-12)


@pytest.mark.parametrize("key", ["csat_score", "net_sales"])
def test_an_export_has_the_periods_of_its_chart(key: str, store: Store) -> None:
    """
    The running week too ends where the chart ends it.
    """
    basis = basis_of(store, LOCAL_OWNER, list(KPIS.values()), NOON)
    one = one_kpi_of(store, LOCAL_OWNER, KPIS[key], basis, weeks=4)
    rows = {row["period"]: row for row in one.values.rows.iter_rows(named=True)}

    assert not one.standing.recent(4)[-1].closed
    assert all(same(each, rows[each.start]) for each in one.standing.recent(4) if each.start in rows)


@pytest.mark.parametrize("name", ["by market", "one month", "one week"])
def test_tables_on_a_page_show_the_same_slices(
    name: str, store: Store, told: dict[str, list[Answer]]
) -> None:
    """
    The breakdown of a page has the rows of the answers.
    """
    viewer, question = Viewer(store, LOCAL_OWNER), SLICES[name].question

    for answer in told[name]:
        found = load_values(viewer, answer.kpi, question.span, question.by)
        nothing = not answer.rows.height and found["value"].is_null().all()
        assert nothing or rows_of(found, question) == numbers(answer), answer.kpi.key


def test_the_overview_on_paper_shows_the_cards(store: Store) -> None:
    """
    Every card's value stands in the row of its KPI.
    """
    basis = basis_of(store, LOCAL_OWNER, list(KPIS.values()), NOON)
    overview = overview_of(store, LOCAL_OWNER, basis)
    text = read(document_of(overview))

    assert len(overview.standings) > 90
    for standing in overview.standings:
        card = build_card(standing, "EUR", AS_OF_DAY)
        number = "" if standing.current is None else bare(f"{card.value}{card.unit}")
        assert number in text, standing.kpi.key
