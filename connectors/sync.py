"""Pulling sources into the fact lake: one run a source, one source after the other, each whole or not at all."""

import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from polars.exceptions import PolarsError

from connectors.batch import Batch, Connector, Divided, Together
from connectors.block import suggestion
from connectors.ending import ending
from connectors.errors import ConfigError, SourceError, SyncRunning
from connectors.observed import keep_notes
from connectors.personal import treatments
from connectors.plan import Config, SourceConfig
from connectors.registry import BUILDERS, Builder, build
from connectors.take import Intake, Progress
from connectors.unchanged import Known, recognise, remember
from store.home import Store
from store.intake import Drift, MissingColumns, UnreadColumn
from store.lake import WriterBusy
from store.personal.treatment import STREAM, as_words
from store.scope import Principal
from store.state.runs import Counts, RunStatus

LOCK = "sync.lock"
STOPS_A_TABLE = (SourceError, ConfigError, MissingColumns, UnreadColumn, WriterBusy, PolarsError, OSError)


@dataclass(frozen=True)
class Report:
    """What became of one source: the counts of each table, and why it stopped where it did."""

    source: str
    status: RunStatus
    message: str
    counts: tuple[Counts, ...] = ()
    run: int | None = None


def sync(
    store: Store,
    config: Config,
    principal: Principal,
    names: Sequence[str] | None = None,
    full: bool = False,
    since: date | None = None,
    builders: Mapping[str, Builder] = BUILDERS,
    progress: Progress = lambda _: None,
) -> list[Report]:
    """
    Pull the named sources, or all, into the lake; what is wrong with one does not stop the others.

    `full` forgets how far a source was read. A table whose rows look wrong as a whole (drift), or that cannot be
    read, keeps what it has. Raises ConfigError for a name that is no source, SyncRunning while another sync works.
    """
    wanted = _chosen(config, names)
    with only_one(store):
        return [_pull(store, config, principal, source, full, since, builders, progress) for source in wanted]


@contextmanager
def only_one(store: Store) -> Iterator[None]:
    """Hold the home's sync lock; the kernel frees it when the process ends. Raises SyncRunning."""
    store.locks.mkdir(parents=True, exist_ok=True)
    handle = os.open(store.locks / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
            raise SyncRunning(
                f"Another sync of {store.home} is at work (process {holder or 'unknown'}). Wait until it is done."
            ) from None
        os.pwrite(handle, f"{os.getpid():<20}".encode(), 0)
        yield
    finally:
        os.close(handle)


def _chosen(config: Config, names: Sequence[str] | None) -> list[SourceConfig]:
    by_name = {source.name: source for source in config.sources}
    for name in names or ():
        if name not in by_name:
            raise ConfigError(f"There is no source '{name}'. {suggestion(name, by_name)}")
    return [by_name[name] for name in names] if names else list(by_name.values())


def _pull(
    store: Store,
    config: Config,
    principal: Principal,
    source: SourceConfig,
    full: bool,
    since: date | None,
    builders: Mapping[str, Builder],
    progress: Progress,
) -> Report:
    """One run of one source, from start to finish in the state database."""
    run = store.state.runs.start_run(principal, source.name)
    intake = Intake(store, config.company, principal, source.name, run, progress)
    tables = [mapping.table.name for mapping in source.tables]
    try:
        problems = _work(intake, source, full, since, builders)
    except BaseException as stopped:
        message = f"Stopped: {type(stopped).__name__}. {stopped}".strip()
        store.state.runs.finish_run(principal, run, RunStatus.FAILED, message, counts=intake.counts(tables))
        raise
    status = _status(problems)
    message = " ".join([*map(str, problems), intake.reached()]).strip() if problems else intake.notes()
    counts = intake.counts(tables)  # of a failed run too: which tables are waiting for it is worth knowing
    data_time = _data_time(store, principal, intake, full)
    store.state.runs.finish_run(principal, run, status, message, data_time, counts)
    return Report(source.name, status, message, counts, run)


def _data_time(store: Store, principal: Principal, intake: Intake, full: bool) -> datetime | None:
    """How far the source's rows reach: of this pull and, as one may bring only what changed, of the good one before."""
    before = [
        each.data_time
        for each in store.state.runs.freshness(principal)
        if each.source == intake.source and not full
    ]
    return max((moment for moment in (*before, intake.latest) if moment), default=None)


def _status(problems: Sequence[Exception]) -> RunStatus:
    if not problems:
        return RunStatus.OK
    drifted = all(isinstance(problem, Drift) for problem in problems)
    return RunStatus.DRIFT if drifted else RunStatus.FAILED


def _work(
    intake: Intake, source: SourceConfig, full: bool, since: date | None, builders: Mapping[str, Builder]
) -> list[Exception]:
    """Take in every table; what stopped a table is returned, and what is a mistake of ours is raised."""
    problems: list[Exception] = []
    try:
        connector = build(source, builders)
        intake.keep(STREAM, as_words(treatments(source)))
        known = recognise(intake, connector)
        if known.counts is not None and not full:
            intake.take_as_unchanged(known.counts)
            return []
        parts = connector.parts() if isinstance(connector, Divided) else [connector]
    except STOPS_A_TABLE as problem:
        return [problem]
    for part in parts:
        problems += _part(intake, part, full, since)
    keep_notes(intake, connector)
    _settle(intake, known, problems)
    return problems


def _part(intake: Intake, connector: Connector, full: bool, since: date | None) -> list[Exception]:
    """The problems of one part; a table that was stopped does not stop those its connector reads together with it."""
    stopped: dict[str, Exception] = {}
    tables = connector.together if isinstance(connector, Together) else frozenset[str]()
    try:
        cursors = {} if full else intake.cursors()
        with ending(connector.pull(cursors, full=full, since=since)) as batches:
            for batch in batches:
                if batch.table.name not in stopped:
                    stopped |= _stopped(intake, batch, full)
                if stopped and stopped.keys() >= tables:
                    break
    except STOPS_A_TABLE as problem:
        return [*stopped.values(), problem]
    return list(stopped.values())


def _stopped(intake: Intake, batch: Batch, full: bool) -> dict[str, Exception]:
    """Takes the batch in; the problem by the name of its table where that is not possible."""
    try:
        intake.take(batch, accept_empty=full)
    except (*STOPS_A_TABLE, Drift) as problem:
        return {batch.table.name: problem}
    return {}


def _settle(intake: Intake, known: Known, problems: list[Exception]) -> None:
    """After the rows: amounts that waited for a rate get it, and an unchanged source is known next time."""
    intake.reprice()
    if not problems:
        remember(intake, known)
