"""Targets as people enter, import and export them."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from store.models import AuditEntry
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import State, TargetError, TargetRow, target_on
from store.state.edits import ChangedMeanwhile, NotAllowed
from store.state.targetfile import read_targets
from store.state.targets import Targets

JANUARY, MARCH = date(2026, 1, 1), date(2026, 3, 1)
ON_TIME = TargetRow(
    "on_time", JANUARY, Decimal("0.95"), warn=Decimal("0.92"), owner="Ann", reason="Plan 2026"
)
FILE = """kpi,segment,valid_from,valid_to,target,warn,owner,reason
on_time,,2026-01-01,,0.95,0.92,Ann,"Plan, 2026"
on_time,market=DE;carrier=DHL,2026-03-01,2026-06-01,0.90,,Ann,=peak
csat,,2026-01-01,,0.7500,,Bob,
"""


def audit_rows(state: State) -> int:
    return state.engines.ask(lambda session: session.scalar(select(func.count(AuditEntry.id))) or 0)


def test_a_target_is_kept_exactly(state: State):
    """
    0.95 comes back as 0.95, with its day and who entered it in the trail.
    """
    stored = state.targets.add(LOCAL_OWNER, ON_TIME)

    assert state.targets.rows(LOCAL_OWNER) == [stored]
    assert (stored.target, stored.warn, stored.stretch, stored.version) == (
        Decimal("0.95"),
        Decimal("0.92"),
        None,
        1,
    )
    trail = state.engines.ask(lambda session: session.scalars(select(AuditEntry)).one())
    assert (trail.who, trail.what, trail.subject, trail.before) == (
        "local owner", "target set", "target on_time", None,
    )  # fmt: skip
    assert trail.after is not None
    assert (trail.after["target"], trail.after["valid_from"]) == ("0.95", "2026-01-01")


def test_history_is_never_rewritten(state: State):
    """
    A new target from March on: the old entry stands as it was, February is still judged by it.
    """
    first = state.targets.add(LOCAL_OWNER, ON_TIME)
    state.targets.add(LOCAL_OWNER, TargetRow("on_time", MARCH, Decimal("0.97")))

    rows = state.targets.rows(LOCAL_OWNER)
    assert rows[0] == first
    assert [row.version for row in rows] == [1, 2]
    found = [target_on(rows, "on_time", {}, day) for day in (date(2026, 2, 28), MARCH)]
    assert [str(row.target) for row in found if row] == ["0.95", "0.97"]
    frame = state.targets.frame(LOCAL_OWNER)
    assert frame.select("valid_from", "valid_to", "target").rows() == [
        (JANUARY, MARCH, 0.95),
        (MARCH, None, 0.97),
    ]


def test_a_preview_stores_nothing(state: State):
    """
    The file would raise the target from March on; until it is imported, nothing has changed.
    """
    state.targets.add(LOCAL_OWNER, ON_TIME)
    rows = [TargetRow("on_time", MARCH, Decimal("0.97"))]

    after = state.targets.frame_after(LOCAL_OWNER, rows)
    assert after.select("valid_from", "valid_to", "target").rows() == [
        (JANUARY, MARCH, 0.95),
        (MARCH, None, 0.97),
    ]
    assert state.targets.frame(LOCAL_OWNER)["target"].to_list() == [0.95]
    state.targets.import_rows(LOCAL_OWNER, rows)
    assert state.targets.frame(LOCAL_OWNER).drop("version").equals(after.drop("version"))


def test_the_second_editor_is_told(state: State):
    """
    Two people open version 1; the first one saves, the second one is shown what stands there now.
    """
    state.targets.add(LOCAL_OWNER, ON_TIME, seen=0)
    state.targets.add(Principal("Ann", role=Role.ADMIN), TargetRow("on_time", MARCH, Decimal("0.97")), seen=1)

    with pytest.raises(ChangedMeanwhile, match=r"on_time: 0.97 from 2026-03-01") as raised:
        state.targets.add(
            Principal("Bob", role=Role.ADMIN), TargetRow("on_time", MARCH, Decimal("0.5")), seen=1
        )
    assert isinstance(raised.value.theirs, TargetRow)
    assert len(state.targets.rows(LOCAL_OWNER)) == 2


def test_a_double_click_adds_one(state: State):
    """
    The same form sent twice, with the same key.
    """
    twice = [state.targets.add(LOCAL_OWNER, ON_TIME, seen=0, key="form 1") for _ in range(2)]

    assert twice[0] == twice[1]
    assert len(state.targets.rows(LOCAL_OWNER)) == 1


def test_importing_twice_adds_nothing(state: State):
    """
    Three rows the first time, none the second; every added row is in the trail.
    """
    rows = read_targets("targets.csv", FILE.encode())
    first, second = (state.targets.import_rows(LOCAL_OWNER, rows) for _ in range(2))

    assert (first.added, first.unchanged, second.added, second.unchanged) == (3, 0, 0, 3)
    assert audit_rows(state) == 3
    assert [row.segment for row in rows] == ["", "carrier=DHL;market=DE", ""]


def test_importing_an_older_file_sets_it_back(state: State):
    """
    The file says 0.95, somebody entered 0.97 since: importing the file again means 0.95.
    """
    state.targets.import_rows(LOCAL_OWNER, [ON_TIME])
    state.targets.add(LOCAL_OWNER, TargetRow("on_time", JANUARY, Decimal("0.97")))

    assert state.targets.import_rows(LOCAL_OWNER, [ON_TIME]).added == 1
    found = target_on(state.targets.rows(LOCAL_OWNER), "on_time", {}, MARCH)
    assert found is not None
    assert str(found.target) == "0.95"


def test_what_is_exported_can_be_imported(state: State):
    """
    Export, then import of the export: nothing new; a text that looks like a formula is harmless in between.
    """
    state.targets.import_rows(LOCAL_OWNER, read_targets("targets.csv", FILE.encode()))
    text = state.targets.export_rows(LOCAL_OWNER)

    assert "'=peak" in text
    assert state.targets.import_rows(LOCAL_OWNER, read_targets("again.csv", text.encode())).added == 0


def test_toml_says_the_same(state: State):
    """
    The same target as a [[targets]] table; 0.10 is not turned into a float on the way.
    """
    (row,) = read_targets(
        "targets.toml",
        b'[[targets]]\nkpi = "on_time"\nvalid_from = 2026-01-01\ntarget = 0.10\nwithdrawn = false\n',
    )
    assert row == TargetRow("on_time", JANUARY, Decimal("0.10"))


@pytest.mark.parametrize(
    "text, said",
    [
        (
            "kpi,valid_from,target\na,2026-01-01,95 %\n",
            r"x.csv row 2: target is '95 %'; write a plain number",
        ),
        ("kpi,valid_from,target\na,2026-01-01,1\na,1.3.26,1\n", "row 3: valid_from is '1.3.26'; write a day"),
        ("kpi,valid_from,target\na,,1\n", "row 2: valid_from is empty"),
        ("kpi,valid_from,target\na,2026-01-01,nan\n", "row 2: target is NaN"),
        ("kpi,valid_from,target,withdrawn\na,2026-01-01,1,maybe\n", "withdrawn is 'maybe'"),
        (
            "kpi,valid_from,target,segment\na,2026-01-01,1,DHL\n",
            "row 2: 'DHL' in segment 'DHL' is not a pair",
        ),
        ("kpi,valid_from\na,2026-01-01\n", r"lacks \['target'\]"),
        ("kpi,valid_from,target,goal\na,2026-01-01,1,2\n", r"unknown column \['goal'\]"),
        ("kpi,valid_from,target\na,2026-01-01,1,2,3\n", "cannot be read as CSV"),
        ("", "cannot be read as CSV"),
    ],
)
def test_complaints_name_row_and_value(text: str, said: str):
    """
    Where, which value, and what to write instead.
    """
    with pytest.raises(TargetError, match=said):
        read_targets("x.csv", text.encode())


@pytest.mark.parametrize(
    "name, data, said",
    [
        ("x.csv", b"kpi,valid_from,target\n\xff\xfe,2026-01-01,1\n", "cannot be read as CSV in UTF-8"),
        ("x.toml", b"targets = 1", r"no \[\[targets\]\] tables"),
        ("x.toml", b"[[targets]", "cannot be read as TOML"),
        ("x.xlsx", b"PK", "ends in '.xlsx'"),
    ],
)
def test_files_that_are_something_else(name: str, data: bytes, said: str):
    """
    A file that cannot be read says what is wrong with it.
    """
    with pytest.raises(TargetError, match=said):
        read_targets(name, data)


def test_an_import_is_all_or_nothing(state: State):
    """
    The second row lies outside the scope: the first one is not taken either.
    """
    ann = Principal("Ann", Scope(markets=frozenset({"DE"})), role=Role.ADMIN)
    german = TargetRow("on_time", JANUARY, Decimal("0.95"), "market=DE")

    with pytest.raises(NotAllowed, match=r"Ann may set targets for \['DE'\] only, not for 'all'"):
        state.targets.import_rows(ann, [german, ON_TIME])
    assert state.targets.rows(LOCAL_OWNER) == []
    state.targets.add(ann, german)


def test_targets_of_other_markets_are_not_seen(state: State):
    """
    Ann sees those of Germany and the general ones.
    """
    for segment in ("", "market=DE", "market=FR"):
        state.targets.add(LOCAL_OWNER, TargetRow("on_time", JANUARY, Decimal("0.95"), segment))

    ann = Principal("Ann", Scope(markets=frozenset({"DE"})), role=Role.ADMIN)
    assert [row.segment for row in state.targets.rows(ann)] == ["", "market=DE"]
    assert state.targets.frame(ann)["segment"].to_list() == ["", "market=DE"]


def test_targets_are_of_their_kpi_s_department(state: State):
    """
    Who sees one department sees and sets the targets of its KPIs; of a KPI nobody knows the department of, none.
    """
    targets = Targets(state.engines, {"otif": "shipping", "csat": "service"})
    for kpi in ("otif", "csat", "made_up"):
        targets.add(LOCAL_OWNER, TargetRow(kpi, MARCH, Decimal("0.9")))
    shipper = Principal("Bo", Scope(departments=frozenset({"shipping"})), Role.ADMIN)

    assert [row.kpi for row in targets.rows(shipper)] == ["otif"]
    assert state.targets.rows(shipper) == []
    assert targets.add(shipper, TargetRow("otif", MARCH, Decimal("0.8"))).version == 2
    for kpi in ("csat", "made_up"):
        with pytest.raises(NotAllowed, match="does not see"):
            targets.add(shipper, TargetRow(kpi, MARCH, Decimal("0.8")))


def test_a_team_sets_its_own_target(state: State):
    """
    Whoever sees one team names it in the segment; the target of all teams and that of another are not theirs.
    """
    member = Principal("Tea", Scope(teams=frozenset({"north"})), Role.ADMIN)

    assert (
        state.targets.add(member, TargetRow("csat", MARCH, Decimal("0.9"), segment="team=north")).version == 1
    )
    for segment in ("", "team=south"):
        with pytest.raises(NotAllowed, match="name one of these teams"):
            state.targets.add(member, TargetRow("csat", MARCH, Decimal("0.9"), segment=segment))
    state.targets.add(LOCAL_OWNER, TargetRow("csat", MARCH, Decimal("0.9"), segment="team=south"))
    assert [row.segment for row in state.targets.rows(member)] == ["team=north"]
