"""Golden cases of customer service: facts in, score out."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from golden_cases import CASES, Case, as_of, by, only, status_of
from made_facts import Row, company, context, instant_of, made, scored

from kpi.catalog import find
from kpi.engine import AsOf
from kpi.explain import Side, explain
from kpi.period import Span
from kpi.question import Question
from store.facts import Surveys, TicketContacts, Tickets
from store.lake import Lake
from store.normalise import Context
from store.scope import LOCAL_OWNER
from store.working_time import WorkingTime

YEAR = Span(date(2025, 1, 1), date(2025, 12, 31))


def period(case: Case) -> Span:
    end = date.fromisoformat(case.params["period_end_exclusive"]) - timedelta(days=1)
    return Span(date.fromisoformat(case.params["period_start"]), end)


def contact(row: Mapping[str, Any]) -> Row:
    return {
        "contact_id": row["contact_id"],
        "issue_key": row["issue_key"],
        "created_at": row["created_at"],
        "resolved_at": row["resolved_at"],
        "outbound": row["direction"] == "outbound",
        "spam": row["is_spam"],
        "escalated": row["escalated"],
    }


def test_a_repeat_within_seven_days_is_one_issue(lake: Lake) -> None:
    """
    A and both of C are resolved at once; B, D and F are not; G is too young to say.
    """
    case = CASES["cs_fcr_window"]
    contacts = made(TicketContacts, [contact(row) for row in case.inputs["contacts"]])

    found = only(
        scored(
            lake,
            find("first_contact_resolution_rate"),
            {TicketContacts: contacts},
            period(case),
            as_of=case.as_of,
        )
    )

    assert (found["numerator"], found["denominator"]) == (3, 6)
    assert found["value"] == case.close(case.expected["value"])
    assert found["immature"] == case.expected["immature_excluded"]


def desk(case: Case) -> Context:
    """A desk whose hours the case gives; `24:00` closes at midnight."""
    params = case.params
    first = date(2025, 1, 1)
    days = {
        day: day.weekday() in params["weekdays"] and day.isoformat() not in params["holidays"]
        for day in (first + timedelta(days=n) for n in range(365))
    }
    closes = None if params["close"] == "24:00" else time.fromisoformat(params["close"])
    hours = WorkingTime.of("XX", params["timezone"], days, time.fromisoformat(params["open"]), closes)
    return context(company(XX=params["timezone"]), XX=hours)


@pytest.mark.parametrize("name", ["cs_frt_business_hours", "cs_frt_dst"])
def test_minutes_to_the_first_reply_on_both_clocks(lake: Lake, name: str) -> None:
    """
    Working hours stop for nights, weekends and holidays; a night of 23 hours is 23 hours long.
    """
    case = CASES[name]
    rows = [
        {
            "ticket_id": row["ticket_id"],
            "market": "XX",
            "created_at": row["created_at"],
            "first_reply_at": row["first_public_reply_at"],
        }
        for row in case.inputs["tickets"]
    ]
    tickets = {Tickets: made(Tickets, rows, desk(case))}
    question = Question(YEAR)

    for clock, kpi in (
        ("calendar_minutes", find("first_response_time")),
        ("business_minutes", find("first_response_time_business")),
    ):
        expected = {str(row["ticket_id"]): row[clock] for row in case.expected["rows"] if clock in row}
        found = only(scored(lake, kpi, tickets, YEAR))
        records = explain(lake, LOCAL_OWNER, kpi, question, Side.DENOMINATOR)
        if expected:
            assert by(records, "key", "numerator") == case.close(expected)
            assert found["numerator"] == case.close(sum(expected.values()))
    if name == "cs_frt_dst":
        minutes = by(records, "key", "numerator")
        case.refuses(ticket_1_business_minutes=minutes["1"], ticket_2_business_minutes=minutes["2"])


def waiting(row: Mapping[str, Any], created: datetime, limit_s: int) -> Row:
    minutes = row["minutes"]
    return {
        "ticket_id": row["ticket_id"],
        "created_at": created,
        "first_reply_at": None if minutes is None else created + timedelta(minutes=minutes),
        "first_response_limit_s": limit_s,
    }


def test_an_unanswered_ticket_breaks_the_promise_and_has_no_duration(lake: Lake) -> None:
    """
    Nine answers take 377 minutes; the tenth ticket waits since 400 minutes and is late.
    """
    case = CASES["cs_frt_distribution_nulls"]
    created = instant_of("2025-03-03T08:00:00Z")
    now = AsOf.at(created + timedelta(minutes=case.params["as_of_open_ticket_age_minutes"]))
    limit_s = case.params["sla_minutes"] * 60
    tickets = {Tickets: made(Tickets, [waiting(row, created, limit_s) for row in case.inputs["tickets"]])}

    times = only(scored(lake, find("first_response_time"), tickets, YEAR, as_of=now))
    promise = only(scored(lake, find("response_sla_rate"), tickets, YEAR, as_of=now))

    assert times["value"] == case.close(case.expected["mean"])
    assert (times["median"], times["p90"]) == case.close((case.expected["median"], case.expected["p90"]))
    assert (times["n"], times["open"]) == (case.expected["answered"], case.expected["unanswered"])
    assert times["oldest_age"] == 400.0
    assert {name: promise[name] for name in case.expected["sla_met"]} == case.close(case.expected["sla_met"])
    case.refuses(p90_polars_default_nearest=times["p90"], sla_met_dropping_unanswered=promise["value"])


def test_the_median_of_all_is_not_the_median_of_medians(lake: Lake) -> None:
    """
    1,360 minutes over 13 tickets; chat alone has a median of 20, e-mail of 100.
    """
    case = CASES["cs_frt_rollup"]
    created = instant_of("2025-03-03T08:00:00Z")
    rows = [
        {**waiting({"ticket_id": number, **row}, created, 60), "channel": row["channel"]}
        for number, row in enumerate(case.inputs["rows"])
    ]

    kpi = find("first_response_time")
    total = only(scored(lake, kpi, {Tickets: made(Tickets, rows)}, YEAR))
    channels = scored(lake, kpi, {}, YEAR, by=("channel",))

    assert total["value"] == case.close(case.expected["mean"])
    assert total["median"] == case.close(case.expected["median"])
    assert channels["value"].mean() == case.close(case.wrong["mean_of_means"])
    assert channels["median"].median() == case.close(case.wrong["median_of_medians"])
    case.refuses(mean_of_means=total["value"], median_of_medians=total["median"])


def test_satisfied_are_fours_and_fives(lake: Lake) -> None:
    """
    74 of 107 answers are a 4 or a 5; the mean score is another figure.
    """
    case = CASES["cs_csat_top2_published"]
    scores = [row["score"] for row in case.inputs["ratings"] for _ in range(row["responses"])]
    surveys = made(
        Surveys,
        [
            {"survey_id": number, "answered_day": "2025-03-03", "score": score, "scale": 5}
            for number, score in enumerate(scores)
        ],
    )

    share = only(scored(lake, find("csat_score"), {Surveys: surveys}, YEAR))
    mean = only(scored(lake, find("csat_mean_score"), {}, YEAR))

    assert (share["numerator"], share["denominator"]) == (74, 107)
    assert share["value"] == case.close(case.expected["value"])
    assert mean["value"] == case.close(case.expected["mean_score"])


def test_satisfaction_without_answers_has_no_value(lake: Lake) -> None:
    """
    Nobody answered: no data, not 0 %.
    """
    case = CASES["cs_csat_zero_responses"]
    surveys = {Surveys: made(Surveys, case.inputs["ratings"])}

    found = only(scored(lake, find("csat_score"), surveys, YEAR))

    assert {name: found[name] for name in case.expected} == case.expected
    case.refuses(value=found["value"])


def test_an_escalated_ticket_counts_once_and_a_merged_one_not_at_all(lake: Lake) -> None:
    """
    Two of four tickets went beyond the first level.
    """
    case = CASES["cs_escalation_rate"]
    tickets = made(
        Tickets,
        [
            {
                "ticket_id": row["ticket"],
                "created_at": "2025-03-03T08:00:00Z",
                "tiers": row["tiers"],
                "merged_into": row["merged_into"],
            }
            for row in case.inputs["tickets"]
        ],
    )

    found = only(scored(lake, find("escalation_rate"), {Tickets: tickets}, YEAR, as_of=as_of("2025-12-31")))

    assert {name: found[name] for name in case.expected} == case.close(case.expected)
    assert status_of(found) == "ok"
    case.refuses(counting_merged=found["value"], counting_escalations=found["value"])
