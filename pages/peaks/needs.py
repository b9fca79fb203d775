"""What a peak takes of carriers and teams, and how much of it is promised: a table, and the form to say so."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from kpi.figures import count
from kpi.model import Department
from kpi.score import Status
from kpi.words import marked, say
from meetings.told import segment_told
from pages.parts.fields import save_or_cancel
from pages.parts.format import ABSENT
from pages.parts.load import load_company_of
from pages.parts.posting import Draft, begin, draft_of, leave, post
from pages.parts.tables import Cell, Column, Marked, table
from pages.parts.viewer import Viewer
from store.permits import Permit
from store.state import segment_text
from store.state.peak_records import LONGEST_NAME, MOST_NEEDED, Need, NeedKind, Peak

FORM = "peak_need"
KINDS = {NeedKind.CARRIER: marked("Carrier"), NeedKind.STAFF: marked("Team")}
COLUMNS = (
    Column(marked("Who")), Column(marked("For")), Column(marked("Needed"), "r"), Column(marked("Promised"), "r"),
    Column(marked("Missing"), "r"), Column(marked("Owner")),
)  # fmt: skip


def draw(viewer: Viewer, peak: Peak, market: str) -> None:
    """The needs of a peak, of one market or all, and for who may the form."""
    st.header(say("Carriers and teams"), anchor=False)
    rows = viewer.store.state.peaks.needs(viewer.principal, peak.id)
    found = [each for each in rows if not market or each.market in (None, market)]
    if found:
        st.html(table(COLUMNS, [_line(each) for each in found], say("Carriers and teams"), stacks=True))
    else:
        st.text(say("Nobody has said yet what the peak takes of carriers and teams."))
    if not viewer.principal.may(Permit.PLAN_PEAKS):
        return
    draft = draft_of(FORM)
    if draft is not None:
        draw_form(viewer, peak, draft)
        return
    with st.container(horizontal=True, gap="small"):
        st.button(say("Add what is needed"), key="need_new", on_click=begin, args=(FORM, "add"))
        if found:
            _picker(found)


def _picker(found: list[Need]) -> None:
    """Which one to change."""
    with st.popover(say("Change one")):
        for each in found:
            st.button(
                f"{each.what} · {segment_told(each.segment)}", key=f"need_{each.id}", on_click=begin,
                args=(FORM, "change", each), type="tertiary",
            )  # fmt: skip


def _line(each: Need) -> list[Cell]:
    missing: Cell = Marked(count(each.missing), Status.OFF_TARGET) if each.missing else "0"
    return [
        f"{each.what} ({say(KINDS[each.kind])})", segment_told(each.segment),
        f"{count(each.needed)} {say(each.unit)}", count(each.promised), missing, each.owner or ABSENT,
    ]  # fmt: skip


def draw_form(viewer: Viewer, peak: Peak, draft: Draft) -> None:
    """One need: of whom, for which market, how much, and how much of it is there."""
    seen = draft.seen if isinstance(draft.seen, Need) else None
    with st.form(f"form_{FORM}", width=760):
        asked = _asked(viewer, peak, seen, draft.key)
        sent = save_or_cancel(FORM, say("Save"))
    if seen is not None:
        st.button(
            say("Remove it"), key=f"drop_{draft.key}", type="tertiary", on_click=_remove, args=(viewer, seen)
        )
    if not sent:
        return
    state, who = viewer.store.state.peaks, viewer.principal

    def command(command_key: str) -> object:
        told = asked()
        if seen is None:
            return state.add_need(who, told, command_key)
        kept = replace(told, id=seen.id, version=seen.version, entered_by=seen.entered_by)
        return state.save_need(who, kept, command_key)

    post(FORM, command)


def _asked(viewer: Viewer, peak: Peak, seen: Need | None, key: str) -> Callable[[], Need]:
    """The fields; what they say together, which may be refused."""
    kind = st.radio(
        say("Of whom"), list(NeedKind), index=list(NeedKind).index(seen.kind) if seen else 0,
        format_func=lambda each: say(KINDS[each]), horizontal=True, key=f"kind_{key}",
    )  # fmt: skip
    what = _words(say("Name of the carrier or team"), seen.what if seen else "", f"what_{key}")
    segment = _market(viewer, peak, (seen.market or "") if seen else "", key)
    house = _house(viewer, seen.department if seen else "shipping", key)
    hint = say("parcels a day, or people")
    unit = _words(say("Counted in"), seen.unit if seen else "", f"unit_{key}", hint)
    needed = _number(say("Needed"), seen.needed if seen else 0, f"needed_{key}")
    promised = _number(say("Promised"), seen.promised if seen else 0, f"promised_{key}")
    owner = _words(say("Who is on it"), seen.owner if seen else "", f"owner_{key}")
    told = kind or NeedKind.CARRIER
    return lambda: Need(peak.id, NeedKind(told), what, needed, promised, unit, house, segment, owner)


def _market(viewer: Viewer, peak: Peak, usual: str, key: str) -> str:
    """The part of the firm a need is for, as a segment: any market of the peak that the reader sees."""
    mine = viewer.principal.scope.markets
    known = [each for each in sorted(load_company_of(viewer).markets) if mine is None or each in mine]
    markets = [*([""] if mine is None else []), *(each for each in known if peak.is_in(each))]
    market = st.selectbox(
        say("For"), markets, index=markets.index(usual) if usual in markets else 0,
        format_func=lambda each: each or say("All markets"), key=f"where_{key}",
    )  # fmt: skip
    return segment_text({"market": str(market)} if market else {})


def _house(viewer: Viewer, usual: str, key: str) -> str:
    houses = [each.value for each in Department if viewer.principal.scope.sees_department(each.value)]
    house = st.selectbox(
        say("Department"), houses, index=houses.index(usual) if usual in houses else 0,
        format_func=lambda each: say(Department(each).label), key=f"house_{key}",
    )  # fmt: skip
    return str(house)


def _words(label: str, value: str, key: str, hint: str | None = None) -> str:
    return st.text_input(label, value, max_chars=LONGEST_NAME, key=key, placeholder=hint)


def _number(label: str, value: int, key: str) -> int:
    return int(st.number_input(label, 0, MOST_NEEDED, value, key=key))


def _remove(viewer: Viewer, seen: Need) -> None:
    """The callback of the button; somebody who was faster is met by the table as it is now."""
    viewer.store.state.peaks.remove_need(viewer.acting(), seen)
    leave(FORM)
