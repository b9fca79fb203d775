"""Which target counts for a slice on a day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.state import TargetConflict, TargetError, TargetRow, segment_text, target_on, with_targets
from store.state.precedence import FRAME, effective, frame_of

JANUARY, MARCH, JUNE = date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1)
ENTERED = datetime(2026, 1, 1, tzinfo=UTC)


def on_time(
    at: str, segment: str = "", start: date = JANUARY, end: date | None = None, entry: int = 1
) -> TargetRow:
    """A target of the on-time KPI, entered on the given day of January."""
    return TargetRow(
        kpi="on_time",
        segment=segment,
        valid_from=start,
        valid_to=end,
        target=Decimal(at),
        recorded_at=ENTERED + timedelta(days=entry),
        version=entry,
    )


def at(rows: list[TargetRow], day: date, **segment: str) -> str | None:
    found = target_on(rows, "on_time", segment, day)
    return str(found.target) if found else None


def test_the_most_specific_segment_wins():
    """
    DHL in Germany has a target of its own, DHL elsewhere another, everybody else the general one.
    """
    rows = [on_time("0.95"), on_time("0.90", "carrier=DHL"), on_time("0.97", "market=DE; carrier=DHL")]

    assert at(rows, MARCH, carrier="DHL", market="DE") == "0.97"
    assert at(rows, MARCH, carrier="DHL", market="FR") == "0.90"
    assert at(rows, MARCH, carrier="UPS", market="DE") == "0.95"
    assert at(rows, MARCH) == "0.95"
    assert target_on(rows, "another", {}, MARCH) is None


def test_a_tie_is_an_error_that_names_both():
    """
    One target for DHL, one for Germany, none for both together: nobody can know which one counts.
    """
    rows = [on_time("0.90", "carrier=DHL"), on_time("0.97", "market=DE")]

    with pytest.raises(TargetConflict, match="'carrier=DHL' and 'market=DE'"):
        target_on(rows, "on_time", {"carrier": "DHL", "market": "DE"}, MARCH)
    assert at(rows, MARCH, carrier="DHL", market="FR") == "0.90"


def test_a_period_is_judged_by_the_target_of_its_own_day():
    """
    Raised from 0.95 to 0.97 in March: February is still judged by 0.95, December by nothing.
    """
    rows = [on_time("0.95", entry=1), on_time("0.97", start=MARCH, entry=2)]

    assert at(rows, date(2025, 12, 31)) is None
    assert at(rows, date(2026, 2, 28)) == "0.95"
    assert at(rows, MARCH) == "0.97"


def test_a_peak_overlay_ends_by_itself():
    """
    0.90 from March until before June, then 0.95 again.
    """
    rows = [on_time("0.95", entry=1), on_time("0.90", start=MARCH, end=JUNE, entry=2)]

    assert [at(rows, day) for day in (date(2026, 2, 28), MARCH, date(2026, 5, 31), JUNE)] == [
        "0.95", "0.90", "0.90", "0.95",
    ]  # fmt: skip
    spans = [(row.valid_from, row.valid_to, str(row.target)) for row in effective(rows)]
    assert spans == [(JANUARY, MARCH, "0.95"), (MARCH, JUNE, "0.90"), (JUNE, None, "0.95")]


def test_the_later_entry_counts_for_days_both_claim():
    """
    A mistake is mended by entering the right number for the same days; the order of the list does not matter.
    """
    rows = [on_time("0.98", entry=2), on_time("9.5", entry=1)]

    assert at(rows, MARCH) == at(rows[::-1], MARCH) == "0.98"


def test_a_withdrawn_target_gives_way_to_the_general_one():
    """
    From March on DHL has no target of its own any more.
    """
    gone = TargetRow(
        "on_time", MARCH, Decimal("0.90"), "carrier=DHL", withdrawn=True, recorded_at=ENTERED, version=2
    )
    rows = [on_time("0.95"), on_time("0.90", "carrier=DHL", entry=0), gone]

    assert at(rows, date(2026, 2, 28), carrier="DHL") == "0.90"
    assert at(rows, MARCH, carrier="DHL") == "0.95"


@pytest.mark.parametrize(
    "values, said",
    [
        ({"valid_to": JANUARY}, "valid_to 2026-01-01 is not after valid_from 2026-01-01"),
        ({"target": Decimal("NaN")}, "target is NaN"),
        ({"warn": Decimal("0.97"), "stretch": Decimal("0.99")}, "same side of target 0.95"),
        ({"segment": "carrier"}, "'carrier' in segment 'carrier' is not a pair"),
        ({"segment": "carrier=DHL;carrier=UPS"}, "names carrier twice"),
        ({"kpi": " "}, "kpi is empty"),
    ],
)
def test_a_target_that_cannot_be_right_is_refused(values: dict[str, object], said: str):
    """
    The message says which value and why.
    """
    usual = {"kpi": "on_time", "valid_from": JANUARY, "target": Decimal("0.95")}
    with pytest.raises((TargetError, ValueError), match=said):
        TargetRow(**(usual | values))


def test_a_warning_level_of_zero_is_a_level():
    """
    Fewer escalations are better: target 0.02, warn at 0.05 and stretch 0 lie on both sides.
    """
    TargetRow("escalations", JANUARY, Decimal("0.02"), warn=Decimal("0.05"), stretch=Decimal(0))
    with pytest.raises(TargetError, match="same side"):
        TargetRow("escalations", JANUARY, Decimal("0.02"), warn=Decimal(0), stretch=Decimal("0.01"))


def test_rows_of_a_score_get_their_targets():
    """
    Two carriers in two months: DHL got a target of its own in March.
    """
    targets = frame_of([on_time("0.95"), on_time("0.9", "carrier=DHL", start=MARCH)])
    score = pl.DataFrame(
        {
            "period": [JANUARY, JANUARY, MARCH, MARCH],
            "carrier": ["DHL", "UPS", "DHL", None],
            "value": [1.0] * 4,
        }
    )

    judged = with_targets(score, targets, "on_time")
    assert judged["target"].to_list() == [0.95, 0.95, 0.9, 0.95]
    assert judged.columns == ["period", "carrier", "value", "target", "warn", "stretch"]

    only_dhl = with_targets(score.drop("carrier"), targets, "on_time", where={"carrier": "DHL"})
    assert only_dhl["target"].to_list() == [0.95, 0.95, 0.9, 0.9]

    nothing = with_targets(score, pl.DataFrame(schema=FRAME), "on_time")
    assert nothing["target"].to_list() == [None] * 4
    with pytest.raises(TargetConflict, match="on 2026-03-01"):
        with_targets(score, frame_of([on_time("1", "carrier=DHL", MARCH), on_time("2", "market=DE", MARCH)]),
                     "on_time", where={"market": "DE"})  # fmt: skip


SEGMENTS = st.dictionaries(st.sampled_from(["carrier", "market"]), st.sampled_from(["A", "B"])).map(
    segment_text
)
DAYS = st.integers(0, 12).map(lambda n: JANUARY + timedelta(days=n))
ENTRIES = st.builds(
    lambda segment, start, length, level, gone: TargetRow(
        "on_time",
        start,
        Decimal(level),
        segment,
        start + timedelta(days=length) if length else None,
        withdrawn=gone,
    ),
    SEGMENTS, DAYS, st.integers(0, 6), st.integers(1, 5), st.booleans(),
)  # fmt: skip


def outcome(ask):
    try:
        return ask()
    except TargetConflict:
        return "conflict"


@settings(max_examples=150, deadline=None)
@given(entries=st.lists(ENTRIES, max_size=6), day=DAYS, slice_=SEGMENTS)
def test_frame_and_rows_agree(entries: list[TargetRow], day: date, slice_: str):
    """
    Whatever was entered: the vectorised answer and the plain one are the same.
    """
    rows = [
        TargetRow(**{**row.__dict__, "version": n, "recorded_at": ENTERED + timedelta(hours=n)})
        for n, row in enumerate(entries)
    ]
    pairs = dict(part.split("=") for part in slice_.split(";") if part)
    score = pl.DataFrame({"period": [day], **{name: [value] for name, value in pairs.items()}})

    def plain():
        found = target_on(rows, "on_time", pairs, day)
        return float(found.target) if found else None

    assert outcome(plain) == outcome(lambda: with_targets(score, frame_of(rows), "on_time")["target"].item())
    assert outcome(plain) == outcome(
        lambda: getattr(target_on(effective(rows), "on_time", pairs, day), "target", None)
    )
