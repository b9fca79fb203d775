"""Help desks as they are declared: which request is asked, which rows come of the answer, and a KPI of them."""

from typing import Any

from system_calls import by_path, gone_asked, kpi, listed, recorded, signed_in, source, stored
from web_shop import Asked, Told, opened

from store.state.runs import RunStatus


def ticket(number: int, replied: str | None, **more: Any) -> dict[str, Any]:
    """A ticket of Freshdesk made at eight on 3 March 2025."""
    return {
        "id": number, "source": 1, "status": 4, "spam": False, "group_id": 7, "created_at": "2025-03-03T08:00:00Z",
        "updated_at": f"2025-03-04T08:00:0{number}Z", "stats": {"first_responded_at": replied}, **more,
    }  # fmt: skip


def test_freshdesk_tickets(calling) -> None:
    """
    Four hours are promised: two of three customers had a reply at 9:00 and 11:00, one at 13:00. Status 6 is the
    firm's own and waits until it is mapped; source 12 stays as it is; a ticket we began counts for nothing.
    """
    rows = [
        ticket(1, "2025-03-03T09:00:00Z"), ticket(2, "2025-03-03T11:00:00Z", source=12),
        ticket(3, "2025-03-03T13:00:00Z", status=2), ticket(4, None, status=6), ticket(5, None, source=10),
    ]  # fmt: skip
    with opened(by_path({"/api/v2/tickets": listed(rows)})) as desk:
        report = calling.sync(source("freshdesk", desk.host, "2025-01-01"))

    assert signed_in(desk.asked[0]) == "canary-2718281:X"
    assert desk.asked[0].parameters == {
        "include": "stats", "order_by": "updated_at", "order_type": "asc", "page": "1", "per_page": "100",
        "updated_since": "2025-01-01T00:00:00Z",
    }  # fmt: skip
    assert stored(calling, "tickets", "ticket_id", "channel", "status", "outbound") == [
        ("1", "email", "solved", False), ("2", "12", "solved", False), ("3", "email", "open", False),
        ("5", "email", "solved", True),
    ]  # fmt: skip
    assert report.counts[0].rejected == 1
    assert "status is '6': has no mapping" in calling.reasons()[0]
    told = kpi(calling, "response_sla_rate")
    assert (told["numerator"], told["denominator"]) == (2, 3)


def test_deleted_tickets_of_freshdesk_are_gone(calling) -> None:
    """Of three tickets, all answered in time, one was deleted and one turned out to be spam: one of one is left."""
    rows = [ticket(number, "2025-03-03T09:00:00Z") for number in (1, 2, 3)]
    lists = {"": rows, "deleted": rows[1:2], "spam": rows[2:]}

    def answer(asked: Asked) -> Told:
        return Told(lists[gone_asked(asked)] if asked.parameters["page"] == "1" else [])

    with opened(by_path({"/api/v2/tickets": answer})) as desk:
        report = calling.sync(source("freshdesk", desk.host, "2025-01-01"))

    assert (report.status, report.counts[0].deleted) == (RunStatus.OK, 2)
    asked = [each.parameters for each in desk.asked if gone_asked(each) == "deleted"]
    assert asked[0] == {
        "filter": "deleted", "order_by": "updated_at", "order_type": "asc", "page": "1", "per_page": "100",
        "updated_since": "2025-01-01T00:00:00Z",
    }  # fmt: skip
    told = kpi(calling, "response_sla_rate")
    assert (told["numerator"], told["denominator"]) == (1, 1)


def test_a_recorded_ticket_of_freshdesk(calling, shared) -> None:
    """
    Ticket 1 came by the portal on 18 May 2016, is open, was answered on 17 June and resolved on 24 July 2020.
    """
    with opened(listed([recorded(shared, "freshdesk/ticket_1.json")])) as desk:
        report = calling.sync(source("freshdesk", desk.host))

    assert report.status is RunStatus.OK
    (row,) = calling.stored("tickets").iter_rows(named=True)
    assert (row["ticket_id"], row["channel"], row["status"], row["spam"]) == ("1", "portal", "open", False)
    assert [str(row[name])[:19] for name in ("created_at", "first_reply_at", "resolved_at")] == [
        "2016-05-18 04:36:04", "2020-06-17 20:23:43", "2020-07-24 15:35:21",
    ]  # fmt: skip


def question(number: int, minutes: int | None) -> dict[str, Any]:
    """A ticket of Zendesk made at eight on 3 March 2025, answered so many minutes later."""
    return {
        "id": number, "status": "solved", "via": {"channel": "web"}, "created_at": "2025-03-03T08:00:00Z",
        "updated_at": "2025-03-04T08:00:00Z",
        "metric_set": {"reply_time_in_minutes": {"calendar": minutes, "business": 0}, "reopens": 0},
    }  # fmt: skip


def rating(number: int, score: str, updated: str = "2025-03-05T08:00:00Z") -> dict[str, Any]:
    return {
        "id": number * 10, "ticket_id": number, "score": score, "created_at": "2025-03-04T08:00:00Z",
        "updated_at": updated,
    }  # fmt: skip


def test_zendesk_tells_first_replies_and_satisfaction(calling) -> None:
    """
    Answered after 60 and 300 minutes, one not at all: one of three within four hours. Of four surveys two are good,
    one first good, then bad, one unanswered: 2 of 3 satisfied, 3 of 4 answered.
    """
    tickets = [question(1, 60), question(2, 300), question(3, None)]
    ratings = [
        rating(1, "good"), rating(2, "good"), rating(3, "good"), rating(4, "offered"), rating(5, "unoffered"),
        rating(3, "bad", "2025-03-06T08:00:00Z"),
    ]  # fmt: skip

    def rated(asked: Asked) -> Told:
        rest = {"satisfaction_ratings": ratings[3:], "links": {"next": None}, "meta": {"has_more": False}}
        if "after" in asked.parameters:
            return Told(rest)
        further = f"{desk.host}/api/v2/satisfaction_ratings.json?after=x"
        return Told(
            {"satisfaction_ratings": ratings[:3], "links": {"next": further}, "meta": {"has_more": True}}
        )

    export = {"tickets": tickets, "after_cursor": "c1", "end_of_stream": True}
    answers = {
        "/api/v2/incremental/tickets/cursor.json": lambda _: Told(export),
        "/api/v2/satisfaction_ratings.json": rated,
    }
    with opened(by_path(answers)) as desk:
        report = calling.sync(source("zendesk", desk.host, "2025-01-01"))

    assert report.status is RunStatus.OK
    assert signed_in(desk.asked[0]) == "ann@example.com/token:canary-2718281"
    told = stored(calling, "tickets", "ticket_id", "first_reply_at")
    assert [str(moment)[11:16] for _, moment in told] == ["09:00", "13:00", ""]
    assert stored(calling, "surveys", "survey_id", "score", "scale") == [
        ("1", 3, 3), ("2", 3, 3), ("3", 1, 3), ("4", None, 3),
    ]  # fmt: skip
    for key, met, of in (("response_sla_rate", 1, 3), ("csat_score", 2, 3), ("csat_response_rate", 3, 4)):
        value = kpi(calling, key)
        assert (key, value["numerator"], value["denominator"]) == (key, met, of)


def test_the_example_of_a_rating_of_zendesk(calling, shared) -> None:
    """The good rating of ticket 208 of 20 July 2011 is three of three, and the group is the team."""
    body = {"satisfaction_ratings": [recorded(shared, "zendesk/example_satisfaction_rating.json")]}
    body |= {"links": {"next": None}, "meta": {"has_more": False}}
    export = {"tickets": [], "after_cursor": "c1", "end_of_stream": True}
    with opened(lambda asked: Told(body if "ratings" in asked.path else export)) as desk:
        calling.sync(source("zendesk", desk.host))
    assert stored(calling, "surveys", "ticket_id", "team", "score", "scale") == [("208", "44", 3, 3)]
    assert kpi(calling, "csat_score")["value"] == 1
