"""
Where somebody may do what their role permits, and what they read of others: every function of the state times
department, market and team.

Functions come from the tables of `test_matrix`; one that is in none of the lists here is red.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from hidden_rows import DAY, PART, PEOPLE, Person, told
from small_company import COMPANY
from test_matrix import DAY_OFF, GERMANY, NOON, PLAN, SCOPED, WRITES

from kpi.catalog import DEPARTMENTS
from store.company_file import change_company
from store.home import Store, open_store
from store.permits import Role
from store.rhythm import Rhythm
from store.scope import LOCAL_OWNER, Principal
from store.state import (
    Action,
    BaselineRow,
    Brought,
    ErrandKind,
    NotAllowed,
    Note,
    Owned,
    Owner,
    State,
    TargetRow,
    User,
    View,
    WrongEntry,
)
from store.state.proposals import Series
from store.state.stored_secrets import Sealed


@dataclass(frozen=True)
class Foreign:
    """What others entered about a part that a person does not see; `word` stands in all of it."""

    word: str
    action: Action
    note: Note
    target: TargetRow
    baseline: BaselineRow
    proposal: int
    user: User


def leave(state: State, person: Person) -> Foreign:
    """Enter something of every kind about the part."""
    word, kpi = f"Hidden in {person.department} {person.segment}".strip(), PART[person.department]
    action = Action(kpi, person.department, word, "Eve", DAY, person.segment)
    note = Note(DAY, DAY, word, person.department, kpi, person.segment)
    target = TargetRow(kpi, DAY, Decimal("0.98"), segment=person.segment, owner=word)
    baseline = BaselineRow(kpi, DAY, word, person.segment)
    kind, _, name = (person.segment or f"department={person.department}").partition("=")
    part = {f"{kind}s": frozenset({name})}
    user = User(f"{word.replace(' ', '.').replace('=', '-')}@example.com", word, Role.LEAD, True, **part)
    state.targets.add(LOCAL_OWNER, target)
    state.baselines.add(LOCAL_OWNER, baseline)
    state.users.save(LOCAL_OWNER, user, seen=0)
    market = "FR" if kind == "market" else ""
    if kind != "team":
        state.views.add(LOCAL_OWNER, View(word, "kpi", "", person.department, market, shared=True))
    wish = replace(target, target=Decimal("0.97"), reason=word)
    return Foreign(
        word, state.actions.add(LOCAL_OWNER, action), state.annotations.add(LOCAL_OWNER, note), target, baseline,
        state.proposals.propose(LOCAL_OWNER, wish, state.proposals.series(LOCAL_OWNER, kpi, person.segment)), user,
    )  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(tmp_path_factory.mktemp("parts") / "home", departments=DEPARTMENTS)
    yield store
    store.close()


@pytest.fixture(scope="module")
def foreign(store: Store) -> dict[str, Foreign]:
    return {name: leave(store.state, person) for name, person in PEOPLE.items()}


Call = Callable[[State, Principal, Foreign], Any]
OUTSIDE: dict[str, Call] = {  # each concerns a part of the firm
    "accounts.invite": lambda s, w, f: s.accounts.invite(w, f.user.email, NOON),
    "actions.add": lambda s, w, f: s.actions.add(w, replace(f.action, id=0, version=0)),
    "actions.save": lambda s, w, f: s.actions.save(w, replace(f.action, owner="Mine"), "action changed"),
    "annotations.add": lambda s, w, f: s.annotations.add(w, replace(f.note, id=0, version=0)),
    "annotations.remove": lambda s, w, f: s.annotations.remove(w, f.note),
    "annotations.save": lambda s, w, f: s.annotations.save(w, replace(f.note, text="Mine")),
    "baselines.add": lambda s, w, f: s.baselines.add(w, replace(f.baseline, reason="Mine")),
    "identities.unlink": lambda s, w, f: s.identities.unlink(w, f.user.email),
    "leaving.hand_over": lambda s, w, f: s.leaving.hand_over(w, f.user.email, f.user.email),
    "leaving.report": lambda s, w, f: s.leaving.report(w, f.user.email),
    "proposals.approve": lambda s, w, f: s.proposals.approve(w, f.proposal),
    "proposals.propose": lambda s, w, f: s.proposals.propose(w, replace(f.target, reason="Mine"), Series()),
    "proposals.reject": lambda s, w, f: s.proposals.reject(w, f.proposal, "No"),
    "sessions.end_everywhere": lambda s, w, f: s.sessions.end_everywhere(w, f.user.email),
    "targets.add": lambda s, w, f: s.targets.add(w, replace(f.target, target=Decimal("0.5"))),
    "targets.import_rows": lambda s, w, f: s.targets.import_rows(w, [replace(f.target, target=Decimal("0.5"))]),
    "users.save": lambda s, w, f: s.users.save(w, replace(f.user, name="Mine"), seen=1),
}  # fmt: skip
WHOLE: dict[str, Call] = {  # concerns all of the firm, so it takes somebody who sees all of it
    "brought.save": lambda s, w, f: s.brought.save(w, Brought("a", "", "", "")),
    "calendars.fill_calendar": lambda s, w, f: s.calendars.fill_calendar(w, PLAN, [2025]),
    "calendars.set_days": lambda s, w, f: s.calendars.set_days(w, "DE", [DAY_OFF]),
    "errands.ask": lambda s, w, f: s.errands.ask(w, ErrandKind.REPLAY, {}),
    "markets.follow": lambda s, w, f: s.markets.follow(w, [GERMANY]),
    "markets.save": lambda s, w, f: s.markets.save(w, GERMANY, seen=0),
    "rhythms.configure": lambda s, w, f: s.rhythms.configure(w, {"files": Rhythm.DAILY}),
    "rhythms.tell": lambda s, w, f: s.rhythms.tell(w, "files", Rhythm.ONCE),
    "secrets.find": lambda s, w, f: s.secrets.find(w, "shop"),
    "secrets.forget_all": lambda s, w, f: s.secrets.forget_all(w),
    "secrets.key_id": lambda s, w, f: s.secrets.key_id(w),
    "secrets.put": lambda s, w, f: s.secrets.put(w, Sealed("shop", "1", "x")),
    "secrets.remove": lambda s, w, f: s.secrets.remove(w, "shop"),
    "secrets.reseal": lambda s, w, f: s.secrets.reseal(w, "1", "2", lambda each: each.text),
    "secrets.rows": lambda s, w, f: s.secrets.rows(w),
}  # fmt: skip
READS: dict[str, Call] = {  # answer what is in the part of who asks
    "actions.find": lambda s, w, f: s.actions.find(w, f.action.id),
    "actions.rows": lambda s, w, f: s.actions.rows(w),
    "annotations.find": lambda s, w, f: s.annotations.find(w, f.note.id),
    "annotations.rows": lambda s, w, f: s.annotations.rows(w),
    "audit.rows": lambda s, w, f: s.audit.rows(w, limit=10_000),
    "baselines.rows": lambda s, w, f: s.baselines.rows(w),
    "proposals.rows": lambda s, w, f: s.proposals.rows(w),
    "proposals.series": lambda s, w, f: s.proposals.series(w, f.target.kpi, f.target.segment),
    "targets.export_rows": lambda s, w, f: s.targets.export_rows(w),
    "targets.rows": lambda s, w, f: s.targets.rows(w),
    "users.rows": lambda s, w, f: s.users.rows(w),
    "views.rows": lambda s, w, f: s.views.rows(w),
}  # fmt: skip
NO_PART = {
    "actions.correctives": "as actions.rows, see tests/store/test_state_correctives.py",
    "audit.add": "notes what they did themselves", "audit.took": "notes what they took themselves",
    "audit.count": "as audit.rows", "audit.names": "as audit.rows",
    "baselines.adopt": "the worker", "proposals.withdraw": "one's own only",
    "owners.assign": "by department, see below",
    "runs.finish_compute": "the worker", "runs.finish_run": "the worker", "runs.move_cursor": "the worker",
    "runs.record_counts": "the worker", "runs.reset_cursors": "the worker", "runs.start_compute": "the worker",
    "runs.start_run": "the worker",
    "users.colleagues": "by the department they name", "views.add": "one's own", "views.remove": "one's own",
    "views.save": "one's own",
    "errands.get": "one's own", "errands.under_way": "one's own", "brought.rows": "mappings, no figures",
    "markets.rows": "names of markets", "owners.find": "names only", "owners.rows": "names, see below",
    "owners.names": "of owners.rows",
    "targets.frame": "as targets.rows, in columns without names",
    "targets.frame_after": "as targets.rows, in columns without names",
}  # fmt: skip


ELSEWHERE = (
    "audited.",
    "audits.",
    "checks.",
    "deliveries.",
    "wishes.",
    "episodes.",
    "evidence_replies.",
    "procedures.",
    "procedure_runs.",
    "run_files.",
    "run_counts.",
    "pictures.",
    "erasures.",
    "flags.",
    "meetings.",
    "peaks.",
    "reviews.",
    "triggers.",
    "leads.",
    "posts.",
    "quizzes.",
    "readings.",
    "refreshers.",
    "standings.",
    "training_rules.",
    "trainings.",
)
"""Parts of the state that have such a test of their own: tests/store."""


def test_every_function_with_a_part_is_tried_outside_of_it() -> None:
    listed = OUTSIDE.keys() | WHOLE.keys() | READS.keys() | NO_PART.keys()
    assert {name for name in WRITES.keys() | SCOPED if not name.startswith(ELSEWHERE)} == listed


@pytest.mark.parametrize("name", [*OUTSIDE, *WHOLE])
def test_nothing_is_done_outside_of_ones_part(name: str, store: Store, foreign: dict[str, Foreign]) -> None:
    """By an administrator of one market, department or team, whom the role forbids nothing: the store refuses."""
    for who, person in PEOPLE.items():
        principal = replace(person.principal, role=Role.ADMIN)
        before = store.state.audit.count(LOCAL_OWNER)
        with pytest.raises(NotAllowed):
            (OUTSIDE | WHOLE)[name](store.state, principal, foreign[who])
        assert store.state.audit.count(LOCAL_OWNER) == before


@pytest.mark.parametrize("name", READS)
def test_nothing_is_told_of_what_is_outside(name: str, store: Store, foreign: dict[str, Foreign]) -> None:
    """To an administrator of a part; who sees all is told, else this would say nothing."""
    for who, person in PEOPLE.items():
        word, principal = foreign[who].word, replace(person.principal, role=Role.ADMIN)
        try:
            found = repr(told(READS[name](store.state, principal, foreign[who])))
        except WrongEntry as unknown:  # as if it were not there
            found = str(unknown)
        assert word not in found, who
        everything = repr(told(READS[name](store.state, LOCAL_OWNER, foreign[who])))
        assert word in everything or (name == "views.rows" and "team" in word), who


def test_owners_are_named_within_a_department(store: Store, foreign: dict[str, Foreign]) -> None:
    """Owners answer for a KPI everywhere, so who sees the department may name one."""
    for person in (PEOPLE["one department"], PEOPLE["another department"]):
        principal = replace(person.principal, role=Role.ADMIN)
        with pytest.raises(NotAllowed):
            store.state.owners.assign(
                principal, Owner(Owned.KPI, PART[person.department], person.department, "")
            )
        assert person.department not in {each.department for each in store.state.owners.rows(principal)}


def test_the_company_is_changed_by_who_sees_all_of_it(store: Store) -> None:
    for person in PEOPLE.values():
        with pytest.raises(NotAllowed, match="concerns all"):
            change_company(store, replace(person.principal, role=Role.ADMIN), COMPANY)
