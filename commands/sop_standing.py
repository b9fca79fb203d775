"""`fairlead sop orphans`, `quadrant`, `adoption`: what the page of adherence shows beside its figures, as tables."""

from typing import Annotated

import polars as pl
import typer

from commands.adherence import WEEKS, Market, Weeks, chosen, ready_of
from commands.desk import Desk
from commands.kpis import FormatOption
from commands.leaving import hand_out
from commands.printing import Format
from commands.training import today_of
from sop.adherence.straying import strayed
from sop.diagnosis.orphans import orphans_seen
from sop.library import library, procedure_of
from sop.outcomes.quadrants import Place
from sop.outcomes.spreading import Spread, first_day, spread

ORPHANS = {"missing": pl.String, "key": pl.String, "way_out": pl.String}
PLACES = {
    "sop": pl.String, "kpi": pl.String, "lag_days": pl.Int64, "adherence": pl.String, "outcome": pl.String,
    "next": pl.String, "followed": pl.Float64, "told_by": pl.String, "value": pl.Float64, "target": pl.Float64,
    "checks_missing": pl.Int64, "outcomes_missing": pl.Int64,
}  # fmt: skip
ADOPTION = {
    "days": pl.Int64, "day": pl.Date, "read": pl.Int64, "trained": pl.Int64, "people": pl.Int64,
    "by_version": pl.Int64, "checks": pl.Int64, "by_one_that_did_not_count": pl.Int64,
}  # fmt: skip
Key = Annotated[str, typer.Argument(help="Of one procedure; default: all.")]


def orphans(context: typer.Context, key: Key = "", how: FormatOption = Format.TABLE) -> None:
    """What hangs nowhere: KPIs without goal or SOP, SOPs without KPI, steps without owner; each with the way out."""
    desk: Desk = context.obj
    state, who = desk.store.state, desk.principal
    shelves = library(state.procedures.rows(who), today_of(desk))
    texts = [procedure_of(state, who, each.shown("").id) for each in shelves]
    found = [each for each in orphans_seen(who, texts) if key in ("", each.key.partition("#")[0])]
    rows = [(each.missing.value, each.key, each.way_out) for each in found]
    hand_out(context, pl.DataFrame(rows, schema=ORPHANS, orient="row"), how, title="What hangs nowhere")


def quadrant(
    context: typer.Context,
    key: Key = "",
    weeks: Weeks = WEEKS,
    market: Market = "",
    how: FormatOption = Format.TABLE,
) -> None:
    """Adherence beside the outcome of each procedure and what to do next: what goes together, no proof."""
    ready = ready_of(context.obj, chosen(weeks), market)
    rows = [_place(each) for name, each in ready.places.items() if key in ("", name)]
    title = f"Adherence beside outcome, {weeks} weeks, from data up to {ready.as_of}"
    hand_out(context, pl.DataFrame(rows, schema=PLACES, orient="row"), how, title=title)


def adoption(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="As `sop list` shows it.")],
    how: FormatOption = Format.TABLE,
) -> None:
    """How the version in force spreads: who has read it, who is trained, by which version work is done."""
    desk: Desk = context.obj
    state, who, today = desk.store.state, desk.principal, today_of(desk)
    shelf = next(iter(library(state.procedures.rows(who, key), today)), None)
    if shelf is None or shelf.effective() is None:
        raise ValueError(f"No version of {key} counts today; 'fairlead sop list' shows all.")
    days = spread(state, who, key, first_day(shelf), ready_of(desk).worked.get(key, {}), today)
    away = strayed(desk.store.lake, who, shelf, [each.on for each in days])
    rows = [(*_spread(each), away[each.on].numerator) for each in days]
    frame = pl.DataFrame(rows, schema=ADOPTION, orient="row")
    hand_out(context, frame, how, title=f"How {key} spreads")


def _place(each: Place) -> tuple[object, ...]:
    stands, followed = each.quadrant, each.adherence
    return (
        each.sop, each.kpi, each.lag_days, stands.adherence.value, stands.outcome.value, stands.move.value,
        round(followed.value, 6) if followed is not None and followed.value is not None else None,
        "systems" if each.by_systems else "checklists", each.value, each.target, stands.checks_missing,
        stands.outcomes_missing,
    )  # fmt: skip


def _spread(each: Spread) -> tuple[object, ...]:
    people = (each.curve.read, each.curve.trained, each.curve.people) if each.curve else (None, None, None)
    return (each.after, each.on, *people, each.worked.numerator, each.worked.denominator)


COMMANDS = (orphans, quadrant, adoption)
