"""`fairlead kpi` and `fairlead explain`: the catalogue, the numbers, and the rows behind them."""

from datetime import UTC, date, datetime
from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.leaving import hand_out, note_leaving
from commands.printing import Format, write, write_json
from kpi.catalog import KPIS, find
from kpi.definitions import effective_of, version_of
from kpi.engine import AsOf
from kpi.explain import Side
from kpi.explain import explain as rows_behind
from kpi.exports.answer import Answer, answers, basis_of, labelled
from kpi.freshness import reported_until
from kpi.period import Every, Span, end_of
from kpi.question import Question
from kpi.results import SliceError
from kpi.trust import trust_of_row
from store.state import holds_pair

app = typer.Typer(help="KPIs: the catalogue, definitions and values.", no_args_is_help=True)

Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], show_default=False)]
AsOfDay = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="Evaluation day; default: the last compute."),
]
Where = Annotated[list[str] | None, typer.Option("--where", help="dimension=value; may be repeated.")]
FormatOption = Annotated[Format, typer.Option("--format", help="How the rows are written.")]


@app.command("list")
def list_kpis(how: FormatOption = Format.TABLE) -> None:
    """All KPIs with department, unit and default target."""
    rows = [
        (kpi.key, kpi.name, kpi.department.label, kpi.unit.value, kpi.better.value,
         kpi.target.at if kpi.target else None, ",".join(kpi.dimensions), kpi.variant_of or None)
        for kpi in KPIS.values()
    ]  # fmt: skip
    names = ["key", "name", "department", "unit", "better", "target", "dimensions", "variant_of"]
    write(pl.DataFrame(rows, schema=names, orient="row"), how)


@app.command("show")
def show(context: typer.Context, key: str) -> None:
    """One definition with its target, owner, SOPs, sources and freshness."""
    desk, kpi = _desk(context), find(key)
    fresh = desk.store.state.runs.freshness(desk.principal)
    target = f"{kpi.target.at:g} (watch until {kpi.target.warn:g})" if kpi.target else "none"
    moment = desk.as_of()
    told = {
        "KPI": f"{kpi.name} ({kpi.key})",
        "Department": kpi.department.label,
        "Means": kpi.meaning,
        "Formula": kpi.formula,
        "Unit": f"{kpi.unit.value}, {kpi.better.value} is better",
        "Default target": target,
        "Owner": kpi.owner,
        "SOPs": ", ".join(kpi.sops) or "none",
        "Goal": kpi.goal or "none",
        "Version": f"{version_of(kpi)}" + (f", from {effective_of(kpi)} on" if effective_of(kpi) else ""),
        "Cut by": ", ".join(kpi.dimensions),
        "Dated by": ", ".join(f"{rows.fact.name}.{rows.day}" for rows in kpi.sides),
        "Left out": ", ".join({reason for rows in kpi.sides for reason in rows.excluded}) or "nothing",
        "Smallest sample": str(kpi.minimum),
        "Definition from": kpi.source,
        "Evaluated": f"end of {moment.day}" if moment else "never; run `fairlead compute`",
        "Sources reported until": str(reported_until(kpi, fresh) or "unknown"),
    }
    for name, value in told.items():
        typer.echo(f"{name + ':':24}{value}")


@app.command("values")
def kpi_values(
    context: typer.Context,
    keys: Annotated[list[str], typer.Argument(metavar="KEY...", help="One KPI or several.")],
    from_day: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    to_day: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"])],
    every: Annotated[Every, typer.Option(help="Length of a period.")] = Every.MONTH,
    by: Annotated[str, typer.Option(help="Dimensions, separated by commas.")] = "",
    where: Where = None,
    as_of: AsOfDay = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Values by period and slice: numerator, denominator, value, status, target, n and what was left out."""
    desk, kpis = _desk(context), [find(key) for key in keys]
    question = _question(from_day, to_day, every, by, where, as_of)
    basis = basis_of(desk.store, desk.principal, list(KPIS.values()), datetime.now(UTC))
    found = answers(desk.store, desk.principal, kpis, question, basis)
    match how:
        case Format.JSON:
            note_leaving(context, how)
            write_json([row for answer in found for row in _labelled(answer)])
        case Format.CSV:
            hand_out(context, pl.concat([labelled(answer) for answer in found], how="diagonal_relaxed"), how)
        case Format.TABLE:
            for answer in found:
                hand_out(context, _without_empty_reasons(answer.rows), how, title=answer.kpi.name)


def _labelled(answer: Answer) -> list[dict[str, object]]:
    """The rows, each with its KPI and its trust label."""
    question, basis = answer.question, answer.basis
    return [
        {"kpi": answer.kpi.key}
        | row
        | {
            "trust": trust_of_row(
                answer.kpi, row, end_of(question.every, row["period"], question.span), basis.fresh,
                basis.company.currency, answer.frozen,
            ).told()
        }
        for row in answer.rows.rows(named=True)
    ]  # fmt: skip


def explain(
    context: typer.Context,
    key: str,
    from_day: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    to_day: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"])],
    rows: Annotated[Side, typer.Option(help="Which rows.")] = Side.NUMERATOR,
    where: Where = None,
    as_of: AsOfDay = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """The records behind a number; their measures add up to its numerator and denominator."""
    desk, kpi = _desk(context), find(key)
    question = _question(from_day, to_day, Every.TOTAL, "", where, as_of)
    hand_out(context, rows_behind(desk.store.lake, desk.principal, kpi, question, rows), how, records=True)


def _desk(context: typer.Context) -> Desk:
    desk: Desk = context.obj
    return desk


def _question(
    from_day: datetime,
    to_day: datetime,
    every: Every,
    by: str,
    where: list[str] | None,
    as_of: datetime | None,
) -> Question:
    return Question(
        Span(from_day.date(), to_day.date()),
        every,
        tuple(name.strip() for name in by.split(",") if name.strip()),
        slice_of(where),
        AsOf.end_of(_day(as_of)) if as_of else None,
    )


def slice_of(where: list[str] | None) -> dict[str, str]:
    """`--where` words as dimension and value; raises SliceError for a word that is no pair."""
    return dict(_pair(text) for text in where or [])


def _day(moment: datetime) -> date:
    return moment.date()


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise SliceError(f"--where '{text}' is not a pair; write it like --where carrier=DHL.")
    if holds_pair(value):
        raise SliceError(f"--where '{text}' holds several pairs; write --where once for each of them.")
    return name, value


def _without_empty_reasons(rows: pl.DataFrame) -> pl.DataFrame:
    """Leaves out the reasons nothing was excluded for."""
    empty = [name for name in rows.columns if name.startswith("excluded_") and not rows[name].sum()]
    return rows.drop(empty)
