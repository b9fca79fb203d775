"""The forms of the people page: add, change, invite, sign out everywhere, close and open again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from kpi.access import known_teams
from kpi.model import Department
from kpi.words import say
from pages.parts.fields import save_or_cancel
from pages.parts.load import load_company_of, load_coverage
from pages.parts.posting import Draft, draft_of, post
from pages.parts.viewer import Viewer
from store.permits import PERMITS, Role
from store.state import User, Versioned

FORM, LINK = "people", "people_link"
LONGEST_NAME, LONGEST_EMAIL = 80, 200
Command = Callable[[str], object]


def draw_link() -> None:
    """The link of an invitation that was just made, this once."""
    if (made := st.session_state.pop(LINK, None)) is not None:
        with st.container(border=True, key="people_made"):
            st.text(say("Hand this link to {name} and nobody else.", name=made[0]))
            st.text(say("It works once, for three days, and is shown only now."))
            st.code(made[1], language=None, wrap_lines=True)


def draw_form(viewer: Viewer, chosen: Versioned[User] | None) -> None:
    """The form that is open."""
    draft = draft_of(FORM)
    if draft is None:
        return
    seen = draft.seen if isinstance(draft.seen, Versioned) else None
    with st.form(f"form_{FORM}", width=760):
        command, label = _asked(viewer, draft, seen)
        sent = save_or_cancel(FORM, label)
    if sent:
        post(FORM, command, told)


def told(theirs: object) -> str:
    """What stands there now, in a line."""
    if not isinstance(theirs, Versioned):
        return ""
    user: User = theirs.value
    state = say("open") if user.active else say("closed")
    parts = [
        ", ".join(sorted(names)) if names is not None else say("all")
        for names in (user.departments, user.markets, user.teams)
    ]
    return " · ".join([user.name, say(user.role.value), *parts, state])


def _asked(viewer: Viewer, draft: Draft, seen: Versioned[User] | None) -> tuple[Command, str]:
    if seen is None or draft.purpose == "change":
        return _filling(viewer, seen, draft.key), say("Save")
    state, who, user = viewer.store.state, viewer.principal, seen.value
    match draft.purpose:
        case "invite":
            st.text(say("Links made before end, and so do the sessions of {name} once the new one is used.",
                        name=user.name))  # fmt: skip
            return (lambda _: _invite(viewer, user)), say("Make the link")
        case "everywhere":
            st.text(say("{name} is signed out of every browser at once.", name=user.name))
            return (lambda _: state.sessions.end_everywhere(who, user.email)), say("Sign out everywhere")
        case "open":
            st.text(say("{name} may sign in again as {role}.", name=user.name, role=say(user.role.value)))
            return _saving(viewer, replace(user, active=True), seen.version), say("Open the account again")
        case _:
            st.text(
                say(
                    "{name} cannot sign in any more and is out at once. What they left stays.", name=user.name
                )
            )
            return _saving(viewer, replace(user, active=False), seen.version), say("Close the account")


def _saving(viewer: Viewer, user: User, version: int) -> Command:
    return lambda key: viewer.store.state.users.save(viewer.principal, user, version, key)


def _filling(viewer: Viewer, seen: Versioned[User] | None, field: str) -> Command:
    user = seen.value if seen else User("", "")
    st.text(say("Add a person") if seen is None else say("Change {name}", name=user.name))
    with st.container(horizontal=True, gap="small"):
        name = st.text_input(say("Name"), user.name, max_chars=LONGEST_NAME, key=f"name_{field}")
        email = st.text_input(
            say("E-mail"),
            user.email,
            max_chars=LONGEST_EMAIL,
            key=f"email_{field}",
            disabled=seen is not None,
        )
    able = [role for role in Role if PERMITS[role] <= PERMITS[viewer.principal.role]]
    roles = able if user.role in able else [*able, user.role]
    role = st.selectbox(
        say("Role"),
        roles,
        index=roles.index(user.role),
        format_func=lambda each: say(each.value),
        key=f"role_{field}",
    )
    scope = viewer.principal.scope
    departments = _some(say("Departments"), [each.value for each in Department], user.departments, scope.departments,
                        f"departments_{field}", lambda value: Department(value).short)  # fmt: skip
    known = {*load_coverage(viewer).markets, *load_company_of(viewer).markets}
    markets = _some(say("Markets"), sorted(known), user.markets, scope.markets, f"markets_{field}")
    teams = _some(say("Teams"), known_teams(viewer.store.lake, viewer.principal), user.teams, scope.teams,
                  f"teams_{field}")  # fmt: skip
    made = replace(user, email=email.strip().lower(), name=name.strip(), role=role, departments=departments,
                   markets=markets, teams=teams, lead=_lead(viewer, user, field))  # fmt: skip
    if seen is not None:
        return _saving(viewer, made, seen.version)
    return lambda key: _add(viewer, made, key)


def _lead(viewer: Viewer, user: User, field: str) -> str:
    """Who leads the person; the one there is stays in the list after leaving."""
    people = [each.value for each in viewer.store.state.users.rows(viewer.principal)]
    names = {
        each.email: f"{each.name} ({each.email})"
        for each in people
        if each.active and each.email != user.email
    }
    known = ["", *names] if user.lead in {"", *names} else ["", user.lead, *names]
    lead: str = st.selectbox(
        say("Direct lead"), known, index=known.index(user.lead), key=f"lead_{field}",
        format_func=lambda each: names.get(each, each) or say("Nobody"),
        help=say("Sees what this person did and how they did it; nobody else does, whatever their role."),
    )  # fmt: skip
    return lead


def _some(
    label: str, options: list[str], chosen: frozenset[str] | None, mine: frozenset[str] | None, key: str,
    words: Callable[[str], str] = str,
) -> frozenset[str] | None:  # fmt: skip
    """Some of what the editor sees; none chosen means all, which only who sees all can give."""
    shown = [each for each in options if mine is None or each in mine]
    shown += sorted((chosen or frozenset()) - set(shown))
    picked = st.multiselect(
        label, shown, sorted(chosen or ()), key=key, format_func=words,
        placeholder=say("All") if mine is None else say("All you see yourself"),
    )  # fmt: skip
    return frozenset(picked) if picked else mine


def _add(viewer: Viewer, user: User, key: str) -> None:
    viewer.store.state.users.save(viewer.principal, user, 0, key)
    st.query_params["person"] = user.email
    if viewer.invites:
        _invite(viewer, user)


def _invite(viewer: Viewer, user: User) -> None:
    token = viewer.store.state.accounts.invite(viewer.principal, user.email, datetime.now(UTC))
    st.session_state[LINK] = (user.name, f"{viewer.invites}/join?token={token}")
