"""
No query tells a person anything of what they may not see: two firms that differ only in that give the same answers.

The queries are gathered from the code: a new one that takes a principal has to be asked here, or named as a step of
another one.
"""

import ast
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hidden_rows import PEOPLE, Person, facts, fill, other, told
from small_company import COMPANY, LAST

from kpi.access import NotAllowed, known_teams, require_seen, sees, sees_table
from kpi.annotations import annotations_of, diary
from kpi.beginning import first_day
from kpi.catalog import KPIS
from kpi.currency import constant_currency
from kpi.explain import Side, explain
from kpi.exports.answer import Basis, answered, answers, basis_of
from kpi.exports.gather import happened_on, one_kpi_of, overview_of, periods_of, standings_of
from kpi.flow.consistent import consistency
from kpi.flow.reading import carried, flow, flow_slice, lanes, ledger, slack_now
from kpi.forecast.kpi_tracks import kpi_tracks
from kpi.forecast.stored import backtests, forecasts, outlook
from kpi.forecast.track import Kind, NoForecast
from kpi.foreseen import foresee
from kpi.model import Kpi
from kpi.month import month_to_date
from kpi.percentiles import bin_counts
from kpi.period import Every, Span
from kpi.preview import preview
from kpi.question import Question
from kpi.reason import Moved, find_reason
from kpi.results import check, values, values_of
from kpi.review import review
from kpi.signals.events import holidays
from kpi.signals.reading import charts
from kpi.standing import coverage
from kpi.standings import Known, scored, standings
from kpi.stock.advice import advice
from kpi.why import why_moved
from kpi.why.usual import usual_range
from meetings.actions import open_actions
from sop.adherence import Told, by_versions, followed, misfits, months, ordered, split
from sop.adherence.reading import measured
from sop.audits.own import audited
from sop.audits.recent import recent_checks
from sop.friction_job import step_days
from sop.outcomes import answers as outcomes
from sop.outcomes import sees_outcomes
from sop.outcomes.newcomers import beginnings
from sop.outcomes.one_person import evidence_of, people_of, steps_of
from sop.outcomes.reading import counts_of
from sop.prepared import prepared
from sop.runs.cases import find_case
from sop.systems.disagreement import audit_demands
from store.home import Store
from store.money import Rates
from store.rejected import export_rejected, list_rejected, rejected_rows
from store.scope import Principal
from store.state import TargetRow
from store.state.annotations import Note

HOUSE = Path(__file__).parents[2]
NOON = datetime(2025, 4, 28, 12, tzinfo=UTC)
LATER = Span(date(2025, 4, 14), LAST)
EARLIER = Span(date(2025, 3, 31), date(2025, 4, 13))
WEEKS = Question(Span(date(2025, 2, 3), LAST), Every.WEEK)
ASKED = (
    "on_time_delivery_rate",
    "csat_score",
    "oee",
    "first_response_time",
    "contact_rate",
    "sop_adherence_rate",
)
LANE = flow_slice(LAST, 8)
Query = Callable[[Store, Principal, Kpi], Any]


def cut(kpi: Kpi) -> Question:
    return Question(WEEKS.span, Every.WEEK, by=kpi.dimensions)


def known(store: Store, who: Principal) -> Known:
    state = store.state
    return Known(basis(store, who).covered, state.targets.frame(who), (), state.baselines.rows(who))


BASES: dict[tuple[Path, Principal], Basis] = {}


def basis(store: Store, who: Principal) -> Basis:
    """Asked once of each store and person."""
    if (store.home, who) not in BASES:
        BASES[store.home, who] = basis_of(store, who, list(KPIS.values()), NOON)
    return BASES[store.home, who]


def mine(who: Principal) -> list[Kpi]:
    return [kpi for kpi in KPIS.values() if sees(who, kpi)]


def happened(store: Store, who: Principal, kpi: Kpi) -> Any:
    require_seen(who, kpi)
    (standing,) = standings(store.lake, who, [kpi], known(store, who)).values()
    return happened_on(store, who, standing, basis(store, who), 13)


def taken_along(store: Store, who: Principal, _: Kpi) -> str:
    file = store.home / "rejected.csv"
    export_rejected(store.lake, who, file)
    return file.read_text(encoding="utf-8")


def noted(store: Store, who: Principal, kpi: Kpi) -> Any:
    book = diary(store.state, who, COMPANY, WEEKS.span, None, (), NOON)
    return annotations_of(book, who, kpi, store.state.annotations.rows(who))


QUERIES: dict[str, Query] = {
    "access.known_teams": lambda s, w, k: known_teams(s.lake, w),
    "access.require_seen": lambda s, w, k: require_seen(w, k),
    "access.sees": lambda s, w, k: sees(w, k),
    "access.sees_table": lambda s, w, k: sees_table(w, "surveys"),
    "advice.advice": lambda s, w, k: advice(s.lake, w, LAST, lead_days=14, service_level=0.95),
    "annotations.annotations_of": noted,
    "annotations.diary": noted,
    "answer.answered": lambda s, w, k: answered(s, w, k, cut(k), basis(s, w)),
    "answer.answers": lambda s, w, k: answers(s, w, [k], WEEKS, basis(s, w)),
    "answer.basis_of": lambda s, w, k: basis(s, w),
    "beginning.first_day": lambda s, w, k: first_day(s.lake, w, k) if sees(w, k) else None,
    "consistent.consistency": lambda s, w, k: consistency(s.lake, w, k, LATER.start, LATER.end),
    "currency.constant_currency": lambda s, w, k: constant_currency(
        s.lake, w, k, EARLIER, LATER, Rates("EUR", {})
    ),
    "events.holidays": lambda s, w, k: holidays(s.state, w, ["DE"]),
    "explain.explain": lambda s, w, k: [explain(s.lake, w, k, Question(LATER), side) for side in Side],
    "foreseen.foresee": lambda s, w, k: foresee(
        s, w, TargetRow(k.key, LAST, Decimal("0.9"), reason="x"), LAST
    ),
    "gather.happened_on": happened,
    "gather.one_kpi_of": lambda s, w, k: one_kpi_of(s, w, k, basis(s, w)),
    "gather.overview_of": lambda s, w, k: overview_of(s, w, basis(s, w)),
    "gather.periods_of": lambda s, w, k: periods_of(s, w, k, basis(s, w)),
    "gather.standings_of": lambda s, w, k: standings_of(s, w, basis(s, w), [k], None, 13),
    "kpi_tracks.kpi_tracks": lambda s, w, k: kpi_tracks(s.lake, w, [k], Every.WEEK, by=(None,)),
    "month.month_to_date": lambda s, w, k: month_to_date(s.lake, w, k, LAST),
    "move.why_moved": lambda s, w, k: why_moved(s.lake, w, k, EARLIER, LATER),
    "percentiles.bin_counts": lambda s, w, k: bin_counts(s.lake, w, KPIS["first_response_time"], WEEKS),  # type: ignore[arg-type]
    "preview.preview": lambda s, w, k: preview(s.lake, w, k, WEEKS),
    "reading.carried": lambda s, w, k: carried(s.lake, w, LANE),
    # whoever sees a procedure and a KPI sees whether its cases followed it: pages ask of procedures in scope only
    "reading.answers": lambda s, w, k: (
        outcomes(s.lake, w, k.key, ["packing"], WEEKS.span) if w.scope.sees_department("procedures") else None
    ),
    "reading.counts_of": lambda s, w, k: (
        counts_of(s.lake, w, k.key, WEEKS.span) if w.scope.sees_department("procedures") else None
    ),
    "reading.prepared": lambda s, w, k: (
        [prepared(s.lake, w, 13, market) for market in ("", "DE", "FR")]
        if w.scope.sees_department("procedures")
        else None
    ),
    "friction_job.step_days": lambda s, w, k: step_days(s.lake, w, WEEKS.span),
    "reading.sees_outcomes": lambda s, w, k: sees_outcomes(w, k),
    "reading.followed": lambda s, w, k: [followed(s.lake, w, LATER, steps=steps) for steps in (True, False)],
    "reading.misfits": lambda s, w, k: misfits(s.lake, w, WEEKS.span),
    "reading.months": lambda s, w, k: months(s.lake, w, WEEKS.span, sop="packing"),
    "reading.ordered": lambda s, w, k: ordered(s.lake, w, WEEKS.span),
    "reading.split": lambda s, w, k: [
        split(s.lake, w, each, WEEKS.span, by, "packing")
        for each in Told
        for by in ("market", "team", "version")
    ],
    "reading.by_versions": lambda s, w, k: by_versions(s.lake, w, "packing", 1, [LAST]),
    "reading.measured": lambda s, w, k: measured(s.lake, w, list(Told), LATER, ("sop",), {}),
    "own.audited": lambda s, w, k: audited(s.state, w, w.name, LAST),
    "one_person.people_of": lambda s, w, k: people_of(s.state, w),
    "one_person.steps_of": lambda s, w, k: steps_of(s.state, w, w.name, LAST),
    "newcomers.beginnings": lambda s, w, k: beginnings(s.state, w, LAST, COMPANY),
    "one_person.evidence_of": lambda s, w, k: evidence_of(s.state, w, w.name, "packing", "seal", LAST),
    "reading.charts": lambda s, w, k: charts(
        s.lake, w, k, Question(WEEKS.span, Every.WEEK, by=k.dimensions[:1])
    ),
    "reading.flow": lambda s, w, k: flow(s.lake, w, LANE),
    "reading.lanes": lambda s, w, k: lanes(s.lake, w),
    "reading.ledger": lambda s, w, k: ledger(s.lake, w, LANE),
    "reading.slack_now": lambda s, w, k: slack_now(s.lake, w, LANE),
    "reason.find_reason": lambda s, w, k: find_reason(s.lake, w, k, Moved(EARLIER, LATER)),
    "rejected.export_rejected": taken_along,
    "rejected.list_rejected": lambda s, w, k: list_rejected(s.lake, w),
    "rejected.rejected_rows": lambda s, w, k: rejected_rows(s.lake, w, with_resolved=True),
    "results.check": lambda s, w, k: check(w, k, WEEKS),
    "results.values": lambda s, w, k: values(s.lake, w, k, cut(k)),
    "results.values_of": lambda s, w, k: values_of(s.lake, w, mine(w)[::7], WEEKS),
    "review.review": lambda s, w, k: review(s.lake, w, k, LAST),
    "standing.coverage": lambda s, w, k: coverage(s.lake, w, list(KPIS.values())),
    "standings.scored": lambda s, w, k: scored(s.lake, w, [k], known(s, w)),
    "standings.standings": lambda s, w, k: standings(s.lake, w, [k], known(s, w)),
    "stored.backtests": lambda s, w, k: backtests(s.lake, w, Kind.KPI),
    "stored.forecasts": lambda s, w, k: forecasts(s.lake, w, Kind.KPI),
    "stored.outlook": lambda s, w, k: outlook(s.lake, w, k, Every.WEEK),
    "usual.usual_range": lambda s, w, k: usual_range(s.lake, w, k, LATER),
    "cases.find_case": lambda s, w, k: [
        find_case(s.lake, w, kind, id) for kind, id in (("shipment", "S1"), ("batch", "R1"), ("order", "O1"))
    ],
    "actions.open_actions": lambda s, w, k: open_actions(s.state, w),
    "recent.recent_checks": lambda s, w, k: recent_checks(s.lake, w, LAST),
    "disagreement.audit_demands": lambda s, w, k: audit_demands(s.lake, w, LAST),
}
INNER = {
    "alerts.evaluate": "the worker; writes episodes, which are scoped",
    "evaluation.evolve": "the worker; writes",
    "findings.findings": "the worker's, of standings.standings",
    "watching.evaluate_alerts": "the worker; writes",
    "watching.moment_of": "calendars, which are everybody's",
    "configured.configured_of": "names and kinds of sources, which are everybody's",
    "configured.keep_configured": "writes",
    "observed.observed_of": "names of fields and numbers of requests; the fields by table, see source_told.fields_told",
    "source_told.due": "a moment, which is everybody's",
    "source_told.fields_told": "tables the reader sees all of, see tests/pages/test_source_standing.py",
    "source_told.standings": "tables the reader sees all of, see tests/pages/test_source_standing.py",
    "library.procedure_of": "asks state.procedures.text, which is scoped",
    "answering.start": "writes",
    "answering.answer": "writes",
    "answering.finish": "writes",
    "answering.progress": "of state.procedure_runs, which are a person's and their lead's",
    "answering.text_of": "of library.procedure_of",
    "taking_in.take_in": "writes",
    "drawn.drawn_pictures": "of state.pictures, which are scoped",
    "feedback.flag": "writes",
    "mending.open_corrective": "writes",
    "archive.find_meetings": "of state.meetings and state.actions, which are scoped",
    "closing.close_meeting": "writes, of closing.words_of",
    "closing.words_of": "of state.actions.rows, asked as who sees just the meeting",
    "frozen.frozen_of": "of state.meetings, which are scoped",
    "looking.earlier": "of state.meetings, which are scoped",
    "looking.restated_since": "of state.meetings and gather.standings_of, which are scoped",
    "looking.look": "of gather.overview_of, outcomes.answers, actions and episodes, which are scoped",
    "readiness.gate_of": "of state.standings.refreshed and state.peaks, which are scoped",
    "readiness.overlays": "of state.targets.rows, which is scoped",
    "readiness.look_at_stock": "the worker",
    "mending.carry_out": "writes, of observed.observe",
    "mending.evaluate": "writes, of observed.observe",
    "mending.begin_again": "writes",
    "mending.look_after": "the worker",
    "observed.observe": "of results.values, annotations.diary and annotations_of, which are scoped",
    "review_life.clocks": "of state.reviews.last and state.triggers.rows, which are scoped",
    "review_job.look_at_reviews": "the worker",
    "review_job.judged_by": "of library.procedure_of, on shelves that were asked for",
    "review_life.finish": "writes",
    "review_life.begin_draft": "writes",
    "feedback.became": "of library.procedure_of, on a flag and a shelf that were asked for",
    "taking_in.bring_along": "writes",
    "governed.governed_of": "of library.procedure_of and state.procedures.rows, which are scoped",
    "checking.begin": "writes",
    "checking.answer": "writes",
    "checking.finish": "writes",
    "checking.next_place": "of state.checks.records, which is scoped",
    "making.make_audit": "writes",
    "making.draw_audit": "a job of the worker",
    "making.population_of": "a step of draw_audit",
    "short.reviews_asked": "a step of look_at_reviews",
    "wanted.ask_for_audits": "a job of the worker",
    "wanted.wanted_of": "a step of ask_for_audits",
    "linked.linked_of": "the worker",
    "job.compute_outcomes": "a job of the worker",
    "factors.factor_cut": "a step of why_moved",
    "first.adopt_baselines": "a job, whose writing asks for a permit",
    "job.forecast_all": "a job of the worker",
    "percentiles.counted_rows": "a step of values_of",
    "percentiles.with_distinct": "a step of values_of",
    "percentiles.with_percentiles": "a step of values_of",
    "reading.from_facts": "a step of values_of",
    "reading.summed": "a step of values_of",
    "backup.backup": "takes the permit to operate and all of the firm",
    "backup.restore": "takes the permit to operate, before there is anybody",
    "company_file.change_company": "writes",
    "people.erase": "writes",
    "rejected.remark": "writes",
    "rejected.replay": "writes",
    "again.read_again": "writes",
    "one_person.reply": "writes",
    "own.reply_to_audit": "writes",
    "orphans.orphans_seen": "of procedures that were asked for, and the catalogue",
    "spreading.spread": "of state.standings.curve, which is scoped",
    "spreading.spreads_of": "of spreading.spread and reading.by_versions, which are scoped",
    "straying.strayed": "of reading.runs_by_version, which is scoped",
    "reading.runs_by_version": "a step of by_versions",
    "remeasured.refreshers_remeasured": "of state.refreshers.on_steps and results.values, which are scoped",
    "sync.sync": "writes",
    "actions.open_action": "writes",
    "actions.reopen": "writes",
    "promises.promise": "writes",
    "promises.monthly_numbers": "of state.meetings, which are scoped",
    "actions.change": "writes",
    "actions.close": "writes",
}


def queries_of_the_code() -> Iterator[str]:
    """Every public function of the layers below the pages that is given a principal, as `module.function`."""
    files = [
        *(HOUSE / "kpi").rglob("*.py"),
        *(HOUSE / "sop").rglob("*.py"),
        *(HOUSE / "alerts").rglob("*.py"),
    ]
    files += [*(HOUSE / "meetings").rglob("*.py"), *(HOUSE / "connectors").rglob("*.py")]
    files += [*(HOUSE / "store").glob("*.py"), *(HOUSE / "worker").glob("*.py")]
    for file in files:
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                names = [each.arg for each in (*node.args.args, *node.args.kwonlyargs)]
                if "principal" in names:
                    yield f"{file.stem}.{node.name}"


def test_every_query_of_the_code_is_asked() -> None:
    """A function that takes a principal and stands in neither list is new: ask it here."""
    assert set(queries_of_the_code()) == QUERIES.keys() | INNER.keys()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = fill(tmp_path_factory.mktemp("first") / "home", facts())
    store.state.annotations.add(PEOPLE["one team"].principal, Note(LAST, LAST, "Seen", "service"))
    yield store
    store.close()


@pytest.fixture(scope="module", params=PEOPLE)
def pair(
    request: pytest.FixtureRequest, first: Store, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Person, Store, Store]]:
    """A person, and two firms that differ in what that person may not see."""
    person = PEOPLE[request.param]
    store = other(first, tmp_path_factory.mktemp("other") / "home", person)
    yield person, first, store
    store.close()


@pytest.mark.parametrize("name", QUERIES)
def test_an_answer_tells_nothing_of_hidden_rows(name: str, pair: tuple[Person, Store, Store]) -> None:
    """The same answer for a KPI of each of two departments; or both are refused."""
    person, one, another = pair
    for key in ASKED:
        assert _asked(name, one, person, key) == _asked(name, another, person, key), key


def test_whoever_sees_all_sees_the_difference(pair: tuple[Person, Store, Store]) -> None:
    """Else the firms would not differ, and the test above would say nothing."""
    person, one, another = pair
    everything = Person(Principal("all", role=person.principal.role), person.hidden, "", "")
    for name in ("results.values_of", "standing.coverage", "rejected.rejected_rows", "gather.overview_of"):
        different = _asked(name, one, everything, ASKED[0]) != _asked(name, another, everything, ASKED[0])
        assert different or name == "standing.coverage", name


@pytest.mark.parametrize("who", PEOPLE)
def test_a_kpi_outside_the_scope_is_refused_outright(who: str, first: Store) -> None:
    """Every KPI, asked by somebody who may not see it, is refused before anything is read."""
    principal = PEOPLE[who].principal
    for kpi in KPIS.values():
        for name in (
            "results.values",
            "explain.explain",
            "gather.one_kpi_of",
            "review.review",
            "preview.preview",
        ):
            if not sees(principal, kpi):
                with pytest.raises(NotAllowed):
                    QUERIES[name](first, principal, kpi)


def _asked(name: str, store: Store, person: Person, key: str) -> object:
    try:
        answer = QUERIES[name](store, person.principal, KPIS[key])
    except NotAllowed as refused:
        return f"refused: {refused}"
    except (ValueError, NoForecast) as impossible:
        return f"impossible: {impossible}"
    return told(answer)
