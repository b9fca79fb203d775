"""Frames as the browser gets them: Streamlit would send one of polars by way of pandas, which is slow and large."""

import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]


def sent(frame: pl.DataFrame) -> pa.Table:
    """The frame for `st.dataframe`: the same columns, with short texts and lists, which are all its grid can read."""
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    return table.cast(pa.schema([(field.name, _short(field.type)) for field in table.schema]))


def _short(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_large_list(kind):
        return pa.list_(_short(kind.value_type))
    if pa.types.is_dictionary(kind):
        return _short(kind.value_type)
    return pa.string() if pa.types.is_large_string(kind) else kind
