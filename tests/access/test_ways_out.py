"""Every way by which figures leave is noted in the audit trail: each command, each file of each page.

A new command with a format, and a new file on a page, is red until it has a row here.
"""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import typer
from hidden_rows import facts, fill
from made_procedures import PACKING
from small_company import frame, known, shipments
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from cli import app as commands
from cli import arranged
from commands import forecasts, meetings, moves, peaks, sop_audits, sop_runs, sops, sources
from pages.parts import exports
from pages.parts.exports import Export
from pages.parts.viewer import Viewer
from sop.library import content_of
from store.facts import Shipments
from store.home import Store
from store.rejected import SCHEMA, TABLE
from store.scope import LOCAL_OWNER, Principal
from store.state import Role, RunStatus, User
from store.state.audit import Wanted

HOUSE = Path(__file__).parents[2]
KPI = "on_time_delivery_rate"
SPAN = ("--from", "2025-04-07", "--to", "2025-04-27")
LET_OUT = Wanted(what="file taken")
ADA = User("ada@example.com", "Ada", Role.ADMIN)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The small company with one rejected row, and Ada, who looks after it."""
    store = fill(tmp_path_factory.mktemp("out") / "home", facts())
    store.state.users.save(LOCAL_OWNER, ADA, seen=0)
    run = store.state.runs.start_run(LOCAL_OWNER, "files")
    store.state.runs.finish_run(LOCAL_OWNER, run, RunStatus.OK)
    row = {
        **dict.fromkeys(SCHEMA.names()), "id": "one", "source": "files", "table": "shipments", "market": "DE",
        "reason": "gone", "seen_at": frame(Shipments, known(Shipments, shipments()[:1]))["seen_at"][0],
        "month": "2025-04",
    }  # fmt: skip
    store.lake.append(TABLE, pl.DataFrame([row], schema=SCHEMA), marks={})
    store.state.procedures.start(LOCAL_OWNER, replace(content_of(PACKING), key="wrapping"))
    yield store
    store.close()


def left(store: Store, who: str) -> list[str]:
    """What this person took along, the latest first."""
    rows = store.state.audit.rows(LOCAL_OWNER, wanted=LET_OUT)
    return [each.subject.removeprefix("export ") for each in rows if each.who == who]


AGAINST = (*SPAN, "--against", "2025-03-17..2025-04-06")
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "kpi values": (KPI, "csat_score", *SPAN), "kpi forecast": (KPI,), "kpi why": (KPI, *AGAINST),
    "kpi review": (KPI,), "kpi preview": (KPI,), "kpi signals": (),
    "flow": (), "forecast levels": (), "target list": (), "target preview": ("targets.csv",), "action list": (),
    "meeting list": (), "meeting find": ("call",),
    "annotation list": (KPI,), "peak list": (),
    "user list": (), "secret list": (), "source list": (), "source privacy": (), "source codes": (),
    "rejected list": (), "sop list": (), "explain": (KPI, *SPAN),
    "sop orphans": (), "sop quadrant": (), "sop adoption": ("packing",), "sop results": (),
    "sop adherence": (), "sop verdicts": (), "sop effects": (), "sop friction": (),
    "sop training mine": (), "sop training people": (), "sop training entered": (),
    "sop training teams": (), "sop training refreshers": (), "sop audit list": (), "sop audit mine": (),
    "sop run list": (), "sop reviews due": (), "sop flags list": (),
    "message list": (),
    "alerts": (), "sop mend list": (), "sop evidence": ("packing", "label"), "sop training onboarding": (),
}  # fmt: skip
BY_THEIR_CODE = {  # need forecasts, amounts in two currencies, a procedure with two versions, an audit, a run
    "forecast tests": forecasts.tried, "forecast stock": forecasts.stock, "kpi currency": moves.currency,
    "sop diff": sops.diff, "sop audit records": sop_audits.records_of, "sop audit result": sop_audits.result,
    "sop run show": sop_runs.show, "meeting show": meetings.show, "peak show": peaks.show,
    "source show": sources.show_source, "source fields": sources.list_fields,
}  # fmt: skip
NOT_OF_THE_FIRM = {
    "source systems": "the catalogue", "source test": "what it did",
    "kpi list": "the catalogue", "kpi goals": "the catalogue", "kpi orphans": "the catalogue",
    "sync": "what it did", "rejected replay": "what it did", "source replay": "what it did",
    "kpi lifetime": "what it did",
    "jobs": "what it does",
}  # fmt: skip
RECORDS = (
    "explain",
    "rejected list",
    "sop run list",
    "sop evidence",
    "sop training onboarding",
    "sop training entered",
    "sop audit mine",
    "sop results",
)  # rows about single orders or people, noted on the screen, too
FILES: Mapping[str, tuple[str, ...]] = {
    "target export": ("FILE",), "rejected export": ("FILE",), "report overview": ("--to", "FILE", "--format", "xlsx"),
    "report kpi": (KPI, "--to", "FILE", "--format", "xlsx"),
}  # fmt: skip


def commands_with_a_format(group: object, before: str = "") -> Iterator[str]:
    """Every command that writes for other programs, and every group that does so by itself."""
    for name, found in group.commands.items():  # type: ignore[attr-defined]
        writes = any("--format" in option.opts for option in found.params)
        if writes and not any(option.name == "to" for option in found.params):
            yield f"{before}{name}"
        if hasattr(found, "commands"):
            yield from commands_with_a_format(found, f"{before}{name} ")


def test_every_command_that_writes_has_a_row() -> None:
    found = set(commands_with_a_format(typer.main.get_command(commands)))
    assert found == COMMANDS.keys() | NOT_OF_THE_FIRM.keys() | BY_THEIR_CODE.keys()


def test_what_needs_more_goes_the_same_way() -> None:
    assert all(
        re.search(r"hand_out\(\s*context, ", inspect.getsource(each)) for each in BY_THEIR_CODE.values()
    )


def typed(store: Store, *words: str) -> str:
    done = CliRunner().invoke(commands, arranged(["--home", str(store.home), *words, "--as", ADA.email]))
    return str(done.exception or "")


@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_command_hands_to_others_is_noted(name: str, store: Store, tmp_path: Path) -> None:
    """As CSV and as JSON, under the name of who acts; a table on the screen is looked at, but for records."""
    (tmp_path / "targets.csv").write_text(
        f"kpi,segment,valid_from,target\n{KPI},,2025-01-01,0.5\n", encoding="utf-8"
    )
    more = [str(tmp_path / word) if word == "targets.csv" else word for word in COMMANDS[name]]
    for how in ("csv", "json"):
        before = len(left(store, ADA.email))
        wrong = typed(store, *name.split(), *more, "--format", how)
        now = left(store, ADA.email)
        assert wrong == ""
        assert len(now) == before + 1
        assert now[0].startswith(name)
        assert now[0].endswith(f"({how})")
    typed(store, *name.split(), *more)
    assert len(left(store, ADA.email)) - len(now) == (name in RECORDS)


@pytest.mark.parametrize("name", FILES)
def test_what_a_command_writes_into_a_file_is_noted(name: str, store: Store, tmp_path: Path) -> None:
    file = tmp_path / f"{name.replace(' ', '-')}.out"
    assert typed(store, *name.split(), *(str(file) if word == "FILE" else word for word in FILES[name])) == ""
    assert left(store, ADA.email)[0] == file.name
    assert file.stat().st_size


PAGES = ("overview", "shipping", "kpi", "targets", "audit", "data", "source", "sop")
MADE_IN = {  # by the pages above
    "parts/exports.kpi_exports", "parts/exports.overview_exports", "targets/files.draw_files",
    "audit/__init__.render", "data/__init__.draw_rejected", "data/source.draw_buttons", "kpi/records.draw_table",
    "sops/one.exports_of", "sops/one._as_text",
}  # fmt: skip
ELSEWHERE = {
    "flow/customs.draw_customs": "needs customs holds", "flow/late.draw_listed": "needs orders under way",
    "flow/paper.paper": "needs budgets", "bring/mapping.draw_buttons": "needs an upload",
    "sops/one.exports_of": "needs a procedure", "checks/one.exports_of": "needs an audit",
    "adherence/paper.exports_of": "needs judged cases",
    "people/one_person.draw_one_person": "needs somebody chosen",
    "meeting/packed._export": "needs a closed meeting; tests/pages/test_meeting_page.py takes them",
}  # fmt: skip


def files_of_the_pages() -> Iterator[str]:
    """Every function of a page that makes a file, as `folder/module.function`."""
    for file in sorted((HOUSE / "pages").rglob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and any(_is_call(each, "Export") for each in ast.walk(node)):
                yield f"{file.relative_to(HOUSE / 'pages').with_suffix('')}.{node.name}"


def _is_call(node: ast.AST, name: str) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return (isinstance(called, ast.Name) and called.id == name) or (
        isinstance(called, ast.Attribute) and called.attr == name
    )


def test_every_file_of_a_page_has_a_row() -> None:
    assert set(files_of_the_pages()) == MADE_IN | ELSEWHERE.keys()


def test_no_page_has_a_door_of_its_own() -> None:
    """Files leave by `draw_download` only, whose button calls `leaving`; tables of Streamlit have no button for it."""
    doors = [
        str(file.relative_to(HOUSE))
        for file in sorted((HOUSE / "pages").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if _is_call(node, "download_button")
    ]
    assert doors == ["pages/parts/exports.py"]
    assert "leaving(viewer, export)" in inspect.getsource(exports.draw_download)


def show(*args: object) -> None:
    """Runs inside the page's script."""
    import app

    viewer, path = args
    app.pages_of(viewer)[path]._page()  # type: ignore[arg-type, index, operator]


def test_every_file_a_page_offers_is_noted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page is opened, each of its files is made: one entry for each, with its name and size and who took it."""
    offered, made_in, plain = dict[str, Export](), set[str](), Export.__init__

    def noticed(self: Export, *given: object, **named: object) -> None:
        plain(self, *given, **named)  # type: ignore[arg-type]
        outer = inspect.currentframe()
        code = outer.f_back.f_code if outer and outer.f_back else None
        if code and code.co_filename.startswith(str(HOUSE / "pages")):
            made_in.add(
                f"{Path(code.co_filename).relative_to(HOUSE / 'pages').with_suffix('')}.{code.co_name}"
            )
        offered[self.file_name] = self

    monkeypatch.setattr(Export, "__init__", noticed)
    viewer = Viewer(store, Principal("eve@example.com", role=Role.ADMIN))
    for path in PAGES:
        page = AppTest.from_function(show, args=(viewer, path), default_timeout=60)
        page.query_params |= {"kpi": KPI, "tab": "records", "source": "files", "sop": "packing"}
        assert not page.run().exception
    assert made_in == MADE_IN

    for export in offered.values():
        bytes_ = exports.leaving(viewer, export)()
        entry = store.state.audit.rows(LOCAL_OWNER, limit=1)[0]
        assert (entry.who, entry.what, entry.subject) == (
            "eve@example.com",
            "file taken",
            f"export {export.file_name}",
        )
        assert entry.after == {"bytes": len(bytes_)}
    assert len(offered) >= 12
