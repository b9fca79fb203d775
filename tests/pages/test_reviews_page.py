"""The page of reviews, the tap on a step and the review on a procedure: what each reader finds and may do."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hostile import HOSTILE, MARK
from made_procedures import LABEL, PACKING
from small_company import small_store
from streamlit.testing.v1 import AppTest

from pages.parts.load import now
from pages.parts.viewer import Viewer
from sop.feedback import flag
from sop.procedure import Direction, KpiLink
from sop.taking_in import publish
from store.home import Store
from store.permits import Role
from store.scope import Principal, Scope
from store.state import Corrective, FlagKind, FlagState, LeadsTo, Moves

ANN, BEN = Principal("Ann", role=Role.SOP_OWNER), Principal("Ben", role=Role.APPROVER)
VIC, SERVICE = Principal("Vic"), Principal("Sven", Scope(departments=frozenset({"service"})), Role.SOP_OWNER)
PARCELS = replace(PACKING, kpis=(KpiLink("on_time_delivery_rate", Direction.UP, 0, outcome=True),))


def show(viewer, which: str, query: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    """Runs inside the page's script."""
    import streamlit as st

    from pages import reviews
    from pages.sops import one

    if "asked" not in st.session_state:
        st.session_state["asked"] = True
        st.query_params.from_dict(query)
    viewer.seen.clear()
    {"reviews": reviews.render, "sop": one.render}[which](viewer)


def opened(store: Store, who: Principal, which: str = "reviews", **query: str) -> AppTest:
    page = AppTest.from_function(show, args=(Viewer(store, who), which, query), default_timeout=60).run()
    assert not page.exception
    return page


def read(page: AppTest) -> str:
    kinds = (page.html, page.text, page.title, page.header, page.caption)
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\u00a0", " ")


def press(page: AppTest, starts: str) -> AppTest:
    """Click the one button whose key begins so."""
    (found,) = [each for each in page.button if str(each.key).startswith(starts)]
    clicked = found.click().run()
    assert not clicked.exception
    return clicked


def fill(page: AppTest, starts: str, value: str) -> AppTest:
    """Fill in the one field whose key begins so."""
    (found,) = [each for each in page.text_input if str(each.key).startswith(starts)]
    return found.set_value(value)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The small company; packing counts since 13 months and drives deliveries in time."""
    store = small_store(tmp_path)
    begun = today() - timedelta(days=400)
    publish(store.state, ANN, BEN, PARCELS, "First", begun, begun)
    yield store
    store.close()


def today() -> date:
    return now().date()


def test_a_tap_is_answered_and_the_reporter_reads_it(store: Store) -> None:
    """
    Vic taps a step and adds a word; Ann accepts it for a draft, which is begun; Vic finds answer and way.
    """
    page = opened(store, VIC, "sop", sop="packing")
    (pills, _) = page.get("button_group")
    pills.set_value(FlagKind.UNCLEAR).run()
    told = read(page)
    assert "You said: Unclear. An answer is due by" in told
    fill(page, "word_", "Which label?").run()
    (said,) = store.state.flags.rows(VIC)
    assert (said.kind, said.text, said.step) == (FlagKind.UNCLEAR, "Which label?", LABEL.key)

    page = press(opened(store, ANN, part="flags"), "accept_")
    fill(page, "answer_", "The small one")
    page.radio[0].set_value(LeadsTo.DRAFT)
    press(page, "save_triage")
    assert "No flag waits" in read(opened(store, ANN, part="flags"))
    assert [each.name for each in store.state.procedures.rows(ANN) if each.is_open] == ["1.1"]
    mine = read(opened(store, VIC))
    assert "Ann accepted: The small one A new draft is written because of it." in mine
    assert "You have flagged no step" in read(opened(store, ANN, part="mine"))


def test_a_late_review_is_finished_where_the_procedure_is_read(store: Store) -> None:
    """
    The calendar has it under overdue; a reader has no panel; Ann finishes it, and it is due in a year.
    """
    assert "1 review is overdue." in read(opened(store, ANN))
    assert "Packing a parcel" not in read(opened(store, SERVICE))
    assert not [
        each for each in opened(store, VIC, "sop", sop="packing").button if each.key == "finish_review"
    ]

    page = press(opened(store, ANN, "sop", sop="packing"), "finish_review")
    press(page, "save_sop_review")
    assert store.state.reviews.rows(ANN) == []
    fill(page, "remark_", "Followed ten parcels")
    page = press(page, "save_sop_review")
    assert "Followed ten parcels" in read(page)
    assert "No review is overdue" in read(opened(store, ANN))


def test_a_change_outside_asks_for_a_review(store: Store) -> None:
    """
    With address, day and procedure; without an address it is refused in a sentence.
    """
    page = press(opened(store, ANN, part="changes"), "announce_new")
    fill(page, "what_", "New label law")
    page.multiselect[0].set_value(["packing"])
    page = press(page, "save_announce")
    assert "is no address" in read(page)
    fill(page, "source_", "https://example.com/law")
    page = press(page, "save_announce")
    assert "New label law" in read(page)
    assert "Regulation: New label law" in read(opened(store, ANN))
    assert "fl-state-forbidden" not in read(opened(store, VIC, part="changes"))


def test_an_action_without_an_evaluated_effect_does_not_close(store: Store) -> None:
    """
    Opened, carried out, and refused in a sentence when somebody closes it; its KPI's page names it too.
    """
    store.state.actions.add(BEN, Corrective(
        "on_time_delivery_rate", "shipping", "Move the cut-off", "Ben", today() + timedelta(days=9), sop="packing",
        direction=Moves.UP,
    ))  # fmt: skip
    page = press(opened(store, BEN, part="actions"), "carried_")
    page = press(page, "save_mend")
    assert "waits for its effect, which can be seen from" in read(page)
    page = press(press(page, "close_"), "save_mend")
    assert "is closed once its effect was evaluated" in read(page)
    (action,) = store.state.actions.correctives(BEN)
    assert action.closed_at is None


def test_hostile_words_stay_words(store: Store) -> None:
    """
    In flags, answers and actions, on every part.
    """
    for number, word in enumerate(HOSTILE):
        flag(
            store.state,
            Principal(f"reader {number}"),
            "packing",
            "1.0",
            LABEL.key,
            FlagKind.IDEA,
            word[:200],
            today=today(),
        )
    for part in ("flags", "calendar", "changes", "actions", "mine"):
        told = "".join(str(each.value) for each in opened(store, ANN, part=part).html)
        assert f"<b {MARK}" not in told
        assert "<script" not in told
        assert "<img src=x" not in told
    assert len(store.state.flags.rows(ANN, state=FlagState.OPEN)) == len(HOSTILE)
