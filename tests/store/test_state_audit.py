"""The audit trail is searched: by person, kind, subject and day, a page at a time, by those who may."""

from datetime import UTC, datetime, timedelta

import pytest

from store.permits import Permit
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import Role, RoleForbids, State
from store.state.audit import Wanted

ANN = Principal("ann@example.com", role=Role.MANAGER)


@pytest.fixture
def trail(state: State) -> State:
    for number in range(3):
        state.audit.add(ANN, Permit.EXPORT, "file taken", f"export otif_{number}%", {"bytes": number})
    state.audit.add(LOCAL_OWNER, Permit.OPERATE, "backup made", "backup One.zip")
    return state


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), 4),
        (Wanted(who=ANN.name), 3),
        (Wanted(what="backup made"), 1),
        (Wanted(text="ONE.ZIP"), 1),
        (Wanted(text="otif_1%"), 1),
        (Wanted(text="otif%1"), 0),
        (Wanted(who=ANN.name, what="backup made"), 0),
        (Wanted(since=datetime.now(UTC) - timedelta(hours=1)), 4),
        (Wanted(until=datetime.now(UTC) - timedelta(hours=1)), 0),
        (Wanted(text="' OR 1=1 --"), 0),
    ],
    ids=["all", "who", "what", "subject", "percent", "no pattern", "both", "since", "until", "hostile"],
)
def test_entries_are_found(trail: State, wanted: Wanted, found: int) -> None:
    """Signs that mean something to a database mean nothing here."""
    assert trail.audit.count(LOCAL_OWNER, wanted) == found
    assert len(trail.audit.rows(LOCAL_OWNER, wanted=wanted)) == found


def test_a_page_follows_another(trail: State) -> None:
    """Two at a time, the latest first; every entry once."""
    pages, before = list[str](), None
    for _ in range(2):
        rows = trail.audit.rows(LOCAL_OWNER, limit=2, before=before)
        pages, before = [*pages, *(each.subject for each in rows)], rows[-1].id

    assert pages == ["backup One.zip", "export otif_2%", "export otif_1%", "export otif_0%"]
    assert trail.audit.names(LOCAL_OWNER) == ([ANN.name, "local owner"], ["backup made", "file taken"])


def test_a_part_of_the_firm_finds_its_own(trail: State) -> None:
    """A manager of Germany counts and names only what they did themselves; a lead is refused."""
    german = Principal(ANN.name, Scope(markets=frozenset({"DE"})), Role.MANAGER)

    assert trail.audit.count(german) == 3
    assert trail.audit.names(german) == ([ANN.name], ["file taken"])
    lead = Principal(ANN.name, role=Role.LEAD)
    for ask in (trail.audit.count, trail.audit.names, trail.audit.rows):
        with pytest.raises(RoleForbids):
            ask(lead)  # type: ignore[operator]
