"""A changed definition is a new version with a day from which it judges; what was closed before keeps its numbers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import narwhals as nw
import polars as pl
import pytest
from made_facts import Row, made, put
from made_levels import Papers, in_force_count

from kpi.catalog import KPIS, find
from kpi.compute import refresh
from kpi.definitions import FILE, Unversioned, lines_of, updated, version_on, written
from kpi.engine import AsOf
from kpi.explain import Side, explain
from kpi.frozen import freeze
from kpi.ledger import entries
from kpi.model import Kpi
from kpi.period import Every, Span
from kpi.preview import changed, preview
from kpi.question import Question
from kpi.results import SliceError, values
from kpi.score import Judgement
from kpi.version import Version
from store.facts import Shipments, Tickets
from store.lake import Lake
from store.scope import LOCAL_OWNER

APRIL, NOW = date(2025, 4, 1), AsOf.end_of(date(2025, 5, 31))
SPRING = Span(date(2025, 3, 1), date(2025, 5, 31))
MONTHS = Question(SPRING, Every.MONTH)
OTD = find("on_time_delivery_rate")
EARLY = replace(
    OTD,
    numerator=nw.when(nw.col("delivered_day") < nw.col("promised_day")).then(nw.lit(1)).otherwise(nw.lit(0)),
    versions=(Version(2, APRIL, "on time is a day early"),),
)
NEVER = replace(
    OTD, numerator=nw.lit(0), versions=(*EARLY.versions, Version(3, date(2025, 5, 1), "nothing is on time"))
)


def parcel(month: int, number: int = 1, carrier: str = "DHL") -> Row:
    """Promised and delivered on the 10th: on time in the first version, not in the second."""
    when = date(2025, month, 10)
    return {
        "shipment_id": f"{month}-{number}", "shipped_day": when - timedelta(days=2), "carrier": carrier,
        "promised_day": when, "delivered_day": when,
    }  # fmt: skip


@pytest.fixture
def parcels(lake: Lake) -> Lake:
    """One parcel in March, April and May each, computed by the first version."""
    put(lake, Shipments, made(Shipments, [parcel(3), parcel(4), parcel(5)]))
    refresh(lake, NOW, kpis=[OTD])
    return lake


def shown(lake: Lake, kpi: Kpi, question: Question = MONTHS, name: str = "value") -> list[object]:
    return values(lake, LOCAL_OWNER, kpi, question, Judgement(minimum=0))[name].to_list()


def test_days_before_a_version_keep_their_numbers(parcels: Lake) -> None:
    """
    Of a version from April on: March stays 100 %, April and May are 0 %; another moment is all by the new one.
    """
    refresh(parcels, NOW, kpis=[EARLY])

    assert shown(parcels, EARLY) == [1, 0, 0]
    assert shown(parcels, EARLY, replace(MONTHS, by=("carrier",))) == [1, 0, 0]
    assert shown(parcels, EARLY, replace(MONTHS, where={"carrier": "DHL"})) == [1, 0, 0]
    assert shown(parcels, EARLY, Question(SPRING), "numerator") == [1]
    assert shown(parcels, EARLY, replace(MONTHS, as_of=NOW)) == [0, 0, 0]


def test_frozen_numbers_do_not_follow_late_facts(parcels: Lake) -> None:
    """
    A second parcel of March arrives after the change, and all is computed anew: March says what it said.
    """
    refresh(parcels, NOW, kpis=[EARLY])
    put(parcels, Shipments, made(Shipments, [parcel(3, 2), parcel(4, 2)]))

    refresh(parcels, NOW, kpis=[EARLY], full=True)

    assert shown(parcels, EARLY, name="n") == [1, 2, 1]


def test_every_version_keeps_its_own_days(parcels: Lake) -> None:
    """
    The third version from May on: March by the first, April by the second.
    """
    put(parcels, Shipments, made(Shipments, [{**parcel(4, 2), "delivered_day": date(2025, 4, 9)}]))
    refresh(parcels, NOW, kpis=[OTD])
    for kpi in (EARLY, NEVER, NEVER):
        refresh(parcels, NOW, kpis=[kpi])

    assert shown(parcels, NEVER) == [1, 0.5, 0]
    assert [version_on(NEVER, date(2025, month, 10)) for month in (3, 4, 5)] == [1, 2, 3]


def test_freezing_again_after_a_crash_changes_nothing(parcels: Lake) -> None:
    """
    The process ended after the numbers were frozen and before the components were computed.
    """
    freeze(parcels, [EARLY], entries(parcels))
    before = entries(parcels)
    freeze(parcels, [EARLY], before)

    refresh(parcels, NOW, kpis=[EARLY])

    assert shown(parcels, EARLY) == [1, 0, 0]
    assert entries(parcels)[f"frozen:{OTD.key}"] == before[f"frozen:{OTD.key}"]


def test_a_change_without_a_version_freezes_nothing(parcels: Lake) -> None:
    """
    While a definition is being written, all days follow it.
    """
    draft = replace(EARLY, versions=())

    refresh(parcels, NOW, kpis=[draft])

    assert shown(parcels, draft) == [0, 0, 0]


def test_until_the_next_compute_the_old_numbers_are_shown(parcels: Lake) -> None:
    """
    Also where the new definition has other dimensions, whose slices the old numbers do not know.
    """
    cut = replace(EARLY, dimensions=("market", "carrier"))

    assert shown(parcels, cut) == [1, 1, 1]
    refresh(parcels, NOW, kpis=[cut])
    by_service = values(parcels, LOCAL_OWNER, cut, replace(MONTHS, by=("carrier",)), Judgement(minimum=0))
    assert by_service.select("carrier", "value").rows() == [("DHL", 1), ("DHL", 0), ("DHL", 0)]


def test_a_new_dimension_is_unknown_in_frozen_days(parcels: Lake) -> None:
    """
    By order, which the first version could not be cut by.
    """
    ordered = replace(EARLY, dimensions=("carrier", "order_id"))
    refresh(parcels, NOW, kpis=[ordered])

    found = values(parcels, LOCAL_OWNER, ordered, replace(MONTHS, by=("order_id",)), Judgement(minimum=0))

    assert found["order_id"].to_list() == ["(unknown)"] * 3
    assert found["value"].to_list() == [1, 0, 0]


def test_the_records_of_frozen_numbers_are_refused(parcels: Lake) -> None:
    """
    Nobody can list by the second version what the first one counted; from April on, and for another moment, yes.
    """
    refresh(parcels, NOW, kpis=[EARLY])

    with pytest.raises(SliceError, match=r"before 2025-04-01 are frozen.*--as-of.*version 2"):
        explain(parcels, LOCAL_OWNER, EARLY, MONTHS, Side.DENOMINATOR)
    later = explain(parcels, LOCAL_OWNER, EARLY, Question(Span(APRIL, SPRING.end)), Side.DENOMINATOR)
    anew = explain(parcels, LOCAL_OWNER, EARLY, replace(MONTHS, as_of=NOW), Side.DENOMINATOR)
    assert (later.height, anew.height) == (2, 3)


def test_percentiles_of_frozen_days_come_from_frozen_bins(lake: Lake) -> None:
    """
    Replies after 100 minutes in March; the new version counts none of under two hours, from April on.
    """
    kpi = find("first_response_time")
    slow = replace(
        kpi, versions=(Version(2, APRIL, "quick ones are robots"),),
        rows=replace(kpi.rows, belongs=kpi.rows.belongs & (nw.col("first_response_s") > 7_200)),  # type: ignore[operator]
    )  # fmt: skip
    asked = [datetime(2025, month, 10, 8) for month in (3, 4, 4)]
    after = [timedelta(minutes=100), timedelta(minutes=100), timedelta(minutes=200)]
    tickets = [
        {"ticket_id": n, "created_at": at, "first_reply_at": at + late}
        for n, (at, late) in enumerate(zip(asked, after, strict=True))
    ]
    put(lake, Tickets, made(Tickets, tickets))
    refresh(lake, NOW, kpis=[kpi])

    refresh(lake, NOW, kpis=[slow])
    found = values(lake, LOCAL_OWNER, slow, MONTHS)

    assert found["n"].to_list() == [1, 1]
    assert found["median"].to_list() == pytest.approx([100, 200], rel=0.01)
    assert found["exact"].to_list() == [False, False]


def test_a_state_stands_as_the_version_of_its_last_day(lake: Lake) -> None:
    """
    Two papers in force since February, one of them a draft's: the new version counts drafts, too, from April on.
    """
    rows = [
        {"paper_id": name, "effective_day": date(2025, 2, 1), "draft": draft}
        for name, draft in zip("ab", ("yes", None), strict=True)
    ]
    drafts = replace(
        in_force_count, rows=replace(in_force_count.rows, belongs=None),
        versions=(Version(2, APRIL, "drafts count"),),
    )  # fmt: skip
    put(lake, Papers, made(Papers, rows))
    refresh(lake, NOW, kpis=[in_force_count])

    refresh(lake, NOW, kpis=[drafts])

    assert shown(lake, drafts) == [1, 2, 2]


STATUSES = ("period", "before", "status_before", "after", "status_after", "changes")


def previewed(lake: Lake, kpi: Kpi) -> list[tuple[object, ...]]:
    return preview(lake, LOCAL_OWNER, kpi, MONTHS, Judgement(minimum=0)).select(*STATUSES[1:]).rows()


def test_a_preview_tells_which_statuses_would_change(parcels: Lake) -> None:
    """
    Before the compute all three months would fall from on target to off target; the stored numbers stay.
    """
    fallen = (1, "on_target", 0, "off_target", True)

    assert [kpi.key for kpi in changed([EARLY, OTD], entries(parcels))] == [OTD.key]
    assert previewed(parcels, EARLY) == [fallen] * 3
    assert shown(parcels, EARLY) == [1, 1, 1]


def test_after_the_compute_the_preview_speaks_of_what_was_frozen(parcels: Lake) -> None:
    """
    March would fall, if it were not frozen; April and May have fallen already.
    """
    refresh(parcels, NOW, kpis=[EARLY])

    found = preview(parcels, LOCAL_OWNER, EARLY, MONTHS, Judgement(minimum=0))

    assert found["changes"].to_list() == [True, False, False]
    assert found.select("version_before", "version_after").rows() == [(1, 2), (2, 2), (2, 2)]
    assert changed([EARLY], entries(parcels)) == [EARLY]


def test_no_definition_changed_silently() -> None:
    """
    docs/definitions.csv holds every stamped definition by its fingerprint; `make docs` stamps new ones.
    """
    lines = lines_of(FILE.read_text(encoding="utf-8"))
    stamped = {line.kpi for line in lines}

    assert updated(lines, [kpi for kpi in KPIS.values() if kpi.key in stamped]) == lines, "run `make docs`"


def test_a_changed_definition_needs_a_version() -> None:
    """
    The same version with another measure is refused with the way out; with Version(2, ...) both stand in the file.
    """
    first = updated([], [OTD])
    silent = replace(EARLY, versions=())

    with pytest.raises(Unversioned, match=r"Add Version\(2, effective"):
        updated(first, [silent])
    assert [(line.version, line.effective) for line in updated(first, [EARLY])] == [
        (1, ""),
        (2, "2025-04-01"),
    ]
    assert updated(first, [silent], same=True)[0].fingerprint != first[0].fingerprint


@pytest.mark.parametrize("change", ["words", "target", "goal"])
def test_words_and_targets_are_no_new_definition(change: str) -> None:
    """
    What cannot change a number needs no version.
    """
    other = {
        "words": replace(OTD, meaning="Other words", owner="Somebody"),
        "target": replace(OTD, target=None),
        "goal": replace(OTD, goal="Another goal", sops=("returns",)),
    }[change]

    assert updated(updated([], [OTD]), [other]) == updated([], [OTD])


@pytest.mark.parametrize(
    "versions",
    [
        [Version(3, APRIL, "a number too far")],
        [Version(2, APRIL, ""), Version(3, date(2025, 3, 1), "before its predecessor")],
    ],
)
def test_versions_count_on_with_later_days(versions: Sequence[Version]) -> None:
    """
    2, 3, ... each from a later day than the one before.
    """
    with pytest.raises(Unversioned, match="must count 2, 3"):
        updated([], [replace(OTD, versions=tuple(versions))])


def test_the_lines_survive_writing() -> None:
    """
    What is written is what is read.
    """
    lines = updated([], [EARLY, find("oee")])

    assert lines_of(written(lines)) == lines
    assert pl.read_csv(written(lines).encode()).height == 2
