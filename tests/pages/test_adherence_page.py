"""The adherence page of a firm whose figures a person can add up: both accounts, down to a step, for whom they are."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from pypdf import PdfReader
from small_adherence import NOON, SCOPES, _answer, adherence_store
from small_company import COMPANY, LAST, frame
from streamlit.testing.v1 import AppTest
from test_pages_open import opened, read

from kpi.annotations import Kind, annotations_of, diary
from kpi.catalog import find
from kpi.compute import refresh
from kpi.engine import AsOf
from kpi.period import Span
from pages.adherence.chart import month_chart
from pages.adherence.load import Asked, load_months, versions_of
from pages.adherence.paper import exports_of
from pages.adherence.shown import Shown
from pages.parts.filters import Filters
from pages.parts.load import load_coverage
from pages.parts.theme import LIGHT
from pages.parts.viewer import Viewer
from sop.adherence.reading import _of_weeks
from sop.prepared.job import prepare_answers
from store.facts import SopRunSteps
from store.home import Store
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import Action

KPI = "on_time_delivery_rate"
SPAN = Span(date(2025, 3, 3), LAST)
GERMANY = Principal("Germany only", Scope(markets=frozenset({"DE"})))
ONE = Principal("one team", Scope(teams=frozenset({"one"})))
SERVICE = Principal("service only", Scope(departments=frozenset({"service"})))
OTHERS = Principal("no shipping", Scope(departments=frozenset({"service", "procedures"})))


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Tests only read it."""
    store = adherence_store(tmp_path_factory.mktemp("adherence"))
    yield store
    store.close()


def page(store: Store, principal: Principal = LOCAL_OWNER, **query: str) -> AppTest:
    shown = opened("pages.adherence", Viewer(store, principal), **query)
    assert not shown.exception
    return shown


def test_both_accounts_side_by_side(firm: Store) -> None:
    """
    328 of 400 sealed and 400 of 400 weighed by systems, 160 of 160 by checks; two answers are not enough evidence.
    """
    told = read(page(firm))

    assert "Systems saw 91.0% of 800 steps followed, in all cases." in told
    assert "Checklists and random checks say 100.0%, from 162 answers." in told
    assert "Not enough evidence, 28 more" in told
    assert told.index("Packing</a>") < told.index("counting</a>")


def test_where_checklists_and_systems_disagree_an_audit_is_asked_for(firm: Store) -> None:
    """
    Sealed by checklists always, by systems in 82 of 100: 18 points apart. Weighing agrees.
    """
    told = read(page(firm))

    assert "+18.0 pp" in told
    assert "Checklists say 100.0 % (80), systems 82.0 % (400), since 2025-03-03: audit the step." in told
    assert told.count("audit the step") == 1


def test_a_procedure_by_step_market_and_team(firm: Store) -> None:
    """
    Sealing is broken in 72 of 400; FR 75 % of its steps, DE 95 %; whole cases 82 %.
    """
    told = read(page(firm, sop="packing"))

    assert "18.0%" in read(page(firm))
    assert "82.0% of 400" in told
    assert (
        told.index(">FR<")
        < told.index("75.0%")
        < told.index(">DE<")
        < told.index("95.0%", told.index(">DE<"))
    )
    one = read(page(firm, sop="packing", step="weigh"))
    assert "Systems saw 100.0% of 400 steps followed" in one


def test_versions_stand_on_the_months(firm: Store) -> None:
    """
    March to April, with version 2.0 on its day; the sentence beside the chart says the same.
    """
    viewer = Viewer(firm, LOCAL_OWNER)
    found = load_months(viewer, SPAN, None, "packing")

    chart = month_chart(found, versions_of(viewer, "packing"), LIGHT, "Packing")

    assert [each.start.month for each in found] == [3, 4]
    assert "From systems: 91.0% in March 2025, 91.0% in April 2025." in chart.alt
    assert chart.alt.endswith("New versions: 2.0 March 2025.")
    assert chart.spec["layer"][-1]["data"]["values"][0]["words"] == "2.0"


def test_everybody_sees_what_can_be_limited_to_their_part(firm: Store) -> None:
    """
    Who sees one market gets its cases and no checklists, which know no market; one team its checks and no steps.
    """
    german, team = read(page(firm, GERMANY)), read(page(firm, ONE, sop="packing"))

    assert "Systems saw 95.0% of 640 steps followed" in german
    assert "random checks say" not in german
    assert "Checklists and random checks say 100.0%, from 80 answers." in team
    assert "Systems saw" not in team


def test_procedures_of_other_departments_stay_unseen(firm: Store) -> None:
    """
    Neither by the list nor by its link; and without the department there is no page.
    """
    for query in ({}, {"sop": "packing"}):
        assert "91.0%" not in read(page(firm, OTHERS, **query))
    assert "limited to people of procedures" in read(page(firm, SERVICE))


def test_the_page_leaves_as_paper_and_as_csv(firm: Store) -> None:
    """
    The same figures on paper; a row a step and account in the file.
    """
    shown = _shown(firm)
    paper, rows = exports_of(shown)
    text = " ".join("".join(each.extract_text() for each in PdfReader(BytesIO(paper.make())).pages).split())

    assert "91.0% of 800" in text
    assert "Seal it" in text
    assert (
        rows.make()
        .decode()
        .splitlines()[1]
        .startswith("counting,counting,count,count,checklists,2.0,2.0,2,1.0,")
    )
    assert "packing,Packing,seal,Seal it,systems,328.0,400.0,400,0.82," in rows.make().decode()


def _shown(firm: Store) -> Shown:
    viewer = Viewer(firm, LOCAL_OWNER)
    return Shown(
        viewer, load_coverage(viewer), Filters(13, None), Asked(SPAN, None, None), False, LAST, "EUR"
    )


def test_whether_it_helps_is_told_with_what_is_missing(firm: Store) -> None:
    """
    240 of the shipments since March are cases, 40 of them not sealed, none of them late: outside the procedure. Six
    weeks before version 2.0 are too few to compare with; 82 % of cases are less than 90 %.
    """
    told = read(page(firm, part="works"))

    assert "Outside the SOP" in told
    assert "240 of 520" in told
    assert "The failures are not associated with how the procedure was followed" in told
    assert "82.0% of cases" in told
    assert "There are too few periods before the change to compare with." in told
    assert "from data up to Sun 27 Apr 2025." in told


def test_bounds_of_points_stay_between_none_and_all() -> None:
    """
    Two weeks of 80 of 100 and 77 of 80 are far apart: nobody is told of less than nothing; one week has no spread.
    """
    apart = pl.DataFrame({"numerator": [80.0, 77.0], "denominator": [100.0, 80.0], "n": [100, 80]})
    alone, found = _of_weeks([apart[:1], apart])
    assert (alone.low, alone.high) == (None, None)
    assert (found.earned, found.possible, found.n) == (157, 180, 180)
    assert (found.low, found.high) == (0, 1)


def test_how_a_version_spreads_is_told_with_deviations(tmp_path: Path) -> None:
    """
    2.0 counts since 3 March 2025: on 31 March, four weeks later, 10 of 16 went by it, and the six by 1.0 are
    deviations; on 17 March there were none.
    """
    store = adherence_store(tmp_path)
    late = [
        {
            **_answer(date(2025, 3, 31), n, "seal"),
            "version": "1.0",
            "step_id": f"late/{n}",
            "run_id": f"late/{n}",
        }
        for n in range(6)
    ]
    store.lake.append(SopRunSteps.name, frame(SopRunSteps, late), marks={"y": 1})
    refresh(store.lake, AsOf.end_of(LAST))
    prepare_answers(store, SCOPES, NOON)
    told = page(store, part="works", sop="packing")
    (table,) = [str(each.value) for each in told.html if "By one that did not count" in str(each.value)]
    rows = [re.sub(r"<[^>]+>", " ", row).split() for row in re.findall(r"<tr.*?</tr>", table, re.S)]
    by_day = {row[0]: row for row in rows if row and row[0].isdigit()}
    store.close()

    assert " ".join(by_day["28"]).endswith(" 62% 16 ■ Off target 6")
    assert " ".join(by_day["14"]).endswith(" 100% 10 0")


def test_what_the_worker_has_not_come_to_says_so(firm: Store) -> None:
    """
    Nobody who sees only team one was there when the answers were worked out; the other tabs are as always.
    """
    assert "Not worked out yet" in read(page(firm, ONE, part="works"))
    assert "Not worked out yet" not in read(page(firm, GERMANY, part="works"))


def test_the_verdict_stands_on_the_page_of_the_kpi(firm: Store) -> None:
    """
    For a lead of shipping, too, who sees nothing else of procedures; a market has its own.
    """
    lead = Principal("lead of shipping", Scope(departments=frozenset({"shipping"})))
    query = {"kpi": "on_time_delivery_rate", "tab": "followed"}

    whole = read(opened("pages.kpi", Viewer(firm, lead), **query))
    french = read(opened("pages.kpi", Viewer(firm, LOCAL_OWNER), market="FR", **query))

    assert "Outside the SOP" in whole
    assert "Not enough evidence, 20 more" in french
    assert "no proof" in whole


def test_where_the_time_goes_by_step(firm: Store) -> None:
    """
    72 weighings 10 s over their limit are 12 minutes, 16 seals 40 s over the median of 20 s are 10:40. One in ten was
    skipped, one in ten answered again. Two counts are not enough evidence, for them nothing else is told.
    """
    told = read(page(firm, part="loose", sop="packing"))
    whole = read(page(firm, part="loose"))
    weigh, counts = told[told.index("Weigh it") :], read(page(firm, part="loose", sop="counting"))

    for each in (">12 min<", ">40 s<", ">30 s<", ">10.0%<", ">80<"):
        assert each in weigh
    assert ">11 min<" in told
    assert ">20 s<" in told
    assert whole.index("Weigh it") < whole.index("Seal it")
    assert "Not enough evidence, 28 more" in counts
    assert ">5 s<" not in counts


def test_what_hangs_nowhere_and_who_carries_too_much(firm: Store) -> None:
    """
    The procedure that names a KPI is no orphan; eight open actions of one person are too many.
    """
    for n in range(8):
        firm.state.actions.add(LOCAL_OWNER, Action(KPI, "shipping", f"Call {n}", "Ann", LAST))

    told = read(page(firm, part="loose"))

    assert "SOP that drives no KPI" not in told
    assert "KPI with an SOP nobody has" in told
    assert '<td class="">Ann</td><td class="r">8</td>' in told


def test_a_new_version_stands_on_the_charts_of_its_kpis(firm: Store) -> None:
    """
    Once, from its day, for the KPIs it names; who does not see the procedure does not see the mark.
    """
    span = Span(date(2025, 1, 1), LAST)

    def marks(principal: Principal, kpi: str) -> list[tuple[date, str]]:
        known = diary(firm.state, principal, COMPANY, span, None, [], datetime(2025, 4, 28, tzinfo=UTC))
        found = annotations_of(known, principal, find(kpi))
        return [(each.day, each.text) for each in found if each.kind is Kind.VERSION]

    assert marks(LOCAL_OWNER, KPI) == [
        (date(2025, 1, 6), "Packing: version 1.0"), (date(2025, 3, 3), "Packing: version 2.0"),
    ]  # fmt: skip
    assert marks(LOCAL_OWNER, "damage_rate") == []
    assert marks(SERVICE, KPI) == []
