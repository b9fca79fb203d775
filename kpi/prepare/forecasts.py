"""How far each final forecast, frozen four weeks before its bucket, lay from the demand that came."""

import polars as pl

LAG_DAYS = 28
BUCKET = ("series", "bucket_day", "bucket_days")
NAMES = ("product", "category", "market", "location")


def forecast_errors(actuals: pl.LazyFrame, forecasts: pl.LazyFrame) -> pl.LazyFrame:
    """One row a bucket that has demand or a forecast, with the columns of `ForecastErrors` but the system ones.

    Of several final forecasts the last one frozen at least `LAG_DAYS` before the bucket counts. The benchmark is
    the one given, else the last bucket that was over on the day of the forecast (kpi-domain 1.5; Hyndman and
    Koehler 2006 for the mean step, whose history ends on the same day).
    """
    known = actuals.group_by(BUCKET).agg(pl.col(*NAMES, "promotion").min(), pl.col("units").sum())
    frozen = _frozen(forecasts)
    joined = known.rename({"units": "actual_units"}).join(
        _with_history(frozen, known), on=BUCKET, how="full", coalesce=True, suffix="_forecast"
    )
    naive = pl.coalesce("naive_units", "last_units")
    return joined.with_columns(
        *(pl.coalesce(name, f"{name}_forecast").alias(name) for name in NAMES),
        pl.concat_str("series", "bucket_day", "bucket_days", separator="|").alias("error_id"),
        _last_day().alias("ends_day"),
        naive.alias("naive_units"),
        (pl.col("forecast_units") - pl.col("actual_units")).alias("error"),
        (pl.col("forecast_units") - pl.col("actual_units")).abs().alias("absolute_error"),
        (naive - pl.col("actual_units")).abs().alias("naive_absolute_error"),
    )


def _last_day() -> pl.Expr:
    return pl.col("bucket_day") + pl.duration(days=pl.col("bucket_days") - 1)


def _frozen(forecasts: pl.LazyFrame) -> pl.LazyFrame:
    """The one forecast of each bucket that is judged."""
    lag = (pl.col("bucket_day") - pl.col("made_day")).dt.total_days()
    final = forecasts.filter(pl.col("version") == "final", lag >= LAG_DAYS).sort("made_day", "forecast_id")
    return final.group_by(BUCKET).agg(
        pl.col(*NAMES, "method", "made_day", "naive_units").last(),
        pl.col("units").last().alias("forecast_units"),
    )


def _with_history(frozen: pl.LazyFrame, known: pl.LazyFrame) -> pl.LazyFrame:
    """Forecasts with the last demand of their series known on the day they were made, and its mean step."""
    past = (
        known.sort("series", "bucket_day")
        .with_columns(
            _last_day().alias("over_day"), pl.col("units").diff().abs().over("series").alias("step")
        )
        .select(
            "series",
            "over_day",
            pl.col("units").alias("last_units"),
            (pl.col("step").cum_sum() * 1_000 // pl.col("step").cum_count())
            .over("series")
            .alias("naive_step_milli"),
        )
    )
    return frozen.sort("made_day").join_asof(
        past.sort("over_day"),
        left_on="made_day",
        right_on="over_day",
        by="series",
        strategy="backward",
        allow_exact_matches=False,
        check_sortedness=False,
    )
