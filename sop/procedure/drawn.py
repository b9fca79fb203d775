"""The pictures of steps on paper: made anew one by one, so that a broken one costs a line and not the document."""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from kpi.exports.document import Block, Figure, Heading, Words
from kpi.words import say
from sop.procedure.model import Procedure
from sop.procedure.steps import Step
from store.picture_shown import NoPicture, Shown, shown_of
from store.scope import Principal
from store.state import State

WIDEST, HIGHEST = 120, 100  # mm
Drawn = Shown | str  # or why it cannot be


def drawn_pictures(state: State, principal: Principal, procedure: Procedure) -> Mapping[str, Drawn]:
    """The pictures its steps name, as far as they are kept here, each as it can be printed or why it cannot."""
    named = {each.file for step in procedure.steps for each in step.pictures}
    kept = state.pictures.of(principal, procedure.key) if named else ()
    return {each.file: _drawn(each.content, each.file) for each in kept if each.file in named}


def pictures_of(steps: Sequence[Step], pictures: Mapping[str, Drawn]) -> Iterator[Block]:
    """Each picture under the step it belongs to and what it shows; in words where there is none."""
    if any(each.pictures for each in steps):
        yield Heading(say("Pictures"))
    for number, step in enumerate(steps, 1):
        for picture in step.pictures:
            told = say("{n}. {title}: {shows}", n=number, title=step.title, shows=picture.shows)
            drawn = pictures.get(picture.file, say("The picture {file} is not kept here.", file=picture.file))
            if isinstance(drawn, str):
                yield Words(f"{told} – {drawn}")
            else:
                yield Words(told)
                yield Figure(_as_svg(drawn), picture.shows, _width(drawn))


def _drawn(content: bytes, file: str) -> Drawn:
    try:
        return shown_of(content, file)
    except NoPicture as broken:
        return str(broken)


def _as_svg(drawn: Shown) -> str:
    """The picture within a drawing, the one form in which documents take figures."""
    data = f"data:{drawn.kind};base64,{b64encode(drawn.content).decode()}"
    size = f'width="{drawn.width}" height="{drawn.height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {drawn.width} {drawn.height}">'
        f'<image {size} href="{escape(data)}"/></svg>'
    )


def _width(drawn: Shown) -> float:
    """In mm: small pictures are not blown up beyond ten points a millimetre wide, high ones fit on a page."""
    return min(WIDEST, HIGHEST * drawn.width / drawn.height, max(30, drawn.width / 4))
