"""Notes on a KPI's page: written, changed and removed by a form, listed with what the system knows."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from streamlit.testing.v1 import AppTest
from test_pages_open import opened

from kpi.annotations import Kind
from kpi.catalog import find
from pages.parts.annotate import load_annotations, load_annotations_of, row_html
from pages.parts.load import load_standings
from pages.parts.viewer import Viewer
from store.home import Store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import Note, TargetRow

TODAY, APRIL = date(2025, 4, 27), date(2025, 4, 8)
ON_TIME = find("on_time_delivery_rate")
FORM = f"note_{ON_TIME.key}"
STRIKE = Note(APRIL, date(2025, 4, 10), "Strike <b>at</b> UPS", "shipping", ON_TIME.key, "market=FR")
SHIPPING = Principal("Shipping only", Scope(departments=frozenset({"shipping"})), role=Role.LEAD)


def show(*args: object) -> None:
    """Runs inside the page's script."""
    from typing import Any, cast

    from kpi.catalog import find
    from pages.parts.annotate import draw_annotations, load_annotations
    from pages.parts.load import load_standings

    viewer, kpi_key, today = cast(Any, args)
    standing = load_standings(viewer, [find(kpi_key)], None, 13)[kpi_key]
    draw_annotations(viewer, standing, load_annotations(viewer, standing, 13), today)


def drawn(store: Store, principal: Principal = LOCAL_OWNER) -> AppTest:
    """The list under the chart of on-time delivery."""
    args = (Viewer(store, principal), ON_TIME.key, TODAY)
    return AppTest.from_function(show, args=args, default_timeout=60).run()


def field(page: AppTest, kind: str, name: str):  # type: ignore[no-untyped-def]
    """The one field of the open form whose key begins so."""
    (found,) = [each for each in page.get(kind) if str(each.key).startswith(f"{name}_")]
    return found


def labels(store: Store, market: str | None = None) -> list[str]:
    """What stands on the chart."""
    viewer = Viewer(store, LOCAL_OWNER)
    standing = load_standings(viewer, [ON_TIME], market, 13)[ON_TIME.key]
    return [each.label for each in load_annotations(viewer, standing, 13).shown]


def test_a_note_stands_on_the_charts_of_its_department(own: Store) -> None:
    """
    Read at once for all KPIs: on-time delivery has it, on time in full does not.
    """
    viewer = Viewer(own, LOCAL_OWNER)
    own.state.annotations.add(LOCAL_OWNER, STRIKE, "one")
    standings = load_standings(viewer, [ON_TIME, find("otif_rate")], None, 13).values()
    found = load_annotations_of(viewer, list(standings), 13, 3)
    page = opened("pages.department:shipping", viewer)

    assert [[each.label for each in told.shown if each.note] for told in found.values()] == [
        ["Strike <b>at</b> UPS"],
        [],
    ]
    drawn = [[each.data.data for each in chart.proto.datasets] for chart in page.get("vega_lite_chart")]
    assert [any(b"Strike <b>at</b>" in rows for rows in of) for of in drawn[:2]] == [True, False]


def test_a_note_is_written_from_the_form(own: Store) -> None:
    """
    On the last day with data (23 April), about this KPI and all markets, unless something else is chosen.
    """
    page = drawn(own)
    page.button(key=f"start_{FORM}").click().run()
    field(page, "text_input", "text").input("Strike at UPS")
    page.button(key=f"save_{FORM}").click().run()

    assert not page.exception
    (note,) = own.state.annotations.rows(LOCAL_OWNER)
    assert (note.starts_on, note.ends_on, note.kpi, note.department, note.segment) == (
        date(2025, 4, 23), date(2025, 4, 23), ON_TIME.key, "shipping", "",
    )  # fmt: skip
    assert "Strike at UPS" in "".join(each.value for each in page.html)
    assert "Strike at UPS" in labels(own)


def test_a_note_for_the_company_names_no_department(own: Store) -> None:
    """
    Whoever sees only shipping is not offered it.
    """
    page = drawn(own)
    page.button(key=f"start_{FORM}").click().run()
    field(page, "text_input", "text").input("The office has moved")
    field(page, "selectbox", "about").select("The whole company")
    page.button(key=f"save_{FORM}").click().run()
    (note,) = own.state.annotations.rows(LOCAL_OWNER)
    assert (note.department, note.kpi) == ("", "")

    limited = drawn(own, SHIPPING)
    limited.button(key=f"start_{FORM}").click().run()
    assert field(limited, "selectbox", "about").options == ["This KPI", "The whole department"]


def test_a_note_is_changed_and_removed(own: Store) -> None:
    """
    Changed to another text; removed, it is neither listed nor drawn.
    """
    seen = own.state.annotations.add(LOCAL_OWNER, STRIKE)
    page = drawn(own)
    page.button(key=f"change_{FORM}_{seen.id}").click().run()
    field(page, "text_input", "text").input("Strike is over")
    page.button(key=f"save_{FORM}").click().run()
    (changed,) = own.state.annotations.rows(LOCAL_OWNER)
    assert (changed.text, changed.segment, changed.ends_on) == ("Strike is over", "market=FR", seen.ends_on)

    page.button(key=f"remove_{FORM}_{seen.id}").click().run()
    page.button(key=f"save_{FORM}").click().run()
    assert own.state.annotations.rows(LOCAL_OWNER) == []
    assert "Strike is over" not in labels(own)


def test_an_empty_note_is_refused_in_a_sentence(own: Store) -> None:
    """
    Nothing is stored.
    """
    page = drawn(own)
    page.button(key=f"start_{FORM}").click().run()
    page.button(key=f"save_{FORM}").click().run()

    assert "The note is empty" in "".join(each.value for each in page.html)
    assert own.state.annotations.rows(LOCAL_OWNER) == []


def test_the_chart_of_a_market_leaves_out_the_others(own: Store) -> None:
    """
    France's strike is no news in Germany; a new target is told without anybody noting it.
    """
    own.state.annotations.add(LOCAL_OWNER, STRIKE)
    own.state.targets.add(
        LOCAL_OWNER, TargetRow(ON_TIME.key, APRIL, Decimal("0.95"), owner="Ann", reason="agreed")
    )

    assert "Strike <b>at</b> UPS" in labels(own, "FR")
    german = labels(own, "DE")
    assert not [each for each in german if "Strike" in each]
    assert "Target 95\u00a0%" in german


def test_what_a_person_wrote_is_text(own: Store) -> None:
    """
    Not markup, in the list.
    """
    own.state.annotations.add(LOCAL_OWNER, STRIKE)
    viewer = Viewer(own, LOCAL_OWNER)
    standing = load_standings(viewer, [ON_TIME], None, 13)[ON_TIME.key]
    (note,) = [each for each in load_annotations(viewer, standing, 13).shown if each.kind is Kind.NOTE]

    told = row_html(note, TODAY)
    assert "Strike &lt;b&gt;at&lt;/b&gt; UPS (market FR) · local owner" in told
    assert "8 Apr – 10 Apr" in told
    assert "–" not in row_html(replace(note, end=note.start), TODAY)
