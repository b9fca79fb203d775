"""One procedure, for whoever reads it first: why, the steps, the flowchart; then its versions and decisions."""

from collections.abc import Mapping
from html import escape

import streamlit as st

from kpi.exports.paper import as_pdf
from kpi.words import clauses, own_name, say, say_many
from pages.adherence.effects import draw_effects
from pages.parts.choices import pick
from pages.parts.exports import Export, Kind, draw_exports
from pages.parts.format import day
from pages.parts.head import draw_head
from pages.parts.language import language_link
from pages.parts.load import load_company_of, load_freshness, now
from pages.parts.plain import unread
from pages.parts.states import State, draw_state
from pages.parts.tables import facts
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer, open_page
from pages.sops import build, load
from pages.sops.deciding import draw_decisions
from pages.sops.flagging import draw_steps
from pages.sops.look import STYLE
from pages.sops.reading import draw_questions, draw_reading
from pages.sops.reviewing import draw_review
from pages.sops.versions import draw_versions
from sop.library import Shelved, stage_told
from sop.procedure import Procedure
from sop.procedure.archive import as_archive
from sop.procedure.drawn import Drawn, drawn_pictures
from sop.procedure.markdown import write
from sop.procedure.paper import document_of
from sop.review_life import evidence_told
from sop.reviews import Stage
from store.permits import Permit
from store.state import Edition
from store.state.pictures import as_shown


@guarded
def render(viewer: Viewer) -> None:
    """The page of `?sop=KEY`."""
    shelf = load.asked_shelf(viewer)
    company = load_company_of(viewer)
    edition = asked_edition(shelf) if shelf else None
    title = (edition.title or edition.key) if edition else say("Procedure")
    told = edition_line(shelf, edition) if shelf and edition else company.name
    draw_head(title, told, company, load_freshness(viewer), now())
    st.html(
        f'{STYLE}<a class="fl-go" href="sops{language_link("?")}" target="_self">{escape(say("All procedures"))}</a>'
    )
    if shelf is None or edition is None:
        draw_state(
            State.EMPTY, say("No such procedure"), say("It is not in the part of the library you see.")
        )
        return
    if shelf.effective(edition.language) is not None:
        begin = f"run?sop={shelf.key}{language_link()}"
        st.html(f'<a class="fl-go" href="{begin}" target="_self">{escape(say("Run this procedure"))}</a>')
    procedure = load.load_procedure(viewer, edition)
    draw_bar(viewer, shelf, edition, procedure)
    draw_notices(viewer, shelf, edition)
    draw_reading(viewer, edition)
    waits = shelf.stage(edition) is Stage.IN_REVIEW
    if waits:
        draw_decisions(viewer, shelf, edition)
    draw_procedure(viewer, shelf, procedure, edition)
    draw_questions(viewer, edition)
    draw_review(viewer, shelf)
    draw_versions(viewer, shelf, edition)
    draw_effects(viewer, shelf)
    if not waits:
        draw_decisions(viewer, shelf, edition)


def asked_edition(shelf: Shelved) -> Edition:
    """The edition of the link, else what counts in its language, else in the source."""
    language, name = st.query_params.get("in", ""), st.query_params.get("version", "")
    named = [each for each in shelf.of(language or shelf.source) if each.name == name]
    return named[-1] if named else shelf.shown(language or shelf.source)


def edition_line(shelf: Shelved, edition: Edition) -> str:
    """`Version 2.0 · effective from 3 March 2026`."""
    told = [say("Version {name}", name=edition.name), stage_told(shelf, edition)]
    if edition.effective_on:
        told.append(say("from {day}", day=day(edition.effective_on)))
    if shelf.review_due and edition == shelf.effective(edition.language):
        told.append(say("next review by {day}", day=day(shelf.review_due)))
    return " · ".join(told)


def draw_bar(viewer: Viewer, shelf: Shelved, edition: Edition, procedure: Procedure) -> None:
    """Language and version, the editor for who may write, files to take along."""
    languages = {each: own_name(each) for each in shelf.languages}
    versions = {"": say("What counts today")} | {
        each.name: say("{name}, {stage}", name=each.name, stage=stage_told(shelf, each))
        for each in reversed(shelf.of(edition.language))
    }
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="filters"):
        if len(languages) > 1:
            pick(say("Language"), {"": own_name(shelf.source)} | {
                each: told for each, told in languages.items() if each != shelf.source
            }, "in", 160)  # fmt: skip
        pick(say("Version"), versions, "version", 240)
        if viewer.principal.may(Permit.WRITE_PROCEDURES) and st.button(
            say("Edit"), icon=":material/edit:", key="edit_sop"
        ):
            open_page(viewer, "write", sop=shelf.key, **{"in": edition.language})
        draw_exports(viewer, exports_of(viewer, shelf, edition, procedure), "sop")


def exports_of(viewer: Viewer, shelf: Shelved, edition: Edition, procedure: Procedure) -> list[Export]:
    """This version on paper, and as the file it can be taken in from."""
    firm, stem = load_company_of(viewer).name, f"{edition.key}-{edition.name}-{edition.language}"
    made_at, state, who = now(), viewer.store.state, viewer.principal

    def drawn() -> Mapping[str, Drawn]:
        return drawn_pictures(state, who, procedure)

    return [
        Export(
            say("This version as PDF"), Kind.PDF, stem,
            lambda: as_pdf(document_of(procedure, shelf, edition, firm, made_at, drawn())),
        ),
        _as_text(viewer, procedure, stem),
    ]  # fmt: skip


def _as_text(viewer: Viewer, procedure: Procedure, stem: str) -> Export:
    """With its pictures beside it where it has any."""
    if not any(each.pictures for each in procedure.steps):
        return Export(say("This version as Markdown"), Kind.MD, stem, lambda: write(procedure).encode())
    pictures, who = viewer.store.state.pictures, viewer.principal

    def archive() -> bytes:
        return as_archive(procedure, as_shown(pictures.of(who, procedure.key)), stem)

    return Export(say("This version as Markdown with its pictures"), Kind.ZIP, stem, archive)


def draw_notices(viewer: Viewer, shelf: Shelved, edition: Edition) -> None:
    """What a reader must know before following it."""
    stage, counts = shelf.stage(edition), shelf.effective(edition.language)
    if stage is Stage.RETIRED:
        told = (
            say("Version {name} counts today.", name=counts.name)
            if counts
            else say("No version counts today.")
        )
        draw_state(State.STALE, say("Do not work by this version: it is retired"), told)
    elif stage is not Stage.EFFECTIVE:
        told = (
            say("Version {name} counts today.", name=counts.name)
            if counts
            else say("No version counts today.")
        )
        draw_state(State.STALE, say("This version does not count yet"), told)
    majors, minors = shelf.behind(edition)
    if majors or minors:
        behind = (
            say_many("{n} major version", "{n} major versions", majors)
            if majors
            else say_many("{n} minor version", "{n} minor versions", minors)
        )
        draw_state(
            State.STALE, say("This translation is behind by {behind}", behind=behind),
            say("It was made from version {name}. What counts is the text in {language}.", name=edition.translates,
                language=own_name(shelf.source)),
        )  # fmt: skip
    if load.is_overdue(shelf) and shelf.review_due and stage is Stage.EFFECTIVE:
        why = [evidence_told(each) for each in load.load_reasons(viewer, shelf)]
        due = [say("It was due by {day}.", day=day(shelf.review_due)), *why]
        draw_state(State.STALE, say("Its review is overdue"), clauses(due))


def draw_procedure(viewer: Viewer, shelf: Shelved, procedure: Procedure, edition: Edition) -> None:
    """Text and steps on the left, what it is about and the flowchart on the right."""
    left, right = st.columns([7, 4], gap="large")
    with left:
        st.header(say("Why"), anchor=False)
        st.html(build.build_prose(procedure.purpose, "fl-sop-prose fl-sop-lead"))
        if procedure.preparation:
            st.header(say("Before you start"), anchor=False)
            st.html(build.build_prose(procedure.preparation))
        if procedure.steps:
            st.header(say("The steps"), anchor=False)
            draw_steps(viewer, shelf, edition, procedure)
        for section in procedure.sections:
            st.header(unread(section.heading), anchor=False)
            st.html(build.build_prose(section.text))
    with right:
        st.header(say("About it"), anchor=False)
        st.html(facts(build.about(procedure, load.owner_told(viewer, edition))))
        draw_links(procedure)
        if procedure.steps:
            st.header(say("Flowchart"), anchor=False)
            st.html(build.build_flowchart(procedure))


def draw_links(procedure: Procedure) -> None:
    """The KPIs it drives, a walkthrough, and where it is kept if that is elsewhere."""
    if procedure.kpis:
        st.header(say("What it is meant to move"), anchor=False)
        st.html(build.build_kpis(procedure))
    links = [build.outside(say("Video"), procedure.video)] if procedure.video else []
    links += [build.outside(say("The document itself"), procedure.link.address)] if procedure.link else []
    if links:
        st.html(f'<p class="fl-sop-prose">{" · ".join(links)}</p>')
