"""What alerts told whom: one's own messages, everybody's for who looks after them; what could not be sent first."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from kpi.score import Status
from kpi.words import clauses, marked, say, say_many
from pages.alerts.wished import draw_wish
from pages.parts.format import day
from pages.parts.given_up import may_replay
from pages.parts.refusals import say_refusal
from pages.parts.states import State, draw_state
from pages.parts.tables import Cell, Column, Marked, table
from pages.parts.trouble import tell
from pages.parts.viewer import Viewer
from store.database import StateError
from store.state import WrongEntry
from store.state.deliveries import Delivery, DeliveryState
from store.state.wishes import How, Wish

STATES: Mapping[DeliveryState, str] = {
    DeliveryState.WAITING: marked("On its way"), DeliveryState.SENT: marked("Sent"),
    DeliveryState.DEAD: marked("Given up"), DeliveryState.SKIPPED: marked("Not sent"),
}  # fmt: skip
HOWS: Mapping[How, str] = {
    How.EACH: marked("You are told at once"), How.DAILY: marked("You are told once a day, at {time}"),
    How.NEVER: marked("You are not told by message"),
}  # fmt: skip
COLUMNS = (
    Column(marked("Made"), "w"), Column(marked("To")), Column(marked("By")), Column(marked("State")),
    Column(marked("Why")),
)  # fmt: skip
MOST, MOST_BUTTONS = 100, 10


def draw(viewer: Viewer) -> None:
    """How one is told, then the messages."""
    state, who = viewer.store.state, viewer.principal
    mine = state.wishes.mine(who)
    st.html(f'<div class="fl-told">{escape(wish_told(mine))}</div>')
    draw_wish(viewer, mine)
    found = state.deliveries.rows(who, limit=MOST)
    if not found:
        draw_state(
            State.EMPTY, say("No messages yet"), say("What alerts tell by mail or chat is listed here.")
        )
        return
    if dead := sum(each.state is DeliveryState.DEAD for each in found):
        told = say_many("{n} message could not be sent.", "{n} messages could not be sent.", dead)
        st.html(f'<div class="fl-told">{escape(told)}</div>')
        if may_replay(viewer):
            draw_again(viewer, [each for each in found if each.state is DeliveryState.DEAD][:MOST_BUTTONS])
    ordered = sorted(found, key=lambda each: each.state is not DeliveryState.DEAD)
    st.html(table(COLUMNS, [_line(each) for each in ordered], say("Messages"), stacks=True))


def draw_again(viewer: Viewer, dead: Sequence[Delivery]) -> None:
    """A button for each message that was given up, the newest first."""
    with st.container(horizontal=True, gap="small"):
        for each in dead:
            label = say("Send message {n} again", n=each.id)
            st.button(label, key=f"again_{each.id}", on_click=_again, args=(viewer, each))


def _again(viewer: Viewer, dead: Delivery) -> None:
    """Pressed twice it is sent again once: the key is that of this failure."""
    key = f"replay-{dead.id}-{dead.ended_at}"
    try:
        viewer.store.state.deliveries.replay(viewer.principal, dead.id, key)
    except (StateError, WrongEntry) as refused:
        tell(say("Not saved"), say_refusal(refused), kind="info")


def wish_told(wish: Wish) -> str:
    """How somebody is told."""
    told = [say(HOWS[wish.how], time=f"{wish.digest_at:%H:%M}")]
    if wish.how is not How.NEVER and wish.quiet_from != wish.quiet_until:
        told.append(
            say(
                "quiet from {start} to {end}",
                start=f"{wish.quiet_from:%H:%M}",
                end=f"{wish.quiet_until:%H:%M}",
            )
        )
    if wish.paused_until:
        told.append(say("paused until {day}", day=day(wish.paused_until)))
    return clauses(told)


def _line(each: Delivery) -> list[Cell]:
    told = f"{say(STATES[each.state])} ({each.id})"
    where: Cell = Marked(told, Status.OFF_TARGET) if each.state is DeliveryState.DEAD else told
    return [day(each.made_at.date()), each.recipient or say("nobody"), each.channel, where, each.message]
