"""Requests come no faster than a system wants, and as fast as it allows."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_shop import Told, in_turn, opened

from connectors.http.asking import Question
from connectors.http.client import Client
from connectors.http.declared import Clock, Limit, system_of
from connectors.http.pace import Pace
from connectors.http.signing import Signed


@dataclass
class Time:
    """A clock that only moves when somebody sleeps."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def paced(time: Time, a_second: float, burst: int) -> Pace:
    return Pace(a_second, burst, time.sleep, lambda: time.now)


def test_so_many_at_once_and_then_one_as_each_comes_back() -> None:
    """Two at once and one more every ten seconds: two wait ten seconds; after 25 s of rest two are free."""
    time = Time()
    pace = paced(time, 0.1, 2)
    for _ in range(4):
        pace.wait()
    assert time.slept == [10, 10]
    time.now += 25
    for _ in range(3):
        pace.wait()
    assert time.slept[2:] == [10]  # of two and a half that came back two are kept


def test_without_a_burst_each_waits_for_the_one_before() -> None:
    """One a second: the first at once, then one after each second, less what passed meanwhile."""
    time = Time()
    pace = paced(time, 1, 1)
    pace.wait()
    time.now += 0.75
    pace.wait()
    pace.wait()
    assert time.slept == [0.25, 1]


@given(
    st.lists(st.floats(0, 50), min_size=1, max_size=40),
    st.floats(0.01, 10),
    st.integers(1, 20),
)
def test_no_stretch_of_time_has_more_than_the_system_allows(
    gaps: list[float], a_second: float, burst: int
) -> None:
    """However requests come, in any stretch between two of them there are at most the burst and what came back."""
    time = Time()
    pace, at = paced(time, a_second, burst), list[float]()
    for gap in gaps:
        time.now += gap
        pace.wait()
        at.append(time.now)
    for first in range(len(at)):
        for last in range(first, len(at)):
            assert last - first + 1 <= burst + (at[last] - at[first]) * a_second + 1e-6


@pytest.mark.parametrize(("a_second", "wait"), [(1 / 60, 60.0), (1.0, None)])
def test_a_slow_system_that_is_busy_is_left_alone_until_another_request_comes_back(
    a_second: float, wait: float | None
) -> None:
    """429 without a word of how long: a minute where one request a minute comes back, else half a second or so."""
    waits: list[float] = []
    with opened(in_turn(Told({}, 429), Told({"a": 1}))) as shop:
        limit = Limit(a_second, "", Clock.SECONDS, burst=2)
        own = Client("shop", shop.host, Signed(), limit, inside=True, sleep=waits.append)
        assert own.ask(Question("/parcels")).body == {"a": 1}
        own.close()
    (waited,) = waits
    assert waited == wait if wait else 0.25 <= waited <= 0.5


def test_amazon_is_asked_twenty_times_at_once(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """As its usage plan says: 0.0167 requests a second, twenty at once."""
    limit = system_of("amazon_sp_api", tmp_path).limit
    assert (round(limit.a_second, 4), limit.burst) == (0.0167, 20)
