"""The library of the made-up firm: sound, true to the KPIs and to its evidence, and brought along once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from taken_in import generated

from demo.checking import WATCHED
from demo.company import CODES
from demo.goods import FAMILIES, NAMES
from demo.library import ROLES, past_of_library
from demo.procedures import CUSTOMS_MENDED, LIBRARY, TEAMS, TEXTS, TRANSLATED, written
from demo.reviewing import FLAGGED, keep_right
from kpi.catalog import KPIS
from kpi.model import Better
from sop.library import Shelved, library, procedure_of
from sop.procedure import CheckKind, Direction, Procedure
from sop.procedure.diff import differences
from sop.procedure.markdown import read, write
from sop.procedure.problems import unsound
from sop.review_life import clocks
from sop.taking_in import bring_along
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal
from store.state import EditionState, NotAllowed, State, WrongEntry
from store.state.edition_rules import OwnWork
from store.state.procedure_past import Past

LAST = date(2026, 11, 21)
DEEP = (
    "customs_paperwork", "order_fulfilment", "escalation", "quality_control", "hot_melt_binding", "campaign_planning",
)  # fmt: skip
OF_SOURCES = {
    "inquiries", "escalation", "service_quality", "equipment_operation", "hot_melt_binding", "quality_control",
    "product_inspection", "campaign_planning", "analytics_reporting", "order_processing", "order_fulfilment",
    "inventory_management", "address_verification", "packaging_labelling", "customs_paperwork", "mode_selection",
    "translation", "tax_calculation", "returns", "demand_planning", "product_management",
}  # fmt: skip
BY_KEY = {each.key: each for each in LIBRARY}
FILES = sorted(TEXTS.rglob("*.md"))


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    """The library, brought along."""
    place = tmp_path_factory.mktemp("library")
    with State.open(f"sqlite:///{place}/state.db") as opened:
        bring_along(opened, LOCAL_OWNER, past_of_library(LAST))
        keep_right(opened, LAST)
        yield opened


@pytest.fixture(scope="module")
def shelves(state: State) -> dict[str, Shelved]:
    known = clocks(state, LOCAL_OWNER)
    return {each.key: each for each in library(state.procedures.rows(LOCAL_OWNER), LAST, known)}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(TEXTS)))
def test_each_file_is_sound_and_loses_nothing(file) -> None:  # type: ignore[no-untyped-def]
    """
    It reads, nothing is missing, and writing it gives the file to the letter.
    """
    text = file.read_text(encoding="utf-8")
    found = read(text)

    assert unsound(found) == ()
    assert write(found) == text
    assert found.key == file.stem
    assert any(step.example for step in found.steps)


def test_every_procedure_that_is_named_is_there() -> None:
    """
    Those of the source documents and those KPIs name are in the list, and each of the list has a file of its last one.
    """
    named = {key for kpi in KPIS.values() for key in kpi.sops}

    assert OF_SOURCES | named <= set(BY_KEY)
    assert {file.stem for file in FILES if file.parent == TEXTS} == set(BY_KEY)
    assert {file.stem for file in FILES if file.parent != TEXTS} == set(TRANSLATED)
    for each in LIBRARY:
        assert str(each.written.version) == each.versions[-1].name


def test_every_name_in_a_procedure_is_known() -> None:
    """
    KPIs, roles, teams, markets and goods; each KPI is meant to move to its better side, one of each is the outcome and
    names the procedure back, but for the two that no KPI names.
    """
    sides = {Better.HIGHER: Direction.UP, Better.LOWER: Direction.DOWN}
    for each in LIBRARY:
        text = each.written
        raci = [step.raci for step in text.steps]
        people = [
            {one.accountable, one.backup, *one.responsible, *one.consulted, *one.informed} for one in raci
        ]
        assert set().union(*people) | {text.owner, *text.scope.roles} <= {*ROLES}, each.key
        assert all(one.backup for one in raci), each.key
        assert {*text.contributors} <= {*ROLES, *TEAMS}, each.key
        for where in (text.scope, *(step.when for step in text.steps)):
            assert {*where.markets} <= {*CODES}, each.key
            assert {*where.products} <= {*FAMILIES, *NAMES}, each.key
        assert all(link.moves is sides[KPIS[link.kpi].better] for link in text.kpis), each.key
        if each.key not in ("hot_melt_binding", "tax_calculation"):
            assert text.outcome is not None
            assert each.key in KPIS[text.outcome.kpi].sops, each.key


@pytest.mark.parametrize("key", DEEP)
def test_six_are_deep_enough_to_work_by(key: str) -> None:
    """
    At least eight steps, values with ranges, other checks, critical steps, time limits, examples and further sections.
    """
    text = BY_KEY[key].written

    assert 8 <= len(text.steps) <= 15
    assert sum(step.check.kind is CheckKind.VALUE for step in text.steps) >= 2
    assert len({step.check.kind for step in text.steps}) >= 3
    assert sum(step.critical for step in text.steps) >= 3
    assert any(step.minutes for step in text.steps)
    assert any(step.example for step in text.steps)
    assert text.preparation
    assert len(text.sections) >= 2
    assert len(text.kpis) >= 5
    assert max(link.lag_days for link in text.kpis) > 0
    if key != "hot_melt_binding":
        assert any(step.when.markets for step in text.steps)


@pytest.mark.parametrize("key", TRANSLATED)
def test_a_translation_changes_words_only(key: str) -> None:
    """
    Steps, roles, ranges, limits and KPIs are those of the version it names, and its words are Chinese.
    """
    procedure = BY_KEY[key]
    source = procedure.text_of(next(each for each in procedure.versions if each.name == TRANSLATED[key]))
    chinese = written(key, "zh")

    assert str(chinese.translates) == TRANSLATED[key]
    assert [_bare(each) for each in chinese.steps] == [_bare(each) for each in source.steps]
    assert (chinese.scope, chinese.kpis, chinese.owner) == (source.scope, source.kpis, source.owner)
    for text in (chinese.title, chinese.purpose, *(step.title + step.instruction for step in chinese.steps)):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text)


def _bare(step) -> object:  # type: ignore[no-untyped-def]
    """A step without its words."""
    words = {"title": "", "instruction": "", "example": ""}
    kind, low, high = step.check.kind, step.check.low, step.check.high
    return replace(step, **words, check=type(step.check)()), kind, low, high, bool(step.example)


def test_its_past_is_believable(shelves: dict[str, Shelved]) -> None:
    """
    Author and approver differ, days follow each other, and each version says something else than the one before.
    """
    for shelf in shelves.values():
        assert all(each.created_at.date() <= LAST for each in shelf.editions)
        for each in shelf.editions:
            if each.state is EditionState.APPROVED:
                assert each.submitted_at is not None
                assert each.decided_at is not None
                assert each.effective_on is not None
                assert each.decided_by not in (*each.editors, each.submitted_by, "")
                assert each.created_at < each.submitted_at < each.decided_at
                assert each.decided_at.date() < each.effective_on
            assert each.change
    for procedure in LIBRARY:
        texts = [procedure.text_of(version) for version in procedure.versions]
        assert all(differences(one, two) for one, two in pairwise(texts)), procedure.key


def test_what_a_reader_finds_on_the_last_day(shelves: dict[str, Shelved]) -> None:
    """
    Customs papers 3.0 since the day its story ended; one version to come, one in review, one overdue, three in Chinese.
    """
    customs = shelves["customs_paperwork"].effective()
    assert customs is not None
    assert (customs.name, customs.effective_on) == ("3.0", LAST + timedelta(days=CUSTOMS_MENDED))
    coming = {key: each.name for key, shelf in shelves.items() if (each := shelf.coming())}
    drafts = {key: (each.name, each.state) for key, shelf in shelves.items() if (each := shelf.draft())}
    overdue = [key for key, shelf in shelves.items() if shelf.review_due is None or shelf.review_due < LAST]

    assert coming == {"packaging_labelling": "3.0"}
    assert drafts == {"tax_calculation": ("3.0", EditionState.REVIEW)}
    assert overdue == ["sorting"]
    assert shelves[FLAGGED].clock.wanted_by == LAST + timedelta(days=12)
    assert {key for key, shelf in shelves.items() if shelf.effective("zh")} == set(TRANSLATED)
    later = library(shelves["packaging_labelling"].editions, LAST + timedelta(days=30))[0]
    assert later.behind(later.of("zh")[-1]) == (1, 0)


def test_the_new_customs_papers_count_the_digits(state: State, shelves: dict[str, Shelved]) -> None:
    """
    Version 2.0 was content with six digits; 3.0 completes the code for the country, and has a step that counts it.
    """
    before, after = (
        procedure_of(state, LOCAL_OWNER, each.id) for each in shelves["customs_paperwork"].editions[-2:]
    )
    changed = {str(each.place.part.key) for each in differences(before, after)}

    assert {"commodity_code_complete", "digits_counted_for_the_country_of_arrival"} <= changed
    assert after.step("digits_counted_for_the_country_of_arrival") is not None


def test_loading_again_changes_nothing(state: State) -> None:
    """
    Neither the next day nor after somebody has begun to write: whatever key is there stays as it is.
    """
    mark, trail = state.procedures.mark(), state.audit.count(LOCAL_OWNER)

    assert bring_along(state, LOCAL_OWNER, past_of_library(LAST + timedelta(days=1))) == 0
    assert (state.procedures.mark(), state.audit.count(LOCAL_OWNER)) == (mark, trail)
    entries = [each.what for each in state.audit.rows(LOCAL_OWNER, limit=trail)]
    assert entries.count("procedure brought along") == sum(len(each.versions) for each in LIBRARY) + len(
        TRANSLATED
    )
    assert keep_right(state, LAST) is None
    assert state.audit.count(LOCAL_OWNER) == trail


def test_the_evidence_follows_the_library() -> None:
    """
    A check on a day answers the steps of the version in force on that day.
    """
    rows = generated(LAST - timedelta(days=9), LAST, known_at=LAST)["sop_run_steps"]
    names = {version.name for each in LIBRARY for version in each.versions}
    assert set(rows["version"]) <= names
    for key, version, steps in rows.group_by("sop", "version").agg("step").iter_rows():
        found = next(each for each in BY_KEY[key].versions if each.name == version)
        assert set(steps) == {step.key for step in BY_KEY[key].text_of(found).steps}


AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEXT: Procedure = BY_KEY["sorting"].written


@pytest.mark.parametrize(
    ("past", "who", "error"),
    [
        (Past("Ann", "New", AT, AT, "Ann", AT, effective_on=LAST), LOCAL_OWNER, OwnWork),
        (Past("Ann", "New", AT, AT, "Ben", AT), LOCAL_OWNER, WrongEntry),
        (Past("Ann", "New", AT, AT, "Ben", AT, effective_on=date(2026, 3, 1)), LOCAL_OWNER, WrongEntry),
        (Past("Ann", "New", AT), Principal("Mo", role=Role.MANAGER), NotAllowed),
    ],
    ids=["own approval", "no first day", "approved too late", "not an administrator"],
)
def test_a_past_that_could_not_have_been_is_refused(
    state: State, past: Past, who: Principal, error: type[Exception]
) -> None:
    """
    And nothing of it is kept.
    """
    mark = state.procedures.mark()
    with pytest.raises(error):
        bring_along(state, who, [(replace(TEXT, key="brought"), past)])
    assert state.procedures.mark() == mark


def test_what_systems_record_of_the_made_up_firm_has_rules() -> None:
    """
    The two steps of which systems keep events are judged by them, in time; no rule names an event that never comes.
    Orders and tickets are judged by their own columns.
    """
    ruled = {
        (place, step.title): step.rule
        for place, each in enumerate(LIBRARY)
        for step in each.written.steps
        if step.rule and each.written.cases.startswith("process_events")
    }
    others = {each.key: each.written.cases.split()[0] for each in LIBRARY if each.written.cases}

    assert {key: table for key, table in others.items() if table != "process_events"} == {
        "order_fulfilment": "orders", "inquiries": "tickets",
    }  # fmt: skip
    assert ruled == {(place, event): f'"{event}" in time' for place, event, _ in WATCHED}
