"""From an alert to messages that arrived: by a real mail server and a real web server that fail, wait and die."""

import hashlib
import hmac
import logging
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from messages.conftest import ANN, Desk, by_hook, by_mail
from messages.receivers import hook, mailbox

from connectors.config import read_config
from connectors.errors import ConfigError
from store.permits import Role
from store.scope import LOCAL_OWNER
from store.state import ChangedMeanwhile, User, WrongEntry
from store.state.deliveries import Deliveries, DeliveryState, NotDead
from store.state.wishes import How, Wish


def test_an_alert_reaches_its_owner_by_mail_and_the_place_by_hook(desk: Desk) -> None:
    """One notice, two channels: each message once, with a link and no figure; asked again nothing more is sent."""
    with mailbox() as box, hook() as place:
        desk.channels = by_mail(box.port) + by_hook(place.url)
        desk.fire()
        desk.messenger().all_due()
        desk.messenger().all_due()

    (mail,) = box.mails
    assert (mail["To"], mail["Subject"]) == (ANN.email, "Needs you: On-time delivery")
    assert "https://kpi.example.com/alerts?episode=1" in mail.get_payload()
    assert mail["List-Unsubscribe"] == "<https://kpi.example.com/alerts?part=messages>"
    (episode,) = place.said()["episodes"]  # type: ignore[misc]
    assert episode["link"] == "https://kpi.example.com/alerts?episode=1"  # type: ignore[index]
    assert desk.states() == [("sent", ANN.email), ("sent", "ops")]


def test_a_hook_is_signed_over_time_and_body(desk: Desk) -> None:
    """Whoever knows the secret can work the signature out anew, and the key is the one of the body."""
    with hook() as place:
        desk.channels = by_hook(place.url)
        desk.fire()
        desk.messenger().all_due()

    told = dict(part.split("=") for part in place.headers[0]["X-Fairlead-Signature"].split(","))
    made = hmac.new(b"s3cret-of-the-signature", f"{told['t']}.".encode() + place.bodies[0], hashlib.sha256)
    assert told["v1"] == made.hexdigest()
    assert place.keys == [place.said()["key"]]


def test_what_fails_is_tried_again_with_the_same_key(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """503, 429, then taken: three requests with one key; neither log nor message tells the token of the address."""
    with hook(503, 429) as place, caplog.at_level(logging.INFO):
        desk.channels = by_hook(place.url)
        desk.fire()
        for _ in range(3):
            desk.messenger().all_due()
            desk.later(minutes=2)

    assert len(place.keys) == 3
    assert len(set(place.keys)) == 1
    assert desk.states() == [("sent", "ops")]
    assert "answered with 503" in caplog.text
    assert "token-of-the-hook" not in caplog.text


def test_a_place_that_asks_for_time_gets_it(desk: Desk) -> None:
    """Retry-After: 600: not after two minutes, but after ten; two days are asked for in vain, twelve hours it waits."""
    with hook(429, 503) as place:
        desk.channels, place.retry_after = by_hook(place.url), "600"
        desk.fire()
        desk.messenger().all_due()
        desk.later(minutes=2)
        desk.messenger().all_due()
        assert len(place.keys) == 1
        desk.later(minutes=8)
        place.retry_after = "172800"
        desk.messenger().all_due()
        assert len(place.keys) == 2
        desk.later(hours=12)
        desk.messenger().all_due()

    assert desk.states() == [("sent", "ops")]


def test_a_clock_that_was_ahead_puts_nothing_off(desk: Desk) -> None:
    """A day ahead an alert fires, and a place fails; set right again both are tried at once."""
    with hook(503) as place:
        desk.channels = by_hook(place.url)
        desk.later(days=1)
        desk.fire()
        desk.messenger().all_due()
        desk.fire("csat_score", "service")
        desk.later(days=-1)
        desk.messenger().all_due()

    assert desk.states() == [("sent", "ops")] * 2


def test_before_its_time_nothing_is_tried_again(desk: Desk) -> None:
    """The first wait is 24 seconds at least: after ten nothing happens."""
    with hook(503) as place:
        desk.channels = by_hook(place.url)
        desk.fire()
        desk.messenger().all_due()
        desk.later(seconds=10)
        desk.messenger().all_due()

    assert len(place.keys) == 1


def test_after_a_day_it_waits_for_a_person_who_sends_it_again(desk: Desk) -> None:
    """Nobody listens: given up at the first failure after 24 hours; sent again it arrives under its old key."""
    with hook() as gone:
        desk.channels = by_hook(gone.url)
    desk.fire()
    for _ in range(26):
        desk.messenger().all_due()
        desk.later(hours=1)
    (dead,) = desk.store.state.deliveries.rows(LOCAL_OWNER, [DeliveryState.DEAD])

    assert "could not be called" in dead.message
    with hook() as place:
        desk.channels = by_hook(place.url)
        desk.store.state.deliveries.replay(LOCAL_OWNER, dead.id)
        desk.now = datetime.now(desk.now.tzinfo)
        desk.messenger().all_due()
    assert len(place.keys) == 1
    assert desk.states() == [("sent", "ops")]
    with pytest.raises(NotDead, match="is sent"):
        desk.store.state.deliveries.replay(LOCAL_OWNER, dead.id)


@pytest.mark.parametrize("status", [302, 400, 404, 410])
def test_what_can_never_arrive_is_given_up_at_once(desk: Desk, status: int) -> None:
    """A place that is gone, or sends on elsewhere, is asked once."""
    with hook(status) as place:
        desk.channels = by_hook(place.url)
        desk.fire()
        desk.messenger().all_due()

    assert desk.states() == [("dead", "ops")]
    assert len(place.keys) == 1


def test_a_mail_server_says_later_or_never(desk: Desk) -> None:
    """451 is tried again, and taken; then 554 to another alert is not."""
    with mailbox("451 Later", "250 OK", "554 Never") as box:
        desk.channels = by_mail(box.port)
        desk.fire()
        desk.messenger().all_due()
        assert desk.states() == [("waiting", ANN.email)]
        desk.later(minutes=1)
        desk.messenger().all_due()
        assert desk.states() == [("sent", ANN.email)]
        desk.fire("csat_score", "service")
        desk.messenger().all_due()

    assert desk.states() == [("sent", ANN.email), ("dead", ANN.email)]


def test_killed_between_sending_and_saying_so_it_is_sent_again_and_known(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first worker dies once the mail was taken; two minutes later another sends it with the same Message-ID."""
    with mailbox() as box:
        desk.channels = by_mail(box.port)
        desk.fire()
        with monkeypatch.context() as dying:
            dying.setattr(Deliveries, "settle", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                desk.messenger().all_due()
        desk.messenger().all_due()
        assert len(box.ids) == 1
        desk.later(minutes=2)
        desk.messenger().all_due()

    assert len(box.ids) == 2
    assert len(set(box.ids)) == 1
    assert desk.states() == [("sent", ANN.email)]


def test_an_attempt_that_was_overtaken_says_nothing(desk: Desk) -> None:
    """A worker that slept for two minutes cannot end the attempt that another one began meanwhile."""
    desk.channels = by_hook("http://127.0.0.1:1/x")
    desk.fire()
    deliveries, config = desk.store.state.deliveries, read_config(desk.channels)
    deliveries.plan(
        LOCAL_OWNER, desk.messenger()._addressing({each.name: each for each in config.channels}, desk.now).messages,
        desk.now,
    )  # fmt: skip
    slept = deliveries.claim(LOCAL_OWNER, desk.now)
    assert slept is not None
    assert deliveries.claim(LOCAL_OWNER, desk.now) is None
    desk.later(minutes=2)
    other = deliveries.claim(LOCAL_OWNER, desk.now)
    assert other is not None

    assert not deliveries.settle(LOCAL_OWNER, slept, DeliveryState.SENT, "", desk.now)
    assert deliveries.settle(LOCAL_OWNER, other, DeliveryState.SENT, "", desk.now)


def test_who_no_longer_sees_it_is_not_told(desk: Desk) -> None:
    """Ann was moved to customer service while the message waited: nothing leaves."""
    desk.fire()
    seen = desk.store.state.users.find(LOCAL_OWNER, ANN.email)
    assert seen is not None
    moved = replace(ANN, departments=frozenset({"service"}))
    desk.store.state.users.save(LOCAL_OWNER, moved, seen=seen.version)
    with mailbox() as box:
        desk.channels = by_mail(box.port)
        desk.messenger().all_due()

    assert desk.states() == [("skipped", ANN.email)]
    assert box.mails == []


def test_a_place_is_told_of_its_departments_alone(desk: Desk) -> None:
    """A hook of customer service hears nothing of shipping."""
    with hook() as place:
        desk.channels = by_hook(place.url) + 'departments = ["service"]\n'
        desk.fire()
        desk.messenger().all_due()

    assert (place.bodies, desk.states()) == ([], [])


def test_quiet_hours_are_those_of_the_person(desk: Desk) -> None:
    """At 12:00 UTC it is 21:00 in Tokyo: the mail leaves at 07:00 there, 22:00 UTC."""
    mine = Wish(ANN.email, zone="Asia/Tokyo")
    desk.store.state.wishes.save(ANN.principal, mine, desk.now.date())
    with mailbox() as box:
        desk.channels = by_mail(box.port)
        desk.fire()
        desk.messenger().all_due()
        desk.later(hours=9, minutes=59)
        desk.messenger().all_due()
        assert box.mails == []
        desk.later(minutes=1)
        desk.messenger().all_due()

    assert len(box.mails) == 1


def test_a_digest_is_one_mail_a_day(desk: Desk) -> None:
    """Two notices on Monday noon, one mail on Tuesday at 08:00 with both."""
    desk.store.state.wishes.save(ANN.principal, Wish(ANN.email, how=How.DAILY), desk.now.date())
    with mailbox() as box:
        desk.channels = by_mail(box.port)
        desk.fire()
        desk.messenger().all_due()
        desk.later(hours=1)
        desk.fire("csat_score", "service")
        desk.messenger().all_due()
        assert box.mails == []
        desk.later(hours=19)
        desk.messenger().all_due()

    assert len(box.mails) == 1
    (sent,) = desk.store.state.deliveries.rows(ANN.principal)
    assert sent.notices == (1, 2)


def test_a_manager_who_said_nothing_is_told_once_a_day(desk: Desk) -> None:
    """What is usual for the role: at noon nothing leaves, at eight the next morning it does."""
    seen = desk.store.state.users.find(LOCAL_OWNER, ANN.email)
    assert seen is not None
    desk.store.state.users.save(LOCAL_OWNER, replace(ANN, role=Role.MANAGER), seen=seen.version)
    with mailbox() as box:
        desk.channels = by_mail(box.port)
        desk.fire()
        desk.messenger().all_due()
        assert box.mails == []
        desk.later(hours=20)
        desk.messenger().all_due()

    assert len(box.mails) == 1


@pytest.mark.parametrize("wish", [Wish("", how=How.NEVER), Wish("", paused_until=date(2025, 6, 10))])
def test_who_wants_nothing_gets_nothing_and_the_list_says_why(desk: Desk, wish: Wish) -> None:
    desk.store.state.wishes.save(ANN.principal, wish, desk.now.date())
    with mailbox() as box:
        desk.channels = by_mail(box.port)
        desk.fire()
        desk.messenger().all_due()

    (row,) = desk.store.state.deliveries.rows(ANN.principal)
    assert (row.state, box.mails) == (DeliveryState.SKIPPED, [])
    assert ANN.email in row.message


def test_one_sees_ones_own_messages(desk: Desk) -> None:
    """Bo, a lead like Ann, sees none of hers; who brings data in for the whole firm sees all."""
    with mailbox() as box:
        desk.channels = by_mail(box.port)
        desk.fire()
        desk.messenger().all_due()
    bo = User("bo@example.com", "Bo", Role.LEAD).principal

    assert [len(desk.store.state.deliveries.rows(who)) for who in (bo, ANN.principal, LOCAL_OWNER)] == [
        0,
        1,
        1,
    ]


def test_slack_teams_and_a_folder_tell_the_same(desk: Desk, tmp_path: Path) -> None:
    """Each names the KPI and leads to the episode; the folder holds one file."""
    with hook() as place:
        desk.secrets["stored:hook"] = place.url
        desk.channels = "".join(
            f'[channels.{kind}]\nkind = "{kind}"\nurl = "stored:hook"\ninside = true\n' for kind in ("slack", "teams")
        ) + f'[channels.files]\nkind = "file"\nfolder = "{tmp_path}/out"\n'  # fmt: skip
        desk.fire()
        desk.messenger().all_due()

    told = [body.decode() for body in place.bodies]
    told += [file.read_text(encoding="utf-8") for file in (tmp_path / "out").iterdir()]
    assert len(told) == 3
    assert all("On-time delivery" in each and "alerts?episode=1" in each for each in told)


def test_local_times_hold_when_clocks_change() -> None:
    """In Berlin clocks go from 02:00 to 03:00 on 30 March 2025: 07:00 of that day is 05:00 UTC, not 06:00."""
    berlin = ZoneInfo("Europe/Berlin")
    evening = datetime(2025, 3, 29, 22, tzinfo=berlin)

    assert Wish("").open_at(evening, "Europe/Berlin").astimezone(ZoneInfo("UTC")).hour == 5
    assert Wish("", quiet_from=time(7), quiet_until=time(7)).open_at(evening, "UTC") == evening


def test_a_wish_that_cannot_be_is_refused(desk: Desk) -> None:
    """An unknown zone, an endless pause, and a version that somebody changed meanwhile."""
    save, today = desk.store.state.wishes.save, desk.now.date()
    for wrong in (Wish("", zone="Mars"), Wish("", paused_until=date(2026, 6, 9)), Wish("", language="xx")):
        with pytest.raises(WrongEntry):
            save(ANN.principal, wrong, today)
    assert save(ANN.principal, Wish(""), today).version == 1
    with pytest.raises(ChangedMeanwhile):
        save(ANN.principal, Wish("", how=How.DAILY), today)


@pytest.mark.parametrize(
    "block, why",
    [
        ('kind = "pigeon"', "pigeon"),
        ('kind = "slack"\nurl = "https://hooks.example.com/T0/secret"', "is a secret"),
        ('kind = "webhook"\nurl = "https://x.example.com"\nsecret = "abc"', "in the open"),
        ('kind = "email"\nhost = "mail.example.com"\nsecurity = "none"\nfrom = "a@b.c"', "in the open"),
    ],
)
def test_a_channel_that_would_leak_is_refused(block: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        read_config(f"[channels.one]\n{block}\n")
