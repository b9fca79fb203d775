"""The page of alerts: incidents, one episode with what a person may do, and what became of a year of them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from small_company import empty_store
from streamlit.testing.v1 import AppTest

from alerts.evaluation import Moment, evolve
from alerts.findings import AT_ONCE, Finding
from alerts.reasons import Reason
from alerts.state import Evaluation, Outcome
from pages.parts.viewer import Viewer
from store.home import Store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal
from store.state import Corrective
from store.state.deliveries import DeliveryState, Wanted
from store.state.episode_records import Stage
from store.state.wishes import How

KPI, MONDAY = "on_time_delivery_rate", date(2025, 6, 2)
NOON = datetime.now(UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = empty_store(tmp_path / "home")
    yield store
    store.close()


def fire(store: Store) -> None:
    """Three KPIs of Japan since the same week, and a source with a name that would be markup."""
    keys = (KPI, "otif_rate", "damage_rate")
    breach = (Evaluation(MONDAY, Outcome.BREACH),)
    found = [Finding(Reason.SPECIAL_CAUSE, each, "shipping", "market=JP", breach) for each in keys]
    found.append(Finding(Reason.DATA_STALE, "", "", "source=<b>files", breach, AT_ONCE))
    evolve(store.state.episodes, LOCAL_OWNER, found, Moment(NOON, NOON.date()))


def show(*args: object) -> None:
    from pages import alerts

    alerts.render(*args)  # type: ignore[arg-type]


def opened(store: Store, who: Principal = LOCAL_OWNER, **asked: str) -> AppTest:
    page = AppTest.from_function(show, args=(Viewer(store, who),), default_timeout=60)
    for name, value in asked.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def text(page: AppTest) -> str:
    return "".join(str(each.value) for each in page.html)


def test_nothing_open_says_so(store: Store) -> None:
    assert "Nobody is needed" in text(opened(store))
    assert "No alert in a year" in text(opened(store, part="quality"))


def test_what_one_market_breaks_is_one_incident(store: Store) -> None:
    fire(store)
    page = opened(store)

    told = text(page)
    assert "4 episodes in 2 incidents." in told
    assert [each.value for each in page.header] == ["Market JP", "On their own"]
    assert "Source &lt;b&gt;files" in told
    assert "worse than chance explains" in told
    assert "None of these" in text(opened(store, show="asleep"))
    assert told.count("episode=") == text(opened(store, show="waiting")).count("episode=") == 4


def test_an_episode_is_acknowledged_and_acted_on(store: Store) -> None:
    """Each stage offers what comes next; the action promises ten percent, and the history tells it all."""
    fire(store)
    number = store.state.episodes.rows(LOCAL_OWNER)[0].id
    page = opened(store, episode=str(number))
    page.button(key=f"acknowledge_{number}").click().run()
    page.button(key="save_episode").click().run()
    assert store.state.episodes.find(LOCAL_OWNER, number).stage is Stage.ACKNOWLEDGED
    assert not [each for each in page.button if each.key == f"acknowledge_{number}"]
    page.button(key=f"act_{number}").click().run()
    page.text_input[0].input("Call the carrier")
    page.button(key="save_episode").click().run()

    assert not page.exception
    episode = store.state.episodes.find(LOCAL_OWNER, number)
    assert episode.stage is Stage.IN_ACTION
    action = store.state.actions.find(LOCAL_OWNER, episode.action or 0)
    assert isinstance(action, Corrective)
    assert (action.segment, action.wanted_percent, action.episode) == ("market=JP", 10, number)
    assert "Acknowledged" in text(page)
    assert f"carried_{number}" in {each.key for each in page.button}


def test_a_viewer_reads_and_does_nothing(store: Store) -> None:
    fire(store)
    page = opened(store, Principal("vic@example.com", role=Role.VIEWER), episode="1")

    assert "Not acknowledged" in text(page)
    assert list(page.button) == []
    assert "There is no such episode" in text(opened(store, episode="99"))


def test_quality_tells_what_became_of_them(store: Store) -> None:
    """One KPI fired in six markets."""
    breach = (Evaluation(MONDAY, Outcome.BREACH),)
    found = [
        Finding(Reason.SPECIAL_CAUSE, KPI, "shipping", f"market={name}", breach)
        for name in ("DE", "FR", "JP", "UK", "US", "SG")
    ]
    evolve(store.state.episodes, LOCAL_OWNER, found, Moment(NOON, NOON.date()))
    told = text(opened(store, part="quality"))

    assert "On-time delivery" in told
    assert ">6<" in told


def test_one_says_how_one_wishes_to_be_told(store: Store) -> None:
    """The form begins with what is usual; once a day and in Chinese is kept, an unknown zone is refused."""
    page = opened(store, part="messages")
    page.button(key="change_wish").click().run()
    page.radio[0].set_value(How.DAILY)
    page.text_input[0].input("Mars")
    page.button(key="save_wish").click().run()
    assert store.state.wishes.mine(LOCAL_OWNER).version == 0
    page.text_input[0].input("Asia/Shanghai")
    page.selectbox[0].set_value("zh")
    page.button(key="save_wish").click().run()

    assert not page.exception
    mine = store.state.wishes.mine(LOCAL_OWNER)
    assert (mine.how, mine.zone, mine.language, mine.quiet_from) == (
        How.DAILY,
        "Asia/Shanghai",
        "zh",
        time(20),
    )
    assert "You are told once a day, at 08:00" in text(page)
    assert [each.key for each in page.button if each.key == "save_wish"] == []


def given_up(store: Store) -> None:
    """A place that is gone did not take the message of an alert."""
    fire(store)
    deliveries = store.state.deliveries
    wanted = [Wanted("1:ops", "ops", "ops", NOON)]
    deliveries.plan(LOCAL_OWNER, lambda notice: wanted if notice.id == 1 else (), NOON)
    begun = deliveries.claim(LOCAL_OWNER, NOON)
    assert begun is not None
    deliveries.settle(LOCAL_OWNER, begun, DeliveryState.DEAD, "ops answered with 404.", NOON)


def test_what_was_given_up_is_sent_again_by_a_button(store: Store) -> None:
    """For who looks after all messages; a lead reads of none of them. The banner goes with the failure."""
    given_up(store)
    lead = Principal("lea@example.com", role=Role.LEAD)
    assert "1 message could not be sent." in text(banner(store, LOCAL_OWNER))
    assert text(banner(store, lead)) == ""
    assert "again_1" not in {each.key for each in opened(store, lead, part="messages").button}

    page = opened(store, part="messages")
    page.button(key="again_1").click().run()

    assert not page.exception
    (row,) = store.state.deliveries.rows(LOCAL_OWNER)
    assert row.state is DeliveryState.WAITING
    assert text(banner(store, LOCAL_OWNER)) == ""


def show_banner(*args: object) -> None:
    from pages.parts.given_up import draw_given_up

    draw_given_up(*args)  # type: ignore[arg-type]


def banner(store: Store, who: Principal) -> AppTest:
    page = AppTest.from_function(show_banner, args=(Viewer(store, who),), default_timeout=60)
    page.run()
    assert not page.exception
    return page
