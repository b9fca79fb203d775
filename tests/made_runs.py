"""A firm with one procedure in force and people who run it, for tests of runs."""

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

from made_procedures import LABEL, PACKING

from sop.library import content_of
from sop.procedure import Check, CheckKind, Condition, Procedure
from store.home import Store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal
from store.state import User
from store.state.run_records import Case, NewRun, Outcome, ProcedureRun, Said

LEA = User("lea@example.com", "Lea", Role.LEAD)
FLO = User("flo@example.com", "Flo", lead=LEA.email)
PIA = User("pia@example.com", "Pia", lead=LEA.email)
MAX = User("max@example.com", "Max", Role.MANAGER)
STEPS = tuple(
    replace(LABEL, key=key, title=key.title(), check=check, when=when, critical=key == "code")
    for key, check, when in (
        ("label", Check(), Condition()),
        ("weigh", Check(CheckKind.VALUE, Decimal("0.1"), Decimal(30), "kg"), Condition()),
        ("photo", Check(CheckKind.PHOTO), Condition()),
        ("code", Check(CheckKind.TWO_PEOPLE), Condition()),
        ("customs", Check(), Condition(markets=("FR",))),
        ("glass", Check(), Condition(products=("glass",))),
    )
)
RUNNING: Procedure = replace(PACKING, steps=STEPS)


def in_force(store: Store, procedure: Procedure = RUNNING) -> int:
    """The people, and the procedure as it counts from today; the number of its version."""
    for user in (LEA, FLO, PIA, MAX):
        store.state.users.save(LOCAL_OWNER, user, seen=0)
    procedures = store.state.procedures
    draft = procedures.start(LOCAL_OWNER, content_of(procedure))
    review = procedures.submit(LOCAL_OWNER, draft.id, draft.version, "First")
    day = review.changed_at.date()
    boss = Principal("boss@example.com", role=Role.APPROVER)
    return procedures.approve(boss, review.id, review.version, day, day).id


def begun(
    store: Store, edition: int, who: User = FLO, case: str = "HP-1", market: str = "DE", product: str = "cup"
) -> ProcedureRun:
    new = NewRun(edition, Case("order", case), market, product, "North")
    return store.state.procedure_runs.start(who.principal, new)


def said(step: str, outcome: Outcome = Outcome.DONE, value: str = "", remark: str = "") -> Said:
    return Said(step, outcome, uuid4().hex, Decimal(value) if value else None, remark)
