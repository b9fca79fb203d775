"""What a newcomer to the example finds on the page of audits: one that is done, with a settled dispute, one open."""

from datetime import timedelta
from pathlib import Path

from taken_in import LAST, good_facts

from demo.auditing import FIRST, SECOND, UNDER_WAY, audit_procedures
from demo.library import past_of_library
from sop.audits.outcome import outcome_of
from sop.taking_in import bring_along
from store.home import open_store
from store.scope import LOCAL_OWNER
from store.state.audit_rows import AuditState


def test_the_example_has_life_on_its_page_of_audits(tmp_path: Path) -> None:
    """
    Twelve tickets were looked at, three of them twice; of the orders six are done. Nothing comes twice, and without
    facts there is none.
    """
    store = open_store(tmp_path / "home")
    bring_along(store.state, LOCAL_OWNER, past_of_library(LAST))
    facts = good_facts(LAST - timedelta(days=20), LAST, known_at=LAST)
    for name in ("tickets", "orders"):
        store.lake.append(name, facts[name], marks={"demo": 1})
    for _ in range(2):
        audit_procedures(store.state, store.lake, LAST, "Europe/Berlin")

    checks = store.state.checks
    at_work, done = store.state.audits.rows(FIRST)
    assert (at_work.state, done.state, done.size) == (AuditState.OPEN, AuditState.DONE, 12)
    assert sum(each.twice for each in checks.records(FIRST, done.id)) == 3
    found = outcome_of(
        done, checks.records(FIRST, done.id), checks.of(FIRST, done.id), checks.settlements(FIRST, done.id)
    )
    assert len(found.checked) == 12
    assert 0 < found.agreement.same <= found.agreement.n
    assert store.state.audits.progress(SECOND)[at_work.id].finished == UNDER_WAY
    store.close()


def test_a_short_example_has_nothing_to_audit(tmp_path: Path) -> None:
    store = open_store(tmp_path / "home")
    bring_along(store.state, LOCAL_OWNER, past_of_library(LAST))
    audit_procedures(store.state, store.lake, LAST, "Europe/Berlin")
    assert {each.state for each in store.state.audits.rows(FIRST)} == {AuditState.CALLED_OFF}
    store.close()
