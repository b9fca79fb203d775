"""Everything beside orders and parcels: tickets, surveys, production, advertising, visits, carts and customers."""

import numpy as np
import polars as pl

from benchmarks.calendar_months import (
    CHANNELS,
    CODES,
    CURRENCIES,
    DAY_S,
    HOUR_S,
    SHARES,
    Month,
    Numbers,
    days_of,
    instants,
    named,
    numbered,
)

DESKS = ["Hamburg desk", "Toronto desk", "Singapore desk"]
CONTACTS = ["e-mail", "chat", "phone", "social"]
DEVICES = ["mobile", "desktop", "tablet"]
CAMPAIGNS = ["brand", "season"]
WEEK_S = 7 * DAY_S


def _begun(month: Month, made: pl.DataFrame, begin: Numbers) -> pl.DataFrame:
    return made.filter(pl.Series(begin < month.now))


def _places(month: Month, what: str, rows: int) -> Numbers:
    return month.dice(f"{what} market").choice(len(CODES), rows, p=SHARES)


def tickets(month: Month) -> pl.DataFrame:
    """Given columns; one ticket to ten shipments."""
    dice, rows = month.dice("tickets"), month.rows // 10
    created, market = month.moments(dice, rows), _places(month, "tickets", rows)
    replied = created + (dice.lognormal(1.0, 1.1, rows) * HOUR_S).astype(np.int64)
    solved = replied + (dice.lognormal(2.2, 1.0, rows) * HOUR_S).astype(np.int64)
    resolved = month.known(np.where(dice.random(rows) < 0.03, 2**40, solved))
    status = pl.select(pl.when(resolved.is_null()).then(pl.lit("open")).otherwise(pl.lit("solved")))
    made = pl.DataFrame(
        {
            "ticket_id": numbered("T", month.number * rows, rows),
            "market": named(CODES, market),
            "channel": named(CONTACTS, dice.integers(0, 4, rows)),
            "team": named(DESKS, market % 3),
            "status": status.to_series(),
            "created_at": instants(pl.Series(created)),
            "first_reply_at": instants(month.known(replied)),
            "resolved_at": instants(resolved),
            "tiers": dice.integers(1, 12, rows) // 11 + 1,
            "contacts": dice.poisson(0.6, rows) + 1,
            "reopens": (dice.random(rows) < 0.05).astype(np.int64),
            "spam": dice.random(rows) < 0.02,
        }
    )
    return _begun(month, made, created)


def contact_episodes(month: Month) -> pl.DataFrame:
    """The prepared table's own columns."""
    dice, rows = month.dice("episodes"), month.rows * 9 // 100
    begun, market = month.moments(dice, rows), _places(month, "episodes", rows)
    solved = dice.integers(600, 4 * DAY_S, rows)
    made = pl.DataFrame(
        {
            "episode_id": numbered("E", month.number * rows, rows),
            "issue_key": numbered("I", month.number * rows, rows),
            "market": named(CODES, market),
            "channel": named(CONTACTS, dice.integers(0, 4, rows)),
            "team": named(DESKS, market % 3),
            "first_contact_day": days_of(pl.Series(begun)),
            "window_closes_epoch": begun + WEEK_S,
            "contacts": dice.poisson(0.3, rows) + 1,
            "escalated": dice.random(rows) < 0.1,
            "resolved_epoch": month.known(np.where(dice.random(rows) < 0.1, 2**40, begun + solved)),
            "resolvable": dice.random(rows) < 0.95,
        }
    )
    return _begun(month, made, begun)


def surveys(month: Month) -> pl.DataFrame:
    """Given columns; one survey to seventeen shipments, a quarter of them answered."""
    dice, rows = month.dice("surveys"), month.rows * 6 // 100
    sent, market = month.moments(dice, rows), _places(month, "surveys", rows)
    never = dice.random(rows) > 0.25
    answered = month.known(np.where(never, 2**40, sent + dice.integers(HOUR_S, 10 * DAY_S, rows)))
    given = pl.select(pl.when(answered.is_not_null()).then(pl.Series(dice.integers(1, 6, rows))))
    made = pl.DataFrame(
        {
            "survey_id": numbered("Q", month.number * rows, rows),
            "market": named(CODES, market),
            "channel": named(CONTACTS, dice.integers(0, 4, rows)),
            "team": named(DESKS, market % 3),
            "sent_at": instants(pl.Series(sent)),
            "answered_at": instants(answered),
            "score": given.to_series(),
        }
    )
    return _begun(month, made, sent)


def production_runs(month: Month) -> pl.DataFrame:
    """Given columns; one run to two hundred shipments."""
    dice, rows = month.dice("runs"), max(month.rows // 200, 50)
    begun, planned = month.moments(dice, rows), dice.integers(120, 480, rows) * 60
    run = (planned * dice.uniform(0.6, 1.0, rows)).astype(np.int64)
    ideal = dice.choice([12, 20, 35], rows)
    produced = (run // ideal * dice.uniform(0.7, 1.0, rows)).astype(np.int64)
    made = pl.DataFrame(
        {
            "run_id": numbered("R", month.number * rows, rows),
            "line": named(["Line 1", "Line 2", "Line 3", "Line 4"], dice.integers(0, 4, rows)),
            "product": named([f"Article {number}" for number in range(12)], dice.integers(0, 12, rows)),
            "shift": named(["early", "late", "night"], dice.integers(0, 3, rows)),
            "started_at": instants(pl.Series(begun)),
            "planned_busy_s": planned,
            "run_s": run,
            "ideal_us": ideal * 1_000_000,
            "produced": produced,
            "scrap": dice.binomial(produced, 0.03),
            "rework": dice.binomial(produced, 0.005),
            "unit_cost_micros": ideal * 100_000,
        }
    )
    return _begun(month, made, begun)


def _grid(month: Month, *names: tuple[str, list[str]]) -> pl.DataFrame:
    """A row for each day of the whole month and each combination of names."""
    rows = pl.DataFrame({"day": month.all_days})
    for column, values in names:
        rows = rows.join(pl.DataFrame({column: values}), how="cross")
    return rows


def ad_spend(month: Month) -> pl.DataFrame:
    """Given columns; a row for each day, market, channel and campaign, however many shipments there are."""
    rows = _grid(month, ("market", CODES), ("channel", CHANNELS), ("campaign", CAMPAIGNS))
    dice, count = month.dice("ads"), rows.height
    clicks, spend = dice.integers(10, 3_000, count), dice.integers(500, 90_000, count) * 10_000
    made = rows.rename({"day": "spend_day"}).with_columns(
        pl.concat_str("spend_day", "market", "channel", "campaign", separator=" ").alias("spend_id"),
        pl.col("market").replace_strict(CODES, CURRENCIES).alias("currency"),
        pl.Series("impressions", clicks * dice.integers(20, 90, count)),
        pl.Series("clicks", clicks),
        pl.Series("conversions", clicks * dice.integers(1, 6, count) // 100),
        pl.Series("spend_micros", spend),
        pl.Series("cost_micros", spend * 12 // 10),
        pl.Series("revenue_micros", spend * dice.integers(20, 60, count) // 10),
        pl.Series("revenue_ordered_micros", spend * dice.integers(20, 60, count) // 10),
        pl.Series("margin_micros", spend * dice.integers(8, 20, count) // 10),
    )
    return made.filter(pl.col("spend_day") <= month.seen)


def web_sessions(month: Month) -> pl.DataFrame:
    """Given columns; daily totals by market, channel and device."""
    rows = _grid(month, ("market", CODES), ("channel", CHANNELS), ("device", DEVICES))
    dice, count = month.dice("sessions"), rows.height
    sessions = dice.integers(50, 9_000, count)
    made = rows.rename({"day": "session_day"}).with_columns(
        pl.concat_str("session_day", "market", "channel", "device", separator=" ").alias("session_id"),
        pl.Series("sessions", sessions),
        pl.Series("purchase_sessions", sessions * dice.integers(15, 35, count) // 1_000),
        pl.Series("key_event_sessions", sessions * dice.integers(60, 120, count) // 1_000),
    )
    return made.filter(pl.col("session_day") <= month.seen)


def carts(month: Month) -> pl.DataFrame:
    """Given columns; three carts to ten shipments, seven of ten abandoned."""
    dice, rows = month.dice("carts"), month.rows * 3 // 10
    created, never = month.moments(dice, rows), dice.random(rows) < 0.7
    ordered = np.where(never, 2**40, created + dice.integers(60, 30 * HOUR_S, rows))
    made = pl.DataFrame(
        {
            "cart_id": numbered("B", month.number * rows, rows),
            "market": named(CODES, _places(month, "carts", rows)),
            "channel": named(CHANNELS, dice.integers(0, len(CHANNELS), rows)),
            "device": named(DEVICES, dice.integers(0, 3, rows)),
            "created_at": instants(pl.Series(created)),
            "ordered_at": instants(month.known(ordered)),
        }
    )
    return _begun(month, made, created)


def customer_values(month: Month) -> pl.DataFrame:
    """The prepared table's own columns; one new customer to four shipments."""
    dice, rows = month.dice("customers"), month.rows // 4
    won = month.moments(dice, rows)
    first_day = days_of(pl.Series(won))
    made = pl.DataFrame(
        {
            "customer_id": numbered("C", month.number * rows, rows),
            "market": named(CODES, _places(month, "customers", rows)),
            "channel": named(CHANNELS, dice.integers(0, len(CHANNELS), rows)),
            "first_order_day": first_day,
            "horizon_day": first_day.dt.offset_by("12mo"),
            "margin_12m_micros": dice.integers(1, 12_000, rows) * 10_000,
            "without_margin": dice.random(rows) < 0.01,
        }
    )
    return _begun(month, made, won)
