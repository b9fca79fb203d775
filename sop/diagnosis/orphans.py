"""What hangs nowhere in the library of procedures, and who carries more actions than can be done."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpi.access import sees
from kpi.catalog import KPIS
from kpi.goals import GOALS, Missing, Orphan, orphans
from kpi.model import Department, Kpi
from sop.procedure import Procedure
from store.scope import Principal
from store.state import Action, ActionStatus

MOST_ACTIONS = 7


def library_orphans(
    kpis: Iterable[Kpi], procedures: Iterable[Procedure], goals: Mapping[str, Department] = GOALS
) -> list[Orphan]:
    """Everything that hangs nowhere, by what the procedures themselves say they drive as well (N25).

    As `kpi.goals.orphans`, with the procedures of the library: one drives a KPI that it names or that names it. Beside:
    procedures and steps without an owner, and procedures that name a KPI nobody has. Translations are left out.
    """
    known, library = list(kpis), [each for each in procedures if each.translates is None]
    named = {link.kpi for each in library for link in each.kpis}
    driving = {each.key for each in library if {link.kpi for link in each.kpis} & {kpi.key for kpi in known}}
    found = [
        each
        for each in orphans(known, goals, [each.key for each in library])
        if not (each.missing is Missing.SOP and each.key in named)
        and not (each.missing is Missing.KPI_OF_SOP and each.key in driving)
    ]
    return found + [orphan for each in library for orphan in _of_procedure(each, known)]


def orphans_seen(principal: Principal, procedures: Iterable[Procedure]) -> list[Orphan]:
    """
    The same of the KPIs and goals the principal sees. A name that nobody has may be that of somebody else's part: it is
    told only to who sees all departments.
    """
    scope = principal.scope
    kpis = [kpi for kpi in KPIS.values() if sees(principal, kpi)]
    goals = {goal: of for goal, of in GOALS.items() if scope.sees_department(of.value)}
    unknown = (Missing.UNKNOWN_SOP, Missing.UNKNOWN_KPI, Missing.UNKNOWN_GOAL)
    found = library_orphans(kpis, procedures, goals)
    return [each for each in found if scope.departments is None or each.missing not in unknown]


def _of_procedure(procedure: Procedure, kpis: Sequence[Kpi]) -> Iterator[Orphan]:
    if not procedure.owner:
        yield Orphan(Missing.OWNER_OF_SOP, procedure.key, "Name the role that keeps it current.")
    for step in procedure.steps:
        if not step.raci.accountable:
            way_out = "Name exactly one accountable role."
            yield Orphan(Missing.OWNER_OF_STEP, f"{procedure.key}#{step.key}", way_out)
    for link in procedure.kpis:
        if link.kpi not in {kpi.key for kpi in kpis}:
            yield Orphan(
                Missing.UNKNOWN_KPI, procedure.key, f"It names the KPI '{link.kpi}'; choose a known one."
            )


@dataclass(frozen=True)
class Load:
    """Open actions of one person, and how many of them are overdue."""

    owner: str
    open: int
    overdue: int


def overloaded(actions: Iterable[Action], as_of: date, most: int = MOST_ACTIONS) -> list[Load]:
    """The people with more than `most` open actions, those with most first: some of it has to go to others or wait."""
    own: dict[str, list[Action]] = {}
    for action in actions:
        if action.status is ActionStatus.OPEN:
            own.setdefault(action.owner, []).append(action)
    loads = [
        Load(owner, len(each), sum(action.due < as_of for action in each))
        for owner, each in own.items()
        if len(each) > most
    ]
    return sorted(loads, key=lambda load: (-load.open, -load.overdue, load.owner))
