"""The people's door: settings, the store, who is asking, and the pages."""

import logging
from datetime import timedelta
from functools import partial
from pathlib import Path

import streamlit as st

from kpi.catalog import of
from kpi.model import Department
from kpi.words import say, speaking
from pages import (
    actions,
    adherence,
    alerts,
    audit,
    bring,
    checks,
    data,
    department,
    flow,
    meeting,
    overview,
    peaks,
    people,
    reviews,
    run,
    sops,
    targets,
    training,
)
from pages import kpi as one_kpi
from pages.data import source
from pages.door import COOKIE, Entrance, Provider
from pages.door.provider import Part, WrongParts, parts_of
from pages.parts.given_up import draw_given_up
from pages.parts.head import begin_page
from pages.parts.language import draw_language
from pages.parts.load import load_company_of, load_coverage, opened_store
from pages.parts.person import draw_person, draw_signed_out
from pages.parts.refusals import say_refusal
from pages.parts.shell import base_path
from pages.parts.standstill import draw_standstill
from pages.parts.steps import follow_step
from pages.parts.trouble import new_reference, tell
from pages.parts.viewer import Viewer
from pages.parts.views import draw_views
from pages.sops import one as one_sop
from pages.sops import write as write_sop
from settings import SettingError, Settings, SignIn, provider_secret, read_settings
from store.permits import Permit
from store.scope import LOCAL_OWNER, Principal
from store.state import Role
from store.state.identities import Newcomers

log = logging.getLogger(__name__)
HERE = Path(__file__).parent
MANAGED = ("people", "audit")
OURS = (
    "kpi", "sops", "sop", "write", "run", "adherence", "reviews", "training", "checks", "targets", "data", "source",
    "bring",
)  # fmt: skip
SOPS = ("sops", "sop", "write", "run", "checks", "training", "adherence", "reviews")  # one list of the menu
MANAGE = ("targets", "peaks", "data", "source", "bring", *MANAGED)
PATHS = (
    "overview", "alerts", "meeting", "actions", "peaks", "flow", *(each.value for each in Department), *OURS, *MANAGED,
)  # fmt: skip
ICONS = {
    Department.SHIPPING: ":material/local_shipping:",
    Department.SERVICE: ":material/support_agent:",
    Department.MANUFACTURING: ":material/factory:",
    Department.MARKETING: ":material/campaign:",
    Department.PLANNING: ":material/inventory_2:",
    Department.PROCEDURES: ":material/checklist:",
}


def enter() -> Viewer | None:
    """The store of the settings, seen by whoever is signed in, or by the local owner where nobody needs to.

    None when nobody is, or when it cannot be opened, and the page says why.
    """
    try:
        settings = read_settings()
        entrance = entrance_of(settings)
        principal = _principal(entrance) if entrance.signs_in else LOCAL_OWNER
        if principal is None:
            return None
        invites = settings.address if settings.sign_in is SignIn.LOCAL else ""
        current = partial(entrance.principal, st.context.cookies.get(COOKIE)) if entrance.signs_in else None
        store = opened_store(settings.home, settings.database)
        return Viewer(store, principal, invites=invites, current=current)
    except SettingError as wrong:
        tell(say("Fairlead cannot start"), say_refusal(wrong))
    except Exception:
        reference = new_reference()
        log.exception("Reference %s", reference)
        told = say(
            "The store could not be opened; run fairlead check. Reference {reference}.", reference=reference
        )
        tell(say("Fairlead cannot start"), told)
    return None


def entrance_of(settings: Settings) -> Entrance:
    """How people come into this deployment."""
    return Entrance(
        settings.home,
        settings.database,
        settings.sign_in is not SignIn.NONE,
        timedelta(hours=settings.session_hours),
        settings.public_url.startswith("https://"),
        base_path(),
        _provider(settings) if settings.sign_in is SignIn.OIDC else None,
    )


def _provider(settings: Settings) -> Provider:
    return Provider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=provider_secret(settings),
        callback=f"{settings.address}/sign-in/callback",
        scopes=settings.oidc_scopes,
        email_claim=settings.oidc_email_claim,
        vouched=settings.oidc_trust_email,
        groups_claim=settings.oidc_groups_claim,
        roles=_seeded(settings.oidc_roles),
        parts=_parts(settings.oidc_parts),
        newcomers=Newcomers(settings.oidc_newcomers),
    )


def _seeded(told: str) -> tuple[tuple[str, Role], ...]:
    """Groups and the roles they seed, of `group=role, group=role`. Raises SettingError."""
    pairs = [each.rpartition("=") for each in told.split(",") if each.strip()]
    try:
        return tuple((group.strip(), Role(role.strip())) for group, _, role in pairs)
    except ValueError:
        roles = ", ".join(Role)
        raise SettingError(
            f"Setting oidc_roles (FAIRLEAD_OIDC_ROLES) is '{told}': write group=role, with one of {roles}."
        ) from None


def _parts(told: str) -> tuple[Part, ...]:
    """What groups see. Raises SettingError."""
    try:
        return parts_of(told)
    except WrongParts as wrong:
        raise SettingError(f"Setting oidc_parts (FAIRLEAD_OIDC_PARTS): {wrong}.") from None


def _principal(entrance: Entrance) -> Principal | None:
    """The person of this browser as the users table has them at this moment; a session that ended shows the way in."""
    person = entrance.person(st.context.cookies.get(COOKIE))
    if person is None:
        draw_signed_out(PATHS)
        return None
    draw_person(person)
    return person.principal


def pages_of(viewer: Viewer) -> dict[str, "st.Page"]:
    """The pages by path; departments without any data are hidden."""
    covered, company = load_coverage(viewer), load_company_of(viewer)
    pages = {
        "overview": st.Page(
            partial(overview.render, viewer), title=say("Overview"), icon=":material/space_dashboard:",
            url_path="overview", default=True,
        ),
    }  # fmt: skip
    pages |= _of_people(viewer)
    pages["flow"] = st.Page(
        partial(flow.render, viewer), title=say("Flow"), icon=":material/conveyor_belt:", url_path="flow",
        visibility="visible" if flow.has_flow(viewer) else "hidden",
    )  # fmt: skip
    for each in Department:
        pages[each.value] = st.Page(
            partial(department.render, viewer, each), title=say(each.short), icon=ICONS[each],
            url_path=each.value,
            visibility="visible" if company.uses(each.value) and covered.has(each, of(each)) else "hidden",
        )  # fmt: skip
    pages["kpi"] = st.Page(
        partial(one_kpi.render, viewer), title=say("KPI"), url_path="kpi", visibility="hidden"
    )
    pages["targets"] = st.Page(partial(targets.render, viewer), title=say("Targets"), url_path="targets")
    pages["peaks"] = st.Page(partial(peaks.render, viewer), title=say("Peaks"), url_path="peaks")
    pages |= _of_procedures(viewer)
    pages["data"] = st.Page(partial(data.render, viewer), title=say("Data"), url_path="data")
    pages["source"] = st.Page(
        partial(source.render, viewer), title=say("Source"), url_path="source", visibility="hidden"
    )
    pages["bring"] = st.Page(
        partial(bring.render, viewer), title=say("Bring data"), url_path="bring",
        visibility="visible" if bring.may_bring(viewer) else "hidden",
    )  # fmt: skip
    return pages | _managed(viewer)


def _of_people(viewer: Viewer) -> dict[str, "st.Page"]:
    """What needs somebody, what is agreed on it, and what was promised."""
    told = (
        ("alerts", alerts.render, say("Alerts"), ":material/notifications:"),
        ("meeting", meeting.render, say("Meeting"), ":material/groups:"),
        ("actions", actions.render, say("Actions"), ":material/task_alt:"),
    )
    return {
        path: st.Page(partial(render, viewer), title=title, icon=icon, url_path=path)
        for path, render, title, icon in told
    }


def _of_procedures(viewer: Viewer) -> dict[str, "st.Page"]:
    """The library, and the pages of one procedure, which are reached from it."""
    return {
        "sops": st.Page(
            partial(sops.render, viewer), title=say("Library"), url_path="sops"
        ),
        "run": st.Page(
            partial(run.render, viewer), title=say("Run"), url_path="run"
        ),
        "sop": st.Page(
            partial(one_sop.render, viewer), title=say("SOP"), url_path="sop", visibility="hidden"
        ),
        "write": st.Page(
            partial(write_sop.render, viewer), title=say("Write"), url_path="write", visibility="hidden"
        ),
        "adherence": st.Page(
            partial(adherence.render, viewer), title=say("Adherence"), url_path="adherence",
            visibility="visible" if adherence.has_adherence(viewer) else "hidden",
        ),
        "training": st.Page(
            partial(training.render, viewer), title=say("Training"), url_path="training",
        ),
        "reviews": st.Page(
            partial(reviews.render, viewer), title=say("Reviews"), url_path="reviews",
        ),
        "checks": st.Page(
            partial(checks.render, viewer),
            title=say("Audits"),
            url_path="checks",
            visibility="visible" if viewer.principal.may(Permit.AUDIT_PROCEDURES) else "hidden",
        ),
    }  # fmt: skip


def _managed(viewer: Viewer) -> dict[str, "st.Page"]:
    """The pages for those who look after people and the trail."""
    may, pages = viewer.principal.may, dict[str, "st.Page"]()
    pages["people"] = st.Page(
        partial(people.render, viewer), title=say("People"), url_path="people",
        visibility="visible" if may(Permit.MANAGE_PEOPLE) else "hidden",
    )  # fmt: skip
    pages["audit"] = st.Page(
        partial(audit.render, viewer), title=say("Audit trail"), url_path="audit",
        visibility="visible" if may(Permit.READ_AUDIT) else "hidden",
    )  # fmt: skip
    return pages


def main() -> None:
    st.set_page_config(page_title="Fairlead", page_icon=str(HERE / "static" / "favicon.png"), layout="wide")
    begin_page()
    follow_step()
    with speaking(draw_language(), st.context.locale):
        show()


def grouped(pages: "dict[str, st.Page]") -> "dict[str, list[st.Page]]":
    """The menu: what people read first, everything about procedures in one list, and what feeds and looks after it."""
    told: dict[str, list[st.Page]] = {"": [], say("SOPs"): [], say("Manage"): []}
    for path, page in pages.items():
        group = say("SOPs") if path in SOPS else say("Manage") if path in MANAGE else ""
        told[group].append(page)
    return told


def show() -> None:
    """The page that was asked for, in the language of this run."""
    viewer = enter()
    if viewer is None:
        return
    pages = pages_of(viewer)
    viewer.pages.update(pages)
    chosen = st.navigation(grouped(pages), position="top")
    draw_standstill(viewer)
    draw_given_up(viewer)
    draw_views(viewer, chosen.url_path or "overview")
    chosen.run()


if __name__ == "__main__":
    main()
