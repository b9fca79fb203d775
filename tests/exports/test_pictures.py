"""Charts as pictures: the words around them, and nothing loaded from anywhere."""

from xml.etree import ElementTree

import polars as pl
import pytest

from kpi.chart import Chart
from kpi.exports.picture import as_png, as_svg, lines, standalone

CHART = Chart(
    pl.DataFrame({"day": ["2025-04-14", "2025-04-21"], "value": [75.0, 80.0]}),
    {"layer": [{"mark": "line", "encoding": {"x": {"field": "day", "type": "temporal"},
                                             "y": {"field": "value", "type": "quantitative"}}}]},
    "A line that rises.",
    title="On-time delivery: 准时交付",
    caption="By week",
)  # fmt: skip


def test_a_picture_says_what_it_shows_and_where_it_is_from() -> None:
    """
    Title, caption and source stand in the picture as text, in Chinese, too.
    """
    svg = as_svg(standalone(CHART, "Small & Sons · version 1"))
    told = [
        "".join(each.itertext()) for each in ElementTree.fromstring(svg).iter() if each.tag.endswith("}text")
    ]

    assert {"On-time delivery: 准时交付", "By week", "Small & Sons · version 1"} <= set(told)


def test_chinese_breaks_into_lines() -> None:
    """
    It has no spaces: two letters' width for each character, no line begins with a full stop, words stay whole.
    """
    assert lines("一二三四五。六", 10) == ["一二三四五。", "六"]
    assert lines("一二 on time 三", 8) == ["一二 on", "time 三"]
    assert lines("On time in full", 8) == ["On time", "in full"]


def test_a_picture_is_twice_as_sharp_as_a_screen() -> None:
    """
    The PNG has two pixels where the SVG has one.
    """
    spec = standalone(CHART, "Source")
    width = float(ElementTree.fromstring(as_svg(spec)).attrib["width"])
    png = as_png(spec)

    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert abs(int.from_bytes(png[16:20]) - 2 * width) <= 2


def test_a_picture_loads_nothing() -> None:
    """
    A spec that names an address is refused.
    """
    spec = {"data": {"url": "http://127.0.0.1:9/x.json"}, "mark": "point",
            "encoding": {"x": {"field": "a", "type": "quantitative"}}}  # fmt: skip

    with pytest.raises(ValueError, match="not allowed"):
        as_svg(spec)
