"""What an episode is about and why, in words for pages and messages."""

from collections.abc import Mapping

from kpi.catalog import KPIS
from kpi.vocabulary import named
from kpi.words import listed, marked, say
from store.state.episode_records import Episode, Happened, Stage

STAGES: Mapping[Stage, str] = {
    Stage.OPEN: marked("Not acknowledged"), Stage.ACKNOWLEDGED: marked("Acknowledged"),
    Stage.IN_ACTION: marked("In action"), Stage.VERIFYING: marked("Being verified"), Stage.CLOSED: marked("Closed"),
}  # fmt: skip
REASONS: Mapping[str, str] = {
    "special cause, to the worse": marked("worse than chance explains"), "data stale": marked("the source is late"),
    "forecast breach": marked("forecast to miss"), "SOP overdue": marked("the review is overdue"),
}  # fmt: skip
HAPPENED: Mapping[str, str] = {
    Happened.OPENED: marked("Began"), Happened.REASON_ADDED: marked("Another reason"),
    Happened.REASON_ENDED: marked("A reason ended"), Happened.CAME_BACK: marked("Came back"),
    Happened.TOLD: marked("The owner was told"), Happened.ESCALATED: marked("Told further"),
    Happened.REMINDED: marked("Told again"),
    Happened.ACKNOWLEDGED: marked("Acknowledged"), Happened.COMMENTED: marked("Comment"),
    Happened.GIVEN: marked("Given to"), Happened.SNOOZED: marked("Sleeps"),
    Happened.SNOOZE_ENDED: marked("Awake again"), Happened.ACTION: marked("Action"),
    Happened.VERIFYING: marked("To be verified"), Happened.VERIFIED_ONCE: marked("One more good period"),
    Happened.CLOSED: marked("Closed"),
}  # fmt: skip


def why_told(episode: Episode) -> str:
    """The reasons that hold, or held."""
    return listed(
        [say(REASONS[each]) if each in REASONS else each for each in episode.active or episode.reasons]
    )


def about(episode: Episode) -> str:
    """`On-time delivery · JP`; a source by its name, a procedure by its key."""
    pairs = dict(episode.pairs)
    if not episode.kpi and "source" in pairs:
        return say("Source {source}", source=pairs["source"])
    kpi = KPIS.get(episode.kpi)
    name = [say(kpi.name) if kpi else episode.kpi] if episode.kpi else []
    return " · ".join([*name, *(named(value) for value in pairs.values())])
