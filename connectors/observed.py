"""What a pull notices beside the rows, kept once at its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable

from connectors.batch import Connector
from connectors.fields import Tree, note, paths
from connectors.take import Intake
from store.observed import STREAM, Observed, Quota, Seen, StreamFields, as_words, of_words

A_PAGE = 20  # records that are looked at
MOST = 2_000  # fields that are kept of a stream


@dataclass(eq=False)
class Sample:
    """The fields of those records of a stream that were looked at, which of them are mapped, and to which tables."""

    tables: tuple[str, ...]
    mapped: tuple[str, ...]
    looked_at: int = 0
    tree: Tree = field(default_factory=dict)


@dataclass(eq=False)
class Notes:
    """What one pull has noticed so far."""

    quota: Quota | None = None
    samples: dict[str, Sample] = field(default_factory=dict)

    def look(self, stream: str, records: Sequence[object]) -> None:
        """Look at the first records of a page of a stream that was begun."""
        sample = self.samples[stream]
        for record in records[:A_PAGE]:
            note(record, sample.tree)
            sample.looked_at += 1


@runtime_checkable
class Observing(Protocol):
    """A connector that notices more than its rows."""

    @property
    def notes(self) -> Notes: ...


def keep_notes(intake: Intake, connector: Connector) -> None:
    """Keep what the pull noticed beside what earlier ones did, in one write."""
    if not isinstance(connector, Observing):
        return
    notes, before = connector.notes, of_words(intake.kept(STREAM))
    samples = {name: each for name, each in notes.samples.items() if each.looked_at}
    if notes.quota is None and not samples:
        return
    now = datetime.now(UTC).replace(microsecond=0)
    streams = {name: merged(before.streams.get(name), each, now) for name, each in samples.items()}
    told = Observed(notes.quota or before.quota, {**before.streams, **streams})
    intake.keep(STREAM, as_words(told))


def merged(before: StreamFields | None, sample: Sample, now: datetime) -> StreamFields:
    """What was known of a stream, and what was seen of it now."""
    known = before or StreamFields(now)
    total = known.looked_at + sample.looked_at
    fields: Mapping[str, Seen] = {
        path: replace(known.fields[path], last=now, at=total)
        if path in known.fields
        else Seen(now, now, total)
        for path in paths(sample.tree)
    }
    latest = sorted({**known.fields, **fields}.items(), key=lambda each: -each[1].at)[:MOST]
    return StreamFields(known.since, total, dict(latest), sample.mapped, sample.tables)
