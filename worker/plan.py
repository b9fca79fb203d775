"""The worker's jobs, declared: what each does, when, and after which others. A new job is one line here."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from connectors.configured import told_of
from connectors.plan import SourceConfig
from connectors.sync import Report
from kpi.engine import AsOf
from kpi.lifetime.job import predict_lifetimes
from meetings.readiness import look_at_stock
from sop.peaks import plan_peaks
from sop.refreshers import ask_refreshers
from sop.review_job import look_at_reviews
from store.configured import keep_configured
from store.home import SYSTEM
from store.state.job_rules import FACTS, JobStatus, Planned
from store.state.jobs import Ended
from store.state.runs import RunStatus
from store.timetable import Every, timetable_of
from worker import messages
from worker.alerts import evaluate
from worker.errands import keep_uploads
from worker.people import end_erasures
from worker.rounds import Job, compute_up_to, forecast, keep_house, pull, settle

LANES = (FACTS,)  # of each lane one job at a time is at work, in all workers together
KEPT = timedelta(days=30)
WELL = Ended(JobStatus.OK)
Do = Callable[[Job], Ended]
log = logging.getLogger("fairlead.worker")


@dataclass(frozen=True)
class Declared:
    """A job and what it does; a failure that is not returned may be raised."""

    planned: Planned
    do: Do


def told_jobs_of(job: Job, every: timedelta) -> tuple[Declared, ...]:
    """The jobs of a configuration, after keeping for the pages which sources it names."""
    keep_configured(job.store.state, SYSTEM, told_of(job.config))
    return jobs_of(job, every)


def jobs_of(job: Job, every: timedelta) -> tuple[Declared, ...]:
    """
    The jobs of a configuration in the order in which those due at the same time start: every source by its own
    timetable or every so often, then the figures, once for all that is newer, then what is made of them.
    """
    usual = Every(every)
    pulls = tuple(_pull_of(source, job, usual) for source in job.config.sources)
    pulled = frozenset(each.planned.name for each in pulls)
    return (
        Declared(Planned("erasures", usual), erasures),
        *pulls,
        Declared(Planned("compute", usual, pulled), compute),
        Declared(Planned("evaluate", usual, frozenset({"compute"})), alerts),
        Declared(Planned("forecast", usual, frozenset({"compute"})), forecasts),
        Declared(Planned("housekeeping", usual), housekeeping),
    )


def _pull_of(source: SourceConfig, job: Job, usual: Every) -> Declared:
    when = timetable_of(source.pull, job.config.company.timezone) if source.pull else usual
    return Declared(Planned(f"sync:{source.name}", when), lambda now: pulled(now, source.name))


def erasures(job: Job) -> Ended:
    """What was begun and interrupted of people to be erased."""
    if ended := end_erasures(job.store):
        log.info("%s erasures ended", ended)
    return WELL


def pulled(job: Job, source: str) -> Ended:
    """One source; what is wrong with it is told as with its runs."""
    (report,) = pull(job, names=[source])
    log.info("%s: %s %s", report.source, report.status.value, report.message)
    newer = any(each.new or each.changed or each.deleted for each in report.counts)
    return _ended(report, newer)


def _ended(report: Report, newer: bool) -> Ended:
    if report.status is RunStatus.OK:
        return Ended(JobStatus.OK, newer=newer)
    return Ended(JobStatus.FAILED, report.message, newer, soon=report.status is RunStatus.FAILED)


def compute(job: Job) -> Ended:
    """The figures up to yesterday, with what is predicted before and looked at after."""
    settle(job)
    if predicted := predict_lifetimes(job.store.lake, AsOf.end_of(job.yesterday)):
        log.info("lifetime values: %s", predicted.reason or f"{predicted.customers} customers")
    if peaks := plan_peaks(job.store.state, job.yesterday):
        log.info("%s peaks planned", peaks)
    if asked := ask_refreshers(job.store.state, job.yesterday):
        log.info("%s refreshers asked for", asked)
    for done in compute_up_to(job.store, job.yesterday):
        log.info("%s: %s", done.table, "all days" if done.days is None else f"{done.days} days")
    if looked := look_at_stock(job.store, SYSTEM, job.yesterday):
        log.info("stock looked at for %s peaks", looked)
    if moved := look_at_reviews(job.store, SYSTEM, datetime.now(UTC)):
        log.info("%s reviews brought forward or effects looked at", moved)
    return WELL


def alerts(job: Job) -> Ended:
    """Alerts and their episodes, by what was computed."""
    log.info("alerts: %s", evaluate(job.store, SYSTEM, datetime.now(UTC)))
    return WELL


def forecasts(job: Job) -> Ended:
    """Forecasts as of yesterday, once a day."""
    if made := forecast(job):
        log.info("forecasts: %s", made)
    return WELL


def housekeeping(job: Job) -> Ended:
    """What is kept for a time only, and the files of the lake."""
    keep_house(job)
    keep_uploads(job.store)
    job.store.state.jobs.forget(KEPT)
    job.store.state.deliveries.forget(messages.KEPT)
    return WELL


def planned(declared: Sequence[Declared]) -> tuple[Planned, ...]:
    """Without what they do."""
    return tuple(each.planned for each in declared)
