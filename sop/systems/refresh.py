"""Keep the judged cases up to date: of each procedure those whose facts changed, all of them when its rules did."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from itertools import groupby

import polars as pl

from kpi.ledger import Entry, entries, record
from kpi.prepare import Preparation, prepare
from sop.rules import Event, events_of
from sop.rules.cases import EVENTS
from sop.systems.cases import CASE, Frames, sources_of
from sop.systems.governed import Governed
from sop.systems.judged import step_rows, whole_cases
from store.contract import Table, key_of, polars_schema
from store.facts import TABLES as FACTS
from store.facts import SopCases, SopCaseSteps
from store.lake import Lake

Rows = Callable[[Frames, Governed], pl.LazyFrame]
TABLES: tuple[tuple[type[Table], Rows], ...] = ((SopCaseSteps, step_rows), (SopCases, whole_cases))
_DIVIDER = "/"


def judge_cases(
    lake: Lake,
    governed: Iterable[Governed],
    *,
    full: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """
    Bring `sop_case_steps` and `sop_cases` up to date; the names of what was written, such as `sop_cases/packing`.

    Procedures without rules or that are gone leave no rows.
    """
    by_sop = {
        sop: tuple(versions)
        for sop, versions in groupby(
            sorted(governed, key=lambda each: (each.sop, each.since)), lambda each: each.sop
        )
    }
    known, done = entries(lake), list[str]()
    gone = {name.partition(_DIVIDER)[2] for name in known if name.startswith(f"{SopCases.name}{_DIVIDER}")}
    for sop in sorted(gone | set(by_sop)):
        progress(sop)
        for table, work in TABLES:
            before = known.get(f"{table.name}{_DIVIDER}{sop}")
            preparation = _preparation(sop, by_sop.get(sop, ()), before, table, work)
            if entry := prepare(lake, preparation, before, full=full):
                record(lake, [entry])
                done.append(entry.name)
    return done


def _preparation(
    sop: str, versions: Sequence[Governed], before: Entry | None, table: type[Table], work: Rows
) -> Preparation:
    """How the rows of one procedure follow from its cases; without versions none do any more."""
    sources = _sources(versions) or tuple(FACTS[name] for name in (before.facts if before else ()))
    return Preparation(
        table,
        sources,
        CASE,
        lambda frames: _all_versions(frames, versions, table, work),
        own=pl.col("sop") == sop,
        label=f"{table.name}{_DIVIDER}{sop}",
        named_by={each.name: CASE if each.name == EVENTS else key_of(each)[0] for each in sources},
        told=sha256(repr(versions).encode()).hexdigest()[:16],
    )


def _sources(versions: Sequence[Governed]) -> tuple[type[Table], ...]:
    """All tables that any version reads."""
    found = [source for each in versions for source in sources_of(each.cases, events=_names_events(each))]
    return tuple(dict.fromkeys(found))


def _names_events(version: Governed) -> bool:
    ends = isinstance(version.cases.ends, Event)
    return ends or any(events_of(each.rule) for each in version.steps)


def _all_versions(
    frames: Frames, versions: Sequence[Governed], table: type[Table], work: Rows
) -> pl.LazyFrame:
    """The rows by all versions; a case that two versions with other beginnings both take counts for the later."""
    if not versions:
        return pl.LazyFrame(schema=polars_schema(table))
    rows = [work(frames, each) for each in versions]
    return pl.concat(rows, how="vertical_relaxed") if _alike(versions) else _latest(rows, key_of(table))


def _alike(versions: Sequence[Governed]) -> bool:
    """Versions that agree on when a case begins divide the cases among them."""
    return len({(each.cases.table, each.cases.begins) for each in versions}) == 1


def _latest(rows: Sequence[pl.LazyFrame], key: Sequence[str]) -> pl.LazyFrame:
    return pl.concat(rows, how="vertical_relaxed").unique(list(key), keep="last", maintain_order=True)
