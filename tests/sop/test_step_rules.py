"""Rules of steps: read and written alike, refused where they cannot be judged."""

from dataclasses import replace

import pytest
from made_procedures import LABEL, PACKING

from sop.procedure.markdown import read, write
from sop.procedure.problems import unsound
from sop.procedure.ruled import expected_order, rule_of
from sop.rules import (
    BeforeRule,
    Column,
    Event,
    ExistsRule,
    FollowedRule,
    InTimeRule,
    RuleError,
    Start,
    WithinRule,
    read_cases,
    read_rule,
)

ORDERS = "orders from ordered_at to delivered_at within 30 d"
EVENTS = 'process_events to "Closed" within 3 d'


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("label_printed_at exists", ExistsRule(Column("label_printed_at"))),
        ('"Address verified" before "Label printed"', BeforeRule(Event("Address verified"), Event("Label printed"))),
        ("delivered_day by promised_day", BeforeRule(Column("delivered_day"), Column("promised_day"), or_at_once=True)),
        ("confirmed_at within 36 h of start", WithinRule(Column("confirmed_at"), 36 * 3600, Start())),
        ('"Packed" within 2 d of ordered_at', WithinRule(Event("Packed"), 2 * 86_400, Column("ordered_at"))),
        ('"Handed over" in time', InTimeRule(Event("Handed over"))),
        ('"Assign" followed directly by "Resolve"', FollowedRule(Event("Assign"), Event("Resolve"))),
    ],
)  # fmt: skip
def test_a_rule_is_read_and_written_alike(text: str, rule: object) -> None:
    """
    One line each; what is read says the same when it is written.
    """
    assert read_rule(text) == rule
    assert str(read_rule(text)) == text
    assert str(read_rule("units from 2 to 6")) == "units from 2 to 6"
    assert str(read_cases(ORDERS)) == ORDERS


@pytest.mark.parametrize(
    ("rule", "cases", "complaint"),
    [
        ("label printed", ORDERS, "not understood"),
        ("units", ORDERS, "has no range"),
        ("units from 6 to 2", ORDERS, "above the highest"),
        ("confirmed_at before confirmed_at", ORDERS, "with itself"),
        ("label_printd_at exists", ORDERS, "no column 'label_printd_at'; near it are label_printed_at"),
        ("channel from 1 to 2", ORDERS, "not a number"),
        ("channel before ordered_at", ORDERS, "no day and no moment"),
        ("delivered_day by ordered_at", ORDERS, "a day and a moment"),
        ("delivered_day by promised_day", EVENTS, "have no column 'delivered_day'"),
        ("label_printed_at exists", "order from ordered_at", "no table 'order'"),
        ("label_printed_at exists", "orders", "not said when a case of orders begins"),
        ("label_printed_at exists", "orders from channel", "no day and no moment"),
        ("label_printed_at exists", "whenever it rains", "not understood"),
        ("label_printed_at exists", "", "not said what a case is"),
    ],
)
def test_what_cannot_be_judged_cannot_be_submitted(rule: str, cases: str, complaint: str) -> None:
    """
    The gap says which word, and names what is near it; the draft itself keeps the words and survives its file.
    """
    draft = replace(PACKING, cases=cases, steps=(replace(LABEL, rule=rule),))

    found = [each.text for each in unsound(draft)]

    assert [complaint in each for each in found] == [True], found
    assert read(write(draft)) == draft


def test_the_expected_order_is_that_of_the_steps() -> None:
    """
    The events that rules are about; a step about a column, and one named before, add nothing.
    """
    rules = ('"A" exists', "units from 1", '"B" before "C"', '"A" followed directly by "B"', '"C" exists')
    steps = tuple(replace(LABEL, key=f"s{n}", rule=rule) for n, rule in enumerate(rules))

    assert expected_order(replace(PACKING, steps=steps)) == ("A", "B", "C")
    with pytest.raises(RuleError):
        rule_of(replace(LABEL, rule="no rule"))
