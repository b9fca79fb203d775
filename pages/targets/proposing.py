"""Proposing a target: the level and its bands in the KPI's unit, from when, why, and what it would have done."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import streamlit as st

from kpi.catalog import KPIS
from kpi.figures import suffix
from kpi.foreseen import checked
from kpi.model import Better, Kpi, Unit
from kpi.words import clauses, marked, say
from pages.parts.fields import segment_field
from pages.parts.load import load_company_of, now
from pages.parts.people import named_owner, owner_field
from pages.parts.posting import Draft, begin, draft_of, leave, post
from pages.parts.refusals import say_refusal
from pages.parts.trouble import tell
from pages.parts.viewer import Viewer
from pages.targets.deciding import foreseen, summary
from pages.targets.listing import Chosen
from store.permits import Permit
from store.state import Series, TargetError, TargetRow, WrongEntry

FORM, LONGEST, OWNER = "propose", 300, marked("Owner")


def draw_proposing(viewer: Viewer, chosen: Chosen) -> None:
    """The button, or the form where it is open; nothing for who may not propose."""
    if not viewer.principal.may(Permit.PROPOSE_TARGETS) or not chosen.kpis:
        return
    draft = draft_of(FORM)
    if draft is None:
        st.button(
            say("Propose a target"), on_click=begin, args=(FORM, "new"), icon=":material/add:", key="propose"
        )
        return
    with st.container(border=True, key="panel_propose"):
        draw_form(viewer, chosen, draft)


def draw_form(viewer: Viewer, chosen: Chosen, draft: Draft) -> None:
    """Every field at hand; what stands of the chosen target is remembered from when it was chosen."""
    keys = [key for key in KPIS if key in chosen.kpis]
    with st.container(horizontal=True, gap="small"):
        kpi = KPIS[
            st.selectbox(
                say("KPI"), keys, format_func=lambda key: say(KPIS[key].name), key=f"kpi_{draft.key}"
            )
        ]
        segment = segment_field(viewer, kpi, chosen.market or None, f"{draft.key}_{kpi.key}")
    seen = seen_of(viewer, kpi, segment, draft)
    row = draw_fields(viewer, kpi, segment, draft.key)
    if row is not None and (said := foreseen(viewer, row)):
        st.caption(said)
    with st.container(horizontal=True, gap="small"):
        sent = st.button(say("Propose"), type="primary", disabled=row is None, key=f"save_{draft.key}")
        at_once = viewer.principal.may(Permit.SET_TARGETS) and st.button(
            say("Set without a second person"), disabled=row is None, key=f"set_{draft.key}"
        )
        st.button(say("Cancel"), on_click=leave, args=(FORM,), key=f"cancel_{draft.key}")
    if row is not None and (sent or at_once):
        command = proposing(viewer, row, seen) if sent else setting(viewer, row, seen)
        post(
            FORM,
            command,
            lambda theirs: told(viewer, theirs),
            say("Look at both; send again to put yours beside it."),
        )


def seen_of(viewer: Viewer, kpi: Kpi, segment: str, draft: Draft) -> Series:
    """What stood when this KPI and market were chosen, or what somebody else has put there since and was shown."""
    if isinstance(draft.seen, Series):
        return draft.seen
    place = f"seen_{draft.key}_{kpi.key}_{segment}"
    known = st.session_state.get(place)
    if not isinstance(known, Series):
        known = viewer.store.state.proposals.series(viewer.principal, kpi.key, segment)
        st.session_state[place] = known
    return known


def draw_fields(viewer: Viewer, kpi: Kpi, segment: str, key: str) -> TargetRow | None:
    """The entry as it is filled in; None, with a sentence, where it cannot be right."""
    unit, field = suffix(kpi.unit).strip() or load_company_of(viewer).currency, f"{key}_{kpi.key}"
    better = say("Higher is better.") if kpi.better is Better.HIGHER else say("Lower is better.")
    st.caption(f"{better} {say(kpi.meaning)}")
    with st.container(horizontal=True, gap="small"):
        target = level(kpi, say("Target ({unit})", unit=unit), own(kpi), f"target_{field}")
        warn = level(kpi, say("Off target beyond ({unit})", unit=unit), None, f"warn_{field}")
        stretch = level(kpi, say("Stretch goal ({unit})", unit=unit), None, f"stretch_{field}")
    today = now().date()
    with st.container(horizontal=True, gap="small"):
        start = st.date_input(say("Counts from"), today + timedelta(days=1), key=f"from_{field}")
        until = st.date_input(say("until before"), None, key=f"until_{field}")
        review = st.date_input(say("To be reviewed on"), None, key=f"review_{field}")
        owner = owner_field(viewer, kpi, named_owner(viewer, kpi) or say(kpi.owner), field, OWNER)
    reason = st.text_input(say("Why"), max_chars=LONGEST, key=f"why_{field}")
    if target is None or not isinstance(start, date):
        return None
    try:
        row = TargetRow(
            kpi.key,
            start,
            target,
            segment,
            until,
            warn,
            stretch,
            owner=owner,
            review_on=review,
            reason=reason,
        )
        return checked([row])[0]
    except (TargetError, WrongEntry) as wrong:
        tell(say("This can't be right yet"), say_refusal(wrong), kind="info")
        return None


def level(kpi: Kpi, label: str, given: float | None, key: str) -> Decimal | None:
    """A number in the unit people read, as the store keeps it: 95 per cent is 0.95."""
    number = st.number_input(label, value=given, step=None, format="%g", key=key)
    if number is None:
        return None
    exact = Decimal(str(round(float(number), 6)))
    return exact / 100 if kpi.unit is Unit.PERCENT else exact


def own(kpi: Kpi) -> float | None:
    """The definition's own target, to begin with."""
    if kpi.target is None:
        return None
    return round(kpi.target.at * (100 if kpi.unit is Unit.PERCENT else 1), 6)


def proposing(viewer: Viewer, row: TargetRow, seen: Series) -> Callable[[str], object]:
    """Put it before somebody else."""
    return lambda key: viewer.store.state.proposals.propose(viewer.principal, row, seen, key)


def setting(viewer: Viewer, row: TargetRow, seen: Series) -> Callable[[str], object]:
    """Enter it at once, for who may."""
    version = seen.latest.version if seen.latest else 0
    return lambda key: viewer.store.state.targets.add(viewer.principal, row, version, key).id


def told(viewer: Viewer, theirs: object) -> str:
    """What somebody else has put there meanwhile."""
    currency = load_company_of(viewer).currency
    if isinstance(theirs, TargetRow):
        return summary(theirs, currency)
    if not isinstance(theirs, Series):
        return ""
    standing = [summary(theirs.latest, currency)] if theirs.latest else []
    proposed = [
        say("{target} (proposed by {who})", target=summary(each.row, currency), who=each.proposed_by)
        for each in theirs.proposed
    ]
    return clauses([*standing, *proposed]) or say("nothing")
