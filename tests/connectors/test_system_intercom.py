"""Intercom as it is declared: requests its own specification finds legal, conversations, and satisfaction."""

import json
from typing import Any

from openapi_rules import Rules
from system_calls import kpi, recorded, source, stored
from web_shop import Asked, Told, opened

from store.state.runs import RunStatus

EIGHT = 1_740_988_800  # 8:00 UTC on 3 March 2025
HOUR = 3_600


def conversation(
    number: int, state: str, replied_h: int | None, rating: int | None = None, **more: Any
) -> Any:
    """A conversation begun at eight, with a reply and a rating so many hours later; 0 is one nobody gave."""
    statistics = {
        "type": "conversation_statistics",
        "count_reopens": number,
        "last_close_at": EIGHT + 9 * HOUR,
    }
    if replied_h is not None:
        statistics["first_admin_reply_at"] = EIGHT + replied_h * HOUR
    asked = {
        "rating": rating or None, "remark": "", "created_at": EIGHT + 10 * HOUR,
        "contact": {"type": "contact", "id": "c"}, "teammate": {"type": "admin", "id": "1"},
    }  # fmt: skip
    return {
        "type": "conversation", "id": str(number), "created_at": EIGHT, "updated_at": EIGHT + number, "state": state,
        "team_assignee_id": 7, "statistics": statistics, "conversation_rating": None if rating is None else asked,
        "source": {"type": "conversation", "delivered_as": "customer_initiated"}, **more,
    }  # fmt: skip


PAGES = {
    "": [conversation(1, "closed", 1, 5), conversation(2, "open", 6, 2)],
    "x": [
        conversation(3, "snoozed", 3, 0),
        conversation(4, "closed", 2, source={"type": "email", "delivered_as": "admin_initiated"}),
    ],
}


def answer(asked: Asked) -> Told:
    here = json.loads(asked.body)["pagination"].get("starting_after", "")
    pages: dict[str, Any] = {"type": "pages", "page": 1, "per_page": 150, "total_pages": 2}
    if not here:
        pages["next"] = {"per_page": 150, "starting_after": "x"}
    told = {"type": "conversation.list", "total_count": 4, "pages": pages, "conversations": PAGES[here]}
    return Told(told)


def test_intercom_conversations_and_ratings(calling) -> None:
    """
    Replies after one and three hours of three are within four; what we began counts for nothing. One of two
    ratings is four or five, and two of three customers who were asked gave one. An open conversation is not solved.
    """
    with opened(answer) as service:
        report = calling.sync(source("intercom", service.host, "2025-01-01"))

    assert report.status is RunStatus.OK
    assert service.asked[0].headers["Authorization"] == "Bearer canary-2718281"
    changed = {"operator": "AND", "value": [{"field": "updated_at", "operator": ">", "value": "1735689600"}]}
    assert [(each.method, each.parameters, json.loads(each.body)) for each in service.asked] == [
        ("POST", {}, {"query": changed, "pagination": {"per_page": 150}}),
        ("POST", {}, {"query": changed, "pagination": {"per_page": 150, "starting_after": "x"}}),
    ]  # fmt: skip
    told = stored(calling, "tickets", "ticket_id", "channel", "status", "reopens", "outbound")
    assert told == [
        ("1", "chat", "solved", 1, False), ("2", "chat", "open", 2, False), ("3", "chat", "open", 3, False),
        ("4", "email", "solved", 4, True),
    ]  # fmt: skip
    solved = stored(calling, "tickets", "ticket_id", "resolved_at")
    assert [str(moment)[11:16] for _, moment in solved] == ["17:00", "", "", "17:00"]
    assert stored(calling, "surveys", "ticket_id", "score", "scale") == [
        ("1", 5, 5),
        ("2", 2, 5),
        ("3", None, 5),
    ]
    for key, met, of in (("response_sla_rate", 2, 3), ("csat_score", 1, 2), ("csat_response_rate", 2, 3)):
        value = kpi(calling, key)
        assert (key, value["numerator"], value["denominator"]) == (key, met, of)


def test_the_next_pull_of_intercom_asks_two_days_back(calling) -> None:
    """The latest conversation changed four seconds past eight on 3 March 2025; from 1 March on they come again."""
    with opened(answer) as service:
        for _ in range(2):
            calling.sync(source("intercom", service.host, "2025-01-01"))
    asked = [json.loads(each.body)["query"]["value"][0]["value"] for each in service.asked]
    assert asked == ["1735689600"] * 2 + [str(EIGHT + 4 - 2 * 24 * HOUR)] * 2


def test_requests_to_intercom_are_legal(calling, shared) -> None:
    """The vendor's own specification finds nothing wrong; its example of a conversation arrives, without statistics."""
    spec = recorded(shared, "intercom/openapi_2.11_trimmed.json")
    body = spec["paths"]["/conversations/search"]["post"]["responses"]["200"]["content"]["application/json"]
    example = body["examples"]["successful"]["value"]
    rules = Rules(spec)

    def judged(asked: Asked) -> Told:
        return Told({"errors": wrong}, 400) if (wrong := rules.wrong(asked)) else told(asked)

    told = answer
    with opened(judged) as it:
        assert calling.sync(source("intercom", it.host)).status is RunStatus.OK
        assert len(it.asked) == 2  # both tables read the same pages
        told = lambda _: Told(example)  # noqa: E731
        assert calling.sync(source("intercom", it.host)).status is RunStatus.OK
    rows = stored(calling, "tickets", "ticket_id", "status", "team", "outbound")
    assert ("378", "solved", "5017691", True) in rows
    unasked = Asked(
        "/conversations/search", {}, {"Authorization": "Bearer x"}, "POST", '{"pagination": {"per_page": 5}}'
    )
    assert rules.wrong(unasked) == ["'query' is a required property"]
