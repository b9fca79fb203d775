"""An answer as a table on paper: the rows of the CSV and the workbook, written as the pages write them."""

from collections.abc import Mapping
from typing import Any

from kpi.exports.answer import Answer
from kpi.exports.document import Cell, Head, Table
from kpi.exports.label import left_out
from kpi.exports.marks import mark_of, value_of
from kpi.figures import ABSENT, count, day, decimal, figure, goal, words
from kpi.period import Every
from kpi.score import Status
from kpi.words import marked, say

FIRST_DAY = {
    Every.DAY: marked("Day"), Every.WEEK: marked("Week of"), Every.MONTH: marked("Month from"),
    Every.QUARTER: marked("Quarter from"), Every.YEAR: marked("Year from"), Every.TOTAL: marked("From"),
}  # fmt: skip
NUMBERS = (marked("Value"), marked("Target"))
SUMS = (marked("Numerator"), marked("Denominator"), marked("Rows"), marked("Not due yet"))


def table_of(answer: Answer) -> Table:
    """One row a period and slice, the latest period first; what was left out only where anything was."""
    heads = (
        Head(say(FIRST_DAY[answer.question.every])), *(Head(words(name)) for name in answer.question.by),
        *(Head(say(name), right=True) for name in NUMBERS), Head(say("Status")),
        *(Head(say(name), right=True) for name in SUMS), Head(say("Left out"), wide=True),
    )  # fmt: skip
    newest = answer.rows.sort("period", descending=True, maintain_order=True)
    rows = tuple(_row(answer, row) for row in newest.iter_rows(named=True))
    if any(row[-1] for row in rows):
        return Table(say("Values"), heads, rows)
    return Table(say("Values"), heads[:-1], tuple(row[:-1] for row in rows))


def _row(answer: Answer, row: Mapping[str, Any]) -> tuple[Cell, ...]:
    kpi, currency, status = answer.kpi, answer.basis.company.currency, Status(row["status"])
    reasons = {
        name.removeprefix("excluded_"): rows
        for name, rows in row.items()
        if name.startswith("excluded_") and rows
    }
    return (
        day(row["period"]),
        *(str(row[name]) for name in answer.question.by),
        value_of(str(figure(kpi, row["value"], currency)), status),
        ABSENT if row["target"] is None else goal(kpi, row["target"], currency),
        mark_of(status),
        sum_of(row["numerator"]),
        sum_of(row["denominator"]),
        count(row["n"]),
        count(row["immature"]),
        left_out(reasons) if reasons else "",
    )


def sum_of(value: float | None) -> str:
    """A numerator or denominator: whole numbers without decimals."""
    if value is None:
        return ABSENT
    return count(value) if value == round(value) else decimal(value, 2)
