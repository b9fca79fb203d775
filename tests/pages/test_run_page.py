"""The run page: begin, find and open runs; what it reads does not grow with how many there are."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from made_runs import FLO, LEA, MAX, PIA, begun, in_force
from small_company import empty_store
from sqlalchemy import event
from streamlit.testing.v1 import AppTest

from pages.parts.viewer import Viewer
from store.home import Store
from store.state import User


def show(viewer, query: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    """Runs inside the page's script."""
    import streamlit as st

    from pages import run

    if "asked" not in st.session_state:
        st.session_state["asked"] = True
        st.query_params.from_dict(query)
    viewer.seen.clear()
    run.render(viewer)


def opened(store: Store, who: User, **query: str) -> AppTest:
    viewer = Viewer(store, who.principal)
    page = AppTest.from_function(show, args=(viewer, query), default_timeout=60).run()
    assert not page.exception
    return page


def read(page: AppTest) -> str:
    kinds = (page.html, page.text, page.title, page.header)
    return "\n".join(str(each.value) for kind in kinds for each in kind)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = empty_store(tmp_path / "home")
    yield opened
    opened.close()


def test_a_link_begins_a_run_for_its_order(store: Store) -> None:
    """
    The form is filled in; where the facts do not know of orders at all, nothing is asked twice. Begun again from
    the same link, the run that is open goes on.
    """
    in_force(store)
    for _ in range(2):
        page = opened(store, FLO, sop="packing", order="HP-7")
        assert page.text_input(key="run_id_packing").value == "HP-7"
        page.button(key="run_begin").click().run()
        assert not page.exception
    (run,) = store.state.procedure_runs.mine(FLO.principal)
    assert (run.sop, run.case_kind, run.case_id, run.case_known) == ("packing", "order", "HP-7", None)


def test_lists_show_ones_own_and_what_an_auditor_may_know(store: Store) -> None:
    """
    Flo finds the run, Lea who leads her too, with the name; Max learns that there is one; Pia finds nothing.
    """
    begun(store, in_force(store))
    assert "HP-1" in read(opened(store, FLO))
    assert FLO.email in read(opened(store, LEA, record="HP-1"))
    told = read(opened(store, MAX, record="HP-1"))
    assert "HP-1" in told
    assert FLO.email not in told
    assert "run?run=1" not in told
    assert "Order HP-1" not in read(opened(store, PIA, record="HP-1"))
    for who in (PIA, MAX):
        assert "No such run" in read(opened(store, who, run="1"))
        assert read(opened(store, who, run="1")) == read(opened(store, who, run="2"))


def test_what_a_page_asks_does_not_grow_with_the_runs(store: Store) -> None:
    """
    As many statements with 2 open runs as with 70, in the lists and in a run, and never more rows than a page has.
    """
    edition = in_force(store)
    first = min(begun(store, edition, case=f"A{n}").id for n in range(2))
    asked: list[str] = []
    event.listen(
        store.state.engines.read,
        "before_cursor_execute",
        lambda _c, _u, statement, *_: asked.append(statement),
    )

    def statements(who: User, **query: str) -> int:
        asked.clear()
        opened(store, who, **query)
        return len(asked)

    views = ((FLO, {}), (FLO, {"run": str(first)}), (FLO, {"record": "A0"}), (MAX, {}))
    for who, query in views:
        statements(who, **query)  # texts and the firm are kept from now on
    before = [statements(who, **query) for who, query in views]
    for n in range(68):
        begun(store, edition, case=f"B{n}")
    assert [statements(who, **query) for who, query in views] == before
    assert len(store.state.procedure_runs.mine(FLO.principal)) == 50
    plan = store.state.engines.ask(
        lambda session: session.connection().exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT id FROM procedure_runs WHERE person = 'x' AND state IN ('open') "
            "ORDER BY id DESC LIMIT 50"
        ).all()
    )  # fmt: skip
    assert "ix_procedure_runs_person_state" in str(plan)
