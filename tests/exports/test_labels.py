"""The trust label that leaves with a number."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from small_company import LAST

from kpi.catalog import KPIS
from kpi.exports.answer import Answer, answered, basis_of, labelled, sheet_of
from kpi.exports.label import label_of
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import sliceable
from store.home import Store
from store.scope import LOCAL_OWNER

DATA = date(2025, 4, 23)  # the last day on which a shipment fell due
NOON = datetime(2025, 4, 28, 12, tzinfo=UTC)
WEEKS = Question(Span(date(2025, 4, 7), LAST), Every.WEEK, by=("market",))


@pytest.fixture
def asked(small: Store) -> Answer:
    """On-time delivery of three weeks by market."""
    kpi = KPIS["on_time_delivery_rate"]
    return answered(small, LOCAL_OWNER, kpi, WEEKS, basis_of(small, LOCAL_OWNER, [kpi], NOON))


def test_every_row_of_a_csv_has_its_label(asked: Answer) -> None:
    """
    The label stands beside the numbers, so that the file stays one table and no row is without it.
    """
    rows = labelled(asked)
    own = rows.columns[len(asked.rows.columns) :]

    assert rows.select(asked.rows.columns).equals(asked.rows)
    assert set(rows.select(own).rows()) == {
        ("on_time_delivery_rate", "On-time delivery", "percent", 1, "Shipping lead", None, DATA, LAST, "none",
         "Small & <b>Sons</b>", "2025-04-28T12:00:00Z")
    }  # fmt: skip


def test_no_dimension_is_named_like_a_part_of_the_label(asked: Answer) -> None:
    """
    A cut by carrier, currency or owner keeps its column.
    """
    own = set(labelled(asked).columns) - set(asked.rows.columns)

    assert {name for kpi in KPIS.values() for name in sliceable(kpi)} & own == set()


def test_a_workbook_tells_the_label_in_words(asked: Answer) -> None:
    """
    Of 3 weeks of 40 shipments all count; who answers, until when, from where, and that the firm is made up.
    """
    told = dict(label_of(asked))

    assert told["KPI"] == "On-time delivery (on_time_delivery_rate)"
    assert told["Definition"] == "version 1, answered for by Shipping lead"
    assert told["Period"] == "2025-04-07 to 2025-04-27, by week, by market"
    assert (told["Rows counted"], told["Rows left out"], told["Complete"][:6]) == ("120", "none", "100.0%")
    assert told["Sources"].startswith("files, read ")
    assert (told["Evaluated"], told["Data until"], told["Filters"]) == ("2025-04-27", "2025-04-23", "none")
    assert told["Made at"] == "2025-04-28 12:00 UTC"
    assert told["Notice"].startswith("This is a made-up company")


def test_a_sheet_leaves_out_reasons_nothing_was_left_out_for(asked: Answer) -> None:
    """
    Shares are written in percent, counts without decimals, and idle columns are not there.
    """
    sheet = sheet_of(asked)
    looks = {column.name: column.look.value for column in sheet.columns}

    assert (looks["value"], looks["n"], looks["numerator"], looks["period"]) == (
        "0.00%", "#,##0", "#,##0", "yyyy-mm-dd"
    )  # fmt: skip
    assert [name for name in looks if name.startswith("excluded_")] == []
    assert isinstance(sheet.rows, pl.DataFrame)
