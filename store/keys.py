"""Whether keys come twice."""

from collections.abc import Sequence

import polars as pl


def come_twice(rows: pl.DataFrame, key: Sequence[str]) -> bool:
    """Whether two rows agree in all columns of `key`; hashes in order tell mostly, and cost a third of the keys."""
    keys = rows.select(key)
    hashes = (keys.to_series().hash() if keys.width == 1 else keys.hash_rows()).sort()
    return bool((hashes == hashes.shift()).any()) and keys.n_unique() < keys.height
