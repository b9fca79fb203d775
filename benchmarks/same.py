"""Whether two tools gave the same components, number by number."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import polars.selectors as cs

from benchmarks.measured import MEASURED
from kpi.engine import component_columns, grains
from kpi.model import Distribution
from kpi.tables import bin_table, component_table
from store.lake import Lake


class DifferentNumbers(Exception):
    """A tool the benchmark compares with gives other components: the comparison would mean nothing."""


def tables() -> Iterator[tuple[str, str, list[str], list[str]]]:
    """File name, lake table, keys and measures of every component and bin table."""
    for grain in grains(MEASURED):
        keys = ["day", *grain.dimensions]
        yield grain.name, component_table(grain), keys, list(component_columns(grain))
        for part in grain.parts:
            if isinstance(part.kpi, Distribution):
                yield f"{part.kpi.key}_{grain.day}", bin_table(grain, part), [*keys, "bin"], ["count"]


def check_same(lake: Path, files: Path) -> int:
    """Compare the files of another tool with the lake's components; rows compared. Raises DifferentNumbers."""
    compared = 0
    for name, table, keys, measures in tables():
        schema = pl.Schema(
            {**dict.fromkeys(keys, pl.String()), **dict.fromkeys(measures, pl.Int64()), "day": pl.Date()}
        )
        ours = _plain(Lake(lake).scan(table, schema), keys, measures)
        theirs = _plain(pl.scan_parquet(files / f"{name}.parquet"), keys, measures)
        if not ours.equals(theirs):
            odd = ours.join(theirs, on=ours.columns, how="anti", nulls_equal=True)
            raise DifferentNumbers(
                f"{name}: {ours.height} rows of ours, {theirs.height} of {files.name}, {odd.height} of ours differ: "
                f"{odd.head(3).to_dicts()} against {theirs.join(odd, on=keys, how='semi').head(3).to_dicts()}"
            )
        compared += ours.height
    return compared


def _plain(rows: pl.LazyFrame, keys: list[str], measures: list[str]) -> pl.DataFrame:
    """Whole numbers without empty rows: a slice of which nothing counts may be there or not."""
    types = {"day": pl.Date, "bin": pl.Int64}
    named = [pl.col(key).cast(types.get(key, pl.String)) for key in keys]
    numbers = rows.select(*named, *(pl.col(name).cast(pl.Int64).fill_null(0) for name in measures))
    return numbers.filter(pl.any_horizontal(cs.by_name(measures) != 0)).sort(keys).collect()
