"""Bring the prepared answers up to date after each round: for every scope somebody has, only what may have changed."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache

import polars as pl

from kpi.catalog import KPIS
from kpi.ledger import Entry, record
from kpi.standing import coverage
from sop.library import procedure_of
from sop.prepared.asking import Asker, Row, Work, digest
from sop.prepared.tables import DEFINITION, SCHEMA, TABLE, Part, adapter, name_of
from sop.procedure import Procedure
from store.company_file import load_company
from store.home import SYSTEM, Store
from store.lake import NO_BOUNDS
from store.scope import Principal, Scope


def scopes_of(store: Store) -> frozenset[Scope]:
    """Everything, and what each person sees who may sign in."""
    return store.state.users.scopes() | {Scope()}


def prepare_answers(
    store: Store,
    scopes: Iterable[Scope],
    now: datetime,
    *,
    full: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> int:
    """
    Work out what pages ask about whether procedures help, for whoever sees one of these scopes; how many subjects were
    worked out. What stands on nothing new stays as it is, answers for other scopes are dropped.
    """
    known = store.lake.read(TABLE, SCHEMA, between=NO_BOUNDS)
    wanted = {name_of(each): each for each in scopes}

    @cache
    def text_of(edition: int) -> Procedure:
        return procedure_of(store.state, SYSTEM, edition)

    done, kept = 0, [pl.DataFrame(schema=SCHEMA)]
    for name, scope in sorted(wanted.items()):
        asker = asker_of(store, scope, now, text_of)
        if asker is None:
            continue
        progress(TABLE)
        own = known.filter(pl.col("scope") == name)
        made, rows = brought_up(asker, own.clear() if full else own, name)
        done, kept = done + made, [*kept, rows]
    fresh = pl.concat(kept)
    if done or fresh.height != known.height:
        store.lake.replace(TABLE, fresh, marks={"prepared": store.lake.version(TABLE) + 1})
        record(store.lake, [Entry(TABLE, {}, DEFINITION)])
    return done


def asker_of(store: Store, scope: Scope, now: datetime, text_of: Callable[[int], Procedure]) -> Asker | None:
    """Somebody who sees this and may do nothing; None before anything was computed."""
    principal = Principal(TABLE, scope)
    covered = coverage(store.lake, principal, list(KPIS.values()))
    if covered.closed is None:
        return None
    fresh = store.state.runs.freshness(principal)
    company = load_company(store.home)
    return Asker(store.lake, store.state, principal, company, covered, covered.closed, fresh, now, text_of)


def brought_up(asker: Asker, known: pl.DataFrame, name: str) -> tuple[int, pl.DataFrame]:
    """How many subjects were worked out, and the rows of the scope."""
    works = asker.works()
    whole = digest(asker.day, *(sorted(each.wanted.items()) for each in works))
    works.append(Work(Part.DONE, {"": whole}, lambda _: ()))
    made, kept = 0, list[pl.DataFrame]()
    for work in works:
        own = known.filter(pl.col("part") == work.part)
        stands = dict(own.select("subject", "digest").iter_rows())
        stale = [each for each, told in work.wanted.items() if stands.get(each) != told]
        made += len(stale)
        still = pl.col("subject").is_in([each for each in work.wanted if each not in stale])
        kept += [own.filter(still), frame_of(asker, work, stale, name)]
    return made, pl.concat(kept)


def frame_of(asker: Asker, work: Work, stale: list[str], name: str) -> pl.DataFrame:
    """The rows of what is worked out anew; a subject of which there is nothing to tell says so, for the next time."""
    rows = list(work.make(stale)) if stale else []
    silent = [Row(each, None) for each in stale if each not in {row.subject for row in rows}]
    return pl.DataFrame(
        [
            (name, work.part.value, row.subject, row.weeks, row.market, row.language,
             "" if row.told is None else adapter(work.part).dump_json(row.told).decode(), work.wanted[row.subject],
             asker.day, asker.now, "none")
            for row in [*rows, *silent]
        ],
        schema=SCHEMA, orient="row",
    )  # fmt: skip
