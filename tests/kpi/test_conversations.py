"""Contact rates, quality of conversations, customers' own word and the cost of errors, in numbers one can add up."""

from datetime import date

import pytest
from golden_cases import only
from made_facts import Row, made, scored

from kpi.catalog import find
from kpi.engine import AsOf
from kpi.period import Span
from store.contract import Table
from store.facts import ErrorCosts, Orders, QaReviews, Surveys, Tickets
from store.lake import Lake

MARCH = Span(date(2025, 3, 1), date(2025, 3, 31))
LATE = AsOf.end_of(date(2025, 6, 30))
NOON = "2025-03-10T12:00:00Z"


def ticket(name: str, created: str = NOON, **more: object) -> Row:
    return {"ticket_id": name, "market": "DE", "created_at": created, "status": "solved", **more}


def order(name: str, delivered: str | None = NOON, **more: object) -> Row:
    return {
        "order_id": name,
        "market": "DE",
        "ordered_day": date(2025, 3, 1),
        "delivered_at": delivered,
        **more,
    }


def test_contacts_for_each_hundred_orders(lake: Lake) -> None:
    """
    Three conversations, one of them about the whereabouts, for 40 delivered orders: 7.5 and 2.5 for each 100.
    """
    talks = [
        ticket("1", reason="where_is_my_order"),
        ticket("2", reason="damage"),
        ticket("3"),
        ticket("4", spam=True),
        ticket("5", outbound=True),
        ticket("6", bot_only=True),
    ]
    facts = {
        Tickets: made(Tickets, talks),
        Orders: made(Orders, [*(order(f"O{n}") for n in range(40)), order("open", None)]),
    }

    every = only(scored(lake, find("contact_rate"), facts, MARCH))
    where = only(scored(lake, find("wismo_contact_rate"), {}, MARCH))

    assert (every["value"], where["value"]) == (7.5, 2.5)
    assert where["excluded_no_reason"] == 1


def test_nothing_told_is_not_zero(lake: Lake) -> None:
    """
    A firm whose help desk is not connected has no contact rate, not one of 0.
    """
    found = only(scored(lake, find("contact_rate"), {Orders: made(Orders, [order("1")])}, MARCH))

    assert (found["value"], found["status"]) == (None, "no_data")


def test_contacts_of_the_same_orders(lake: Lake) -> None:
    """
    Two orders delivered in March: three contacts within 30 days, one of them in April, make 150 for each 100.
    """
    talks = [
        ticket("1", "2025-03-05T08:00:00Z", order_id="a", reason="where_is_my_order"),
        ticket("2", "2025-04-08T08:00:00Z", order_id="a"),
        ticket("3", "2025-04-20T08:00:00Z", order_id="a"),
        ticket("4", order_id="b"),
        ticket("5", order_id="of someone else"),
    ]
    facts = {Tickets: made(Tickets, talks), Orders: made(Orders, [order("a"), order("b")])}

    every = only(scored(lake, find("contact_rate_by_order"), facts, MARCH, as_of=LATE))
    where = only(scored(lake, find("wismo_contact_rate_by_order"), {}, MARCH, as_of=LATE))

    assert (every["value"], where["value"]) == (150, 50)
    early = only(scored(lake, find("contact_rate_by_order"), {}, MARCH))
    assert (early["value"], early["immature"]) == (None, 2)


def test_what_happened_later_was_not_known_then(lake: Lake) -> None:
    """
    Escalated on 12 March and reopened in April: on 31 March escalated but solved at first contact, in June neither.
    """
    talks = [
        ticket("1", escalated_at="2025-03-12T08:00:00Z", tiers=2, closed_at=NOON),
        ticket(
            "2",
            resolved_at="2025-03-11T08:00:00Z",
            reopened_at="2025-04-02T08:00:00Z",
            reopens=1,
            closed_at=NOON,
        ),
    ]
    facts = {Tickets: made(Tickets, talks)}

    def told(key: str, as_of: AsOf) -> tuple[float, float]:
        row = only(scored(lake, find(key), facts, MARCH, as_of=as_of))
        return row["numerator"], row["denominator"]

    assert told("escalation_rate", AsOf.end_of(date(2025, 3, 11))) == (0, 2)
    assert told("escalation_rate", AsOf.end_of(date(2025, 3, 12))) == (1, 2)
    assert told("first_contact_resolution_by_ticket", AsOf.end_of(MARCH.end)) == (2, 2)
    assert told("first_contact_resolution_by_ticket", LATE) == (1, 2)


@pytest.mark.parametrize(
    ("scale", "satisfied"), [(3, {3}), (5, {4, 5}), (7, {6, 7}), (10, {9, 10})], ids=lambda each: str(each)
)
def test_each_scale_says_which_answers_are_satisfied(lake: Lake, scale: int, satisfied: set[int]) -> None:
    """
    The best of three, the best two of five, of seven and of ten; no scale is stretched onto another.
    """
    answers = [
        {
            "survey_id": str(score),
            "sent_at": NOON,
            "answered_at": NOON,
            "score": score,
            "scale": scale,
            "team": score,
        }
        for score in range(1, scale + 1)
    ]

    found = scored(lake, find("csat_score"), {Surveys: made(Surveys, answers)}, MARCH, by=("team",))

    assert {int(row["team"]) for row in found.rows(named=True) if row["value"] == 1} == satisfied


def test_quality_weighs_criteria_and_leaves_out_what_does_not_apply(lake: Lake) -> None:
    """
    2 of 2 points at weight 4, 1 of 2 at weight 1, nothing for an unanswered one of weight 2: 9 of 14.
    """
    items = [
        {"criterion": "answer", "weight": 4, "points": 2},
        {"criterion": "tone", "weight": 1, "points": 1},
        {"criterion": "procedure", "weight": 2, "critical": True},
        {"criterion": "escalation", "weight": 9, "points": 0, "applicable": False},
    ]
    rows = [
        {"item_id": str(n), "review_id": "1", "most": 2, "reviewed_at": NOON, **item}
        for n, item in enumerate(items)
    ]

    found = only(scored(lake, find("qa_score"), {QaReviews: made(QaReviews, rows)}, MARCH))
    critical = only(scored(lake, find("qa_critical_error_rate"), {}, MARCH))

    assert (found["numerator"], found["denominator"]) == (9, 14)
    assert critical["value"] == 1


def test_a_bot_is_reported_apart(lake: Lake) -> None:
    """
    Of four conversations a bot solved one alone and gave up on another: 25 %, and people are judged by two.
    """
    talks = [ticket("1"), ticket("2"), ticket("3", bot_only=True), ticket("4", bot_only=True, status="open")]
    facts = {Tickets: made(Tickets, talks)}

    assert only(scored(lake, find("bot_resolution_rate"), facts, MARCH))["value"] == 0.25
    assert only(scored(lake, find("first_contact_resolution_by_ticket"), {}, MARCH))["n"] == 2


def test_an_order_waits_for_its_confirmation(lake: Lake) -> None:
    """
    Confirmed after two and after four hours: three on average, and the one nobody released stands beside them.
    """
    rows = [
        {"order_id": "a", "ordered_at": NOON, "confirmed_at": "2025-03-10T14:00:00Z"},
        {"order_id": "b", "ordered_at": NOON, "confirmed_at": "2025-03-10T16:00:00Z"},
        {"order_id": "c", "ordered_at": NOON},
    ]
    found = only(scored(lake, find("time_to_confirm"), {Orders: made(Orders, rows)}, MARCH))

    assert (found["value"], found["n"], found["open"]) == (3, 2, 1)


def test_what_errors_cost_for_each_order(lake: Lake) -> None:
    """
    30 and 20 euro less 10 that came back, over eight orders handed over: 40 in all, 5 for each.
    """
    costs = [
        {
            "error_id": str(n),
            "market": "DE",
            "kind": kind,
            "error_day": MARCH.start,
            "currency": "EUR",
            "cost": cost,
        }
        for n, (kind, cost) in enumerate([("damage", 30), ("wrong item", 20), ("damage", -10)])
    ]
    tables: dict[type[Table], list[Row]] = {
        ErrorCosts: costs,
        Orders: [order(str(n), handed_over_at=NOON) for n in range(8)],
    }
    facts = {table: made(table, rows) for table, rows in tables.items()}

    whole = scored(lake, find("cost_of_errors"), facts, MARCH, by=("kind",))
    each = only(scored(lake, find("cost_of_errors_per_order"), {}, MARCH))

    assert dict(whole.select("kind", "value").iter_rows()) == {"damage": 20, "wrong item": 20}
    assert each["value"] == 5
