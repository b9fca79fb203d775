"""The meeting on the wall: one part at a time in large letters, how far it is, and for how long it has been on."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from kpi.words import keeping, say
from meetings.agenda import Agenda
from meetings.told import name_told
from pages.parts.load import now
from store.state.meeting_records import Meeting

ON, PLACE = "present", "part"
PROMISED, DECIDED, END = "promised", "decided", "end"
LARGE = """<style>
.stMain .fl-action,.stMain .fl-action b,.stMain .stText,.stMain .fl-sop-prose li{font-size:1.4rem;line-height:1.45}
.stMain .fl-action .fl-quiet{font-size:1.15rem}.stMain h2{font-size:2rem}
</style>"""


@dataclass(frozen=True)
class Shown:
    """What is on the wall: the key of a part (a KPI's key, or one of those above), or everything."""

    part: str = ""

    def has(self, part: str) -> bool:
        return self.part in ("", part)

    def has_items(self) -> bool:
        """Whether any KPI that is off is to be seen."""
        return self.part not in (PROMISED, DECIDED, END)


def draw(meeting: Meeting, agenda: Agenda, *, may: bool) -> Shown:
    """The way into it (for who `may` hold the meeting) and out again, and from part to part; what is to be drawn."""
    if ON not in st.query_params:
        if may and st.button(
            say("Present"), icon=":material/present_to_all:", key="present", type="tertiary"
        ):
            st.query_params[ON], st.query_params[PLACE] = "1", "0"
            st.rerun()
        return Shown()
    parts = [PROMISED, *(each.kpi for each in agenda.items), DECIDED, END]
    asked = st.query_params.get(PLACE, "0")
    at = min(int(asked), len(parts) - 1) if asked.isdecimal() else 0
    st.html(LARGE)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="presenting"):
        st.button(say("Back"), disabled=at == 0, key="part_back", on_click=_go, args=(at - 1,))
        last = at == len(parts) - 1
        st.button(say("Next"), disabled=last, key="part_next", on_click=_go, args=(at + 1,), type="primary")
        st.button(say("Show everything"), key="part_all", on_click=_leave)
        _clock(meeting.id, at, _told(parts, at))
    return Shown(parts[at])


def _told(parts: Sequence[str], at: int) -> str:
    names = {PROMISED: say("What was promised"), DECIDED: say("Decided"), END: say("Who was there")}
    name = names.get(parts[at]) or name_told(parts[at])
    return say("{n} of {all}: {part}", n=at + 1, all=len(parts), part=name)


def _clock(meeting: int, at: int, told: str) -> None:
    """For how many minutes this part has been on, told anew every quarter of a minute."""
    key = f"part_began_{meeting}_{at}"
    began = st.session_state.setdefault(key, now())

    def tick() -> None:
        minutes = int((now() - began).total_seconds() // 60)
        st.html(
            f'<div class="fl-told" role="timer">{escape(told)} · {escape(say("{n} min", n=minutes))}</div>'
        )

    st.fragment(keeping(tick), run_every=15)()


def _go(at: int) -> None:
    st.query_params[PLACE] = str(at)


def _leave() -> None:
    for each in (ON, PLACE):
        st.query_params.pop(each, None)
