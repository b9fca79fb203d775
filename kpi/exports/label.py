"""The trust label of an export in words: which number this is, of what, by which definition, and how sure it is."""

from collections.abc import Mapping
from datetime import date, datetime

from kpi.exports.answer import Answer, Basis
from kpi.figures import count, share, words
from kpi.period import Every
from kpi.trust import SourceTime
from kpi.words import clauses, marked, say

Pairs = list[tuple[str, str]]
MADE_UP = marked("This is a made-up company: every name and number on this page was generated.")
CUTS = {
    Every.DAY: marked("by day"), Every.WEEK: marked("by week"), Every.MONTH: marked("by month"),
    Every.QUARTER: marked("by quarter"), Every.YEAR: marked("by year"),
}  # fmt: skip


def label_of(answer: Answer) -> Pairs:
    """The label as terms and texts, in the order people look for them."""
    kpi = answer.kpi
    return [(say("KPI"), f"{say(kpi.name)} ({kpi.key})"), *meaning_of(answer), *trust_of(answer)]


def meaning_of(answer: Answer) -> Pairs:
    """What the number means, and of which part of the firm and the calendar it is."""
    kpi, question = answer.kpi, answer.question
    span = say("{first} to {last}", first=question.span.start, last=question.span.end)
    cuts = [say(CUTS[question.every])] if question.every in CUTS else []
    cuts += [say("by {dimension}", dimension=words(name).lower()) for name in question.by]
    where = ", ".join(f"{words(name)} = {value}" for name, value in sorted(question.where.items()))
    return [
        (say("Department"), say(kpi.department.label)),
        (say("Meaning"), say(kpi.meaning)),
        (say("Formula"), say(kpi.formula)),
        (say("Unit"), say(kpi.unit.value)),
        (say("Period"), ", ".join([span, *cuts])),
        (say("Filters"), where or say("none")),
    ]


def trust_of(answer: Answer) -> Pairs:
    """How far the number can be trusted."""
    kpi, label = answer.kpi, answer.trust
    sources = clauses(_source(each) for each in label.sources)
    complete = say(
        "{share} of the rows counted or left out have what the figure needs", share=_share(label.completeness)
    )
    waiting = say("{share} of its rows wait for their outcome", share=_share(label.provisional))
    return [
        (
            say("Definition"),
            say("version {n}, answered for by {owner}", n=label.version, owner=say(label.owner)),
        ),
        (say("Evaluated"), _day(answer.as_of)),
        (say("Data until"), _day(answer.basis.until.get(kpi.key))),
        (say("Sources"), sources or say("not known: no sync was recorded")),
        (say("Money"), label.currency or say("None in this figure")),
        (say("Rows counted"), count(label.n)),
        (say("Rows left out"), left_out(label.excluded)),
        (say("Complete"), say("No rows") if label.completeness is None else complete),
        (say("Provisional"), say("No rows") if label.provisional is None else waiting),
        *made(answer.basis),
    ]


def made(basis: Basis) -> Pairs:
    """Whose numbers these are, and when they were taken along."""
    pairs = [(say("Company"), basis.company.name), (say("Made at"), instant(basis.made_at))]
    return [*pairs, (say("Notice"), say(MADE_UP))] if basis.company.made_up else pairs


def left_out(excluded: Mapping[str, int]) -> str:
    """`no promise: 3; cancelled: 1`, or `none`."""
    told = [f"{words(reason).lower()}: {count(rows)}" for reason, rows in excluded.items() if rows]
    return clauses(told) or say("none")


def instant(when: datetime) -> str:
    """`2026-10-12 07:46 UTC`: for files, whoever reads them."""
    return f"{when:%Y-%m-%d %H:%M} UTC"


def _source(each: SourceTime) -> str:
    if each.read_at is None:
        return say("{source}, never read", source=each.source)
    read = say("{source}, read {moment}", source=each.source, moment=instant(each.read_at))
    if each.data_time is None:
        return read
    return say("{read}, data of {moment}", read=read, moment=instant(each.data_time))


def _share(part: float | None) -> str:
    return "" if part is None else share(part, 1)


def _day(when: date | None) -> str:
    return str(when) if when else say("never")
