"""What the tests of declared systems share: a source of one, lists that answer by page, and a KPI of what came in."""

import json
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from web_shop import Asked, Told

from kpi.catalog import find
from kpi.compute import refresh
from kpi.engine import AsOf
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from kpi.score import Judgement
from store.scope import LOCAL_OWNER

COMPANY = '[company]\nname = "Maker"\ncurrency = "USD"\ntimezone = "UTC"\n'
SOURCE = """
[sources.it]
connector = "http"
system = "{system}"
host = "{host}"
key = "env:IT"
user = "ann@example.com"
since = "{since}"
inside = true
"""


def source(system: str, host: str, since: str = "2005-01-01", more: str = "") -> str:
    """The source `it` of that system; `more` are further lines of it, then its tables."""
    return COMPANY + SOURCE.format(system=system, host=host, since=since) + more


def recorded(shared: Path, name: str) -> Any:
    """A file of ../shared/apis as JSON."""
    return json.loads((shared / "apis" / name).read_text(encoding="utf-8"))


def listed(rows: Sequence[Any], around: str = "", page: str = "page") -> Callable[[Asked], Told]:
    """
    All rows on the first page and none on the next, nor where those are asked for that are gone; `around`: the name of
    the list, a bare list without.
    """

    def answer(asked: Asked) -> Told:
        is_asked = asked.parameters.get(page, "1") == "1" and not gone_asked(asked)
        told = list(rows) if is_asked else []
        return Told({around: told} if around else told)

    return answer


def gone_asked(asked: Asked) -> str:
    """Which list of what is gone is asked for, of the words in which systems ask for such; empty for others."""
    told = asked.parameters.get("status", ""), asked.parameters.get("filter", "")
    return next((word for word in told if word in ("trash", "deleted", "spam")), "")


def by_path(answers: Mapping[str, Callable[[Asked], Told]]) -> Callable[[Asked], Told]:
    """One answer a path; 404 for any other."""
    return lambda asked: answers[asked.path](asked) if asked.path in answers else Told({}, 404)


def stored(firm: Any, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """The rows that arrived, ordered by the first of the columns."""
    return sorted(firm.stored(table).select(columns).rows())


def kpi(firm: Any, key: str, first: date = date(2005, 1, 1), after: date = date(2026, 1, 1)) -> Any:
    """Value of a KPI over everything that arrived, as its row with numerator and denominator."""
    refresh(firm.store.lake, AsOf.end_of(after))
    question = Question(Span(first, after), Every.TOTAL)
    return values(firm.store.lake, LOCAL_OWNER, find(key), question, Judgement(minimum=0)).row(0, named=True)


def signed_in(asked: Asked) -> str:
    """User and password of a request."""
    return b64decode(asked.headers["Authorization"].removeprefix("Basic ")).decode()
