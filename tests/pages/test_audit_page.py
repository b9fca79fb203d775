"""The audit page: what happened, who did it, what changed; for those who may read it, a page at a time."""

from streamlit.testing.v1 import AppTest

from pages.audit import SHOWN, differing, taken_along, told
from pages.parts.viewer import Viewer
from store.home import Store
from store.permits import Permit
from store.scope import LOCAL_OWNER, Principal
from store.state import Role, User
from store.state.audit import Wanted

ANN = User("ann@example.com", "=Ann <b>", Role.LEAD)


def show(*args: object) -> None:
    """Runs inside the page's script."""
    from dataclasses import replace

    from pages.audit import render

    render(replace(args[0], seen={}))  # type: ignore[type-var]


def opened(store: Store, principal: Principal = LOCAL_OWNER, **query: str) -> AppTest:
    page = AppTest.from_function(show, args=(Viewer(store, principal),), default_timeout=60)
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def said(page: AppTest) -> str:
    return "\n".join(str(each.value) for kind in (page.html, page.text) for each in kind)


def test_an_entry_tells_what_changed() -> None:
    """Only what differs, without what changes with every entry."""
    before = {"role": "viewer", "markets": ["DE", "FR"], "name": "Ann", "version": 1}
    after = {**before, "role": "lead", "markets": None, "version": 2}

    old, new = differing(before, after)
    assert (told(old), told(new)) == ("role viewer, markets DE FR", "role lead")
    assert differing(None, {"name": "Ann", "owner": ""}) == ({}, {"name": "Ann", "owner": ""})


def test_the_trail_is_found_by_who_and_what(own: Store) -> None:
    """Everything escaped; a link finds the same again."""
    own.state.users.save(LOCAL_OWNER, ANN, seen=0)
    own.state.audit.add(ANN.principal, Permit.EXPORT, "file taken", "export otif")

    page = opened(own)
    assert not page.exception
    assert "name =Ann &lt;b&gt;" in said(page)
    assert '<td class="w" data-name="Who">' in said(page)  # beside each value where a phone lists them
    assert "export otif" not in said(opened(own, what="user set"))
    assert "export otif" in said(opened(own, who=ANN.email, find="OTIF"))
    assert "Nothing was found" in said(opened(own, find="' OR 1=1"))
    assert "export otif" in said(opened(own, before="not a number"))


def test_older_entries_are_a_page_further(own: Store) -> None:
    for number in range(SHOWN + 1):
        own.state.audit.add(LOCAL_OWNER, Permit.EXPORT, "file taken", f"export {number:03}")
    page = opened(own, what="file taken")
    assert "export 000" not in said(page)

    page.button(key="audit_older").click().run()
    assert "export 000" in said(page)
    page.button(key="audit_latest").click().run()
    assert "export 000" not in said(page)


def test_the_trail_is_taken_along_whole(own: Store) -> None:
    """As CSV without formulas, before and after as they were kept."""
    own.state.users.save(LOCAL_OWNER, ANN, seen=0)
    text = taken_along(Viewer(own, LOCAL_OWNER), Wanted(what="user set")).decode()

    assert text.startswith("id,at,who,what,subject,before,after\n")
    assert '""email"": ""ann@example.com""' in text
    assert text.count("\n") == 2


def test_others_may_not_read_it(own: Store) -> None:
    own.state.users.save(LOCAL_OWNER, ANN, seen=0)
    page = opened(own, ANN.principal)

    assert "You are here as lead and may not read the audit trail" in said(page)
    assert "user ann@example.com" not in said(page)
