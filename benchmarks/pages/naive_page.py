"""The same shipping page as one would first write it in Streamlit: cached frame, Altair charts made in every run."""

import json
import os
from pathlib import Path

import altair as alt
import pandas as pd  # type: ignore[import-untyped]
import streamlit as st

CONTENT = Path(os.environ["BENCH_CONTENT"])
PERIODS = {"4 weeks": 4, "13 weeks": 13, "26 weeks": 26, "52 weeks": 52}
SHADES = {"off_target": "color: #9B1C1C", "at_risk": "color: #92400E"}


@st.cache_data
def scores() -> pd.DataFrame:
    return pd.read_parquet(CONTENT / "scores.parquet")


@st.cache_data
def slices() -> pd.DataFrame:
    return pd.read_parquet(CONTENT / "slices.parquet")


@st.cache_data
def page() -> dict[str, list[str]]:
    told: dict[str, list[str]] = json.loads((CONTENT / "page.json").read_text(encoding="utf-8"))
    return told


def trend(rows: pd.DataFrame) -> alt.LayerChart | alt.FacetChart:
    """Line, target, points, signals, last point and its value: as many layers as ours."""
    x = alt.X("start:T", title=None)
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=False))
    base, last = alt.Chart(rows), alt.Chart(rows.tail(1))
    off = alt.Chart(rows[rows["status"] == "off_target"])
    layers = [
        base.mark_line(color="#0F766E", strokeDash=[4, 3]).encode(x=x, y="target:Q"),
        base.mark_line(color="#24324B").encode(x=x, y=y),
        base.mark_point(opacity=0).encode(x=x, y=y, tooltip=["start:T", "value:Q", "target:Q", "n:Q"]),
        off.mark_point(color="#A3211B").encode(x=x, y=y),
        last.mark_point(filled=True, size=50).encode(x=x, y=y),
        last.mark_text(align="left", dx=6).encode(x=x, y=y, text=alt.Text("value:Q", format=".3f")),
    ]
    return alt.layer(*layers).properties(height=190)


st.set_page_config(layout="wide")
st.title("Shipping and cross-border")
told = page()
left, right = st.columns(2)
period = left.segmented_control("Period", list(PERIODS), default="13 weeks", key="period", required=True)
market = right.selectbox("Market", told["markets"], key="market")
mine = scores()
mine = mine[mine["market"] == market]
st.header("Needs a decision")
for line in told["decisions"]:
    st.markdown(f"**{line['name']}** since {line['since']}, {line['owner']}")  # type: ignore[index]
st.header("Trends")
columns = st.columns(2)
for place, key in enumerate(told["charts"]):
    rows = mine[mine["kpi"] == key].tail(PERIODS[str(period)])
    if len(rows):
        columns[place % 2].caption(str(rows["name"].iloc[0]))
        columns[place % 2].altair_chart(trend(rows), width="stretch")
st.header("Where")
table = slices().pivot(index="slice", columns="kpi", values="value")
shades = (
    slices().pivot(index="slice", columns="kpi", values="status").map(lambda status: SHADES.get(status, ""))
)
st.dataframe(table.style.apply(lambda _: shades, axis=None).format("{:.3f}"))
st.header("Scorecard")
card = mine.groupby("kpi").agg(
    name=("name", "last"), status=("status", "last"), value=("value", "last"), target=("target", "last"),
    owner=("owner", "last"), trend=("value", lambda values: values.fillna(0).tolist()),
)  # fmt: skip
st.dataframe(card, column_config={"trend": st.column_config.LineChartColumn("53 weeks")}, height=650)
