"""What people ask for in the browser, done beside the rounds: look at a file, load it, replay, try a source."""

import fcntl
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import TypeVar

from connectors.bringing import look_into, named, prepare
from connectors.errors import ConfigError, SourceError, SyncRunning
from connectors.plan import SourceConfig
from connectors.registry import build
from connectors.rejected import remark
from connectors.sync import Report
from connectors.tried import tried
from kpi.catalog import KPIS
from kpi.standing import coverage
from sop.audits.making import draw_audit
from store.brought import Bring, Found, Loaded, TableLoaded, as_plain, of_plain
from store.company_file import load_company
from store.database import StateError
from store.home import SYSTEM, Store
from store.personal.limits import load_retention
from store.state import Brought, Counts, Errand, ErrandKind, RunStatus, WrongEntry
from store.tried import CAN_BE_TRIED, Trial
from store.uploads import UploadRefused, drop_upload, sweep_uploads, upload_path
from worker.people import end_erasures
from worker.rounds import Job, compute_up_to, mapped, pull, replay_rejected

QUICK = (ErrandKind.LOOK, ErrandKind.DRAW)
ASKING = (ErrandKind.TRY,)
HEAVY = (ErrandKind.LOAD, ErrandKind.REPLAY, ErrandKind.DEMO, ErrandKind.ERASE)
LOCK = "errands.lock"
PATIENCE_S, STEP_S = 600.0, 2.0
FORGET = timedelta(days=1)
Tell = Callable[[str], None]
T = TypeVar("T")
TOLD = (SourceError, ConfigError, StateError, UploadRefused, WrongEntry)
log = logging.getLogger("fairlead.worker")


@dataclass(eq=False)
class Errands:
    """Does errands, one of a kind at a time; of several workers on one home only one does any.

    `job` reads the configuration anew; `demo` loads the example company. `heavy` is held while a round or a heavy
    errand is at work.
    """

    store: Store
    job: Callable[[], Job]
    demo: Callable[[Tell], object]
    heavy: Lock = field(default_factory=Lock)
    _taking: Lock = field(default_factory=Lock)
    _handle: int | None = None

    def quick(self) -> bool:
        """Do one that needs no lock; whether there was one."""
        return self._next(QUICK)

    def asking(self) -> bool:
        """Do one that waits for others, such as a host that is slow to answer; whether there was one."""
        return self._next(ASKING)

    def slow(self) -> bool:
        """Do one that changes the facts, once no round is at work; whether there was one."""
        if not self._is_asked(HEAVY):
            return False
        with self.heavy:
            return self._next(HEAVY)

    def _is_asked(self, kinds: Sequence[ErrandKind]) -> bool:
        return self._is_ours() and self.store.state.errands.is_asked(kinds)

    def _next(self, kinds: Sequence[ErrandKind]) -> bool:
        if not self._is_asked(kinds):
            return False
        errand = self.store.state.errands.take(kinds)
        if errand is not None:
            do(errand, self.store, self.job, self.demo)
        return errand is not None

    def _is_ours(self) -> bool:
        """Hold the lock of the home from the first time on; what a worker that is gone had begun waits again."""
        with self._taking:
            if self._handle is not None:
                return True
            self.store.locks.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.store.locks / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                return False
            self._handle = handle
            self.store.state.errands.take_back()
            return True


def do(errand: Errand, store: Store, job_of: Callable[[], Job], demo: Callable[[Tell], object]) -> None:
    """Do one errand; whatever happens, also where the configuration is broken, it ends, and whoever asked is told."""
    errands = store.state.errands
    try:
        job = job_of()
        job = replace(job, principal=replace(job.principal, name=errand.asked_by))
        errands.finish(errand.id, _answer(errand, job, lambda step: errands.tell(errand.id, step), demo))
    except TOLD as problem:
        errands.fail(errand.id, str(problem))
    except Exception:
        log.exception("errand %s failed", errand.id)
        errands.fail(
            errand.id, f"Something went wrong that nobody foresaw; errand {errand.id} in the worker's log."
        )


def _answer(errand: Errand, job: Job, tell: Tell, demo: Callable[[Tell], object]) -> Mapping[str, object]:
    match errand.kind:
        case ErrandKind.LOOK:
            return as_plain(look(job, of_plain(Bring, errand.asked)))
        case ErrandKind.LOAD:
            return as_plain(load(job, of_plain(Bring, errand.asked), tell))
        case ErrandKind.REPLAY:
            return as_plain(replayed(job, str(errand.asked.get("source", "")), tell))
        case ErrandKind.DEMO:
            return as_plain(_filled(job, tell, demo))
        case ErrandKind.ERASE:
            tell("erase")
            return {"ended": _patiently(lambda: end_erasures(job.store))}
        case ErrandKind.DRAW:
            tell("draw")
            return {"drawn": _drawn(job.store, errand.asked.get("audit"))}
        case ErrandKind.TRY:
            tell("try")
            return as_plain(_tried(job, str(errand.asked.get("source", ""))))


def _tried(job: Job, name: str) -> Trial:
    """The first rows of a source; nothing is stored and no cursor moves. Raises ConfigError."""
    source = next((each for each in job.config.sources if each.name == name), None)
    if source is None:
        raise ConfigError(f"There is no source '{name}' any more.")
    if source.connector not in CAN_BE_TRIED:
        raise ConfigError(f"'{name}' is a {source.connector} source, which cannot be tried out.")
    return Trial(name, tuple(tried(build(source, job.builders))))


def _drawn(store: Store, audit: object) -> int:
    """Draw what an audit waits for; where nothing can be drawn the audit says so, too."""
    if not isinstance(audit, int):
        raise WrongEntry("It was not said which audit to draw.")
    try:
        return draw_audit(store.state, store.lake, SYSTEM, audit, load_company(store.home).timezone).size
    except WrongEntry as problem:
        store.state.audits.cannot_draw(SYSTEM, audit, str(problem))
        raise


def _filled(job: Job, tell: Tell, demo: Callable[[Tell], object]) -> Loaded:
    """The example company in an installation nothing was ever read into."""
    if job.store.lake.names():
        raise SourceError("There is data already; the made-up company is for an empty installation.")
    demo(lambda step: tell(f"demo|{step.rpartition(': ')[2].removesuffix(' …')}"))
    return _result(job.store, "demo", (), {}, "")


def look(job: Job, bring: Bring) -> Found:
    """What is in an upload."""
    path = _file(job, bring)
    taken = [each.name for each in job.config.sources]
    return look_into(job.store, job.config.company, path, bring, _saved(job), taken)


def load(job: Job, bring: Bring, tell: Tell) -> Loaded:
    """Load an upload, work out the KPIs, keep the mapping and forget the file. Raises what is told to people."""
    path, before = _file(job, bring), _reach(job.store)
    taken = [each.name for each in job.config.sources]
    prepared = prepare(path, bring, _saved(job), taken)
    if prepared.config is None:
        raise SourceError(prepared.problem)
    try:
        report = _pulled(job, prepared.config, tell)
    except SourceError as problem:
        raise SourceError(named(str(problem), path, bring.title)) from None
    message = named(report.message, path, bring.title)
    if report.status is not RunStatus.OK and not any(each.new or each.changed for each in report.counts):
        raise SourceError(message)
    _compute(job, tell)
    kept = Brought(prepared.name, prepared.shape, prepared.toml, bring.title)
    job.store.state.brought.save(job.principal, kept)
    drop_upload(job.store.home, bring.upload)
    return _result(job.store, prepared.name, report.counts, before, message)


def replayed(job: Job, source: str, tell: Tell) -> Loaded:
    """Take the rejected rows of a source in again, of all of them where it is empty."""
    before, told = _reach(job.store), remark(job.store, mapped(job), job.principal, source) if source else ""
    tell("replay")
    reports = _patiently(lambda: replay_rejected(job, source or None))
    _compute(job, tell)
    counts = [each for report in reports for each in report.counts]
    problems = " ".join(each.message for each in reports if each.message)
    return _result(job.store, source, counts, before, problems or told)


def keep_uploads(store: Store) -> None:
    """Forget uploads after their days, and answers a day after they were asked for."""
    sweep_uploads(store.home, timedelta(days=load_retention(store.home).uploads_days))
    store.state.errands.forget(FORGET)


def _file(job: Job, bring: Bring) -> Path:
    path = upload_path(job.store.home, bring.upload)
    if not path.exists():
        raise UploadRefused(f"{bring.title} is not kept any more: uploads are for a day. Bring it again.")
    return path


def _saved(job: Job) -> list[Brought]:
    return job.store.state.brought.rows(SYSTEM)


def _pulled(job: Job, source: SourceConfig, tell: Tell) -> Report:
    only = replace(job, config=replace(job.config, sources=(source,)))
    tell("read")
    (report,) = _patiently(lambda: pull(only, progress=lambda told: tell(f"read|{told.rpartition(': ')[2]}")))
    return report


def _patiently(work: Callable[[], T]) -> T:
    """Wait for a sync somebody started by hand."""
    until = monotonic() + PATIENCE_S
    while True:
        try:
            return work()
        except SyncRunning:
            if monotonic() > until:
                raise
            sleep(STEP_S)


def _compute(job: Job, tell: Tell) -> None:
    tell("compute")
    compute_up_to(job.store, job.yesterday, progress=lambda table: tell(f"compute|{table}"))


def _reach(store: Store) -> Mapping[str, object]:
    return coverage(store.lake, SYSTEM, list(KPIS.values())).until


def _result(
    store: Store, source: str, counts: Sequence[Counts], before: Mapping[str, object], message: str
) -> Loaded:
    after = _reach(store)
    names = ("fact", "read", "new", "changed", "unchanged", "rejected")
    tables = tuple(TableLoaded(*(getattr(each, name) for name in names)) for each in counts)
    woke = tuple(key for key in KPIS if key in after and key not in before)
    moved = tuple(key for key in KPIS if key in before and after.get(key) != before[key])
    return Loaded(source, tables, woke, moved, message)
