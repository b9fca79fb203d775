"""The page of targets: proposed by one, decided by another, with what it would have done to the last year."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from kpi.foreseen import Missed, checked, foresee
from pages.parts.viewer import Viewer
from pages.targets.listing import Part
from store.home import Store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import ProposalState, Series, TargetRow, WrongEntry

ANN, BEN = Principal("Ann", role=Role.LEAD), Principal("Ben", role=Role.APPROVER)
VERA = Principal("Vera")
FRENCH = Principal("Fanny", Scope(markets=frozenset({"FR"})), Role.APPROVER)
SERVICE = Principal("Sven", Scope(departments=frozenset({"service"})), Role.APPROVER)
KPI = "on_time_delivery_rate"
ROW = TargetRow(KPI, date(2026, 12, 1), Decimal("0.7"), reason="Peak season")
CLOSED = date(2025, 4, 27)


def show(viewer, run: int) -> None:  # type: ignore[no-untyped-def]
    """Runs inside the page's script."""
    from pages.targets import render

    viewer.seen.clear()
    render(viewer)


def opened(store: Store, principal: Principal = ANN) -> AppTest:
    return AppTest.from_function(show, args=(Viewer(store, principal), 1), default_timeout=60).run()


def read(page: AppTest) -> str:
    kinds = (page.html, page.text, page.title, page.header, page.caption)
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\u00a0", " ")


def button(page: AppTest, begins: str) -> AppTest:
    """Click the one button whose key begins so."""
    (found,) = [each for each in page.button if str(each.key).startswith(begins)]
    return found.click().run()


def fill(page: AppTest, fields: Mapping[str, object]) -> AppTest:
    """Fill in fields by the beginning of their keys."""
    for name, value in fields.items():
        (found,) = [
            each
            for kind in (page.number_input, page.text_input, page.selectbox, page.date_input)
            for each in kind
            if str(each.key).startswith(f"{name}_")
        ]
        found.set_value(value)  # type: ignore[attr-defined]
        page = page.run()
    return page


def propose(store: Store, row: TargetRow = ROW, who: Principal = ANN) -> int:
    return store.state.proposals.propose(who, row, store.state.proposals.series(who, row.kpi, row.segment))


def test_the_last_year_says_how_often_it_would_have_fired(store: Store) -> None:
    """
    Eleven weeks at 100 %, then three at 75 %. By 93 % of the definition the three are missed in one run; by 70 % none
    is; in Germany, where all arrives in time, neither fires.
    """
    found = foresee(store, LOCAL_OWNER, ROW, CLOSED)
    german = foresee(store, LOCAL_OWNER, replace(ROW, segment="market=DE"), CLOSED)

    assert (found.judged, found.now, found.then) == (14, Missed(3, 1), Missed(0, 0))
    assert (german.judged, german.now, german.then) == (14, Missed(0, 0), Missed(0, 0))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (replace(ROW, warn=Decimal("0.8")), "watch line 0.8 is better"),
        (replace(ROW, stretch=Decimal("0.6")), "stretch goal 0.6 is worse"),
        (replace(ROW, segment="colour=red"), "no dimension colour"),
    ],
)
def test_levels_lie_on_their_side_and_segments_exist(row: TargetRow, said: str) -> None:
    """
    Higher is better here: one is off target below a lower line, and stretches to a higher one.
    """
    with pytest.raises(WrongEntry, match=said):
        checked([row])


def test_a_target_is_proposed_in_the_unit_people_read(own: Store) -> None:
    """
    70 % is entered as 70, tried on the last year at once, and kept as 0.7; it does not count yet.
    """
    page = fill(button(opened(own), "propose"), {"target": 70.0, "why": "Peak season"})
    assert (
        "it would have fired 0 times (0 off target); the target in force fired once (3 off target)"
        in read(page)
    )

    page = button(page, "save_")

    (proposal,) = own.state.proposals.rows(LOCAL_OWNER)
    assert (proposal.row.target, proposal.row.segment, proposal.proposed_by) == (Decimal("0.7"), "", "Ann")
    assert own.state.targets.rows(LOCAL_OWNER) == []
    assert "70 % from" in read(page)
    assert not page.exception


def test_who_is_second_sees_both_versions(own: Store) -> None:
    """
    Mo has the form open when Ann proposes 70 %: his 80 % stays in the form, hers is shown, and he may still send it.
    """
    page = fill(
        button(opened(own, Principal("Mo", role=Role.LEAD)), "propose"), {"target": 80.0, "why": "Steady"}
    )
    propose(own)

    page = button(page, "save_")

    text = read(page)
    assert "Somebody else was faster" in text
    assert "70 % from" in text
    assert "proposed by Ann" in text
    assert next(each.value for each in page.number_input) == 80.0
    button(page, "save_")
    assert len(own.state.proposals.rows(LOCAL_OWNER)) == 2


def test_somebody_else_approves(own: Store) -> None:
    """
    Ann sees no button to approve her own, Ben does; afterwards it stands among the targets with his name.
    """
    number = propose(own)
    assert [each.key for each in opened(own).button if str(number) in str(each.key)] == [f"withdraw_{number}"]

    page = button(button(opened(own, BEN), f"approve_{number}"), "save_decide")

    assert own.state.targets.rows(LOCAL_OWNER)[0].approver == "Ben"
    assert "Proposed, and not decided" not in read(page)
    assert "Ann → Ben" in read(page)


def test_a_rejection_says_why(own: Store) -> None:
    """
    Without a remark it is refused in a sentence; with one the author reads it in the history.
    """
    number = propose(own)
    page = button(button(opened(own, BEN), f"reject_{number}"), "save_decide")
    assert "The rejection has no remark" in read(page)

    (remark,) = page.text_input
    remark.set_value("Too soon")
    button(page, "save_decide")

    assert own.state.proposals.rows(ANN)[0].state is ProposalState.REJECTED
    assert "Too soon" in read(opened(own))


def test_a_decision_that_came_first_is_told(own: Store) -> None:
    """
    Two approvers have the same proposal open; the second is told who decided, and no second entry is made.
    """
    number = propose(own)
    page = button(opened(own, BEN), f"approve_{number}")
    own.state.proposals.approve(Principal("Bea", role=Role.APPROVER), number)

    page = button(page, "save_decide")

    assert len(own.state.targets.rows(LOCAL_OWNER)) == 1
    assert not page.exception


def test_nobody_sees_or_does_more_than_is_theirs(own: Store) -> None:
    """
    Vera may look, not propose; service sees no proposal of shipping; Fanny sees the French one and decides it alone.
    """
    propose(own, replace(ROW, segment="market=FR"))
    propose(own, replace(ROW, segment="market=DE"))

    assert not opened(own, VERA).button
    assert "On-time delivery" not in read(opened(own, SERVICE))
    text = read(opened(own, FRENCH))
    assert "On-time delivery, FR" in text
    assert "On-time delivery, DE" not in text


def test_the_local_owner_needs_no_second_person(own: Store) -> None:
    """
    Whoever may set targets alone has a button for it; the entry counts at once.
    """
    page = fill(button(opened(own, LOCAL_OWNER), "propose"), {"target": 91.0, "why": "Small firm"})

    button(page, "set_")

    assert own.state.targets.rows(LOCAL_OWNER)[0].target == Decimal("0.91")
    assert own.state.proposals.rows(LOCAL_OWNER) == []
    assert own.state.proposals.series(LOCAL_OWNER, KPI, "") != Series()


def test_what_is_looked_at_is_chosen_by_its_state(own: Store) -> None:
    """
    Only proposals, only what is in force, only the history: each leaves the others out.
    """
    propose(own)
    shown = {}
    for part in Part:
        page = opened(own)
        shown[part] = read(page.selectbox(key="shown_part").set_value(part).run())

    assert "70 % from" in shown[Part.PROPOSED]
    assert "Counts from" not in shown[Part.PROPOSED]
    assert "70 % from" not in shown[Part.IN_FORCE]
    assert "Counts from" in shown[Part.IN_FORCE]
    assert "Counts from" not in shown[Part.DECIDED]


def test_a_file_goes_out_and_comes_in(own: Store) -> None:
    """
    What was set is exported; only who may set targets alone is offered to read a file.
    """
    own.state.targets.add(LOCAL_OWNER, ROW)

    assert "0.7" in own.state.targets.export_rows(LOCAL_OWNER)
    assert [each.key for each in opened(own, LOCAL_OWNER).get("file_uploader")] == ["targets_file"]
    assert not opened(own).get("file_uploader")
