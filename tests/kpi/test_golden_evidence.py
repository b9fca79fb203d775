"""Golden cases of alerts and procedures that need no facts: through the functions that evaluate, score and judge."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from golden_cases import CASES

from alerts.freshness import Rhythm, freshness
from alerts.identity import Segment
from alerts.routing import Inhibition, Raised, Same, Severity, route
from alerts.state import Evaluation, Outcome, Policy, replay
from sop.aql import plan
from sop.aql_table import PLANS, Level
from sop.people import Evidence, Thresholds, judge
from sop.quadrant import quadrant
from sop.scoring import Item, Response, score_check
from sop.share import Share

Row = Mapping[str, Any]


def test_an_alert_waits_before_it_fires_and_before_it_is_over() -> None:
    """
    Two breaches in a row fire, two others in a row resolve; missing values neither count nor resolve.
    """
    case = CASES["al_state_machine"]
    day = date(2025, 1, 1)
    evaluations = [
        Evaluation(day + timedelta(days=row["t"]), Outcome(row["outcome"]))
        for row in case.inputs["evaluations"]
    ]

    steps = replay(evaluations, Policy(**case.params))

    assert [step.alert.state for step in steps] == case.expected["states"]
    told = [(number, step.notice) for number, step in enumerate(steps, start=1) if step.notice]
    assert told == [tuple(each) for each in case.expected["notifications"]]


def test_a_source_is_stale_after_two_of_its_rounds() -> None:
    """
    Every four hours for one hour gives ten hours; a source that never reported is not stale but never loaded.
    """
    case = CASES["al_stale_threshold"]
    for row in case.inputs["sources"]:
        rhythm = Rhythm(timedelta(hours=row["interval_h"]), timedelta(hours=row["typical_run_h"]))
        age = None if row["age_h"] is None else timedelta(hours=row["age_h"])

        assert rhythm.stale_after == timedelta(hours=case.expected["threshold_h"][row["source"]])
        assert freshness(rhythm, age) == case.expected["state"][row["source"]]


def raised(row: Row) -> Raised:
    segment = Segment() if row["segment"] == "all" else Segment.of({"slice": row["segment"]})
    return Raised(
        row["rule"], row["kpi"], row["department"], segment, row["source"], Severity(row["severity"])
    )


def test_one_message_where_one_thing_is_wrong() -> None:
    """
    Five alerts are four different ones; the stale source explains two of them; two messages are left.
    """
    case = CASES["al_dedup_group_inhibit"]
    rules = [Inhibition(r["if_rule"], Same(r["suppress_same"])) for r in case.params["inhibit"]]

    routed = route([raised(row) for row in case.inputs["alerts"]], rules)

    assert len(routed.unique) == case.expected["unique"]
    assert len(routed.inhibited) == case.expected["inhibited"]
    assert [[each.department, each.rule] for each in routed.groups] == case.expected["groups_notified"]


def item(row: Row) -> Item:
    response = {"na": Response.NOT_APPLICABLE, None: Response.UNANSWERED}.get(
        row["response"], Response.SCORED
    )
    return Item(row["score"] or 0, row["max_score"], row["weight"], response, row["critical"])


def test_a_check_scores_what_applied() -> None:
    """
    14 of 25 weighted points; what does not apply leaves both sums, what was not answered earns nothing.
    """
    case = CASES["sop_adherence_score"]

    found = score_check([item(row) for row in case.inputs["items"]], case.params["pass_mark"])

    assert (found.points.numerator, found.points.denominator) == (
        case.expected["earned"],
        case.expected["possible"],
    )
    assert found.value == case.close(case.expected["value"])
    assert found.answered.value == case.close(case.expected["answered_share"])
    assert found.result == case.expected["result"]
    case.refuses(**dict.fromkeys(case.wrong, found.value))


def test_a_check_of_nothing_has_no_score() -> None:
    """
    All items not applicable: neither 0 nor 100 %.
    """
    case = CASES["sop_all_na"]

    found = score_check([item(row) for row in case.inputs["items"]], case.params["pass_mark"])

    assert (found.points.numerator, found.points.denominator, found.value, found.result) == (
        case.expected["earned"], case.expected["possible"], case.expected["value"], case.expected["result"],
    )  # fmt: skip
    case.refuses(value=found.value)


def test_a_critical_item_fails_the_check_and_not_its_score() -> None:
    """
    19 of 20 is 95 %, and yet the check failed.
    """
    case = CASES["sop_critical_fail"]

    found = score_check([item(row) for row in case.inputs["items"]], case.params["pass_mark"])

    assert found.value == case.close(case.expected["value"])
    assert (found.critical_failures, found.result) == (
        case.expected["critical_failures"],
        case.expected["result"],
    )


def test_a_sample_plan_follows_the_arrow() -> None:
    """
    Where the table has an arrow, sample size and acceptance number both come from the row it points to.
    """
    case = CASES["sop_aql_plan"]
    plans = [plan(row["lot"], row["aql"], Level(row["level"])) for row in case.inputs["lots"]]

    for found, expected in zip(plans, case.expected["rows"], strict=True):
        assert (found.letter, found.sample, found.accept, found.refuse, found.inspect_all) == (
            expected["code"], expected["n"], expected["ac"], expected["re"], expected.get("inspect_all", False),
        )  # fmt: skip
    accepted = plans[0].chance_of_acceptance(case.inputs["lots"][0]["aql"] / 100)
    assert accepted == case.close(case.expected["accept_probability_at_aql_row1"])
    assert (PLANS["G"][0], PLANS["E"][0]) == (32, 13)
    case.refuses(row2_without_arrow_n=plans[1].sample, row3_without_arrow_n=plans[2].sample)


@pytest.mark.parametrize("team", ["t1", "t2", "t3", "t4", "t5"])
def test_adherence_and_outcome_say_what_to_do(team: str) -> None:
    """
    Followed and bad: refine the procedure; not followed and bad: train; unclear: collect more evidence.
    """
    case = CASES["sop_adherence_outcome_quadrant"]
    row = next(each for each in case.inputs["teams"] if each["team"] == team)

    found = quadrant(
        Share(row["followed"], row["checked"]),
        Share(row["outcome_good"], row["outcome_n"]),
        adherence_target=case.params["adherence_target"],
        outcome_target=case.params["outcome_target"],
        confidence=case.params["confidence"],
    )

    assert {"adherence": found.adherence, "outcome": found.outcome, "action": found.move} == case.expected[
        team
    ]


@pytest.mark.parametrize("person", ["p1", "p2", "p3", "p4", "p5", "p6"])
def test_training_comes_before_accountability(person: str) -> None:
    """
    Too few checks, a step that many fail, missing training and chance are ruled out first, in this order.
    """
    case = CASES["sop_training_vs_accountability"]
    row = next(each for each in case.inputs["people"] if each["person"] == person)
    evidence = Evidence(
        checks=row["checks"],
        fails=row["fails"],
        peer_fail_rate=row["base_fail_rate"],
        people_failing_the_step=row["same_step_fail_share_all_teams"],
        trained_on_current=row["trained_on_current_version"],
        competent=row["competence_check_passed"],
    )
    limits = Thresholds(min_checks=case.params["min_checks"], systemic_share=case.params["systemic_share"])

    assert judge(evidence, limits).finding == case.expected[person]
