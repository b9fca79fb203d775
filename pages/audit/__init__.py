"""The audit page: who did what and when, what it was before and after; found by person, kind, subject and day."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

import polars as pl
import streamlit as st

from kpi.exports.sheet import as_csv
from kpi.words import marked, say
from pages.parts.choices import pick, search
from pages.parts.exports import Export, Kind, draw_download
from pages.parts.format import ABSENT, count, moment
from pages.parts.head import context_line, draw_head
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.tables import Cell, Column, table
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer
from store.permits import Permit
from store.state import Entry
from store.state.audit import Wanted
from store.state.edits import require

SHOWN, MOST_TAKEN, LONGEST = 100, 100_000, 300
ANYBODY, ANYTHING = marked("Anybody"), marked("Everything")
ENTRIES = (
    Column(marked("When"), "w"), Column(marked("Who"), "w"), Column(marked("What"), "w"), Column(marked("Subject")),
    Column(marked("Before")), Column(marked("After")),
)  # fmt: skip
WHATS = (
    marked("action changed"), marked("action done"), marked("action dropped"), marked("action opened"),
    marked("asked for demo"), marked("asked for load"), marked("asked for look"),
    marked("asked for replay"), marked("asked for try"), marked("backup made"), marked("backup restored"),
    marked("baseline set"),
    marked("baseline undone"), marked("calendar days set"), marked("calendar set"), marked("file taken"),
    marked("handed over"), marked("invited"), marked("joined"), marked("linked"), marked("mapping saved"),
    marked("market set"), marked("note changed"), marked("note removed"), marked("note written"),
    marked("owner named"), marked("password set"), marked("refused"), marked("secret key changed"),
    marked("secret removed"), marked("secret set"), marked("secrets forgotten"), marked("set-up"),
    marked("sign-in refused"), marked("signed in"), marked("signed out"), marked("signed out everywhere"),
    marked("signed out by the provider"), marked("target set"), marked("target withdrawn"),
    marked("unlinked"), marked("user set"), marked("view changed"), marked("view kept"),
    marked("view removed"), marked("wrong password"),
)  # fmt: skip
DULL = ("id", "version", "recorded_at", "written_at", "opened_at")  # change with every entry and tell nothing


@guarded
def render(viewer: Viewer) -> None:
    """The page; raises NotAllowed for a role that may not read the trail."""
    require(viewer.principal, Permit.READ_AUDIT)
    company, audit = load_company_of(viewer), viewer.store.state.audit
    line = context_line(load_coverage(viewer), None, company)
    draw_head(say("Audit trail"), line, company, load_freshness(viewer), now())
    if not viewer.principal.scope.is_whole:
        st.text(say("You see a part of the firm, so you see your own entries."))
    wanted = draw_filters(*audit.names(viewer.principal))
    known = audit.count(viewer.principal, wanted)
    if not known:
        st.text(say("Nothing was found. Widen the search."))
        return
    older = _older()
    found = audit.rows(viewer.principal, limit=SHOWN, wanted=wanted, before=older)
    st.text(say("{n} entries; nobody can change or remove one.", n=count(known)))
    st.html(build_entries(found))
    _draw_pages(found, older)
    label = say("All {n} as CSV", n=count(known))
    export = Export(label, Kind.CSV, "audit", lambda: taken_along(viewer, wanted))
    draw_download(viewer, export, "audit_csv")


def draw_filters(people: Sequence[str], kinds: Sequence[str]) -> Wanted:
    """Who, what, which subject, and between which days; kept in the link."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        who = pick(say("Who"), {"": say(ANYBODY), **{name: name for name in people}}, "who", 240)
        what = pick(say("What"), {"": say(ANYTHING), **{kind: say(kind) for kind in kinds}}, "what", 200)
        first = st.date_input(say("From"), None, key="since", bind="query-params", width=150)
        last = st.date_input(say("Until"), None, key="until", bind="query-params", width=150)
        text = search(say("Find in the subject"), "find", 220)
    return Wanted(who, what, text, _start(first), _start(last, days=1))


def build_entries(found: Iterable[Entry]) -> str:
    """One row an entry; of what was before and after only what differs."""
    cells: list[list[Cell]] = []
    for each in found:
        before, after = differing(each.before, each.after)
        cells.append([moment(each.at), each.who, say(each.what), each.subject, told(before), told(after)])
    return table(ENTRIES, cells, say("Audit trail"), stacks=True)


def differing(
    before: Mapping[str, object] | None, after: Mapping[str, object] | None
) -> tuple[dict[str, object], dict[str, object]]:
    """What an entry changed: the fields that were otherwise before; of something new or gone those that are filled."""
    old, new = before or {}, after or {}
    names = [name for name in {**old, **new} if name not in DULL and old.get(name) != new.get(name)]
    return {name: old[name] for name in names if name in old}, {
        name: new[name] for name in names if name in new
    }


def told(fields: Mapping[str, object]) -> str:
    """`role viewer, markets DE FR`, cut off where it is long."""
    text = ", ".join(f"{name} {_value(value)}" for name, value in fields.items() if value not in (None, ""))
    return f"{text[:LONGEST]} …" if len(text) > LONGEST else text or ABSENT


def taken_along(viewer: Viewer, wanted: Wanted) -> bytes:
    """All entries that were asked for, whole, as CSV: at most 100,000, the latest."""
    found = viewer.store.state.audit.rows(viewer.principal, limit=MOST_TAKEN, wanted=wanted)
    names = ("id", "at", "who", "what", "subject", "before", "after")
    rows = [
        (
            each.id,
            each.at.isoformat(),
            each.who,
            each.what,
            each.subject,
            _whole(each.before),
            _whole(each.after),
        )
        for each in found
    ]
    kinds = [pl.Int64, *[pl.String] * 6]
    return as_csv(pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row"))


def _draw_pages(found: Sequence[Entry], older: int | None) -> None:
    with st.container(horizontal=True, gap="small"):
        if older is not None:
            st.button(say("Latest"), key="audit_latest", on_click=_turn, args=(None,))
        if len(found) == SHOWN:
            st.button(say("Older"), key="audit_older", on_click=_turn, args=(found[-1].id,))


def _turn(before: int | None) -> None:
    if before is None:
        st.query_params.pop("before", None)
    else:
        st.query_params["before"] = str(before)


def _older() -> int | None:
    asked = st.query_params.get("before", "")
    return int(asked) if asked.isdecimal() and len(asked) < 18 else None


def _start(day: date | None, days: int = 0) -> datetime | None:
    """The first moment of a day in UTC, as the entries are told, or of one some days later."""
    if day is None or day == date.max:
        return None
    return datetime.combine(day + timedelta(days=days), time(), UTC)


def _value(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _whole(record: Mapping[str, object] | None) -> str | None:
    return None if record is None else json.dumps(record, ensure_ascii=False, sort_keys=True)
