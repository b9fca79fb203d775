"""What an audit found, as tables to take along: one row a record and step, and one row a step. Nobody is named."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from kpi.exports.sheet import Column, Look, Sheet
from kpi.words import say
from sop.audits.outcome import CheckedRecord, Outcome
from sop.audits.plans import after_the_draw, read_plan
from sop.audits.template import Template, read_template
from store.state.audit_rows import Audit, Check

RECORDS = {
    "place": pl.Int64, "record": pl.String, "day": pl.Date, "market": pl.String, "team": pl.String,
    "step": pl.String, "points": pl.Int64, "of": pl.Int64, "weight": pl.Int64, "found": pl.String,
    "because": pl.String, "comment": pl.String, "evidence": pl.String, "second": pl.Int64, "score": pl.Float64,
    "result": pl.String,
}  # fmt: skip
STEPS = {
    "step": pl.String, "title": pl.String, "full": pl.Int64, "applied": pl.Int64, "share": pl.Float64,
    "low": pl.Float64, "high": pl.Float64, "not_applicable": pl.Int64,
}  # fmt: skip
SHARES = ("score", "share", "low", "high")


def records_frame(audit: Audit, found: Outcome, checks: Sequence[Check]) -> pl.DataFrame:
    """One row a record and step of what counts: points (empty where it does not apply), and the second auditor's."""
    template = read_template(audit.template)
    by_turn = {(each.place, each.turn): each for each in checks}
    rows = [row for each in found.checked for row in _rows(template, each, by_turn)]
    return pl.DataFrame(rows, schema=RECORDS, orient="row")


def steps_frame(found: Outcome) -> pl.DataFrame:
    """One row a step: checks with full marks of those it applied to, and how sure that is."""
    rows = []
    for each in found.steps:
        full = each.full
        counted = (full.share.numerator, full.share.denominator, full.share.value) if full else (0, 0, None)
        sure = (full.low, full.high) if full and found.passed else (None, None)
        rows.append((each.item.step, each.item.title, *counted, *sure, each.not_applicable))
    return pl.DataFrame(rows, schema=STEPS, orient="row")


def sheets_of(audit: Audit, found: Outcome, checks: Sequence[Check]) -> list[Sheet]:
    """Both as sheets of a workbook."""
    frames = {say("Records"): records_frame(audit, found, checks), say("Steps"): steps_frame(found)}
    return [Sheet(title, _columns(rows), rows) for title, rows in frames.items()]


def label_of(audit: Audit, made_at: datetime) -> list[tuple[str, str]]:
    """What the tables are of, and how the records were drawn."""
    return [
        (say("Procedure"), f"{audit.sop} {audit.number}"),
        (say("Period"), say("{first} to {last}", first=audit.first, last=audit.last)),
        (say("Plan"), after_the_draw(read_plan(audit.plan), audit.population, audit.size)),
        (say("Selection"), audit.selection.value),
        (say("Seed"), audit.seed),
        (say("Population"), audit.digest),
        (say("Made"), made_at.isoformat(timespec="minutes")),
    ]


def _rows(
    template: Template, each: CheckedRecord, by_turn: dict[tuple[int, int], Check]
) -> list[tuple[object, ...]]:
    record = each.record
    rows: list[tuple[object, ...]] = []
    first, second = (by_turn.get((record.place, turn)) for turn in (1, 2))
    for item in template.items:
        found = first.found.get(item.step) if first else None
        other = second.found.get(item.step) if second else None
        told = (found.value, found.because, found.comment, found.evidence) if found else ("", "", "", "")
        rows.append(
            (
                record.place, record.case_id, record.day, record.market, record.team, item.step,
                each.scores.get(item.step), item.maximum, item.weight, *told, other.score if other else None,
                each.score.value, each.score.result.value,
            )
        )  # fmt: skip
    return rows


def _columns(rows: pl.DataFrame) -> tuple[Column, ...]:
    return tuple(Column(name, name, _look(name, dtype)) for name, dtype in rows.schema.items())


def _look(name: str, dtype: pl.DataType) -> Look:
    if name in SHARES:
        return Look.SHARE
    return Look.DAY if dtype == pl.Date else Look.WHOLE if dtype == pl.Int64 else Look.TEXT
