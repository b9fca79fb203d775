"""Audits: what is drawn, how much, what a check scores, and what all of them together say."""

from collections import Counter
from datetime import UTC, date, datetime
from random import Random

import pytest
from made_procedures import PACKING

from sop.audits.agreement import Agreement, agreement
from sop.audits.checking import next_place, score_of
from sop.audits.drawing import digest_of, draw, twice
from sop.audits.outcome import Verdict, interval_of, outcome_of, still_missing
from sop.audits.plans import (
    Fixed,
    Lot,
    Named,
    Plan,
    Precision,
    after_the_draw,
    before_the_draw,
    plain_plan,
    size_of,
)
from sop.audits.short import Short, shortfall
from sop.audits.template import Template, points_of, read_template, template_of
from sop.scoring import Result
from sop.share import Share
from store.scope import Principal
from store.state import WrongEntry
from store.state.audit_rows import Audit, AuditState, Check, Drawn, DrawnFrom, Found, Selection, Settlement

DAY, NOW = date(2026, 3, 2), datetime(2026, 3, 9, 12, tzinfo=UTC)
TICKETS = [Drawn(0, f"T{n}", DAY, team="A" if n < 30 else "B", channel="chat") for n in range(40)]
TEMPLATE = template_of(PACKING)  # print_label (critical) and weigh (0.1 to 30 kg, in DE only)


def audit(plan: Plan, population: int, size: int, selection: Selection = Selection.RANDOM) -> Audit:
    return Audit(
        1, "packing", 1, "1.0", "shipping", DrawnFrom.TICKET, DAY, DAY, "", "", selection, plain_plan(plan),
        TEMPLATE.plain, 0, None, "", "", None, "seed", AuditState.OPEN, population, "", size, "", "Ann", NOW, NOW, "",
        None, "", NOW, 1,
    )  # fmt: skip


def check(place: int, label: int | None, weigh: int | None, turn: int = 1, auditor: str = "Ann") -> Check:
    found = {step: Found(step, score) for step, score in (("print_label", label), ("weigh", weigh))}
    return Check(place * 10 + turn, place, turn, auditor, NOW, NOW, found, 3)


def test_the_same_seed_draws_the_same_of_the_same_population() -> None:
    """
    Whatever order the rows come in; another seed draws others, and another population has another name.
    """
    mixed = Random(7).sample(TICKETS, len(TICKETS))

    assert draw(mixed, 10, "seed") == draw(TICKETS, 10, "seed") != draw(TICKETS, 10, "other")
    assert [each.case_id for each in draw(TICKETS, 10, "seed")][:3] == ["T34", "T32", "T19"]
    assert digest_of(mixed) == digest_of(TICKETS) != digest_of(TICKETS[1:])
    assert draw(TICKETS, 99, "seed") == draw(mixed, 40, "seed")


def test_every_record_has_the_same_chance_and_every_team_its_share() -> None:
    """
    10 of 40, 2,000 times: each record 500 times (give or take five standard deviations of 19.4), also as the first to
    be looked at (50 times of 2,000, 7.0); of the 30 tickets of team A there are 7 or 8 in every draw.
    """
    drawn = [draw(TICKETS, 10, str(seed)) for seed in range(2_000)]
    times = Counter(each.case_id for one in drawn for each in one)
    first = Counter(one[0].case_id for one in drawn)

    assert len(times) == 40
    assert all(abs(many - 500) < 97 for many in times.values())
    assert all(abs(first[each.case_id] - 50) < 36 for each in TICKETS)
    assert {sum(each.team == "A" for each in one) for one in drawn} == {7, 8}


def test_a_part_is_looked_at_twice() -> None:
    """
    25 % of 10 are three, always the same three of a seed; none of none.
    """
    drawn = draw(TICKETS, 10, "seed")
    assert len(twice(drawn, 25, "seed")) == 3
    assert twice(drawn, 25, "seed") == twice(drawn[::-1], 25, "seed")
    assert twice(drawn, 0, "seed") == frozenset()


@pytest.mark.parametrize(
    ("plan", "population", "size", "told"),
    [
        (Precision(10), 1_240, 90, "90 of 1,240 records: enough to know the share of passed checks within 10 points"),
        (Precision(10), 50, 34, "34 of 50 records"),
        (Lot(2.5), 1_000, 80, "level II, letter J, AQL 2.5 %): accepted with up to 5 failed checks, refused from 6 on"),
        (Lot(1.0), 250, 50, "letter G, AQL 1 %): accepted with up to 1 failed checks, refused from 2 on"),
        (Lot(0.65), 60, 20, "letter E"),
        (Lot(2.5), 1, 1, "1 of a lot of 1"),
        (Fixed(10), 7, 7, "7 of 7 records, as agreed"),
        (Named(("T1", "T2")), 40, 2, "The 2 records that were named; they enter no rate."),
    ],
)  # fmt: skip
def test_a_plan_says_how_many_and_why(plan: Plan, population: int, size: int, told: str) -> None:
    """
    n = 0.96 / h² with the population in it; ISO 2859-1 with its arrows followed.
    """
    assert size_of(plan, population) == size
    assert told in after_the_draw(plan, population, size)
    assert before_the_draw(plan)


def test_what_cannot_be_planned_is_refused() -> None:
    for wrong in (
        lambda: Precision(1),
        lambda: Lot(3.0),
        lambda: Lot(25),
        lambda: Fixed(0),
        lambda: Named(()),
    ):
        with pytest.raises(WrongEntry):
            wrong()


JUDGED = template_of(PACKING, 80, {"print_label": "parts: seal; address; leaflet", "weigh": "number"})


@pytest.mark.parametrize(
    ("template", "step", "said", "points"),
    [
        (TEMPLATE, "print_label", "pass", 1),
        (TEMPLATE, "print_label", "fail", 0),
        (TEMPLATE, "weigh", "0.1", 1),
        (TEMPLATE, "weigh", "30,0", 1),
        (TEMPLATE, "weigh", "30.01", 0),
        (JUDGED, "print_label", "seal; leaflet", 2),
        (JUDGED, "print_label", "", 0),
        (template_of(PACKING, told={"weigh": "scale 5"}), "weigh", "4", 4),
    ],
)  # fmt: skip
def test_an_answer_is_worth_points(template: Template, step: str, said: str, points: int) -> None:
    """
    Pass or fail, a number within its limits (both included), points of a scale, a point for each part that was seen.
    """
    assert points_of(template.item(step), said)[0] == points
    assert read_template(template.plain) == template


@pytest.mark.parametrize(
    ("step", "said"),
    [("print_label", "yes"), ("print_label", ""), ("weigh", "heavy"), ("weigh", "nan"), ("weigh", "9" * 20)],
)
def test_what_is_no_answer_is_refused(step: str, said: str) -> None:
    with pytest.raises(WrongEntry):
        points_of(TEMPLATE.item(step), said)


@pytest.mark.parametrize("told", ["scale", "scale 11", "parts:", "perhaps", "number"])
def test_what_says_nothing_about_judging_is_refused(told: str) -> None:
    """`number` needs a step that asks for a value."""
    with pytest.raises(WrongEntry):
        template_of(PACKING, told={"print_label": told})


def test_a_critical_step_fails_the_check_and_leaves_the_score() -> None:
    """
    1 of 2 points is 50 %; without the label the check fails whatever the mark; what does not apply leaves both sums.
    """
    lenient = template_of(PACKING, 40)
    failed, passed = (score_of(lenient, {"print_label": one, "weigh": 1 - one}) for one in (0, 1))

    assert [(each.value, each.result) for each in (failed, passed)] == [
        (0.5, Result.FAILED),
        (0.5, Result.PASSED),
    ]
    assert score_of(lenient, {"print_label": 1, "weigh": None}).value == 1
    assert score_of(lenient, {"print_label": None, "weigh": None}).result is Result.NOT_APPLICABLE
    assert score_of(lenient, {"weigh": 1}).result is Result.FAILED


def test_ten_checks_add_up() -> None:
    """
    Ten tickets of 1,000: eight passed, one failed critically, one did not apply. 8 of 9 is 89 %, between 57 % and 98 %
    (Wilson); the points are 16 of 18; of the weighing 8 of 8 had full marks, twice it did not apply.
    """
    records = [Drawn(place, f"T{place}", DAY) for place in range(1, 11)]
    checks = [check(place, 1, 1) for place in range(1, 9)] + [check(9, 0, None), check(10, None, None)]
    found = outcome_of(audit(Precision(10), 1_000, 88), records, checks, [])

    assert found.passed is not None
    assert (found.passed.share, found.critical) == (Share(8, 9), 1)
    assert (round(found.passed.low, 2), round(found.passed.high, 2)) == (0.57, 0.98)
    assert (found.adherence, found.adherence_interval is not None) == (Share(16, 17), True)
    label, weigh = found.steps
    assert (label.points, label.not_applicable) == (Share(8, 9), 1)
    assert (weigh.points, weigh.not_applicable) == (Share(8, 8), 2)
    assert found.missing > 0
    assert outcome_of(audit(Fixed(10), 1_000, 10, Selection.TARGETED), records, checks, []).passed is None


def test_who_looked_at_everything_knows_everything() -> None:
    """
    8 of 10 of a population of 10 is 80 % exactly; of 20 the interval is narrower than of an endless one.
    """
    everything, half, endless = (interval_of(Share(8, 10), of) for of in (10, 20, 0))
    assert everything is not None
    assert half is not None
    assert endless is not None
    assert everything.half_width == 0
    assert half.half_width < endless.half_width
    assert interval_of(Share(0, 0)) is None


def test_how_many_checks_are_missing() -> None:
    """
    At 50 of 100 of an endless population 10 points either way are reached; at 10 of 20 about 77 more are needed.
    """
    plan = Precision(10)
    many, few = interval_of(Share(50, 100)), interval_of(Share(10, 20), 1_000_000)
    assert still_missing(plan, audit(plan, 1_000_000, 97), many) == 0
    assert still_missing(plan, audit(plan, 1_000_000, 97), few) == 77
    assert still_missing(plan, audit(plan, 1_000_000, 97), None) == 97


@pytest.mark.parametrize(
    ("bad", "checked", "verdict"),
    [(1, 50, Verdict.ACCEPTED), (2, 10, Verdict.REFUSED), (1, 49, Verdict.UNDECIDED)],
)
def test_a_lot_is_refused_early_and_accepted_late(bad: int, checked: int, verdict: Verdict) -> None:
    """
    250 pieces at AQL 1.0: 50 are looked at, one bad one is tolerated, the second refuses the lot at once.
    """
    records = [Drawn(place, f"B{place}", DAY) for place in range(1, 51)]
    checks = [check(place, int(place > bad), 1) for place in range(1, checked + 1)]
    decision = outcome_of(audit(Lot(1.0), 250, 50), records, checks, []).decision

    assert decision is not None
    assert (decision.verdict, decision.bad, decision.refuse, decision.missing) == (
        verdict,
        bad,
        2,
        50 - checked,
    )


def test_agreement_of_two_auditors() -> None:
    """
    The textbook's 50 grants: both yes 20, both no 15, one yes 5 and 10. 35 of 50 agree, 25 by chance: kappa is 10 / 25.
    """
    pairs = [(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15
    assert agreement(pairs) == Agreement(50, 35, 0.4)
    assert "70% of 50 answers (Cohen's kappa 0.40)" in agreement(pairs).told
    assert agreement([(1, 1)] * 40) == Agreement(40, 40, None)
    assert "30 more are needed" in agreement([]).told
    assert agreement([(None, None), (1, None)]).same == 1


def test_a_disagreement_counts_as_it_was_settled() -> None:
    """
    Ann saw the label missing, Ben saw it; it was settled that it was there: the check passes, and they agree on 1 of 2.
    """
    records, checks = (
        [Drawn(1, "T1", DAY, twice=True)],
        [check(1, 0, 1), check(1, 1, 1, turn=2, auditor="Ben")],
    )
    settled = [Settlement(1, "print_label", 1, "Under the flap.", "Cleo", NOW)]
    before, after = (outcome_of(audit(Fixed(1), 100, 1), records, checks, each) for each in ([], settled))

    assert [each.checked[0].score.result for each in (before, after)] == [Result.FAILED, Result.PASSED]
    assert (after.agreement.n, after.agreement.same) == (2, 1)


def test_the_next_record_is_one_that_was_begun_then_a_new_one_then_a_second_look() -> None:
    """
    Ann's own work and what she looked at first is for others.
    """
    ann, ben = Principal("Ann"), Principal("Ben")
    records = [Drawn(1, "T1", DAY, twice=True), Drawn(2, "T2", DAY, person="Ann"), Drawn(3, "T3", DAY)]
    begun = Check(3, 3, 1, "Ann", NOW, None)

    assert next_place(ann, records, [check(1, 1, 1), begun]) == 3
    assert next_place(ann, records, [check(1, 1, 1), check(3, 1, 1)]) is None
    assert next_place(ben, records, [check(1, 1, 1), check(3, 1, 1)]) == 2
    assert next_place(ben, records, [check(1, 1, 1), check(2, 1, 1), check(3, 1, 1)]) == 1


@pytest.mark.parametrize(
    ("plan", "selection", "failed", "looked", "short"),
    [
        (Lot(1.0), Selection.RANDOM, 2, 10, Short.REFUSED),
        (Lot(1.0), Selection.RANDOM, 1, 50, None),
        (Fixed(10), Selection.RANDOM, 8, 10, Short.FAILED),  # 2 of 10: at most 51 %
        (Fixed(10), Selection.RANDOM, 4, 10, None),  # 6 of 10: up to 83 %, it may be four of five
        (Fixed(4), Selection.RANDOM, 4, 4, None),
        (Named(("B1",)), Selection.TARGETED, 8, 10, None),
    ],
)
def test_an_audit_falls_short_where_that_is_sure(
    plan: Plan, selection: Selection, failed: int, looked: int, short: Short | None
) -> None:
    """
    A refused lot; else at least five random checks of which surely fewer than four of five pass.
    """
    records = [Drawn(place, f"B{place}", DAY) for place in range(1, 51)]
    checks = [check(place, int(place > failed), 1) for place in range(1, looked + 1)]
    one = audit(plan, 250, 50, selection)
    assert shortfall(one, outcome_of(one, records, checks, [])) is short
