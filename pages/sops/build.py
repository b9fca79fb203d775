"""A procedure as HTML: everything people wrote is escaped, or went through the one reader of their Markdown."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from html import escape

from kpi.catalog import KPIS
from kpi.words import listed, say
from pages.parts.language import language_link
from pages.parts.theme import mode, palette
from sop.procedure import KpiLink, Picture, Procedure, Step
from sop.procedure.flowchart import Colours, flowchart, only_for, shown_by
from sop.procedure.markdown.write import limit_text
from sop.procedure.paper import kpi_told
from sop.procedure.prose import as_html

Pairs = list[tuple[str, str]]


def build_prose(text: str, css: str = "fl-sop-prose") -> str:
    """A text somebody wrote."""
    return f'<div class="{css}">{as_html(text)}</div>'


def build_steps(procedure: Procedure, pictures: Mapping[str, str] | None = None) -> str:
    """The steps in their order, each with who answers for it and how it is shown; `pictures` as data, by file."""
    shown = pictures or {}
    steps = "".join(_step(number, each, shown) for number, each in enumerate(procedure.steps, 1))
    return f'<ol class="fl-sop-steps">{steps}</ol>'


def build_one(number: int, step: Step, pictures: Mapping[str, str]) -> str:
    """One step as a list of its own, which counts from its number."""
    return f'<ol class="fl-sop-steps" start="{number}">{_step(number, step, pictures)}</ol>'


def build_picture(picture: Picture, pictures: Mapping[str, str]) -> str:
    """A picture with what it shows; only the words where it is not kept here."""
    told = escape(picture.shows)
    if picture.file not in pictures:
        return f'<div class="fl-quiet">▣ {told} ({escape(picture.file)})</div>'
    return (
        f'<figure class="fl-sop-picture"><img src="{escape(pictures[picture.file])}" alt="{told}">'
        f'<figcaption aria-hidden="true">{told}</figcaption></figure>'
    )


def build_flowchart(procedure: Procedure) -> str:
    """The drawing in the reader's colours, as a picture with its words beside it."""
    paint = palette(mode())
    colours = Colours(paint.text, paint.quiet, paint.quiet, paint.surface, paint.off)
    drawing = flowchart(procedure, colours)
    data = b64encode(drawing.svg.encode()).decode()
    return (
        f'<div class="fl-sop-chart"><img src="data:image/svg+xml;base64,{data}" alt="{escape(drawing.told)}" '
        f'width="{drawing.width}" height="{drawing.height}"></div>'
    )


def about(procedure: Procedure, owner: str) -> Pairs:
    """What a procedure is for, whom it concerns and what it is meant to move."""
    scope = procedure.scope
    return [
        (say("Owner"), owner),
        (say("Markets"), listed(scope.markets) or say("All")),
        (say("Products"), listed(scope.products) or say("All")),
        (say("Roles"), listed(scope.roles) or say("All")),
        (say("Written with"), listed(procedure.contributors)),
    ]  # fmt: skip


def build_kpis(procedure: Procedure) -> str:
    """The KPIs it drives, each leading to its page."""
    told = [f"<li>{_linked(each)}</li>" for each in procedure.kpis]
    return f'<ul class="fl-sop-kpis">{"".join(told)}</ul>' if told else ""


def outside(text: str, address: str) -> str:
    """A link to the web, in a window of its own; the address was checked when it was written."""
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{escape(text)} ↗</a>'


def _linked(link: KpiLink) -> str:
    """`↓ Return rate (its outcome, after 14 days)` with the name as a link."""
    told = escape(kpi_told(link))
    if link.kpi not in KPIS:
        return told
    name = escape(say(KPIS[link.kpi].name))
    return told.replace(
        name, f'<a href="kpi?kpi={escape(link.kpi)}{language_link()}" target="_self">{name}</a>', 1
    )


def _step(number: int, step: Step, shown: Mapping[str, str]) -> str:
    critical = " fl-sop-critical" if step.critical else ""
    example = (
        f'<div class="fl-sop-example"><span>{escape(say("Example"))}</span>{build_prose(step.example)}</div>'
        if step.example
        else ""
    )
    video = outside(say("Video"), step.video) if step.video else ""
    pictures = "".join(build_picture(each, shown) for each in step.pictures)
    return (
        f'<li class="fl-sop-step{critical}" id="step-{escape(step.key)}">'
        f'<span class="fl-sop-number">{number}</span><div>'
        f'<h3>{escape(step.title)}</h3><div class="fl-sop-about">{"".join(_about(step))}</div>'
        f"{build_prose(step.instruction)}{example}{pictures}{video}</div></li>"
    )


def _about(step: Step) -> Iterator[str]:
    """Everything to know at a glance, each piece escaped."""
    raci = step.raci
    if step.critical:
        yield f"<b>■ {escape(say('Critical'))}</b>"
    for told in (
        say("Accountable: {who}", who=raci.accountable) if raci.accountable else "",
        say("Backup: {who}", who=raci.backup) if raci.backup else "",
        say("Responsible: {who}", who=listed(raci.responsible)) if raci.responsible else "",
        say("Consulted: {who}", who=listed(raci.consulted)) if raci.consulted else "",
        say("Informed: {who}", who=listed(raci.informed)) if raci.informed else "",
        say("Shown by: {how}", how=shown_by(step.check)),
        say("within {limit}", limit=limit_text(step.minutes)) if step.minutes is not None else "",
        say("Only {where}", where=only_for(step)) if only_for(step) else "",
    ):
        if told:
            yield f"<span>{escape(told)}</span>"
