"""What people of the made-up company did about its alerts, so that newcomers find episodes at every stage of life."""

from datetime import date, timedelta

from store.scope import Principal
from store.state import Action, State
from store.state.episode_records import Closing, Episode, Stage

SOON = timedelta(days=14)


def handle(state: State, principal: Principal, today: date) -> int:
    """One is asleep, one was a false alarm, one is acknowledged with a word, one in action; how many. Once each."""
    waiting = [
        each
        for each in state.episodes.rows(principal)
        if each.kpi and not each.explained and each.stage is Stage.OPEN
    ]
    ways = (_sleep, _dismiss, _look, _act)
    for way, episode in zip(ways, waiting, strict=False):
        way(state, principal, episode, today)
    return min(len(ways), len(waiting))


def _sleep(state: State, principal: Principal, episode: Episode, today: date) -> None:
    why = "New carrier contract from next month; the price is known"
    state.episodes.snooze(principal, episode, today + SOON, why, today, f"demo-sleep-{episode.id}")


def _dismiss(state: State, principal: Principal, episode: Episode, today: date) -> None:
    why = "One campaign was booked on the wrong account; it is corrected"
    state.episodes.close(principal, episode, Closing.FALSE_ALARM, why, f"demo-false-{episode.id}")


def _look(state: State, principal: Principal, episode: Episode, today: date) -> None:
    seen = state.episodes.acknowledge(principal, episode, f"demo-look-{episode.id}")
    word = "Looking at the orders of these weeks; more by Friday"
    state.episodes.comment(principal, seen, word, f"demo-word-{episode.id}")


def _act(state: State, principal: Principal, episode: Episode, today: date) -> None:
    action = Action(
        episode.kpi, episode.department, "Find what began that week and stop it", "Ilse Brandt", today + SOON,
        episode.segment,
    )  # fmt: skip
    made = state.actions.add(principal, action, f"demo-promise-{episode.id}")
    state.episodes.act(principal, episode, made.id, f"demo-act-{episode.id}")
