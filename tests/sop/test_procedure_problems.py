"""What keeps a procedure from being submitted."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from made_procedures import LABEL, PACKING, WEIGH

from sop.procedure import (
    Check,
    CheckKind,
    Condition,
    Direction,
    KpiLink,
    Link,
    ProcedureError,
    Raci,
    Step,
    Version,
)
from sop.procedure.problems import require_sound, unsound

CHECK = WEIGH.check


def test_a_sound_procedure_has_no_problems() -> None:
    """
    So has one that is kept elsewhere and has no steps here.
    """
    elsewhere = replace(PACKING, steps=(), link=Link("https://example.com/sop", "0" * 64))

    assert unsound(PACKING) == unsound(elsewhere) == ()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"title": ""}, "has no title"),
        ({"purpose": ""}, "does not say why"),
        ({"department": "kitchen"}, "The department 'kitchen' is not known"),
        ({"owner": ""}, "Nobody owns it"),
        ({"review_months": 18}, "A review after 18 months"),
        ({"language": "English"}, "'English' is not a language"),
        ({"kpis": (KpiLink("return_rat", Direction.UP, outcome=True),)}, "There is no KPI 'return_rat'"),
        ({"kpis": (KpiLink("return_rate", Direction.UP),)}, "0 of its KPIs are its outcome"),
        ({"steps": ()}, "It has no steps"),
        ({"steps": (replace(LABEL, weight=0),)}, "No step has any weight"),
        ({"steps": (replace(LABEL, raci=Raci()),)}, "Step 1: Nobody is accountable for 'Print the label'"),
        ({"steps": (replace(LABEL, title=""),)}, "Step 1: It has no title"),
        ({"steps": (replace(LABEL, instruction=""),)}, "has no instruction"),
        ({"steps": (replace(LABEL, raci=Raci("Packer", "Packer")),)}, "Packer cannot stand in"),
        ({"steps": (LABEL, replace(WEIGH, check=replace(CHECK, unit="")))}, "Step 2: The value has no unit"),
        ({"steps": (replace(WEIGH, check=Check(CheckKind.VALUE, unit="kg")),)}, "The value has no range"),
        ({"steps": (replace(WEIGH, check=replace(CHECK, low=Decimal(40))),)}, "40 is above the highest 30"),
        ({"steps": (replace(WEIGH, when=Condition(("US",))),)}, "US is outside"),
    ],
)
def test_a_gap_is_told(change: dict[str, Any], told: str) -> None:
    """
    One gap at a time, and nothing else is wrong.
    """
    found = unsound(replace(PACKING, **change))

    assert [told in str(each) for each in found] == [True]
    with pytest.raises(ProcedureError) as refused:
        require_sound(replace(PACKING, **change))
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: Step("Print"), "cannot be a key"),
        (lambda: Step("print", video="javascript:alert(1)"), "not an address of the web"),
        (lambda: Step("print", minutes=0), "cannot be kept"),
        (lambda: Check(CheckKind.TICK, unit="kg"), "has no range and no unit"),
        (lambda: replace(PACKING, steps=(LABEL, LABEL)), "'print_label' is there twice"),
        (lambda: Link("https://example.com", "abc"), "64 hexadecimal digits"),
        (lambda: Version.read("2.x"), "'2.x' is not a version"),
    ],
)
def test_what_cannot_be_is_refused_at_once(wrong: Any, told: str) -> None:
    """
    Not even a draft holds it.
    """
    with pytest.raises(ProcedureError, match=told):
        wrong()


def test_versions_are_ordered_by_their_numbers() -> None:
    """
    3 and 3.0 are the same, and 2.10 comes after 2.9.
    """
    assert Version.read("3") == Version(3, 0)
    assert sorted(map(Version.read, ["2.10", "3", "2.9"])) == [Version(2, 9), Version(2, 10), Version(3, 0)]
    assert (str(Version(2, 1).after(major=True)), str(Version(2, 1).after(major=False))) == ("3.0", "2.2")
