"""Not followed, or to be refined? One verdict a KPI and procedure, as the worker counted it, with how sure it is."""

from collections.abc import Callable, Iterable, Sequence

import streamlit as st

from kpi.catalog import KPIS
from kpi.period import Span
from kpi.score import Status
from kpi.words import listed, say
from pages.adherence.build import percent, points
from pages.parts.format import ABSENT, count
from pages.parts.kept import kept
from pages.parts.load import scope_key, version_of
from pages.parts.tables import Cell, Column, Grid, Link, Marked
from pages.parts.viewer import Viewer
from sop.diagnosis.slices import Slice
from sop.diagnosis.verdict import Bounded, Verdict
from sop.outcomes import Answer, answers

Title = Callable[[str], str]
MARKS = {
    Verdict.NOT_FOLLOWED: Status.OFF_TARGET, Verdict.REFINE: Status.OFF_TARGET, Verdict.BOTH: Status.OFF_TARGET,
    Verdict.OUTSIDE: Status.OK, Verdict.NOT_ENOUGH: Status.SMALL_SAMPLE,
}  # fmt: skip


def load_answers(
    viewer: Viewer, kpi: str, sops: Iterable[str], span: Span, market: str | None
) -> tuple[Answer, ...]:
    """The verdicts on these procedures behind a KPI (see `sop.outcomes.answers`)."""
    asked = (kpi, tuple(sorted(sops)), span, market)
    return _answers(version_of(viewer), scope_key(viewer.principal.scope), *asked, viewer)


@kept(400)
def _answers(
    version: str, scope: str, kpi: str, sops: tuple[str, ...], span: Span, market: str | None, _viewer: Viewer
) -> tuple[Answer, ...]:
    return answers(_viewer.store.lake, _viewer.principal, kpi, sops, span, market)


def build_verdicts(found: Sequence[Answer], title: Title, *, kpis: bool = True) -> Grid:
    """A row a verdict, those that say something first."""
    columns = [
        *([Column(say("KPI"))] if kpis else []), Column(say("SOP")), Column(say("Verdict")),
        Column(say("Followed"), "r"),
        Column(say("Failed although followed"), "r"), Column(say("Failed with missed steps"), "r"),
        Column(say("More failures"), "r"), Column(say("Records joined"), "r"),
    ]  # fmt: skip
    ordered = sorted(found, key=lambda each: (not each.is_telling, list(MARKS).index(each.diagnosis.verdict),
                                              -each.diagnosis.records))  # fmt: skip
    return Grid(
        columns, [_row(each, title, kpis) for each in ordered], say("Not followed, or to be refined?")
    )


def _row(each: Answer, title: Title, kpis: bool) -> list[Cell]:
    seen, name = each.diagnosis, say(KPIS[each.kpi].name)
    told = seen.verdict.heading
    if seen.missing:
        told = say("{verdict}, {n} more", verdict=told, n=count(seen.missing))
    known = not seen.missing
    return [
        *([Link(name, f"kpi?kpi={each.kpi}&tab=followed")] if kpis else []), title(each.sop),
        Marked(told, MARKS[seen.verdict]), bounded(seen.adherence) if known else ABSENT,
        bounded(seen.fails_followed) if known else ABSENT, bounded(seen.fails_missed) if known else ABSENT,
        apart(seen.difference) if known else ABSENT,
        say("{n} of {all}", n=count(seen.records), all=count(each.records)),
    ]  # fmt: skip


def bounded(found: Bounded) -> str:
    """`70.0% (64.6–74.9)`."""
    if found.value is None or found.low is None or found.high is None:
        return ABSENT
    return f"{percent(found.value)} ({_bare(percent(found.low))}–{_bare(percent(found.high))})"


def apart(found: Bounded) -> str:
    """A difference in points with its bounds."""
    if found.value is None or found.low is None or found.high is None:
        return ABSENT
    low, high = (points(each).removesuffix(say("pp")).strip() for each in (found.low, found.high))
    return f"{points(found.value)} ({low} – {high})"


def _bare(told: str) -> str:
    return told.removesuffix("%")


def sentences(each: Answer) -> list[str]:
    """What was seen, where most of it, and of how many records it speaks."""
    told = [each.diagnosis.sentence, where(each.slices), each.coverage]
    return [one for one in told if one]


def where(found: Sequence[Slice]) -> str:
    """The parts that stand out beyond chance, or that none does."""
    out = [each for each in found if each.stands_out]
    if not out:
        return say("No market, team or product stands out beyond chance.") if found else ""
    told = listed(
        say("{part} ({n} failures in {of} records)", part=each.value, n=count(each.failures), of=count(each.records))
        for each in out
    )  # fmt: skip
    return say("It shows most in {parts}.", parts=told)


def draw_verdicts(found: Sequence[Answer], title: Title, *, kpis: bool = True, most: int = 3) -> None:
    """The table, and the sentences of those that say something."""
    st.html(build_verdicts(found, title, kpis=kpis).html)
    for each in [one for one in found if one.is_telling][:most]:
        name = f"{say(KPIS[each.kpi].name)} · {title(each.sop)}: " if kpis else f"{title(each.sop)}: "
        st.caption(name + " ".join(sentences(each)))
