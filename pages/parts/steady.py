"""Charts whose spec stays the same while their data change: a browser then redraws them instead of building them anew.

What a spec tells of its data (values of its parameters, rows of single layers) moves into datasets on the way to the
browser: another period, market or comparison sends other data with the same spec.
"""

from html import escape
from io import BytesIO
from weakref import WeakKeyDictionary

import polars as pl
import streamlit as st

from kpi.chart.model import Chart, Spec

ROWS = "rows"
TYPES = {"number": pl.Float64(), "string": pl.String(), "boolean": pl.Boolean()}
_SENT: "WeakKeyDictionary[Chart, Spec]" = WeakKeyDictionary()


def draw_vega(chart: Chart, key: str, name: str = "") -> None:
    """The chart with its text alternative.

    That changes with the data, and the browser would build the chart anew: what has a `name` is called by that alone,
    and whoever draws it writes the alternative beside it (`unseen`).
    """
    st.vega_lite_chart(None, dict(sent(chart)), alt=name or chart.alt, theme=None, key=key)


def unseen(chart: Chart) -> str:
    """The text alternative for those who hear the page, as HTML."""
    return f'<span class="fl-sr">{escape(chart.alt)}</span>'


def sent(chart: Chart) -> Spec:
    """The steady spec with its datasets as Arrow streams; worked out once a chart."""
    found = _SENT.get(chart)
    if found is None:
        spec, datasets = steady(chart)
        streams = {name: _stream(rows) for name, rows in datasets.items()}
        found = _SENT[chart] = {**spec, "data": {"name": ROWS}, "datasets": streams}
    return found


def _stream(rows: pl.DataFrame) -> bytes:
    """Arrow's bytes by polars itself: Streamlit would load pyarrow for them, 20 MB that most pages do without."""
    written = BytesIO()
    rows.write_ipc_stream(written, compat_level=pl.CompatLevel.oldest())
    return written.getvalue()


def steady(chart: Chart) -> tuple[Spec, dict[str, pl.DataFrame]]:
    """The spec without what its data say, and its datasets by name: `rows`, and those of layers with rows of their own.

    The first of the rows holds the values of its parameter, too; a chart without rows keeps them in the spec.
    """
    asides: list[Spec] = []
    spec = {**chart.spec, "layer": [_without_rows(layer, asides) for layer in chart.spec["layer"]]}
    datasets = {_aside(number): _frame(data) for number, data in enumerate(asides)}
    if "params" not in spec or chart.rows.is_empty():
        return spec, {ROWS: chart.rows, **datasets}
    (param,) = spec["params"]
    spec["params"] = [{"name": param["name"], "expr": f"data('{ROWS}')[0]"}]
    first = pl.DataFrame([param["value"]])
    return spec, {ROWS: pl.concat([chart.rows, first], how="horizontal_extend"), **datasets}


def _without_rows(layer: Spec, asides: list[Spec]) -> Spec:
    """The layer with the name of its own rows, which join `asides`; layers of the same rows share them."""
    data = layer.get("data", {})
    if "values" not in data:
        return layer
    if data not in asides:
        asides.append(data)
    return {**layer, "data": {"name": _aside(asides.index(data))}}


def _aside(number: int) -> str:
    return f"aside{number}"


def _frame(data: Spec) -> pl.DataFrame:
    """Rows of a layer in columns of the types that are told of them, where they are: of no rows, too."""
    told = data.get("format", {}).get("parse", {})
    schema = {name: TYPES[each] for name, each in told.items()}
    return pl.DataFrame(data["values"], schema=schema or None, infer_schema_length=None)
