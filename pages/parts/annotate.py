"""What happened on the days of a chart: read for a KPI, listed under its chart, and written by people."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from html import escape

import streamlit as st

from kpi.annotations import MOST, Annotation, Annotations, Diary, Kind, annotations_of, at_most, diary
from kpi.decisions import late_sources
from kpi.figures import day
from kpi.model import Kpi
from kpi.period import Span
from kpi.standing import Standing
from kpi.words import marked, say, spoken
from pages.parts.fields import save_or_cancel, segment_field
from pages.parts.kept import kept
from pages.parts.load import load_company_of, load_freshness, now, scope_key, version_of
from pages.parts.posting import Draft, begin, draft_of, post
from pages.parts.viewer import Viewer
from store.permits import Permit
from store.state import Note
from store.state.annotations import LONGEST_NOTE

Command = Callable[[str], object]
HERE, HOUSE, FIRM = marked("This KPI"), marked("The whole department"), marked("The whole company")
GLYPHS = {Kind.NOTE: "✎", Kind.TARGET: "◎", Kind.OUTAGE: "◷"}


def load_annotations(viewer: Viewer, standing: Standing, weeks: int, most: int = MOST) -> Annotations:
    """What to draw on the chart of a KPI over so many weeks, the most telling things first, the rest counted."""
    return load_annotations_of(viewer, [standing], weeks, most).get(standing.kpi.key, Annotations())


def load_annotations_of(
    viewer: Viewer, standings: Sequence[Standing], weeks: int, most: int = MOST
) -> dict[str, Annotations]:
    """The same for several KPIs, by key, with one query for all notes; those without any period are left out."""
    recent = [(each, each.recent(weeks)) for each in standings]
    spans = {each.kpi.key: Span(shown[0].start, shown[-1].end) for each, shown in recent if shown}
    if not spans:
        return {}
    first, last = min(each.start for each in spans.values()), max(each.end for each in spans.values())
    notes, asked = viewer.store.state.annotations.rows(viewer.principal, first, last), viewer.principal
    late = tuple(each.source for each in late_sources(load_freshness(viewer), now()))
    published = viewer.once("procedures_mark", viewer.store.state.procedures.mark)
    key = (version_of(viewer), scope_key(asked.scope), late, published)
    return {
        each.kpi.key: at_most(
            annotations_of(_diary(*key, span, each.market, spoken().key, viewer), asked, each.kpi, notes),
            most,
        )
        for each in standings
        if (span := spans.get(each.kpi.key))
    }


@kept(100)
def _diary(
    version: str, scope: str, late: tuple[str, ...], published: str, span: Span, market: str | None, speech: str,
    _viewer: Viewer,
) -> Diary:  # fmt: skip
    """Everything but the notes, which may change at any time and cost one query."""
    company = load_company_of(_viewer)
    return diary(
        _viewer.store.state, _viewer.principal, company, span, market, load_freshness(_viewer), now()
    )


def draw_annotations(viewer: Viewer, standing: Standing, found: Annotations, today: date) -> None:
    """The list under a chart, folded away, and the forms to write, change and remove a note."""
    form = f"note_{standing.kpi.key}"
    draft = draft_of(form)
    happened = len(found.shown) + found.more
    may = viewer.principal.may(Permit.WRITE_NOTES)
    with st.expander(say("What happened on these days ({n})", n=happened), key=f"list_{form}"):
        for each in found.shown:
            _row(form, each, today, busy=draft is not None or not may)
        if found.more:
            st.html(f'<div class="fl-told">{escape(say("{n} more on these days", n=found.more))}</div>')
        if draft is not None:
            _form(viewer, standing, form, draft, today)
        elif may:
            st.button(say("Add a note"), key=f"start_{form}", on_click=begin, args=(form, "new"))


def _row(form: str, each: Annotation, today: date, busy: bool) -> None:
    if each.note is None or busy:
        st.html(row_html(each, today))
        return
    number = each.note.id
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", width=760, key=f"row_{form}_{number}"
    ):
        st.html(row_html(each, today))
        for label, purpose in ((say("Edit"), "change"), (say("Remove"), "remove")):
            st.button(
                label, key=f"{purpose}_{form}_{number}", type="tertiary", on_click=begin,
                args=(form, purpose, each.note),
            )  # fmt: skip


def row_html(each: Annotation, today: date) -> str:
    """The days and the sentence; everything escaped."""
    until = f" – {day(each.end, today)}" if each.end > each.start else ""
    glyph = f'<span aria-hidden="true">{GLYPHS.get(each.kind, "·")}</span>'
    days = f'<span class="fl-quiet">{glyph} {escape(day(each.start, today) + until)}</span>'
    return f'<div class="fl-note">{days} {escape(each.text)}</div>'


def _form(viewer: Viewer, standing: Standing, form: str, draft: Draft, today: date) -> None:
    seen = draft.seen if isinstance(draft.seen, Note) else None
    with st.form(f"form_{form}", width=760):
        if draft.purpose == "remove" and seen is not None:
            st.text(say("Remove this note? {text}", text=seen.text))
            command, label = _removing(viewer, seen), say("Remove")
        else:
            command, label = _writing(viewer, standing, seen, draft.key, today), say("Save")
        sent = save_or_cancel(form, label)
    if sent:
        post(form, command, lambda theirs: _told(theirs, today))


def _told(theirs: object, today: date) -> str:
    return (
        f"{theirs.text} ({day(theirs.starts_on, today)}, {theirs.author})" if isinstance(theirs, Note) else ""
    )


def _removing(viewer: Viewer, seen: Note) -> Command:
    return lambda key: viewer.store.state.annotations.remove(viewer.principal, seen, key)


def _writing(viewer: Viewer, standing: Standing, seen: Note | None, field: str, today: date) -> Command:
    kpi, notes, principal = standing.kpi, viewer.store.state.annotations, viewer.principal
    st.text(say("Add a note") if seen is None else say("Edit this note"))
    text = st.text_input(
        say("What happened"), seen.text if seen else "", max_chars=LONGEST_NOTE, key=f"text_{field}"
    )
    with st.container(horizontal=True, gap="small"):
        first = st.date_input(
            say("On"), seen.starts_on if seen else _last_day(standing, today), key=f"from_{field}"
        )
        last = st.date_input(
            say("Until (for several days)"), seen.ends_on if seen else None, key=f"until_{field}"
        )
    if seen is not None:
        changed = (text, first, last)
        return lambda key: notes.save(principal, _changed(seen, *changed), key)
    width = st.selectbox(say("About"), _widths(viewer, kpi), format_func=say, key=f"about_{field}")
    segment = "" if width == FIRM else segment_field(viewer, kpi, standing.market, field)
    department, key_of = (
        ("", "") if width == FIRM else (kpi.department.value, "" if width == HOUSE else kpi.key)
    )
    return lambda key: notes.add(
        principal, Note(first, last or first, text, department, key_of, segment), key
    )


def _changed(seen: Note, text: str, first: date, last: date | None) -> Note:
    return replace(seen, text=text, starts_on=first, ends_on=last or first)


def _widths(viewer: Viewer, kpi: Kpi) -> list[str]:
    """What a note may be about; the company only for who sees all of it."""
    return [HERE, HOUSE, *([FIRM] if viewer.principal.scope.is_whole else [])]


def _last_day(standing: Standing, today: date) -> date:
    return standing.until or today
