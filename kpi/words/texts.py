"""Every text that may be shown: from calls of `say`, `say_many` and `marked`, from definitions and from tables."""

import ast
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from kpi.catalog import KPIS
from kpi.model import Total
from kpi.score import reason_columns
from kpi.vocabulary import vocabulary
from kpi.words.names import plain
from store.facts import TABLES
from store.permits import Permit, Role
from store.personal.treatment import Why

HOUSE = Path(__file__).parents[2]
SPEAKING = ("app.py", "kpi", "sop", "alerts", "meetings", "pages")
ARGUMENTS = {"say": 1, "marked": 1, "say_many": 2}

Key = str | tuple[str, str]


def texts() -> dict[Key, list[str]]:
    """Each text (a pair for one and many) and the files or declarations it comes from."""
    found: dict[Key, list[str]] = {}
    for text, place in chain(_of_code(), _of_definitions(), _of_tables(), _of_permits()):
        places = found.setdefault(text, [])
        if text and place not in places:
            places.append(place)
    found.pop("", None)
    return found


def files() -> list[Path]:
    """The Python files whose texts people read."""
    return sorted(
        file
        for name in SPEAKING
        for file in ([HOUSE / name] if name.endswith(".py") else (HOUSE / name).rglob("*.py"))
        if file.is_file()
    )


def _of_code() -> Iterator[tuple[Key, str]]:
    for file in files():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (text := literal(node)):
                yield text, file.relative_to(HOUSE).as_posix()


def literal(call: ast.Call) -> Key | None:
    """The text a call says, where it stands in the call itself."""
    name = call.func.id if isinstance(call.func, ast.Name) else None
    given = [
        arg.value
        for arg in call.args[: ARGUMENTS.get(name or "", 0)]
        if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
    ]
    if not given or len(given) != ARGUMENTS.get(name or "", 0):
        return None
    return given[0] if len(given) == 1 else (given[0], given[1])


def _of_definitions() -> Iterator[tuple[Key, str]]:
    for kpi in KPIS.values():
        drivers = [driver.name for driver in kpi.drivers] if isinstance(kpi, Total) else []
        flag = [plain(kpi.flag.word)] if kpi.flag else []
        told = [kpi.name, kpi.meaning, kpi.formula, kpi.owner, kpi.goal, *drivers, *flag]
        names = [*kpi.dimensions, *kpi.sops, *reason_columns(kpi), *kpi.incomplete_if]
        for text in [*told, *map(plain, names)]:
            yield text, f"kpi {kpi.key}"


def _of_tables() -> Iterator[tuple[Key, str]]:
    for name, table in TABLES.items():
        yield table.about.split("\n")[0], f"table {name}"
        for column in (name, *table.column_names()):
            yield plain(column), f"table {name}"
    for value in sorted(vocabulary()):
        yield plain(value), "values"


def _of_permits() -> Iterator[tuple[Key, str]]:
    for told in (*Role, *Permit):
        yield told.value, "roles"
    for why in Why:
        yield why.value, "reasons"
