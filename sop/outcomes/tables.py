"""The prepared counts: for each KPI one small table of weeks, procedures and parts."""

import polars as pl

from sop.diagnosis.joined import COUNTS

DEFINITION = "1"
EVERYTHING = ""  # the procedure of rows that hold all records, the dimension of rows that hold all parts
SCHEMA = pl.Schema(
    {
        "day": pl.Date(), "sop": pl.String(), "market": pl.String(), "team": pl.String(), "dimension": pl.String(),
        "value": pl.String(), **dict.fromkeys(COUNTS, pl.Int64()), "records": pl.Int64(), "failed": pl.Int64(),
    }
)  # fmt: skip


def table_of(kpi: str) -> str:
    """
    The table of a KPI: one row a week (its Monday), procedure, market, team and part of a dimension, with the counts
    of joined records. Rows without a procedure hold all `records` and how many `failed`, joined or not.
    """
    return f"sop_outcomes_{kpi}"
