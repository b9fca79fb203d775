"""Machines heard by MTConnect: every state lasts until the next one, and what nobody heard is never made up."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from made_agent import MadeAgent, played
from system_calls import kpi, stored
from test_machine_logs import LOG
from web_shop import Asked, Told, opened

from connectors.plant.journal import Journal
from connectors.plant.words import Doing, words_of
from store.state.runs import RunStatus

PLANT = """
[company]
name = "Shop floor"
timezone = "{zone}"
[sources.floor]
connector = "plant"
protocol = "mtconnect"
url = "{host}"
inside = true
{more}
[sources.floor.tables.production_runs.columns]
ideal_us = {{ constant = "60000000" }}
"""
COLUMNS = ("run_id", "line", "planned_busy_s", "run_s", "produced")


def plant(host: str, more: str = "", zone: str = "UTC") -> str:
    return PLANT.format(host=host, more=more, zone=zone)


def synced(firm: Any, toml: str) -> str:
    """What the run has to say."""
    report = firm.sync(toml)
    assert report.status is RunStatus.OK, report.message
    return report.message


def stopped(firm: Any, toml: str) -> str:
    """Why the run stopped."""
    report = firm.sync(toml)
    assert report.status is RunStatus.FAILED
    return report.message


def morning() -> MadeAgent:
    """A mill that runs from 08:00 to 08:30 and makes 10 pieces, then stands; it is 09:00."""
    agent = MadeAgent("2025-03-03T09:00:00Z")
    agent.say("2025-03-03T08:00:00Z", "execution", "ACTIVE")
    agent.say("2025-03-03T08:00:00Z", "count", "100")
    agent.say("2025-03-03T08:20:00Z", "count", "110")
    agent.say("2025-03-03T08:30:00Z", "execution", "READY")
    return agent


def test_states_of_a_machine_are_times(firm) -> None:
    """
    Known for an hour from 13:00, active for 30 and 5 minutes: 2,100 of 3,600 s. Two pieces more on the counter, then
    it began anew and came to three: five.
    """
    agent = played(LOG.strip(), {"execution": "execution", "PartCountAct": "count"}, "2025-03-03T15:00:00Z")
    with agent.opened() as shop:
        synced(firm, plant(shop.host, zone="America/Chicago"))
    assert stored(firm, "production_runs", *COLUMNS) == [("Mill|2025-03-03", "Mill", 3_600, 2_100, 5)]
    assert kpi(firm, "oee_availability")["value"] == pytest.approx(2_100 / 3_600)


def test_a_pull_goes_on_behind_the_last_observation(firm) -> None:
    """
    By 09:00 the mill ran for 1,800 of 3,600 s. Two hours later the same mill ran for another 1,800 s and made 5
    pieces: 3,600 of 10,800 s and 15 pieces, and no observation was asked for twice.
    """
    agent = morning()
    with agent.opened() as shop:
        synced(firm, plant(shop.host))
        assert stored(firm, "production_runs", *COLUMNS) == [("Mill|2025-03-03", "Mill", 3_600, 1_800, 10)]
        agent.say("2025-03-03T10:00:00Z", "execution", "ACTIVE")
        agent.say("2025-03-03T10:15:00Z", "count", "115")
        agent.say("2025-03-03T10:30:00Z", "execution", "READY")
        agent.now = "2025-03-03T11:00:00Z"
        assert synced(firm, plant(shop.host)) == ""
        asked = [each.parameters["from"] for each in shop.asked if "from" in each.parameters]
    assert stored(firm, "production_runs", *COLUMNS) == [("Mill|2025-03-03", "Mill", 10_800, 3_600, 15)]
    assert asked == ["1", "1", "5"]  # the first one twice: once to know since when anything is known


def test_an_agent_that_began_anew_leaves_a_gap(firm) -> None:
    """
    Heard until 09:00, begun anew at 10:00, running until 11:00: nobody knows of the hour in between, nor of the 50
    pieces on the counter; 3,600 + 3,600 s are known, 1,800 + 3,600 s of them active, with 10 + 4 pieces.
    """
    agent = morning()
    with agent.opened() as shop:
        synced(firm, plant(shop.host))
        agent.restart()
        agent.say("2025-03-03T10:00:00Z", "execution", "ACTIVE")
        agent.say("2025-03-03T10:00:00Z", "count", "160")
        agent.say("2025-03-03T10:45:00Z", "count", "164")
        agent.now = "2025-03-03T11:00:00Z"
        told = synced(firm, plant(shop.host))
    assert stored(firm, "production_runs", *COLUMNS) == [("Mill|2025-03-03", "Mill", 7_200, 5_400, 14)]
    assert told == "all machines not known from 2025-03-03 09:00 until heard again (the agent began anew)"


def test_an_agent_that_forgot_leaves_a_gap(firm) -> None:
    """
    Of six changes after 09:00 the agent still has the last two, from 10:30 on: ready for 15 minutes, active for 15
    more. Known are 3,600 + 1,800 s and active 1,800 + 900 s.
    """
    agent = morning()
    with agent.opened() as shop:
        synced(firm, plant(shop.host))
        for minute in (5, 10, 15, 20):
            agent.say(f"2025-03-03T09:{minute:02}:00Z", "execution", "ACTIVE" if minute % 10 else "READY")
        agent.say("2025-03-03T10:30:00Z", "execution", "READY")
        agent.say("2025-03-03T10:45:00Z", "execution", "ACTIVE")
        agent.now, agent.size = "2025-03-03T11:00:00Z", 2
        told = synced(firm, plant(shop.host))
    assert stored(firm, "production_runs", *COLUMNS) == [("Mill|2025-03-03", "Mill", 5_400, 2_700, 10)]
    assert told.endswith("(the agent forgot 4 observations before they were read)")


def test_a_state_lasts_over_midnight(firm) -> None:
    """Active from 22:00 in Chicago until 03:00: two hours of one day and three of the next, by the plant's midnight."""
    agent = MadeAgent("2025-03-05T09:00:00Z")
    agent.say("2025-03-05T04:00:00Z", "execution", "ACTIVE")
    with agent.opened() as shop:
        synced(firm, plant(shop.host, 'timezone = "America/Chicago"'))
    assert stored(firm, "production_runs", "produced_day", "run_s") == [
        (date(2025, 3, 4), 7_200), (date(2025, 3, 5), 10_800),
    ]  # fmt: skip


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "UTC", "America/Los_Angeles"])
def test_days_made_anew_are_those_made_at_once(firm, zone: str) -> None:
    """Four pulls over two days, by midnights on either side of UTC, end with the days that one pull of all makes."""
    agent = MadeAgent("2025-03-02T09:00:00Z")
    agent.say("2025-03-02T08:00:00Z", "count", "5")
    with agent.opened() as shop:
        for hour, (state, count) in enumerate([("ACTIVE", 10), ("READY", 20), ("ACTIVE", 4), ("READY", 9)]):
            agent.say(f"2025-03-{2 + hour // 2:02}T{8 + hour % 2 * 7:02}:00:00Z", "execution", state)
            agent.say(f"2025-03-{2 + hour // 2:02}T{10 + hour % 2 * 7:02}:00:00Z", "count", str(count))
            agent.now = f"2025-03-{2 + hour // 2:02}T{12 + hour % 2 * 7:02}:00:00Z"
            synced(firm, plant(shop.host, zone=zone))
        apart = stored(firm, "production_runs", *COLUMNS)
        firm.sync(plant(shop.host, zone=zone), full=True)
    assert stored(firm, "production_runs", *COLUMNS) == apart
    assert sum(row[2] for row in apart) == 35 * 3_600  # from 8:00 to 19:00 of the next day
    assert sum(row[3] for row in apart) == 14 * 3_600
    assert sum(row[4] for row in apart) == 5 + 10 + 4 + 5


def test_a_state_from_days_ago_still_lasts(firm) -> None:
    """Running since Monday 12:00 without another word: 12 hours, and 24 of Tuesday when it is heard on Wednesday."""
    agent = MadeAgent("2025-03-03T13:00:00Z")
    agent.say("2025-03-03T12:00:00Z", "execution", "ACTIVE")
    with agent.opened() as shop:
        synced(firm, plant(shop.host))
        agent.now = "2025-03-05T06:00:00Z"
        synced(firm, plant(shop.host))
    hours = [seconds / 3_600 for _, seconds in stored(firm, "production_runs", "produced_day", "run_s")]
    assert hours == [12, 24, 6]


def test_a_machine_that_says_nothing_for_long_is_still_known(firm) -> None:
    """
    Two machines run since 1 January 12:00. For forty days one is heard counting a piece a day and the other not at
    all: each ran for 40 days, and the first made 39 pieces.
    """
    agent = MadeAgent("2025-01-01T12:00:00Z")
    for device in ("Mill", "Saw"):
        agent.say("2025-01-01T12:00:00Z", "execution", "ACTIVE", device)
    with agent.opened() as shop:
        for day in range(1, 41):
            moment = datetime(2025, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)
            agent.say(f"{moment - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}", "count", str(day))
            agent.now = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
            if day % 4 == 0:
                synced(firm, plant(shop.host))
    rows = stored(firm, "production_runs", "line", "run_s", "produced")
    assert sum(seconds for line, seconds, _ in rows if line == "Saw") == 40 * 86_400
    assert sum(seconds for line, seconds, _ in rows if line == "Mill") == 40 * 86_400
    assert sum(pieces for _, _, pieces in rows) == 39


def test_a_long_past_is_made_month_by_month(firm) -> None:
    """
    Active from 1 January 12:00, ready from 10 April 12:00, asked on 20 April 12:00: 12 hours, 98 whole days, and 12
    hours more of 109 days known; the counter went from 0 to 7 in February and to 9 in April.
    """
    agent = MadeAgent("2025-04-20T12:00:00Z")
    agent.say("2025-01-01T12:00:00Z", "execution", "ACTIVE")
    for at, count in (("01-01T12", 0), ("02-20T12", 7), ("04-05T12", 9)):
        agent.say(f"2025-{at}:00:00Z", "count", str(count))
    agent.say("2025-04-10T12:00:00Z", "execution", "READY")
    with agent.opened() as shop:
        synced(firm, plant(shop.host))
    rows = stored(firm, "production_runs", "produced_day", "planned_busy_s", "run_s", "produced")
    assert len(rows) == 31 + 28 + 31 + 20
    assert sum(row[1] for row in rows) == 109 * 86_400
    assert sum(row[2] for row in rows) == 99 * 86_400
    assert [(row[0].month, row[3]) for row in rows if row[3]] == [(2, 7), (4, 2)]


def test_a_state_nobody_knows_waits(firm) -> None:
    """A word on no list is not guessed: the day waits with it, and counts once the source says what it means."""
    agent = morning()
    agent.say("2025-03-03T08:45:00Z", "execution", "DAYDREAMING")
    with agent.opened() as shop:
        synced(firm, plant(shop.host))
        assert stored(firm, "production_runs", *COLUMNS) == []
        (reason,) = firm.reasons()
        assert "said the state 'DAYDREAMING', which is on no list" in reason
        synced(firm, plant(shop.host, 'states = { DAYDREAMING = "standing" }'))
        assert firm.reasons() == []
    assert stored(firm, "production_runs", *COLUMNS) == [("Mill|2025-03-03", "Mill", 3_600, 1_800, 10)]


def test_a_day_of_a_real_machine_by_pages(firm, shared) -> None:
    """
    The log of a Mazak of NIST of 2 May 2016, played by an agent in pages of 20: of 15:25:30 observed 7:41:37 are
    unavailable, so 7:43:53 are known, as from its file.
    """
    log = (shared / "apis/mtconnect_nist/Mazak03-20160502-20160503.txt").read_text(encoding="utf-8")
    last = log.splitlines()[-1].split("|")[0]
    agent = played(log, {"execution": "execution", "PartCountAct": "count"}, last)
    agent.page = 20
    told = [each for each in agent.everything if each.id == "execution"]
    with agent.opened() as shop:
        synced(firm, plant(shop.host, zone="America/Chicago"))
        pages = [each for each in shop.asked if each.parameters.get("count") == "5000"]
    ((_, _, known, active, made),) = stored(firm, "production_runs", *COLUMNS)
    assert known == 15 * 3_600 + 25 * 60 + 30 - (7 * 3_600 + 41 * 60 + 37)
    assert 0 < active < known
    assert made == 0
    assert len(pages) == -(-len(agent.everything) // 20)
    assert len(told) > 20


def test_a_recorded_document_of_a_mill_with_two_paths(firm, shared) -> None:
    """
    A Mazak tells two executions, so the firm says which is which. The first is ready since 06:51:52.24, asked at
    09:55: 10,988 s standing. The second is unavailable: nothing is known of it.
    """
    document = (shared / "apis/mtconnect/Current-Mazak-1.5.xml").read_bytes()
    with opened(lambda _: Told(document)) as shop:
        assert "2 items of type Execution on 'Mazak'" in stopped(firm, plant(shop.host))
        both = """
[sources.floor.machines]
lathe = { device = "Mazak", state = "exec", count = "pc" }
second = { device = "Mazak", state = "execution2", count = "PartCountAct2" }
"""
        synced(firm, plant(shop.host, both))
    assert stored(firm, "production_runs", *COLUMNS) == [
        ("lathe|2022-10-21", "lathe", 10_988, 0, 0), ("second|2022-10-21", "second", 0, 0, 0),
    ]  # fmt: skip


def test_a_recorded_document_with_broken_numbers(firm, shared) -> None:
    """Its sequences end in an equals sign: one line says which, and nothing is kept."""
    document = (shared / "apis/mtconnect/Current-Simple.xml").read_bytes()
    with opened(lambda _: Told(document)) as shop:
        assert "has a Header whose instanceId is '1663078056='" in stopped(firm, plant(shop.host))
    assert not list((firm.store.home / "plant" / "floor").glob("*.jsonl"))


def test_the_list_of_states_is_that_of_the_standard(shared) -> None:
    """Every execution of MTConnect 2.4 is on the list, once, and nothing else but UNAVAILABLE."""
    schema = (shared / "apis/mtconnect/MTConnectStreams_2.4.xsd").read_text(encoding="utf-8")
    part = schema.split("<xs:simpleType name='ExecutionValueType'>")[1].split("</xs:simpleType>")[0]
    ours = words_of("mtconnect").doing
    assert {*re.findall(r"enumeration value='([A-Z_]+)'", part), "UNAVAILABLE"} == set(ours)
    assert [word for word, means in ours.items() if means is Doing.RUNNING] == ["ACTIVE"]


@pytest.mark.parametrize(
    "answer, told",
    [
        (Told(b"<html><body>Sign in</body></html>"), "answers current with html"),
        (Told(b"<MTConnectStreams><Header"), "not whole XML"),
        (Told(b'<!DOCTYPE a [<!ENTITY b "c">]><MTConnectStreams/>'), "not whole XML"),
        (Told(b"<MTConnectStreams/>"), "has no Header"),
        (
            Told(b'<MTConnectError><Error errorCode="UNAVAILABLE">no</Error></MTConnectError>'),
            "UNAVAILABLE no",
        ),
    ],
)
def test_what_is_no_document_is_said(firm, monkeypatch, answer: Told, told: str) -> None:
    """HTML, half a document, one with entities, an error of the agent: one line, and the machine keeps what it had."""
    monkeypatch.setattr("connectors.http.client.BASE_S", 0.0)
    with opened(lambda _: answer) as shop:
        assert told in stopped(firm, plant(shop.host))


def test_a_page_that_fails_is_asked_for_again(firm) -> None:
    """The second of two pages fails: what the first told is kept, and the next pull begins behind it."""
    agent = morning()
    agent.page = 2
    broken = [True]

    def answer(asked: Asked) -> Told:
        is_hit = broken[0] and asked.parameters.get("from") == "3"
        return Told(b"no", 404) if is_hit else agent.answer(asked)

    with opened(answer) as shop:
        stopped(firm, plant(shop.host))
        broken[0] = False
        asked_before = len(shop.asked)
        synced(firm, plant(shop.host))
        again = [each.parameters.get("from") for each in shop.asked[asked_before:]]
    assert again == [None, "3"]
    assert stored(firm, "production_runs", *COLUMNS) == [("Mill|2025-03-03", "Mill", 3_600, 1_800, 10)]


def test_lines_that_are_written_twice_count_once(firm, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Cut off between the lines and the position behind them, the next pull reads and writes the same lines again: 10
    pieces stay 10, 1,800 s stay 1,800, and there is no gap.
    """
    agent = morning()
    with agent.opened() as shop:
        with monkeypatch.context() as cut:
            cut.setattr(Journal, "keep", lambda *_: (_ for _ in ()).throw(OSError("cut off")))
            assert "cut off" in stopped(firm, plant(shop.host))
        assert stored(firm, "production_runs", *COLUMNS) == []
        assert synced(firm, plant(shop.host)) == ""
    assert stored(firm, "production_runs", *COLUMNS) == [("Mill|2025-03-03", "Mill", 3_600, 1_800, 10)]
    lines = (
        (firm.store.home / "plant" / "floor" / "2025-03-03.jsonl").read_text(encoding="utf-8").splitlines()
    )
    assert len(lines) > len(set(lines))


def test_a_plant_is_asked_within_the_firm_only_where_it_says_so(firm) -> None:
    """Without inside = true nothing on an address of one's own network is asked."""
    with morning().opened() as shop:
        message = stopped(firm, plant(shop.host).replace("inside = true", ""))
    assert "is not reached over TLS; write https, or inside = true for a system of your own" in message


def test_what_was_kept_is_private(firm) -> None:
    """Folder and files are for their owner only."""
    with morning().opened() as shop:
        synced(firm, plant(shop.host))
    folder: Path = firm.store.home / "plant" / "floor"
    assert folder.stat().st_mode & 0o077 == 0
    assert {each.stat().st_mode & 0o077 for each in folder.iterdir()} == {0}
