"""What a message says: which episodes, why, where they stand and where to look; no figure, which a mail would keep."""

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.wording import HAPPENED, STAGES, about, why_told
from kpi.words import Language, marked, say, say_many, speaking
from store.state.episode_records import Episode, Notice

TITLES = {"opened": marked("Needs you: {about}"), "escalated": marked("Still waits: {about}"),
          "reminded": marked("Still waits: {about}")}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One episode (0: a meeting) in a message; `link` leads to it, for who has signed in."""

    episode: int
    about: str
    what: str
    why: str
    stage: str
    since: str
    link: str

    @property
    def said(self) -> str:
        """What happened, why, where it stands and since when."""
        return " · ".join(filter(None, (self.what, self.why, self.stage, self.since)))


@dataclass(frozen=True)
class Letter:
    """
    A message in words. `key` stays the same however often it is sent; `settings` is where messages are paused.
    `meeting`: the number of the meeting it is about, 0 for alerts; `attached`: files by name, for mail.
    """

    key: str
    title: str
    lines: tuple[Line, ...]
    settings: str
    footer: str
    meeting: int = 0
    attached: tuple[tuple[str, bytes], ...] = ()

    @property
    def text(self) -> str:
        """As plain text."""
        parts = [f"{each.about}\n{each.said}\n{each.link}" for each in self.lines]
        return "\n\n".join([*parts, f"{self.footer}\n{self.settings}"]) + "\n"


def compose(key: str, told: Sequence[tuple[Notice, Episode]], address: str, language: str) -> Letter:
    """The message about some notices with the episodes they speak of, each episode once, as its latest notice says."""
    with speaking(Language(language)):
        newest = {episode.id: (notice, episode) for notice, episode in told}
        lines = tuple(_line(*each, address) for each in newest.values())
        first = told[0][0]
        if len(lines) == 1:
            title = say(TITLES.get(first.what, marked("About {about}")), about=lines[0].about)
        else:
            title = say_many("{n} alert needs you", "{n} alerts need you", len(lines))
        footer = say("When and how you are told, or not at all:")
        return Letter(key, title, lines, f"{address}/alerts?part=messages", footer)


def _line(notice: Notice, episode: Episode, address: str) -> Line:
    what = say(HAPPENED[notice.what]) if notice.what in HAPPENED else notice.what
    since = say("since {day}", day=episode.since.isoformat())
    link = f"{address}/alerts?episode={episode.id}"
    return Line(episode.id, about(episode), what, why_told(episode), say(STAGES[episode.stage]), since, link)
