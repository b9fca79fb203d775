"""A procedure out of Markdown that nobody wrote for Fairlead: headings and numbered lists become steps."""

import re
from dataclasses import dataclass, field

from sop.procedure.intake.outline import Chapter, Item, outline
from sop.procedure.markdown.front import FENCE
from sop.procedure.markdown.step import keyed
from sop.procedure.model import OWN_HEADINGS, Procedure, Section
from sop.procedure.steps import Step
from sop.procedure.text import block, key_of, line

PURPOSES = ("why", "purpose", "objective", "goal", "aim", "目的", "为什么")
PREPARATIONS = ("before you start", "prerequisites", "preparation", "materials", "tools", "准备", "前提")
STEPS = ("steps", "procedure", "instructions", "process", "workflow", "步骤", "流程", "操作步骤")
LONGEST_TITLE = 80
_NUMBER = re.compile(r"^(?:step\s+)?\d+[.):]?\s+|^步骤\s*\d+[.:：]?\s*", re.IGNORECASE)
_BOLD = re.compile(r"[*_`]{1,3}")
_END = re.compile(r"(?<=[.!?])\s|(?<=[。！？])|\s[–—]\s|:\s")


@dataclass
class _Found:
    """What was recognised so far."""

    purpose: str = ""
    preparation: list[str] = field(default_factory=list)
    steps: list[tuple[str, str]] = field(default_factory=list)
    sections: dict[str, str] = field(default_factory=dict)

    def add_section(self, heading: str, text: str) -> None:
        """Under its heading; what has none, or one of ours, is an overview."""
        name = heading if heading and heading.casefold() not in OWN_HEADINGS else "Overview"
        self.sections[name] = "\n\n".join(filter(None, [self.sections.get(name, ""), text]))


def from_markdown(text: str, name: str) -> Procedure:
    """
    A draft of what a plain Markdown text says; `name` (of the file, say) gives the key, and the title where the text
    has none. The items of numbered lists, the headings below "Procedure" or "Steps", and numbered headings become
    steps. What a reader cannot know (owner, accountable roles, KPIs) is left open.
    """
    title, chapters = outline(_without_head(block(text)))
    found = _Found()
    under_steps = 0
    for chapter in chapters:
        under_steps = _take(found, chapter, under_steps)
    keys = keyed(heading for heading, _ in found.steps)
    steps = tuple(
        Step(key, heading, instruction or heading)
        for (key, heading), (_, instruction) in zip(keys, found.steps, strict=True)
    )
    return Procedure(
        key_of(name, "procedure"), title or line(name.replace("_", " ")).capitalize(), found.purpose,
        preparation="\n\n".join(found.preparation), steps=steps,
        sections=tuple(Section(heading, told) for heading, told in found.sections.items()),
    )  # fmt: skip


def _take(found: _Found, chapter: Chapter, under_steps: int) -> int:
    """Put a chapter where it belongs; returns the level below which headings are steps, 0 for none."""
    name = _NUMBER.sub("", chapter.heading).strip(" :").casefold()
    if name in STEPS:
        _take_items(found, chapter)
        return chapter.level
    if (under_steps and chapter.level > under_steps) or (chapter.level and _NUMBER.match(chapter.heading)):
        found.steps.append((_NUMBER.sub("", chapter.heading), chapter.whole))
        return under_steps
    if name in PURPOSES and not found.purpose:
        found.purpose = chapter.whole
    elif name in PREPARATIONS:
        found.preparation.append(chapter.whole)
    elif chapter.items:
        _take_items(found, chapter)
    elif chapter.whole:
        found.add_section(chapter.heading, chapter.whole)
    return 0


def _take_items(found: _Found, chapter: Chapter) -> None:
    found.steps += [_step(each) for each in chapter.items]
    if chapter.rest:
        found.add_section(chapter.heading, chapter.rest)


def _step(item: Item) -> tuple[str, str]:
    """Title and instruction of an item: its first sentence, and all of it where there is more."""
    first, _, more = item.text.partition("\n")
    parts = _END.split(first, maxsplit=1)
    title = _BOLD.sub("", parts[0]).strip(" .:：。")
    beyond = len(parts) > 1 or bool(more.strip()) or len(title) > LONGEST_TITLE
    return _short(title), item.text if beyond else ""


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rsplit(' ', 1)[0]}…"


def _without_head(text: str) -> str:
    """Without fields of another program at the top."""
    lines = text.split("\n")
    if lines[0] != FENCE or FENCE not in lines[1:]:
        return text
    return "\n".join(lines[lines.index(FENCE, 1) + 1 :])
