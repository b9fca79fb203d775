"""What pages keep between runs: asked once, never stale, never an exception."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pytest

from pages.parts.built import built
from pages.parts.kept import kept
from pages.parts.load import load_freshness, version_of
from pages.parts.sent import sent
from pages.parts.viewer import Viewer
from store.home import Store
from store.scope import LOCAL_OWNER
from store.state import Counts, RunStatus, TargetRow


def test_an_answer_is_kept_by_what_was_asked_and_not_by_whom() -> None:
    """
    The last argument says where to read; the oldest of three answers makes room where two are kept.
    """
    asked: list[tuple[int, str]] = []

    @kept(2)
    def double(number: int, _reader: str) -> int:
        asked.append((number, _reader))
        return number * 2

    assert [double(1, "Ann"), double(1, "Bob"), double(2, "Ann"), double(3, "Ann")] == [2, 2, 4, 6]
    assert double(1, "Bob") == 2
    assert asked == [(1, "Ann"), (2, "Ann"), (3, "Ann"), (1, "Bob")]


def test_an_exception_is_not_kept() -> None:
    """
    The disk was away for a moment; who asks again gets the answer.
    """
    answers = iter([OSError("away"), 5])

    @kept(2)
    def read(name: str) -> int:
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    with pytest.raises(OSError, match="away"):
        read("x")
    assert read("x") == 5


def test_what_is_built_is_kept_until_the_data_change(own: Store) -> None:
    """
    The same choices show the same chart object; a new target makes a new one.
    """
    viewer = Viewer(own, LOCAL_OWNER)
    first = built(viewer, "chart", ("DE", 13), object)

    assert built(replace(viewer, seen={}), "chart", ("DE", 13), object) is first
    assert built(viewer, "chart", ("FR", 13), object) is not first
    own.state.targets.add(LOCAL_OWNER, TargetRow("otif_rate", date(2025, 4, 1), Decimal("0.9")))
    assert built(replace(viewer, seen={}), "chart", ("DE", 13), object) is not first


def test_a_sync_that_brings_nothing_keeps_all_and_is_told_at_once(own: Store) -> None:
    """
    While it runs and after it the figures stay as they are; when the source was last read is new.
    """
    runs, counts = own.state.runs, [Counts("shipments"), Counts("orders")]
    runs.finish_run(LOCAL_OWNER, runs.start_run(LOCAL_OWNER, "erp"), RunStatus.OK, counts=counts)
    before = Viewer(own, LOCAL_OWNER)
    version, (old,) = (
        version_of(before),
        [each for each in load_freshness(before) if each.source == "erp"],
    )

    run = runs.start_run(LOCAL_OWNER, "erp")
    during = Viewer(own, LOCAL_OWNER)
    assert version_of(during) == version
    assert [each.latest.status for each in load_freshness(during) if each.source == "erp"] == [
        RunStatus.RUNNING
    ]

    runs.finish_run(LOCAL_OWNER, run, RunStatus.OK, counts=counts)
    after = Viewer(own, LOCAL_OWNER)
    (new,) = [each for each in load_freshness(after) if each.source == "erp"]
    assert version_of(after) == version
    assert old.last_ok_at is not None
    assert new.last_ok_at is not None
    assert new.last_ok_at > old.last_ok_at


def test_a_source_that_sends_another_fact_changes_the_version(own: Store) -> None:
    """
    Another source may make a KPI Unknown from now on.
    """
    version, runs = version_of(Viewer(own, LOCAL_OWNER)), own.state.runs
    run = runs.start_run(LOCAL_OWNER, "desk")
    runs.finish_run(LOCAL_OWNER, run, RunStatus.OK, counts=[Counts("tickets")])

    assert version_of(Viewer(own, LOCAL_OWNER)) != version


def test_a_frame_is_sent_with_short_texts_and_lists() -> None:
    """
    The browser's reader of Arrow knows no large lists.
    """
    frame = pl.DataFrame(
        {"name": ["On time"], "trend": [[0.5, 0.25]], "kind": pl.Series(["a"], dtype=pl.Categorical)}
    )

    table = sent(frame)

    assert [field.type for field in table.schema] == [pa.string(), pa.list_(pa.float64()), pa.string()]
    assert table.to_pylist() == [{"name": "On time", "trend": [0.5, 0.25], "kind": "a"}]
