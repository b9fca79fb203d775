"""The trust label of an export in words: which number this is, of what, by which definition, and how sure it is."""

from collections.abc import Mapping
from datetime import date, datetime

from kpi.exports.answer import Answer, Basis, filters_of
from kpi.period import Every
from kpi.trust import SourceTime

Pairs = list[tuple[str, str]]
MADE_UP = "This is a made-up company: every name and number was generated."


def label_of(answer: Answer) -> Pairs:
    """The label as terms and texts, in the order people look for them."""
    kpi, question, label = answer.kpi, answer.question, answer.trust
    cut = "" if question.every is Every.TOTAL else f", by {question.every.value}"
    by = f", by {' and '.join(question.by)}" if question.by else ""
    return [
        ("KPI", f"{kpi.name} ({kpi.key})"),
        ("Department", kpi.department.label),
        ("Meaning", kpi.meaning),
        ("Formula", kpi.formula),
        ("Unit", kpi.unit.value),
        ("Definition", f"version {label.version}, answered for by {label.owner}"),
        ("Period", f"{question.span.start} to {question.span.end}{cut}{by}"),
        ("Filters", filters_of(question.where)),
        ("Evaluated", _day(answer.as_of)),
        ("Data until", _day(answer.basis.until.get(kpi.key))),
        ("Sources", "; ".join(_source(each) for each in label.sources) or "not known: no sync was recorded"),
        ("Money", label.currency or "none in this figure"),
        ("Rows counted", f"{label.n:,}"),
        ("Rows left out", left_out(label.excluded)),
        (
            "Complete",
            _share(label.completeness, "of the rows counted or left out have what the figure needs"),
        ),
        ("Provisional", _share(label.provisional, "of its rows wait for their outcome")),
        *made(answer.basis),
    ]


def made(basis: Basis) -> Pairs:
    """Whose numbers these are, and when they were taken along."""
    pairs = [("Company", basis.company.name), ("Made at", instant(basis.made_at))]
    return [*pairs, ("Notice", MADE_UP)] if basis.company.made_up else pairs


def left_out(excluded: Mapping[str, int]) -> str:
    """`no promise: 3; cancelled: 1`, or `none`."""
    told = [f"{reason.replace('_', ' ')}: {rows:,}" for reason, rows in excluded.items() if rows]
    return "; ".join(told) or "none"


def instant(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"


def _source(each: SourceTime) -> str:
    if each.read_at is None:
        return f"{each.source}, never read"
    data = f", data of {instant(each.data_time)}" if each.data_time else ""
    return f"{each.source}, read {instant(each.read_at)}{data}"


def _share(share: float | None, of: str) -> str:
    return "no rows" if share is None else f"{share:.1%} {of}"


def _day(when: date | None) -> str:
    return str(when) if when else "never"
