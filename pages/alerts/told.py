"""Episodes in words: what it is about, where it stands, why, who is on it, and what happened."""

from collections.abc import Sequence

from alerts.wording import HAPPENED, REASONS, STAGES
from kpi.catalog import KPIS
from kpi.vocabulary import named
from kpi.words import clauses, marked, say
from pages.parts.format import day, words
from pages.parts.language import language_link
from pages.parts.people import owner_of
from pages.parts.viewer import Viewer
from pages.sops.load import load_shelves
from store.state.episode_records import Closing, Episode, Event, Happened, Stage

ENDINGS = {
    Closing.RECOVERED: marked("recovered by itself"), Closing.VERIFIED: marked("verified: it helped"),
    Closing.SEGMENT_GONE: marked("nothing is reported of it any more"), Closing.FALSE_ALARM: marked("false alarm"),
    Closing.ACCEPTED: marked("accepted as it is"),
}  # fmt: skip
DUTIES = {
    "owner": marked("the owner"), "lead": marked("the team lead"),
    "head of department": marked("the head of department"),
}  # fmt: skip


def subject_told(viewer: Viewer, episode: Episode) -> str:
    """`On-time delivery · market JP`; a source or a procedure by its name."""
    pairs = dict(episode.pairs)
    if not episode.kpi and "source" in pairs:
        return say("Source {source}", source=pairs["source"])
    if not episode.kpi:
        return _titles(viewer).get(pairs.get("sop", ""), pairs.get("sop", ""))
    kpi = KPIS.get(episode.kpi)
    parts = [f"{words(name)} {named(value)}" for name, value in pairs.items()]
    return " · ".join([say(kpi.name) if kpi else episode.kpi, *parts])


def _titles(viewer: Viewer) -> dict[str, str]:
    return viewer.once(
        "alert_titles",
        lambda: {each.key: each.shown(each.source).title or each.key for each in load_shelves(viewer)},
    )


def incident_told(viewer: Viewer, incident: str, speaks: Episode) -> str:
    """What an incident is called: the market, source or goal its episodes share, else what the only one is about."""
    root = incident.split("@")[0]
    kind, _, name = root.partition("=")
    if kind == "source":
        return say("Source {source}", source=name)
    if "@" not in incident:
        return subject_told(viewer, speaks)
    if kind == "goal":
        return say(name.partition(": ")[2])
    return f"{words(kind)} {named(name)}"


def owner_told(viewer: Viewer, episode: Episode) -> str:
    """The person, else the role that answers for the KPI."""
    kpi = KPIS.get(episode.kpi)
    return episode.owner or (owner_of(viewer, kpi) if kpi else say("nobody"))


def standing_told(episode: Episode) -> str:
    """How far people are with it, how far up it was told, and whether it sleeps."""
    told = [say(STAGES[episode.stage])]
    if episode.ending:
        told = [say(ENDINGS[Closing(episode.ending)])]
    if episode.acknowledged_by:
        told.append(say("by {who}", who=episode.acknowledged_by))
    if episode.stage is Stage.OPEN and episode.duty != "owner":
        told.append(say("told to {whom}", whom=say(DUTIES[episode.duty])))
    if episode.snoozed_until:
        told.append(
            say("sleeps until {day}: {why}", day=day(episode.snoozed_until), why=episode.snooze_reason)
        )
    return clauses(told)


def load_told(viewer: Viewer, market: str | None) -> dict[str, str]:
    """How far people are with the alerts of KPIs, by the KPI's key, where somebody did something or was told of it."""
    segment = f"market={market}" if market else ""
    mine = (each for each in load_open(viewer) if each.kpi and each.segment == segment)
    return {each.kpi: standing_told(each) for each in mine if _is_moving(each)}


def load_open(viewer: Viewer) -> Sequence[Episode]:
    """The open episodes the reader may see; asked once a run."""
    state, who = viewer.store.state, viewer.principal
    return viewer.once("episodes", lambda: state.episodes.rows(who))


def _is_moving(episode: Episode) -> bool:
    return episode.stage is not Stage.OPEN or episode.duty != "owner" or episode.snoozed_until is not None


def event_told(event: Event) -> str:
    """What happened, with the words that belong to it."""
    text = event.text
    if event.kind is Happened.CLOSED and text in list(Closing):
        text = say(ENDINGS[Closing(text)])
    elif event.kind is Happened.ESCALATED:
        text = say(DUTIES[text])
    elif text in REASONS:
        text = say(REASONS[text])
    return ": ".join(filter(None, [say(HAPPENED[event.kind]), text]))


def link_of(episode: Episode) -> str:
    """The address of one episode."""
    return f"alerts?episode={episode.id}{language_link()}"
