"""ABC by value and XYZ by steadiness: which products deserve which care."""

from enum import StrEnum

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

A_CUT, B_CUT = 0.80, 0.95
X_CUT, Y_CUT = 0.5, 1.0


class Abc(StrEnum):
    """By value: the few that make most of it, the middle, the rest."""

    A = "A"
    B = "B"
    C = "C"


class Xyz(StrEnum):
    """By steadiness of demand: steady, changing, erratic."""

    X = "X"
    Y = "Y"
    Z = "Z"


def with_abc(products: pl.DataFrame, a_cut: float = A_CUT, b_cut: float = B_CUT) -> pl.DataFrame:
    """Products (`product`, `value` in any money) with `share_before` and `abc`, the most valuable first.

    The share of all value that comes before the product decides, so the one that crosses 80 % is still an A
    (kpi-domain 5.4). A product without value is a C; equal values are taken in the order of their names. Raises
    ValueError for a negative value.
    """
    if products.height and products["value"].min() < 0:  # type: ignore[operator]
        worst = products.sort("value")["product"][0]
        raise ValueError(f"The value of product '{worst}' is negative; class by sales before returns.")
    ranked = products.sort("value", "product", descending=[True, False])
    whole = pl.col("value").sum()
    before = pl.when(whole > 0).then((pl.col("value").cum_sum() - pl.col("value")) / whole).otherwise(0.0)
    return ranked.with_columns(before.cast(pl.Float64).alias("share_before")).with_columns(
        pl.when(pl.col("value") <= 0).then(pl.lit(Abc.C.value))
        .when(pl.col("share_before") < a_cut).then(pl.lit(Abc.A.value))
        .when(pl.col("share_before") < b_cut).then(pl.lit(Abc.B.value))
        .otherwise(pl.lit(Abc.C.value)).alias("abc")
    )  # fmt: skip


def variation(demand: ArrayLike) -> float | None:
    """Coefficient of variation of a demand history: population deviation over mean; None without demand (5.4)."""
    values = np.asarray(demand, dtype=np.float64)
    mean = float(values.mean()) if values.size else 0.0
    return float(values.std() / mean) if mean else None


def xyz(demand: ArrayLike, x_cut: float = X_CUT, y_cut: float = Y_CUT) -> Xyz:
    """The class of a demand history (units a period): X up to 0.5, Y up to 1.0, else Z; without demand Z.

    Take the season out first where there is one (kpi-domain 5.4).
    """
    cv = variation(demand)
    if cv is None or cv > y_cut:
        return Xyz.Z
    return Xyz.X if cv <= x_cut else Xyz.Y
