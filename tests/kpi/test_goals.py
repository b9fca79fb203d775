"""The goal tree: every KPI has its place in it, and what hangs nowhere is told."""

from dataclasses import replace

from kpi.catalog import KPIS, find
from kpi.goals import GOALS, Branch, Missing, Orphan, Sop, orphans, tree
from kpi.model import Department

OTD = find("on_time_delivery_rate")
PROMISE, SEND = "Keep the delivery promise", "Send the right goods"


def test_every_kpi_of_the_catalogue_has_its_place() -> None:
    """
    A goal of the list, an owner, and SOPs of the list; the way out of a failure stands in it.
    """
    of_sops_and_goals = {Missing.KPI_OF_SOP, Missing.KPI_OF_GOAL}
    found = [each for each in orphans(KPIS.values()) if each.missing not in of_sops_and_goals]

    assert [f"{each.missing.value}: {each.way_out}" for each in found] == []


def test_exactly_the_planted_orphans_are_found() -> None:
    """
    A KPI without goal, one without owner, one without SOP, an SOP that drives nothing, a goal nobody measures.
    """
    kpis = [
        replace(OTD, key="whole", goal=PROMISE, sops=("tracking",)),
        replace(OTD, key="aimless", goal="", sops=("tracking",)),
        replace(OTD, key="unowned", owner="", goal=PROMISE, sops=("tracking",)),
        replace(OTD, key="undriven", goal=PROMISE, sops=()),
        replace(OTD, key="dreaming", goal="World peace", sops=("hope",)),
    ]
    goals = {PROMISE: Department.SHIPPING, SEND: Department.SHIPPING}

    found = orphans(kpis, goals, [Sop.TRACKING, Sop.RETURNS])

    assert [(each.missing, each.key) for each in found] == [
        (Missing.GOAL, "aimless"),
        (Missing.OWNER, "unowned"),
        (Missing.SOP, "undriven"),
        (Missing.UNKNOWN_GOAL, "dreaming"),
        (Missing.UNKNOWN_SOP, "dreaming"),
        (Missing.KPI_OF_SOP, "returns"),
        (Missing.KPI_OF_GOAL, SEND),
    ]


def test_nothing_planted_nothing_found() -> None:
    """
    One goal, one KPI, one SOP.
    """
    kpi = replace(OTD, goal=PROMISE, sops=("tracking",))

    assert orphans([kpi], {PROMISE: Department.SHIPPING}, [Sop.TRACKING]) == list[Orphan]()


def test_the_tree_leads_from_the_goal_to_its_owner() -> None:
    """
    On-time delivery serves the promise and is driven by two SOPs, each with who answers for it.
    """
    kpi = replace(OTD, goal=PROMISE, sops=("tracking", "inventory_management"))
    last = replace(OTD, key="aimless", goal="", sops=())

    assert tree([last, kpi]) == [
        Branch(PROMISE, Department.SHIPPING, kpi.key, OTD.owner, "inventory_management", "Planning lead"),
        Branch(PROMISE, Department.SHIPPING, kpi.key, OTD.owner, "tracking", "Shipping lead"),
        Branch("", Department.SHIPPING, "aimless", OTD.owner, "", ""),
    ]


def test_every_sop_and_department_is_complete() -> None:
    """
    Each SOP has one owner and a name, each department a goal.
    """
    assert all(sop.owner and sop.label for sop in Sop)
    assert set(GOALS.values()) == set(Department)
