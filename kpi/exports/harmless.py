"""Text a spreadsheet would run as a formula, made harmless before it leaves as CSV."""

import polars as pl

# What spreadsheets begin a formula with; the wide forms are what a Chinese or Japanese keyboard writes.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def is_risky(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula."""
    return text.startswith(RISKY)


def harmless(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet could run it."""
    return f"'{text}" if is_risky(text) else text


def without_formulas(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with harmless texts and headings; numbers and days stay what they are."""
    texts = [name for name, kind in rows.schema.items() if kind in (pl.String, pl.Categorical, pl.Enum)]
    safe = [
        pl.when(pl.any_horizontal(pl.col(name).cast(pl.String).str.starts_with(sign) for sign in RISKY))
        .then(pl.lit("'") + pl.col(name).cast(pl.String))
        .otherwise(pl.col(name).cast(pl.String))
        .alias(name)
        for name in texts
    ]
    return rows.with_columns(safe).rename({name: harmless(name) for name in rows.columns})
