"""How the made-up firm keeps its procedures right: reviews, flags, a change of the law, an action that waits."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from demo.library import AUTHORS, SUBMITTED
from demo.procedures import LIBRARY, Procedure
from demo.targets import owner_of
from sop.feedback import flag
from sop.library import library
from sop.library import procedure_of as procedure_of_edition
from sop.mending import carry_out
from store.home import SYSTEM, Store
from store.permits import Role
from store.scope import Principal
from store.state import (
    Announced,
    Answer,
    Cause,
    Corrective,
    Ending,
    Flag,
    FlagKind,
    FlagState,
    Moves,
    Review,
    State,
    TriggerKind,
)

FLAGGED, ANSWERED = "packaging_labelling", "returns"
SAID = (
    (9, "Rosa Lindqvist", FlagKind.UNCLEAR, "Before or after the padding goes in?"),
    (5, "Tariq Aziz", FlagKind.SLOW, "The scale takes half a minute to settle."),
    (2, "Milo Brandt", FlagKind.UNCLEAR, ""),
)
LAW = "Customs duty on every parcel to the EU, whatever its worth: rates and limits of the checkout change"
LAW_AT = "https://taxation-customs.ec.europa.eu/customs_en"
MENDED = "Customs clerk reads the tariff code to the carrier before pick-up"
CARRIED_OUT, DUE = 16, 12  # days before the last one


def keep_right(state: State, last: date) -> None:
    """Reviews, flags and an announced change, once; `last`: the last day of the first load."""
    if state.reviews.rows(SYSTEM):
        return
    for procedure in LIBRARY:
        before = 0
        for day, remark in reviews_of(procedure, last):
            review = Review(procedure.key, Ending.NEW_DRAFT, remark, day)
            before = state.reviews.finish(author_of(procedure), review, after=before).id
    flag_steps(state, last)
    touched = frozenset({"tax_calculation"})
    law = Announced(TriggerKind.REGULATION, LAW, LAW_AT, last + timedelta(days=70), touched)
    state.triggers.announce(author_of(procedure_of("tax_calculation")), law, last)


def reviews_of(procedure: Procedure, last: date) -> Iterator[tuple[date, str]]:
    """Each small version came out of a review that ended when it was submitted."""
    for version in procedure.decided:
        day = version.since(last) - timedelta(days=SUBMITTED)
        if version.minor and day <= last:
            yield day, f"Looked at with those who do it; {version.name} follows."


def flag_steps(state: State, last: date) -> None:
    """Three open flags on one step, which bring its review forward, and one that was answered."""
    for before, who, kind, text in SAID:
        _say(state, FLAGGED, who, kind, text, last - timedelta(days=before))
    asked = "A list of the days of each market beside it?"
    said = _say(state, ANSWERED, SAID[0][1], FlagKind.IDEA, asked, last - timedelta(days=20))
    answer = Answer(FlagState.ANSWERED, "It hangs at the returns desk; ask for a copy if yours is missing.")
    state.flags.settle(author_of(procedure_of(ANSWERED)), said, answer, last)


def _say(state: State, sop: str, who: str, kind: FlagKind, text: str, day: date) -> list[Flag]:
    """Said of the second step of what counted on that day."""
    reader = Principal(who)
    (shelf,) = library(state.procedures.rows(reader, sop), day)
    counts = shelf.effective()
    if counts is None:
        return []
    step = procedure_of_edition(state, reader, counts.id).steps[1].key
    return [flag(state, reader, sop, counts.name, step, kind, text, today=day)]


def mend(store: Store, last: date) -> None:
    """A corrective action that was carried out and waits for its effect, once; after the components were computed."""
    state = store.state
    if state.actions.correctives(SYSTEM):
        return
    who = Principal(owner_of("shipping"), role=Role.APPROVER)
    opened = state.actions.add(who, Corrective(
        "customs_hold_rate", "shipping", MENDED, AUTHORS["shipping"], last - timedelta(days=DUE),
        sop="customs_paperwork", cause=Cause.KPI, direction=Moves.DOWN, wanted_percent=60,
    ))  # fmt: skip
    if isinstance(opened, Corrective):
        noon = datetime.combine(last, time(12), UTC)
        carry_out(store, who, opened, last - timedelta(days=CARRIED_OUT), now=noon)


def author_of(procedure: Procedure) -> Principal:
    """Who writes it."""
    return Principal(AUTHORS[procedure.written.department], role=Role.SOP_OWNER)


def procedure_of(key: str) -> Procedure:
    """One of the library."""
    return next(each for each in LIBRARY if each.key == key)
