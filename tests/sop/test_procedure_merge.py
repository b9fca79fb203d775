"""Two people change one draft, and what is new in a version: nothing of either is lost."""

from dataclasses import replace

from hypothesis import given, settings
from made_procedures import LABEL, PACKING, PROCEDURES, WEIGH

from sop.procedure import Procedure, Raci, Scope, Section, Step
from sop.procedure.diff import Became, differences, words
from sop.procedure.markdown import read, write
from sop.procedure.merge import Side, merge
from sop.procedure.parts import ORDER, Kind, Part, Place, apart, together

SEAL = Step("seal", "Seal the parcel", "Two strips of tape.", Raci("Packer"))
WEIGHING = Part(Kind.STEP, "weigh")
INSTRUCTION = Place(WEIGHING, "instruction")


def with_steps(*steps: Step) -> Procedure:
    return replace(PACKING, steps=steps)


@settings(max_examples=30)
@given(PROCEDURES)
def test_apart_and_together_is_the_same(procedure: Procedure) -> None:
    """
    Nothing is left out of a comparison.
    """
    assert together(procedure.key, apart(procedure)) == procedure
    assert differences(procedure, read(write(procedure))) == ()


@settings(max_examples=30)
@given(PROCEDURES, PROCEDURES)
def test_a_change_of_one_alone_is_taken_as_it_is(base: Procedure, changed: Procedure) -> None:
    """
    Whoever changed nothing gets the other's version; both alike get theirs, and nobody is asked.
    """
    base = replace(base, key=changed.key)
    wanted = dict(apart(changed))

    for mine, theirs in ((base, changed), (changed, base), (changed, changed)):
        found = merge(base, mine, theirs)
        assert found.conflicts == ()
        assert apart(found.procedure) == wanted
        assert [each.key for each in found.procedure.steps] == [each.key for each in changed.steps]


def test_different_fields_of_one_step_are_both_kept() -> None:
    """
    I name a limit, they name a backup, one adds a step and the other a section.
    """
    mine = replace(with_steps(replace(LABEL, minutes=30), WEIGH, SEAL))
    theirs = replace(
        with_steps(replace(LABEL, raci=Raci("Packer", "Lead", ("Packer", "Trainee"))), WEIGH),
        sections=(Section("Records", "Kept for two years."),),
    )
    found = merge(PACKING, mine, theirs)

    assert found.conflicts == ()
    label, _, seal = found.procedure.steps
    assert (label.minutes, label.raci.backup, seal) == (30, "Lead", SEAL)
    assert [each.heading for each in found.procedure.sections] == ["Records"]
    assert found.taken == (
        Place(Part(Kind.STEP, "print_label"), "backup"),
        Place(Part(Kind.SECTION, "Records")),
    )


def test_the_same_field_is_asked() -> None:
    """
    Theirs stands until one's own is chosen; what was before is shown, too.
    """
    mine, theirs = (
        with_steps(LABEL, replace(WEIGH, instruction=text)) for text in ("Use the new scale.", "Tare first.")
    )
    found = merge(PACKING, mine, theirs)
    chosen = merge(PACKING, mine, theirs, {INSTRUCTION: Side.MINE})

    (conflict,) = found.conflicts
    assert conflict.place == INSTRUCTION
    assert (conflict.before, conflict.mine, conflict.theirs) == (
        "Put it on the scale.", "Use the new scale.", "Tare first.",
    )  # fmt: skip
    assert (found.procedure, chosen.procedure) == (theirs, mine)


def test_a_step_taken_out_by_one_and_changed_by_the_other_is_asked() -> None:
    """
    Taken out by one and left alone by the other, it is gone without a question.
    """
    without, changed = with_steps(LABEL), with_steps(LABEL, replace(WEIGH, weight=2))

    (conflict,) = merge(PACKING, without, changed).conflicts
    assert (conflict.place, conflict.mine) == (Place(WEIGHING), None)
    assert merge(PACKING, without, changed).procedure == changed
    assert merge(PACKING, without, changed, {Place(WEIGHING): Side.MINE}).procedure == without
    assert merge(PACKING, without, PACKING).procedure == without


def test_moves_are_kept_and_asked_where_both_moved() -> None:
    """
    They turned two steps round while I added one behind the first; with three steps both orders can differ.
    """
    found = merge(PACKING, with_steps(LABEL, SEAL, WEIGH), with_steps(WEIGH, LABEL))
    assert [each.key for each in found.procedure.steps] == ["weigh", "print_label", "seal"]

    base = with_steps(LABEL, WEIGH, SEAL)
    mine, theirs = with_steps(WEIGH, LABEL, SEAL), with_steps(SEAL, LABEL, WEIGH)
    (conflict,) = merge(base, mine, theirs).conflicts
    assert conflict.place == ORDER
    assert merge(base, mine, theirs).procedure == theirs
    assert merge(base, mine, theirs, {ORDER: Side.MINE}).procedure == mine


def test_what_is_new_is_told_part_by_part() -> None:
    """
    A field, an added and a removed step, a wider scope; the number of the version is no news.
    """
    later = replace(
        with_steps(replace(LABEL, title="Print the new label"), SEAL),
        scope=Scope(("DE", "FR", "IT"), roles=("Packer",)),
        version=PACKING.version.after(major=True),
    )
    found = [(each.place.part.key, each.place.field, each.became) for each in differences(PACKING, later)]

    assert found == [
        ("", "markets", Became.CHANGED),
        ("print_label", "title", Became.CHANGED),
        ("seal", "", Became.ADDED),
        ("weigh", "", Became.REMOVED),
    ]
    assert [each.place for each in differences(with_steps(LABEL, WEIGH), with_steps(WEIGH, LABEL))] == [ORDER]


def test_texts_are_compared_word_by_word() -> None:
    """
    In Chinese by character; texts that have little in common are shown whole.
    """
    assert words("Weigh the parcel.", "Weigh each parcel.") == (
        (Became.SAME, "Weigh "), (Became.REMOVED, "the"), (Became.ADDED, "each"), (Became.SAME, " parcel."),
    )  # fmt: skip
    assert words("A wrong label travels.", "Customers wait.") == (
        (Became.REMOVED, "A wrong label travels."), (Became.ADDED, "Customers wait."),
    )  # fmt: skip
    assert words("称重包裹", "称量包裹")[1:3] == ((Became.REMOVED, "重"), (Became.ADDED, "量"))
