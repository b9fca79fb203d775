"""What the page of training reads: bounded questions to the state, asked once a run."""

from collections.abc import Mapping
from datetime import date

from pages.parts.load import load_company_of
from pages.parts.viewer import Viewer
from pages.sops.load import today_of
from store.permits import Permit
from store.reading_ladder import Ladder
from store.state.owing import Standing
from store.state.posts import Post


def ladder_of(viewer: Viewer) -> Ladder:
    """How long the firm gives people to read, and who sees from when that they are late."""
    return load_company_of(viewer).ladder


def load_mine(viewer: Viewer) -> list[Standing]:
    """What the reader owes, the most pressing first."""
    ask = viewer.store.state.standings.mine
    return viewer.once("owed", lambda: ask(viewer.principal, today_of(viewer), ladder_of(viewer)))


def load_people(viewer: Viewer) -> list[Standing]:
    """What the people owe whom the reader leads directly."""
    ask = viewer.store.state.standings.people
    return viewer.once("owed_by_people", lambda: ask(viewer.principal, today_of(viewer), ladder_of(viewer)))


def load_posts(viewer: Viewer) -> list[Post]:
    """Who works as what, as far as the reader may see it."""
    return viewer.once("posts", lambda: viewer.store.state.posts.rows(viewer.principal))


def load_names(viewer: Viewer) -> Mapping[str, str]:
    """What the people are called whom the reader trains or leads, by address."""

    def ask() -> Mapping[str, str]:
        state, who = viewer.store.state, viewer.principal
        led = {each.email: each.name for each in state.leads.people(who)}
        return (state.posts.names(who) if who.may(Permit.TRAIN_PEOPLE) else {}) | led

    return viewer.once("names_of_people", ask)


def mentees(viewer: Viewer, day: date) -> list[Post]:
    """The posts whose mentor the reader is."""
    mine = viewer.principal.name
    return [each for each in load_posts(viewer) if each.mentor == mine and each.holds(day)]
