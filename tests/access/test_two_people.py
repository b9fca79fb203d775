"""Several people with different scopes at once, on warm caches: nobody is ever answered what is another's."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Lock
from typing import Any

import pytest
from hidden_rows import facts, fill, told
from small_company import LAST

from kpi.access import NotAllowed
from kpi.catalog import KPIS
from kpi.compare import Comparison
from kpi.explain import Side
from kpi.flow.reading import flow_slice
from kpi.period import Span
from pages.flow.load import load_flow, load_ledger, load_slack
from pages.kpi.load import load_review
from pages.parts.built import built
from pages.parts.comparing import load_compared
from pages.parts.kept import forget
from pages.parts.load import (
    load_coverage,
    load_month,
    load_records,
    load_rejected,
    load_standings,
    load_storage,
    load_values,
)
from pages.parts.viewer import Viewer
from store.home import Store
from store.scope import Principal, Scope

REQUESTS, RUNS, THREADS = 10_000, 500, 8
SPAN = Span(date(2025, 3, 31), LAST)
ON_TIME, CSAT = KPIS["on_time_delivery_rate"], KPIS["csat_score"]
MINE = {"on time": ON_TIME, "csat": CSAT}
PEOPLE = {
    "Ada": (Principal("Ada", Scope(markets=frozenset({"DE"}))), ("FR", "UPS")),
    "Fay": (Principal("Fay", Scope(markets=frozenset({"FR"}))), ("'DE'", "DHL")),
    "Tea": (Principal("Tea", Scope(teams=frozenset({"one"}))), ("'two'",)),
    "Sue": (Principal("Sue", Scope(departments=frozenset({"service"}))), ("UPS", "DHL")),
}
Ask = Callable[[Viewer], Any]


def requests() -> dict[str, Ask]:
    """What pages ask for: every kind of answer that is kept for all readers."""
    asks: dict[str, Ask] = {
        "coverage": load_coverage,
        "storage": load_storage,
        "rejected": load_rejected,
        "picture": lambda viewer: built(viewer, "picture", 13, lambda: sorted(load_coverage(viewer).until)),
    }
    for market in (None, "DE", "FR"):
        lane = flow_slice(LAST, 8, None, market)
        asks |= {
            f"flow {market}": lambda viewer, lane=lane: load_flow(viewer, lane),
            f"slack {market}": lambda viewer, lane=lane: load_slack(viewer, lane),
            f"ledger {market}": lambda viewer, lane=lane: load_ledger(viewer, lane),
            f"standings {market}": lambda viewer, market=market: load_standings(
                viewer, list(MINE.values()), market, 13
            ),
        }
        for name, kpi in MINE.items():
            asks |= _of_kpi(f"{name} {market}", kpi, market)
    return asks


def _of_kpi(name: str, kpi: Any, market: str | None) -> dict[str, Ask]:
    return {
        f"values {name}": lambda viewer: load_values(viewer, kpi, SPAN, "market", market),
        f"month {name}": lambda viewer: load_month(viewer, kpi, market, LAST),
        f"records {name}": lambda viewer: load_records(viewer, kpi, SPAN, market, Side.DENOMINATOR),
        f"review {name}": lambda viewer: load_review(viewer, kpi, LAST, market),
        f"before {name}": lambda viewer: load_compared(viewer, [kpi], market, 13, Comparison.YEAR),
    }


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = fill(tmp_path_factory.mktemp("two") / "home", facts())
    yield store
    store.close()


@pytest.fixture(autouse=True)
def no_memory() -> Iterator[None]:
    forget()
    yield
    forget()


def answered(ask: Ask, viewer: Viewer) -> object:
    """The answer, or that it was refused."""
    try:
        return ask(viewer)
    except NotAllowed:
        return "refused"


def test_ten_thousand_answers_are_each_of_the_one_who_asked(store: Store) -> None:
    """
    What everybody is answered alone, on cold caches, is what they are answered in eight threads on the same warm ones;
    and no answer names a market, carrier or team that its reader may not see, but for the market that was asked for.
    """
    asks, alone = requests(), dict[tuple[str, str], object]()
    for name, (principal, foreign) in PEOPLE.items():
        forget()
        for what, ask in asks.items():
            alone[name, what] = told(answered(ask, Viewer(store, principal)))
            said = repr(alone[name, what])
            assert not [word for word in foreign if word in said and word.strip("'") not in what], (
                name,
                what,
            )
    assert len({repr([alone[name, what] for what in asks]) for name in PEOPLE}) == len(PEOPLE)
    seen, lock = dict[tuple[object, ...], object](), Lock()
    often = [
        0.03 if what.startswith("before") else 1.0 for what in asks
    ]  # made anew for each, so slow to compare

    def one_run(seed: int) -> int:
        """A person opens a page: some twenty questions on one version of the data."""
        dice = random.Random(seed)
        name = dice.choice(list(PEOPLE))
        viewer = Viewer(store, PEOPLE[name][0])
        for what in dice.choices(list(asks), often, k=REQUESTS // RUNS):
            answer = answered(asks[what], viewer)
            with lock:
                known = seen.get((name, what, id(answer))) is answer
            if not known:
                assert told(answer) == alone[name, what], (name, what)
                with lock:
                    seen[name, what, id(answer)] = (
                        answer  # kept alive, so that no other answer gets its number
                    )
        return REQUESTS // RUNS

    with ThreadPoolExecutor(THREADS) as pool:
        assert sum(pool.map(one_run, range(RUNS))) == REQUESTS
