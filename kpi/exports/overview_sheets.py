"""The overview as a workbook: typed values of decisions and scorecard, and the label of the whole."""

import polars as pl

from kpi.exports.answer import version_in
from kpi.exports.label import Pairs, left_out, made
from kpi.exports.overview import Overview, current_of
from kpi.exports.sheet import Column, Look, Sheet, look_of_unit
from kpi.standing import Standing
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
            "also": ", ".join(other.key for other in each.also), "owner": each.kpi.owner,
            "signal": each.signal is not None, **_action_columns(overview.actions.get(each.kpi.key)),
        }
        for each in overview.decisions
    ]  # fmt: skip
    looks = tuple(look_of_unit(each.kpi.unit) for each in overview.decisions)
    columns = (
        Column("kpi", "Key"), Column("name", "KPI"), Column("status", "Status"),
        Column("signal", "Worse than usual"), Column("value", "Value", looks=looks),
        Column("target", "Target", looks=looks), Column("since", "Since", Look.DAY),
        Column("beyond", "Records beyond", Look.WHOLE), Column("also", "Also"), Column("owner", "Owner"),
        Column("action", "Action"), Column("action_owner", "Action owner"), Column("action_due", "Due", Look.DAY),
    )  # fmt: skip
    return Sheet(
        "Needs a decision",
        columns,
        pl.DataFrame(rows, schema=[column.name for column in columns], infer_schema_length=None),
    )


def _action_columns(action: Action | None) -> dict[str, object]:
    if action is None:
        return {"action": None, "action_owner": None, "action_due": None}
    return {"action": action.text, "action_owner": action.owner, "action_due": action.due}


def _score_sheet(overview: Overview) -> Sheet:
    rows = [_score_row(overview, each) for each in overview.standings]
    looks = tuple(look_of_unit(each.kpi.unit) for each in overview.standings)
    columns = (
        Column("department", "Department"), Column("kpi", "Key"), Column("name", "KPI"), Column("unit", "Unit"),
        Column("start", "Period from", Look.DAY), Column("end", "Period to", Look.DAY), Column("status", "Status"),
        Column("value", "Value", looks=looks), Column("target", "Target", looks=looks),
        Column("prior", "Period before", looks=looks), Column("since", "Off target since", Look.DAY),
        Column("numerator", "Numerator", Look.NUMBER), Column("denominator", "Denominator", Look.NUMBER),
        Column("n", "Rows counted", Look.WHOLE), Column("immature", "Rows not due yet", Look.WHOLE),
        Column("left_out", "Rows left out"), Column("version", "Definition version", Look.WHOLE),
        Column("owner", "Owner"), Column("data_until", "Data until", Look.DAY), Column("market", "Market"),
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
        "left_out": left_out(period.excluded), "version": version_in(kpi, period.end, basis), "owner": kpi.owner,
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
        ("Evaluated", str(basis.as_of or "never")),
        ("Data until", str(last or "never")),
        ("Department", overview.department.label if overview.department else "all"),
        ("Market", overview.market or "all"),
        ("Currency", overview.currency),
        ("Late sources", ", ".join(each.source for each in overview.late) or "none"),
        *made(basis),
    ]
