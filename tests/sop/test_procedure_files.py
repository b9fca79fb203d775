"""A procedure as a Markdown file: nothing is lost on the way, and what does not fit is told with its place."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from made_procedures import LABEL, PACKING, PROCEDURES, WEIGH

from sop.procedure import Procedure, ProcedureError
from sop.procedure.markdown import read, write
from sop.procedure.problems import unsound

SHORT = """\
---
key: packing
department: shipping
---

# Packing a parcel

## Why

Wrong labels travel.

## Steps

### 1. Print the label

- Accountable: Packer

Print it.

### Weigh it

Use the scale.

## Records

None.
"""


@settings(max_examples=60, deadline=None)
@given(PROCEDURES)
def test_reading_what_was_written_gives_the_same_procedure(procedure: Procedure) -> None:
    """
    Whatever is in it, also lines that look like headings, fields or fences.
    """
    assert read(write(procedure)) == procedure


def test_a_file_is_plain_to_read() -> None:
    """
    Fields that say nothing are left out; a step is a heading, a list and its text.
    """
    text = write(PACKING)

    assert "  outcome: yes" in text or "outcome: yes" in text
    assert (
        "### 2. Weigh the parcel {#weigh}\n\n"
        "- Accountable: Packer\n- Backup: Shift lead\n- Check: value from 0.1 to 30 in kg\n- Markets: DE\n\n"
        "Put it on the scale.\n"
    ) in text
    assert read(text).steps == (LABEL, WEIGH)


def test_keys_of_steps_are_made_from_their_titles() -> None:
    """
    Whoever writes by hand gives no keys; headings of one's own are further sections.
    """
    found = read(SHORT)

    assert [(each.key, each.title) for each in found.steps] == [
        ("print_the_label", "Print the label"),
        ("weigh_it", "Weigh it"),
    ]
    assert [each.heading for each in found.sections] == ["Records"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("key: packing", "kye: packing"), "The field 'kye' is not known"),
        (("key: packing", "key: *x"), "alias"),
        (("---\nkey", "key"), "does not begin with its fields"),
        (("key: packing", "key: Packing!"), "'Packing!' cannot be a key"),
        (("# Packing", "Packing"), "has to go on with '# Title'"),
        (("## Steps\n", "## Steps\n\nFirst this."), "Line 12, 'Steps': text stands before the first step"),
        (("- Accountable: Packer", "- Accountable: Packer, Lead"), "'Packer, Lead' holds a comma"),
        (("- Accountable: Packer", "- Accountable: A\n- Owner: B"), "'- Owner: B' is none of the fields"),
        (
            ("- Accountable: Packer", "- Accountable: A\n- Check: maybe"),
            "Line 14, '1. Print the label': 'Check' is",
        ),
        (("- Accountable: Packer", "- Accountable: A\n- Within: soon"), "'Within' is 'soon'"),
        (("Print it.", "Print it.\n\n#### Note\n\nx"), "no other heading"),
        (("Print it.", "#### Pictures\n\n![a](../../etc/passwd)"), "is not the name of a file"),
        (("## Records", "## Why"), "'Why': this heading is there twice"),
        (("None.", "### More"), "only steps have headings below ##"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(change: tuple[str, str], told: str) -> None:
    """
    One wrong thing in the file above, and the message for it.
    """
    with pytest.raises(ProcedureError) as refused:
        read(SHORT.replace(*change, 1))

    assert told in str(refused.value)


def test_the_example_of_the_documentation_is_sound() -> None:
    """
    Whoever copies docs/procedures.md begins with a procedure that could be submitted.
    """
    page = (Path(__file__).parents[2] / "docs" / "procedures.md").read_text(encoding="utf-8")
    example = read(page.split("```markdown\n", 1)[1].split("\n```\n", 1)[0])

    assert unsound(example) == ()
    assert [each.key for each in example.steps] == ["print_label", "weigh"]
    assert example.steps[0].pictures[0].file == "pictures/label.png"
