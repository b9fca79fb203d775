"""One KPI as a workbook: its values by period, by each dimension, and what moved it."""

from kpi.exports.answer import heading, sheet_of
from kpi.exports.one_kpi import OneKpi
from kpi.exports.sheet import Column, Sheet, look_of, look_of_unit
from kpi.figures import words
from kpi.why import Cut, Why
from kpi.words import say


def sheets_of(one: OneKpi) -> list[Sheet]:
    """The same as sheets: values by period, by each dimension, and what moved it."""
    slices = [
        sheet_of(each, say("By {dimension}", dimension=words(each.question.by[0]).lower()))
        for each in one.slices
    ]
    why = [] if one.why is None else [_why_sheet(one.why, each) for each in one.why.all_cuts]
    return [sheet_of(one.values, say("Values")), *slices, *why]


def _why_sheet(why: Why, cut: Cut) -> Sheet:
    """All contributions of one cut; they add up to the change."""
    look = look_of_unit(why.kpi.unit)
    in_unit = {
        "before",
        "after",
        "total",
        "mix",
        "rate",
        "numerator_effect",
        "denominator_effect",
        "low",
        "high",
    }
    columns = tuple(
        Column(name, heading(name), look if name in in_unit else look_of(kind))
        for name, kind in cut.contributions.schema.items()
    )
    return Sheet(
        say("Why by {dimension}", dimension=words(cut.dimension).lower()), columns, cut.contributions
    )


def _by(dimension: str) -> str:
    return say("By {dimension}", dimension=words(dimension).lower())
