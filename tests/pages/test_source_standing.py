"""How far a source was read, on its page and in words: tables, positions, what a host allows, fields that changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from connectors.http.position import Reached
from connectors.position import Position, write_position
from kpi.source_told import fields_told, say_position, say_quota
from pages.parts.viewer import Viewer
from store.configured import Configured, keep_configured
from store.home import SYSTEM, Store
from store.observed import STREAM, Observed, Quota, Seen, StreamFields, as_words
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state.job_rules import Planned
from store.timetable import Every

SERVICE = Principal("Service only", Scope(departments=frozenset({"service"})), Role.MANAGER)
FIRST = datetime.now(UTC) - timedelta(days=40)
TODAY = FIRST + timedelta(days=40)
PARCELS = StreamFields(
    FIRST,
    100,
    {
        "id": Seen(FIRST, TODAY, 100),
        "came": Seen(FIRST, FIRST, 50),
        "gift": Seen(FIRST + timedelta(days=30), TODAY, 100),
        "gift.note": Seen(FIRST + timedelta(days=30), TODAY, 100),
        "always": Seen(FIRST, TODAY, 100),
    },
    ("id", "came"),
    ("shipments",),
)


def show(viewer) -> None:  # type: ignore[no-untyped-def]
    """Runs inside the page's script."""
    from pages.data.source import render

    render(viewer)


def text_of(store: Store, principal: Principal = LOCAL_OWNER) -> str:
    test = AppTest.from_function(show, args=(replace(Viewer(store, principal), seen={}),), default_timeout=60)
    test.query_params["source"] = "files"
    page = test.run()
    assert not page.exception
    return "\n".join(str(each.value) for kind in (page.html, page.text, page.header) for each in kind)


@pytest.fixture
def read(own: Store) -> Store:
    """
    The small company: 560 shipments and 560 surveys, of which shipments stand at page 3 behind 400 rows; 312 of 700
    requests left five minutes ago; one field new, one gone; read again tomorrow.
    """
    keep_configured(own.state, SYSTEM, [Configured("files", "file", "", ("shipments", "surveys"))])
    behind = Reached(
        "2025-03-01", next="3", began="2025-03-09T12:00:00+00:00", until="2025-03-08", rows="400"
    )
    kept = {
        "shipments": behind.written(),
        STREAM: as_words(
            Observed(Quota(datetime.now(UTC) - timedelta(minutes=5), 312, 700), {"parcels": PARCELS})
        ),
    }
    for stream, value in kept.items():
        own.state.runs.move_cursor(LOCAL_OWNER, "files", stream, value, expected=None, run=None)
    own.state.jobs.plan([Planned("sync:files", Every(timedelta(days=1)))])
    return own


def test_each_table_says_how_far_it_was_read(read: Store) -> None:
    """Shipments: 560 read, one waits for the code gone, page 3 is next; surveys: 560, nothing waits."""
    text = text_of(read)

    assert "How far it was read" in text
    row = next(each for each in text.split("<tr>") if "page 3 of" in each)
    assert all(word in row for word in ("Shipments", ">560<", ">1<", "400 rows of it are read", "8 Mar 2025"))
    assert "312 of 700 left, told 5 min ago" in text
    assert "Next read" in text


def test_fields_that_changed_are_listed(read: Store) -> None:
    """`gift` is new and `came`, which is mapped, is gone; what is in the gift and what always came is not listed."""
    text = text_of(read)

    assert "Fields that changed" in text
    assert all(word in text for word in (">gift<", ">came<", "▲ gone", "◷ new"))
    assert not any(word in text for word in ("gift.note", "always"))


def test_who_sees_some_departments_sees_their_tables_only(read: Store) -> None:
    """Service sees where surveys stand, nothing of shipments: neither their row, nor a name of their fields."""
    text = text_of(read, SERVICE)

    assert "How far it was read" in text
    assert not any(word in text for word in ("page 3", "Shipments", ">gift<", ">came<"))
    assert fields_told(Observed(None, {"parcels": PARCELS}), SERVICE, TODAY) == []


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        (None, ""),
        (Reached().written(), "all of it each time"),
        (Reached("2025-03-05T12:04:00+00:00", latest="2025-03-05T12:05:00Z").written(),
         "what changed since Wed 5 Mar 2025, 12:04 UTC"),
        (Reached("2025-03-01", next="4", until="2025-03-08", rows="300").written(),
         "page 4 of 1 Mar 2025 to 8 Mar 2025; 300 rows of it are read"),
        (Reached(next="eyJwYWdlIjo0fQ==", rows="1").written(), "the next page of the whole; 1 row of it is read"),
        (write_position(Position("number", 4711)), "behind 4711"),
        (write_position(Position("day", "2025-03-01")), "behind 1 Mar 2025"),
        (write_position(Position.of(datetime(2025, 3, 5, 12, 4, tzinfo=UTC))), "behind Wed 5 Mar 2025, 12:04 UTC"),
        ('{"sizes": {}, "heard": "2025-03-05T13:04:00+01:00"}', "heard until Wed 5 Mar 2025, 12:04 UTC"),
        ("[]", "behind what was read"),
        ("something of another program", "behind what was read"),
    ],
)  # fmt: skip
def test_a_position_is_said_in_words(kept: str | None, told: str) -> None:
    """As engines keep it: since when, on which page, behind which row, until when a plant was heard."""
    assert say_position(kept) == told


@pytest.mark.parametrize(
    ("quota", "told"),
    [
        (None, ""),
        (Quota(FIRST, 0, 40), "0 of 40 left, told 60 min ago"),
        (Quota(FIRST, 1200), "1,200 left, told 60 min ago"),
        (Quota(FIRST, a_minute=30.0), "30 a minute, told 60 min ago"),
    ],
)
def test_what_a_host_allows_is_said_with_its_age(quota: Quota | None, told: str) -> None:
    """An hour ago, none, some, or so many a minute."""
    assert say_quota(quota, FIRST + timedelta(minutes=60)) == told
