"""N25: what hangs nowhere, and who carries too much."""

from dataclasses import replace
from datetime import date, timedelta

from made_procedures import LABEL, PACKING, WEIGH

from kpi.catalog import find
from kpi.goals import Missing
from kpi.model import Department
from sop.diagnosis.orphans import Load, library_orphans, overloaded
from sop.procedure import Direction, KpiLink, Procedure, Raci, Version
from store.state import Action, ActionStatus

KPI = find("on_time_delivery_rate")
GOAL = "Keep the delivery promise"
GOALS = {GOAL: Department.SHIPPING}
DAY = date(2026, 3, 2)


def procedure(key: str, *kpis: str, owner: str = "Shipping lead") -> Procedure:
    links = tuple(KpiLink(each, Direction.UP) for each in kpis)
    return replace(PACKING, key=key, owner=owner, kpis=links, steps=(LABEL,))


def test_exactly_the_planted_orphans_are_found() -> None:
    """
    A KPI without goal and one that no SOP drives, an SOP that drives nothing, one without an owner, a step without
    one, an SOP for a KPI that is not there; and nothing of the sound ones, nor of a translation.
    """
    kpis = [
        replace(KPI, key="otd", goal=GOAL, sops=("packing",)), replace(KPI, key="lonely", goal=GOAL, sops=()),
        replace(KPI, key="aimless", goal="", sops=("packing",)), replace(KPI, key="linked", goal=GOAL, sops=()),
    ]  # fmt: skip
    unowned = replace(procedure("half", "otd"), steps=(LABEL, replace(WEIGH, raci=Raci())))
    library = [
        procedure("packing"), procedure("linking", "linked"), procedure("idle"), procedure("nobodys", "otd", owner=""),
        unowned, procedure("wishful", "otd", "happiness"), replace(procedure("idle_zh"), translates=Version(1)),
    ]  # fmt: skip

    found = library_orphans(kpis, library, GOALS)

    assert [(each.missing, each.key) for each in found] == [
        (Missing.SOP, "lonely"),
        (Missing.GOAL, "aimless"),
        (Missing.KPI_OF_SOP, "idle"),
        (Missing.OWNER_OF_SOP, "nobodys"),
        (Missing.OWNER_OF_STEP, "half#weigh"),
        (Missing.UNKNOWN_KPI, "wishful"),
    ]


def test_nothing_planted_nothing_found() -> None:
    """
    One goal, one KPI, one SOP that names it.
    """
    found = library_orphans(
        [replace(KPI, key="otd", goal=GOAL, sops=())], [procedure("packing", "otd")], GOALS
    )

    assert found == []


def actions(
    owner: str, count: int, overdue: int = 0, status: ActionStatus = ActionStatus.OPEN
) -> list[Action]:
    return [
        Action(
            KPI.key,
            "shipping",
            f"Do {n}",
            owner,
            DAY + timedelta(days=-1 if n < overdue else 0),
            status=status,
        )
        for n in range(count)
    ]


def test_people_who_carry_too_many_actions_are_named() -> None:
    """
    Eight are too many, seven are not; what is done or dropped weighs nothing; what is due today is not overdue.
    """
    found = overloaded(
        [
            *actions("ann", 8, overdue=3), *actions("ben", 7), *actions("cy", 12),
            *actions("ben", 5, status=ActionStatus.DONE),
            *actions("dee", 9, status=ActionStatus.DROPPED),
        ],
        DAY,
    )  # fmt: skip

    assert found == [Load("cy", 12, 0), Load("ann", 8, 3)]
