"""Sources that are exactly as they were when they were last taken in need not be read again."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from connectors.batch import Connector, Recognisable
from connectors.take import Intake
from store.company import Company
from store.home import SYSTEM, Store
from store.state.runs import Counts

STREAM = "content"


@dataclass(frozen=True)
class Known:
    """The fingerprint of a source now, and the counts of the run that took it in, where it is still the same."""

    fingerprint: str | None = None
    counts: tuple[Counts, ...] | None = None


def recognise(intake: Intake, connector: Connector) -> Known:
    """Whether the source, its mapping and all that intake adds are as they were. Raises SourceError."""
    if not isinstance(connector, Recognisable):
        return Known()
    content = connector.fingerprint()
    if content is None:
        return Known()
    fingerprint = _with_surroundings(content, intake.store, intake.company)
    return Known(fingerprint, _counts(intake, fingerprint))


def remember(intake: Intake, known: Known) -> None:
    """Keep what a next run needs to recognise the source."""
    if known.fingerprint is None:
        return
    told = {"fingerprint": known.fingerprint, "counts": [_again(counts) for counts in intake.counts()]}
    intake.keep(STREAM, json.dumps(told))


def _with_surroundings(content: str, store: Store, company: Company) -> str:
    """The firm's zones and calendars decide local days and working seconds, so they count as content."""
    calendars = store.state.calendars
    spelt_out = [
        (plan.id, calendars.table(SYSTEM, plan.id).hash_rows().sum()) for plan in calendars.rows(SYSTEM)
    ]
    told = json.dumps([content, _plain(company), _markets(company), spelt_out], default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def _plain(company: Company) -> dict[str, object]:
    """All that decides how rows are read; which departments look at them does not."""
    return {
        name: each for name, each in asdict(replace(company, markets={})).items() if name != "departments"
    }


def _markets(company: Company) -> list[str]:
    return sorted(f"{code} {market}" for code, market in company.markets.items())


def _counts(intake: Intake, fingerprint: str) -> tuple[Counts, ...] | None:
    """The counts of the run that took the same content in, unless a table of it is gone from the lake."""
    told = json.loads(intake.kept(STREAM) or "{}")
    if told.get("fingerprint") != fingerprint:
        return None
    counts = tuple(Counts(**each) for each in told["counts"])
    return None if _is_gone(intake.store, counts) else counts


def _is_gone(store: Store, counts: Sequence[Counts]) -> bool:
    return any(store.lake.version(each.fact) < 0 for each in counts if each.unchanged)


def _again(counts: Counts) -> dict[str, object]:
    """What reading the same again would count."""
    taken = counts.new + counts.changed + counts.unchanged
    return asdict(Counts(counts.fact, read=counts.read, unchanged=taken, rejected=counts.rejected))
