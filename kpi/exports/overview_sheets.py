"""The overview as a workbook: typed values of decisions and scorecard, and the label of the whole."""

import polars as pl

from kpi.decisions import Decision
from kpi.exports.answer import version_in
from kpi.exports.label import Pairs, left_out, made
from kpi.exports.overview import Overview, current_of
from kpi.exports.sheet import Column, Look, Sheet, look_of_unit
from kpi.reason import reason_words
from kpi.standing import Standing
from kpi.words import say
from store.state import Action


def sheets_of(overview: Overview) -> list[Sheet]:
    """The same as two sheets of typed values: decisions and scorecard."""
    return [_decision_sheet(overview), _score_sheet(overview)]


def scorecard(overview: Overview) -> pl.DataFrame:
    """The scorecard with the label of the whole in every row: `as_of`, `company`, `currency` and `made_at`."""
    basis = overview.basis
    return _score_sheet(overview).rows.with_columns(
        pl.lit(basis.as_of, pl.Date).alias("as_of"),
        pl.lit(basis.company.name).alias("company"),
        pl.lit(overview.currency).alias("currency"),
        pl.lit(f"{basis.made_at:%Y-%m-%dT%H:%M:%SZ}").alias("made_at"),
    )


def _decision_sheet(overview: Overview) -> Sheet:
    rows = [
        {
            "kpi": each.kpi.key, "name": each.kpi.name, "status": each.period.status.value,
            "value": each.period.value, "target": each.period.target, "since": each.since, "beyond": each.beyond,
            "also": ", ".join(other.key for other in each.also), "owner": overview.basis.owner(each.kpi),
            "signal": each.signal is not None, "why": _why(overview, each),
            **_action_columns(overview.actions.get(each.kpi.key)),
        }
        for each in overview.decisions
    ]  # fmt: skip
    looks = tuple(look_of_unit(each.kpi.unit) for each in overview.decisions)
    columns = (
        Column("kpi", say("Key")), Column("name", say("KPI")), Column("status", say("Status")),
        Column("signal", say("Worse than usual")), Column("value", say("Value"), looks=looks),
        Column("target", say("Target"), looks=looks), Column("since", say("Since"), Look.DAY),
        Column("beyond", say("Records beyond"), Look.WHOLE), Column("why", say("Why")), Column("also", say("Also")),
        Column("owner", say("Owner")), Column("action", say("Action")),
        Column("action_owner", say("Action owner")), Column("action_due", say("Due"), Look.DAY),
    )  # fmt: skip
    return Sheet(
        "Needs a decision",
        columns,
        pl.DataFrame(rows, schema=[column.name for column in columns], infer_schema_length=None),
    )


def _why(overview: Overview, each: Decision) -> str | None:
    reason = overview.reasons.get(each.kpi.key)
    return reason_words(each.kpi, reason, overview.currency) if reason else None


def _action_columns(action: Action | None) -> dict[str, object]:
    if action is None:
        return {"action": None, "action_owner": None, "action_due": None}
    return {"action": action.text, "action_owner": action.owner, "action_due": action.due}


def _score_sheet(overview: Overview) -> Sheet:
    rows = [_score_row(overview, each) for each in overview.standings]
    looks = tuple(look_of_unit(each.kpi.unit) for each in overview.standings)
    columns = (
        Column("department", say("Department")), Column("kpi", say("Key")), Column("name", say("KPI")),
        Column("unit", say("Unit")), Column("start", say("Period from"), Look.DAY),
        Column("end", say("Period to"), Look.DAY), Column("status", say("Status")),
        Column("value", say("Value"), looks=looks), Column("target", say("Target"), looks=looks),
        Column("prior", say("Period before"), looks=looks), Column("since", say("Off target since"), Look.DAY),
        Column("numerator", say("Numerator"), Look.NUMBER), Column("denominator", say("Denominator"), Look.NUMBER),
        Column("n", say("Rows counted"), Look.WHOLE), Column("immature", say("Rows not due yet"), Look.WHOLE),
        Column("left_out", say("Rows left out")), Column("version", say("Definition version"), Look.WHOLE),
        Column("owner", say("Owner")), Column("data_until", say("Data until"), Look.DAY),
        Column("market", say("Market")),
    )  # fmt: skip
    return Sheet(
        "Scorecard",
        columns,
        pl.DataFrame(rows, schema=[column.name for column in columns], infer_schema_length=None),
    )


def _score_row(overview: Overview, standing: Standing) -> dict[str, object]:
    kpi, basis, period = standing.kpi, overview.basis, current_of(overview, standing)
    return {
        "department": kpi.department.label, "kpi": kpi.key, "name": kpi.name, "unit": kpi.unit.value,
        "start": period.start, "end": period.end, "status": period.status.value, "value": period.value,
        "target": period.target, "prior": standing.prior.value if standing.prior else None, "since": standing.since,
        "numerator": period.numerator, "denominator": period.denominator, "n": period.n, "immature": period.immature,
        "left_out": left_out(period.excluded), "version": version_in(kpi, period.end, basis), "owner": basis.owner(kpi),
        "data_until": basis.until.get(kpi.key), "market": standing.market or "all",
    }  # fmt: skip


def _sheet(title: str, columns: tuple[Column, ...], rows: list[dict[str, object]]) -> Sheet:
    names = [column.name for column in columns]
    return Sheet(title, columns, pl.DataFrame(rows, schema=names, infer_schema_length=None))


def label_of(overview: Overview) -> Pairs:
    """The label of the whole: company, evaluation day, data, market, sources."""
    basis = overview.basis
    last = max(basis.until.values(), default=None)
    return [
        (say("Evaluated"), str(basis.as_of or say("never"))),
        (say("Data until"), str(last or say("never"))),
        (say("Department"), say(overview.department.label) if overview.department else say("all")),
        (say("Market"), overview.market or say("all")),
        (say("Currency"), overview.currency),
        (say("Late sources"), ", ".join(each.source for each in overview.late) or say("none")),
        *made(basis),
    ]
