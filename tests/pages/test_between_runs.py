"""What happens between two runs of a page is asked of the person as they are at that moment."""

from dataclasses import replace

import pytest

from pages.data import source
from pages.parts.exports import Export, Kind, leaving
from pages.parts.refusals import say_refusal
from pages.parts.viewer import NotAnyMore, Viewer
from store.home import Store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope

ANN = Principal("ann@example.com", Scope(frozenset({"shipping"})), Role.ADMIN)
EXPORT = Export("Figures", Kind.CSV, "figures", lambda: b"figures")
CHANGED = {
    "signed out": None,
    "another role": replace(ANN, role=Role.VIEWER),
    "another scope": replace(ANN, scope=Scope(frozenset({"service"}))),
}


def viewer(store: Store, now: Principal | None, drawn_for: Principal = ANN) -> Viewer:
    return Viewer(store, drawn_for, current=lambda: now)


def test_a_page_serves_whom_it_was_drawn_for(store: Store) -> None:
    """As long as nothing changed; where nobody signs in nobody is asked."""
    assert leaving(viewer(store, ANN), EXPORT)() == b"figures"
    assert Viewer(store, LOCAL_OWNER).acting() == LOCAL_OWNER


@pytest.mark.parametrize("now", CHANGED.values(), ids=list(CHANGED))
def test_no_file_leaves_an_open_page_after_a_change(store: Store, now: Principal | None) -> None:
    """Ann's page is still open when she is signed out, or may see less: its download makes no file."""
    with pytest.raises(NotAnyMore) as refused:
        leaving(viewer(store, now), EXPORT)()

    assert "signed out" in say_refusal(refused.value)


def test_a_button_does_nothing_after_a_change(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows to take in again are asked for by who may, at the moment of the click; else the reader is told why not."""
    told: list[str] = []
    monkeypatch.setattr(source, "tell", lambda _title, text, kind: told.append(text))
    whole = replace(ANN, scope=Scope())

    source.replay(viewer(store, None, whole), "files", "visit")
    assert len(told) == 1
    assert store.state.errands.get(LOCAL_OWNER, 1) is None
