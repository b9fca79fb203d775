"""What the worker's jobs are made of: pull sources, refresh the components, forecast, keep the house in order."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from connectors.plan import Config
from connectors.registry import Builder
from connectors.rejected import replay
from connectors.saved import saved_sources
from connectors.sync import Report, sync
from kpi.catalog import KPIS
from kpi.cluster import on_cluster
from kpi.compute import Computed, refresh
from kpi.engine import AsOf
from kpi.flow.job import compute_flow
from kpi.forecast.job import Forecast, forecast_all
from kpi.forecast.library import library_methods
from kpi.opened import Opened
from kpi.signals.first import adopt_baselines
from sop.audits.wanted import ask_for_audits
from sop.friction_job import compute_friction
from sop.outcomes import compute_outcomes, linked_of
from sop.prepared.job import prepare_answers, scopes_of
from sop.recorded import record_work
from sop.systems import governed_of, judge_cases
from store.company_file import load_company, save_company
from store.home import SYSTEM, Store, fill_calendars
from store.permits import Permit
from store.personal.limits import save_retention
from store.rejected import purge_rejected
from store.scope import Principal
from store.state.edits import require
from store.state.runs import RunStatus
from worker.people import end_time

MANY_FILES = 200
POLARS = "polars"
log = logging.getLogger("fairlead.worker")


@dataclass(frozen=True)
class Job:
    """What jobs work on: the store, the sources and how each kind is built, and the last closed day.

    `company_of_pages`: no configuration names the firm, so what people said of it in the pages stays.
    """

    store: Store
    config: Config
    builders: Mapping[str, Builder]
    principal: Principal
    yesterday: date
    rejected_days: int = 30
    company_of_pages: bool = False


def pull(
    job: Job,
    *,
    names: Sequence[str] | None = None,
    full: bool = False,
    since: date | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Report]:
    """Sync the named sources, or all; what one source does wrong does not stop the others. Raises NotAllowed."""
    require(job.principal, Permit.BRING_DATA)
    settle(job)
    told = {each.name: each.rhythm for each in job.config.sources if names is None or each.name in names}
    job.store.state.rhythms.configure(job.principal, told)
    return sync(
        job.store,
        job.config,
        job.principal,
        names=names,
        full=full,
        since=since,
        builders=job.builders,
        progress=progress,
    )


def settle(job: Job) -> None:
    """What the configuration says of the firm, where everything else looks for it."""
    if not job.company_of_pages:
        save_company(job.store.home, job.config.company)
    save_retention(job.store.home, job.config.retention)
    for unknown in fill_calendars(job.store, job.config.company):
        log.warning("no holidays are known for calendar '%s'; office hours count", unknown)


def failed(reports: Sequence[Report]) -> list[str]:
    """One sentence for each source that could not be pulled."""
    return [f"{each.source}: {each.message}" for each in reports if each.status is not RunStatus.OK]


def replay_rejected(job: Job, only: str | None = None) -> list[Report]:
    """Take the rejected rows in again with today's mappings, those of brought files too; of one source or all."""
    config = mapped(job)
    sources = [each for each in config.sources if only in (None, each.name)]
    return replay(job.store, replace(config, sources=tuple(sources)), job.principal, builders=job.builders)


def mapped(job: Job) -> Config:
    """The configuration with the mappings of brought files."""
    brought = saved_sources(job.store.state.brought.rows(SYSTEM))
    return replace(job.config, sources=(*job.config.sources, *brought))


def compute_up_to(
    store: Store,
    day: date,
    *,
    full: bool = False,
    progress: Callable[[str], None] = lambda _: None,
    engine: str = POLARS,
) -> list[Computed]:
    """Take in what people did here, judge the cases of procedures, bring the components up to the end of a day.

    `engine` is polars or the address of a cluster, which is asked for the sums. Raises ClusterError.
    """
    opened = Opened if engine == POLARS else on_cluster(engine)
    record_work(store, full=full)
    governed = governed_of(store.state, SYSTEM, day)
    judge_cases(store.lake, governed, full=full, progress=progress)
    done = refresh(store.lake, AsOf.end_of(day), full=full, progress=progress, opened=opened)
    done += compute_flow(store.lake, AsOf.end_of(day), load_company(store.home), full=full, progress=progress)
    linked = linked_of(store.lake, store.state, SYSTEM, governed, day)
    compute_outcomes(
        store.lake, SYSTEM, linked.kpis, linked.numbers, AsOf.end_of(day), full=full, progress=progress
    )
    compute_friction(store.lake, full=full, progress=progress)
    adopt_baselines(store.lake, store.state, SYSTEM, list(KPIS.values()), day)
    ask_for_audits(store.state, store.lake, SYSTEM, day)
    prepare_answers(store, scopes_of(store), datetime.now(UTC), full=full, progress=progress)
    return done


def forecast(job: Job) -> Forecast | None:
    """Test and store the forecasts as of yesterday; None when that was done already."""
    fresh = job.store.state.runs.freshness(SYSTEM)
    yesterday = AsOf.end_of(job.yesterday)
    return forecast_all(job.store.lake, SYSTEM, yesterday, library=library_methods, fresh=fresh)


def keep_house(job: Job) -> None:
    """Forget people, uploads and sign-ins whose time is over; compact and clean the lake and its rejected rows."""
    purge_rejected(job.store.lake, job.rejected_days)
    for name in job.store.lake.names():
        if job.store.lake.storage(name).files > MANY_FILES:
            job.store.lake.compact(name)
        job.store.lake.vacuum(name)
    if not (removed := end_time(job.store, job.config.retention, job.yesterday)).is_nothing:
        log.info("retention: %s", removed)
