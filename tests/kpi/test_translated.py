"""Definitions that remember their translation are the same definitions."""

import duckdb
import narwhals as nw
import polars as pl

from kpi.translated import translated


def test_a_remembered_definition_is_the_same_text_and_sum_on_any_frame_and_engine() -> None:
    """
    On polars it is translated once, whatever the frame; DuckDB asks anew. 1 + 2 and 10 + 20, taken twice.
    """
    plain = (nw.col("n") * 2).alias("twice")
    kept = translated(plain)
    few, many = pl.DataFrame({"n": [1, 2]}), pl.DataFrame({"n": [10, 20]})

    assert repr(kept) == repr(plain)
    sums = [nw.from_native(frame.lazy()).select(kept).collect()["twice"].sum() for frame in (few, many, few)]
    assert sums == [6, 60, 6]
    assert nw.from_native(duckdb.sql("select 7 as n")).select(kept).collect()["twice"].to_list() == [14]
    on_polars = nw.from_native(few.lazy()).__narwhals_namespace__()
    assert kept._to_compliant_expr(on_polars) is kept._to_compliant_expr(on_polars)
