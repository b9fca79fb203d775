"""The page of audits: planned, drawn, looked at record by record, and what it says; as each person sees it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from made_audits import DAY, fill
from small_company import empty_store
from streamlit.testing.v1 import AppTest

from pages.parts.viewer import Viewer
from sop.audits.making import Wish, draw_audit, make_audit
from sop.audits.plans import Fixed, Lot
from store.home import SYSTEM, Store
from store.permits import Role
from store.scope import Principal
from store.scope import Scope as Part
from store.state import ErrandKind
from store.state.audit_rows import Audit, AuditState, DrawnFrom, WantedAudit

ANN, BEN = (Principal(f"{name}@example.com", role=Role.LEAD) for name in ("ann", "ben"))
WISH = Wish(DrawnFrom.TICKET, DAY, DAY + timedelta(days=6), Fixed(3), second_percent=100, seed="s")


def show(viewer, query: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    """Runs inside the page's script."""
    import streamlit as st

    from pages import checks

    if "asked" not in st.session_state:
        st.session_state["asked"] = True
        st.query_params.from_dict(query)
    viewer.seen.clear()
    checks.render(viewer)


def opened(store: Store, who: Principal, **query: str) -> AppTest:
    page = AppTest.from_function(show, args=(Viewer(store, who), query), default_timeout=60).run()
    assert not page.exception
    return page


def read(page: AppTest) -> str:
    kinds = (
        page.html,
        page.text,
        page.title,
        page.header,
        page.caption,
        page.markdown,
        page.info,
        page.warning,
    )
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\u00a0", " ")


def click(page: AppTest, ends: str) -> AppTest:
    """Click the one button whose key ends so."""
    (found,) = [each for each in page.button if str(each.key).endswith(ends)]
    clicked = found.click().run()
    assert not clicked.exception
    return clicked


def say_of(page: AppTest, step: str, said: str) -> AppTest:
    """Choose an answer of a step, or fill in the one field of it that is empty."""
    choices = [each for each in page.get("button_group") if str(each.key).endswith(f"_{step}")]
    answered = choices[0].set_value(said).run()  # type: ignore[union-attr]
    assert not answered.exception
    return answered


def typed(page: AppTest, name: str, step: str, text: str) -> AppTest:
    (field,) = [
        each for each in page.text_input if f"{name}_" in str(each.key) and str(each.key).endswith(step)
    ]
    done = field.set_value(text).run()
    assert not done.exception
    return done


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Store]:
    store = empty_store(tmp_path)
    fill(store)
    yield store
    store.close()


@pytest.fixture
def audit(firm: Store) -> Audit:
    made = make_audit(firm.state, ANN, firm.state.procedures.rows(ANN)[0], WISH)
    return draw_audit(firm.state, firm.lake, SYSTEM, made.id, "UTC")


def test_a_plan_says_how_many_and_why_before_it_is_drawn(firm: Store) -> None:
    """
    The draw is asked of the worker; the page waits for it, and says what kept it.
    """
    page = click(opened(firm, ANN), "plan_audit")
    assert "At most 97 records" in read(page)
    page = click(page, "save_audit")

    (made,) = firm.state.audits.rows(ANN)
    assert made.state is AuditState.DRAWING
    assert firm.state.errands.is_asked([ErrandKind.DRAW])
    assert "Waiting for the worker" in read(page)
    firm.state.audits.cannot_draw(SYSTEM, made.id, "There is no ticket to draw.")
    assert "There is no ticket to draw." in read(opened(firm, BEN, audit=str(made.id)))


def test_a_record_is_answered_item_by_item(firm: Store, audit: Audit) -> None:
    """
    Each answer is stored when it is given; what does not apply once its reason is there; a wrong number is refused
    beside the item; after the last record the page shows the result.
    """
    page = click(opened(firm, ANN, audit=str(audit.id)), "next_record")
    page = say_of(page, "print_label", "pass")
    (check,) = firm.state.checks.of(ANN, audit.id)
    assert check.found["print_label"].score == 1
    page = click(page, "finish_record")
    assert "Not answered yet: Weigh the parcel" in read(page)
    page = typed(page, "number", "weigh", "heavy")
    assert "is no number" in read(page)
    page = say_of(page, "weigh", "n/a")
    (check,) = firm.state.checks.of(ANN, audit.id)
    assert "weigh" not in check.found
    page = typed(page, "why", "weigh", "No scale there")
    page = typed(page, "comment", "print_label", "Neat")

    again = opened(firm, ANN, audit=str(audit.id), record="1")
    assert "does not apply: No scale there" in read(again)
    assert "2 of 2" in read(again) or "Everything is answered" in read(again)
    page = click(page, "finish_record")
    assert "Record 2 of 3" in read(page)


def finish_all(firm: Store, audit: Audit, who: Principal, label: str) -> None:
    from sop.audits.checking import answer, begin, finish

    for record in firm.state.checks.records(who, audit.id):
        check = begin(firm.state, who, audit, record)
        answer(firm.state, who, audit, check, "print_label", label if record.place == 1 else "pass")
        answer(firm.state, who, audit, check, "weigh", "2")
        (own,) = [
            each
            for each in firm.state.checks.of(who, audit.id)
            if each.place == record.place and each.auditor == who.name
        ]
        finish(firm.state, who, audit, own)


def test_the_second_auditor_is_blind_and_a_disagreement_is_settled(firm: Store, audit: Audit) -> None:
    """
    Ben sees no figure of Ann's; both done, one label is in dispute; settled with a reason, the audit can be closed.
    """
    finish_all(firm, audit, ANN, "fail")
    assert "No figure yet" in read(opened(firm, BEN, audit=str(audit.id)))
    finish_all(firm, audit, BEN, "pass")

    page = opened(firm, BEN, audit=str(audit.id))
    told = read(page)
    assert "First auditor: failed, 0 of 1 points" in told
    assert "2 of 3: not enough evidence, 2 more are needed" in told
    page = click(page, "settle_1_print_label")
    (chosen,) = [each for each in page.radio if str(each.key).startswith("counts_")]
    chosen.set_value("second")
    (why,) = [each for each in page.text_input if str(each.key).startswith("why_")]
    why.set_value("Under the flap")
    page = click(page, "save_audit_settle")
    assert "3 of 3: not enough evidence" in read(page)
    page = click(click(page, "close_audit"), "save_audit_end")
    assert firm.state.audits.find(ANN, audit.id).state is AuditState.DONE
    assert "30 answers" in read(page) or "24 more are needed" in read(page)


def test_a_lot_is_told_with_its_numbers(firm: Store) -> None:
    """
    40 tickets at AQL 10: 8 are looked at, two failed ones are tolerated; of four failed it is refused.
    """
    wish = replace(WISH, plan=Lot(10.0), second_percent=0)
    made = make_audit(firm.state, ANN, firm.state.procedures.rows(ANN)[0], wish)
    audit = draw_audit(firm.state, firm.lake, SYSTEM, made.id, "UTC")
    finish_all(firm, audit, ANN, "pass")
    told = read(opened(firm, ANN, audit=str(audit.id)))
    assert f"{audit.size} of a lot of 40" in told
    assert f"accepted: 0 of {audit.size} failed" in told


def test_what_is_wanted_is_told_with_its_reason_and_planned(firm: Store) -> None:
    edition = firm.state.procedures.rows(ANN)[0]
    because = {"seen": [93, 100, 100], "checked": [100, 100, 100], "since": "2026-01-05"}
    wanted = WantedAudit("packing", edition.id, "1.0", "shipping", "weigh", DAY, DAY, because)
    firm.state.audits.want(SYSTEM, [wanted])

    page = opened(firm, ANN)
    assert "Checklists say 100.0 % (100), systems 93.0 % (100), since 2026-01-05: audit the step." in read(
        page
    )
    (button,) = [each for each in page.button if str(each.key).startswith("plan_wanted_")]
    page = click(button.click().run(), "save_audit")
    (made,) = firm.state.audits.rows(ANN)
    assert (made.step, made.state) == ("weigh", AuditState.DRAWING)


def test_others_see_nothing_of_it(firm: Store, audit: Audit) -> None:
    """
    Readers are told so; another department finds no audit by list or number.
    """
    assert "may not audit" in read(opened(firm, Principal("Vera")))
    service = Principal("Sven", Part(departments=frozenset({"service"})), Role.LEAD)
    assert "No audit yet" in read(opened(firm, service))
    for query in (
        {"audit": str(audit.id)},
        {"audit": "999"},
        {"audit": "x'--"},
        {"audit": str(audit.id), "record": "1"},
    ):
        assert "No such audit" in read(opened(firm, service, **query))
    assert "No such record" in read(opened(firm, ANN, audit=str(audit.id), record="99"))
