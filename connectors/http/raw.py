"""Answers of one stream kept as they came: a pull that is killed goes on behind the last one that was kept."""

import hashlib
import json
from dataclasses import dataclass, field

from connectors.http.asking import question_of
from connectors.http.client import Answer
from connectors.http.declared import Stream
from connectors.http.forms import Form, NotWhole
from connectors.http.position import Reached, read_reached
from store.raw_pages import RawPage, RawPages


@dataclass(eq=False)
class Raw:
    """The pages of a source that are kept; without `pages` none are. What was kept and is no facts yet is open."""

    pages: RawPages | None = None
    _open: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_kept(self) -> bool:
        return self.pages is not None

    def found(self, stream: Stream, behind: Reached, form: Form) -> tuple[Reached, Answer] | None:
        """
        The page behind a position, and the position it was asked for at. None for one that was not kept, or was
        asked for in other words than now.
        """
        if self.pages is None or (page := self.pages.open(stream.name, name := _name(behind))) is None:
            return None
        at = read_reached(page.told["at"])
        if page.told["question"] != _question(stream, at):
            return None
        try:
            answer = answer_of(page, stream, form)
        except NotWhole:
            return None
        self._open.setdefault(stream.name, []).append(name)
        return at, answer

    def keep(self, stream: Stream, behind: Reached, at: Reached, answer: Answer) -> None:
        """On disk when this returns. Raises OSError."""
        if self.pages is None:
            return
        told = {"at": at.written(), "question": _question(stream, at), "link": answer.link}
        if total := answer.headers.get(stream.pages.total_header or " "):
            told["total"] = total
        self.pages.keep(stream.name, name := _name(behind), RawPage(told, answer.raw))
        self._open.setdefault(stream.name, []).append(name)

    def settle(self, stream: Stream) -> None:
        """What is open are facts now."""
        if self.pages is not None:
            self.pages.settle(stream.name, self._open.pop(stream.name, []))

    def forget(self, stream: Stream) -> None:
        """What is open is asked for again, by whoever pulls next."""
        self._open.pop(stream.name, None)
        if self.pages is not None:
            self.pages.forget_open(stream.name)


def answer_of(page: RawPage, stream: Stream, form: Form) -> Answer:
    """The answer that was kept. Raises NotWhole."""
    headers = {stream.pages.total_header: page.told["total"]} if "total" in page.told else {}
    return Answer(form.read(page.body), page.told["link"], headers, page.body)


def _name(behind: Reached) -> str:
    return hashlib.sha256(behind.written().encode()).hexdigest()[:32]


def _question(stream: Stream, at: Reached) -> str:
    """By which a question is known again, without telling it."""
    asked = question_of(stream, at)
    told = [asked.path, dict(asked.parameters), (asked.body or b"").decode()]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
