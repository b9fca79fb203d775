"""The agenda of a meeting: what the evidence says first, and the same again after it was frozen."""

from datetime import date

from kpi.reason import Reason
from meetings.agenda import Agenda, Behind, Item, Promised, as_content, of_content
from meetings.promises import Kept
from sop.diagnosis.verdict import Verdict as Diagnosed
from store.state.meeting_records import Verdict, digest_of, monday_of

DAY = date(2026, 5, 4)


def item(*behind: Behind) -> Item:
    reason = Reason("market", "JP", 0.9, 0.4, 0.8)
    return Item(
        "otif_rate", "off_target", DAY, 0.75, 0.93, DAY, 8, True, False, reason, behind, ("damage_rate",), 3
    )


def test_the_meeting_is_proposed_what_the_evidence_says() -> None:
    """Of two procedures the one that was not followed; without enough records it is watched."""
    outside = Behind("packing", Diagnosed.OUTSIDE, 400, 0)
    skipped = Behind("address", Diagnosed.NOT_FOLLOWED, 200, 0)
    few = Behind("customs", Diagnosed.NOT_ENOUGH, 20, 80)

    assert (item(few, outside, skipped).found, item(few, outside, skipped).sop) == (
        Verdict.NOT_FOLLOWED,
        "address",
    )
    assert (item(few).found, item(few).sop) == (Verdict.WATCH, "")
    assert item().found is Verdict.WATCH


def test_what_was_frozen_is_read_as_it_was() -> None:
    """Numbers, days and verdicts come back; the same agenda has the same digest, another number another one."""
    agenda = Agenda(DAY, "EUR", (item(Behind("packing", Diagnosed.REFINE, 400, 0)),),
                    (Promised(1, 2, Kept.LATE, DAY, 3),))  # fmt: skip
    content = as_content(agenda)

    assert of_content(content) == agenda
    assert digest_of(content) == digest_of(as_content(of_content(content)))
    assert digest_of(content) != digest_of(as_content(Agenda(DAY, "EUR")))


def test_a_week_begins_on_monday() -> None:
    assert [monday_of(date(2026, 5, day)) for day in (3, 4, 10)] == [date(2026, 4, 27), DAY, DAY]
