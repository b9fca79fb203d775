"""Frames as the browser gets them: Streamlit would send one of polars by way of pandas, which is slow and large."""

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]  # 20 MB that most pages do without


def sent(frame: pl.DataFrame) -> "pa.Table":
    """The frame for `st.dataframe`: the same columns, with short texts and lists, which are all its grid can read."""
    import pyarrow as pa

    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    return table.cast(pa.schema([(field.name, _short(field.type)) for field in table.schema]))


def _short(kind: "pa.DataType") -> "pa.DataType":
    import pyarrow as pa

    if pa.types.is_large_list(kind):
        return pa.list_(_short(kind.value_type))
    if pa.types.is_dictionary(kind):
        return _short(kind.value_type)
    return pa.string() if pa.types.is_large_string(kind) else kind
