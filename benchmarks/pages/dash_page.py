"""The same shipping page in Dash: `python dash_page.py PORT`; needs dash, dash-ag-grid and polars."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import dash_ag_grid as dag  # type: ignore[import-not-found]
import plotly.graph_objects as go  # type: ignore[import-not-found]
import polars as pl
from dash import Dash, Input, Output, dcc, html  # type: ignore[import-not-found]

CONTENT = Path(os.environ["BENCH_CONTENT"])
PERIODS = {"4 weeks": 4, "13 weeks": 13, "26 weeks": 26, "52 weeks": 52}
SCORES, SLICES = pl.read_parquet(CONTENT / "scores.parquet"), pl.read_parquet(CONTENT / "slices.parquet")
PAGE = json.loads((CONTENT / "page.json").read_text(encoding="utf-8"))
SHADES = {"off_target": "#9B1C1C", "at_risk": "#92400E"}

app = Dash(__name__, title="Shipping", update_title=None)


def trend(rows: pl.DataFrame) -> Any:
    """Line, target, points off target, last point with its value."""
    x, y = rows["start"].to_list(), rows["value"].to_list()
    off = rows.filter(pl.col("status") == "off_target")
    lines = [
        go.Scatter(x=x, y=rows["target"].to_list(), mode="lines", line={"color": "#0F766E", "dash": "dash"}),
        go.Scatter(x=x, y=y, mode="lines+markers", line={"color": "#24324B"}, marker={"size": 3}),
        go.Scatter(
            x=off["start"].to_list(), y=off["value"].to_list(), mode="markers", marker={"color": "#A3211B"}
        ),
        go.Scatter(
            x=x[-1:], y=y[-1:], mode="markers+text", text=[f"{y[-1] or 0:.3f}"], textposition="middle right"
        ),
    ]
    layout = {"height": 190, "showlegend": False, "margin": {"l": 30, "r": 30, "t": 5, "b": 20}}
    return dcc.Graph(figure=go.Figure(lines, layout), config={"displayModeBar": False})


def where() -> Any:
    """The slices as a table, those off target in colour."""
    names = SLICES["kpi"].unique(maintain_order=True).to_list()
    rows = []
    for name in SLICES["slice"].unique(maintain_order=True):
        mine = {row["kpi"]: row for row in SLICES.filter(pl.col("slice") == name).rows(named=True)}
        cells = [
            html.Td(
                f"{row['value'] or 0:.3f}" if row else "",
                style={"color": SHADES.get(row["status"]) if row else None},
            )
            for row in (mine.get(kpi) for kpi in names)
        ]
        rows.append(html.Tr([html.Td(name), *cells]))
    return html.Table([html.Tr([html.Th("carrier"), *map(html.Th, names)]), *rows])


def scorecard(mine: pl.DataFrame) -> Any:
    """One row a KPI in the grid of Dash."""
    last = (
        mine.group_by("kpi", maintain_order=True).last().select("name", "status", "value", "target", "owner")
    )
    return dag.AgGrid(rowData=last.to_dicts(), columnDefs=[{"field": name} for name in last.columns])


app.layout = html.Div(
    [
        html.H1("Shipping and cross-border"),
        dcc.RadioItems(list(PERIODS), "13 weeks", id="period", inline=True),
        dcc.Dropdown(PAGE["markets"], "All", id="market", clearable=False),
        html.H2("Needs a decision"),
        html.Ul(
            [html.Li(f"{each['name']} since {each['since']}, {each['owner']}") for each in PAGE["decisions"]]
        ),
        html.H2("Trends"),
        html.Div(id="charts", style={"display": "grid", "gridTemplateColumns": "1fr 1fr"}),
        html.H2("Where"),
        where(),
        html.H2("Scorecard"),
        html.Div(id="scorecard"),
    ]
)


@app.callback(
    Output("charts", "children"),
    Output("scorecard", "children"),
    Input("period", "value"),
    Input("market", "value"),
)
def draw(period: str, market: str) -> tuple[list[Any], Any]:
    """All that depends on the filters."""
    mine = SCORES.filter(pl.col("market") == market)
    by_kpi = mine.partition_by("kpi", as_dict=True)
    charts = [trend(by_kpi[(key,)].tail(PERIODS[period])) for key in PAGE["charts"] if (key,) in by_kpi]
    return charts, scorecard(mine)


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1]), debug=False)
