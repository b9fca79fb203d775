"""How far a stream was read, as text between runs: since when it was asked, its next page, the latest change seen."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from operator import itemgetter

from connectors.errors import SourceError
from connectors.http.declared import Since


@dataclass(frozen=True)
class Reached:
    """
    `next` is the number, token or address of the page to ask for; empty: the stream was read to its end. `began` is
    when this reading of it did: what changes meanwhile, on a page that was read, is asked for the next time. `until`
    is the end of the window that is being read, `rows` how many were read of it, `mark` tells its last page.
    """

    since: str = ""
    next: str = ""
    latest: str = ""
    began: str = ""
    until: str = ""
    rows: str = ""
    mark: str = ""

    def written(self) -> str:
        return json.dumps({name: text for name, text in asdict(self).items() if text})

    def begun(self, since: Since | None, now: datetime) -> "Reached":
        """A reading that begins now, of the first window where the stream has windows."""
        until = now
        if since is not None and since.window_days and self.since:
            until = min(now, moment_of(self.since) + timedelta(days=since.window_days))
        return replace(
            self, began=now.isoformat(), until=until.isoformat() if since else "", rows="", mark=""
        )

    def not_after(self, moment: datetime | None) -> "Reached":
        """The same by the clock of the host, should that one be slow."""
        if moment is None or moment >= moment_of(self.began):
            return self
        return replace(self, began=moment.isoformat())

    @property
    def is_window_of_more(self) -> bool:
        """Whether the window ends before this reading began."""
        return bool(self.until) and moment_of(self.until) < moment_of(self.began)

    def next_window(self) -> "Reached":
        """The beginning of the window behind this one."""
        return Reached(self.until, latest=self.latest)

    def anew(self, since: Since | None) -> "Reached":
        """
        Where the next pull begins once a stream was read to its end: at its latest change, but not after this reading
        began, less the lookback. So a row dated in the future moves nothing, and without new rows nothing moves.
        """
        if since is None or not self.latest:
            return Reached(self.since)
        if since.window_days and self.since and moment_of(self.latest) < moment_of(self.since):
            return Reached(self.since, latest=self.latest)
        latest = min(moment_of(self.latest), moment_of(self.began or self.latest))
        return Reached((latest - timedelta(seconds=since.lookback_s)).isoformat(), "", self.latest)

    def joined(self, other: "Reached") -> "Reached | None":
        """Where two tables of one stream can be read together from; None where they stand too far apart."""
        if not self.next and not other.next and bool(self.since) == bool(other.since):
            return self if not self.since or moment_of(self.since) <= moment_of(other.since) else other
        if self.next and other.next and (self.since, self.began) == (other.since, other.began):
            return self if int(self.rows or 0) <= int(other.rows or 0) else other
        if self.since == other.since and bool(self.next) != bool(other.next):
            return (
                other if self.next else self
            )  # fewer requests than the rest of one and the whole of the other
        return None


def read_reached(text: str | None) -> Reached:
    """What an earlier run kept; the beginning where there was none, or what another kind of source kept."""
    try:
        told = json.loads(text or "{}")
        return Reached(**{name: str(value) for name, value in told.items()})
    except (ValueError, TypeError, AttributeError):
        return Reached()


def moment_of(text: str) -> datetime:
    """An instant as systems write it: by ISO 8601, also 20250305, or as seconds since 1970. Raises SourceError."""
    try:
        if text.isdigit() and len(text) != len("20250305"):  # so short a number of seconds is of 1970
            return datetime.fromtimestamp(int(text), UTC)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        raise SourceError(f"'{text[:40]}' is no moment a stream could go on from.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def latest_of(moments: Iterable[str], before: str) -> str:
    """The latest of these and of what was known; what is no moment tells nothing."""
    known = [(moment_of(before), before)] if before else []
    for each in moments:
        with suppress(SourceError):
            known.append((moment_of(each), each))
    return max(known, key=itemgetter(0), default=(None, ""))[1]


def asked(since: Since, moment: str) -> str:
    """A moment as the parameter of a stream wants it."""
    found = moment_of(moment).astimezone(UTC)
    match since.written:
        case "epoch":
            return str(int(found.timestamp()))
        case "date":
            return f"{found:%Y-%m-%d}"
        case _:
            return f"{found:%Y-%m-%dT%H:%M:%SZ}"
