"""One reading of a stream: page after page from where it was left, window after window, to an end the host tells."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from connectors.errors import SourceError
from connectors.http.asking import question_of, without_secrets
from connectors.http.body import records_of, wrong
from connectors.http.client import Answer, Client, Refused, told_at
from connectors.http.declared import Paging, Stream, Well
from connectors.http.places import found_at, is_at
from connectors.http.position import Reached, latest_of
from connectors.http.raw import Raw

MOST_PAGES, ENDS = 100_000, 5


@dataclass(frozen=True)
class Page:
    """The records of a page, and the position behind it that is kept once they are; `until`: the end of its window."""

    records: list[Any] = field(repr=False)
    behind: Reached
    until: str = ""


@dataclass(eq=False)
class Walk:
    """
    Reads on from `at`. A page that makes no sense ends it; where pages before it can no longer be trusted to have been
    what they should, the last position is the beginning of this reading.
    """

    source: str
    client: Client
    stream: Stream
    well: Well
    at: Reached
    raw: Raw = field(default_factory=Raw)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _is_asked: bool = False
    _marks: set[str] = field(default_factory=set)
    _met: set[str] = field(default_factory=set)

    def pages(self) -> Iterator[Page]:
        """The pages that are left. Raises SourceError."""
        while True:
            yield from self._window()
            if not self.at.is_window_of_more:
                return
            self.at = self.at.next_window()

    def _window(self) -> Iterator[Page]:
        goes_on = bool(self.at.next)
        self._met, self._marks = ({self.at.next}, {self.at.mark} - {""}) if goes_on else (set(), set())
        answer = self._answer()
        for _ in range(MOST_PAGES):
            records, asked = records_of(self.source, self.stream, self.well, answer), self.at.next
            following = self._following(answer, records, asked)
            is_end = not following or self._is_over(answer)
            mark = _mark(records)
            rows = int(self.at.rows or 0) + len(records)
            wrong = self._doubt(answer, rows, is_end) or self._loop(mark, "" if is_end else following)
            if wrong:
                yield from [Page([], Reached(self.at.since))] if asked else []
                raise self._wrong(wrong)
            latest = self._latest(records)
            self.at = replace(
                self.at, next=following, latest=latest, rows=str(rows), mark=mark or self.at.mark
            )
            yield Page(records, self._behind_page(is_end), self.at.until)
            if is_end:
                return
            answer = self._answer()
        raise self._wrong(f"has more than {MOST_PAGES:,} pages; the next pull goes on behind them")

    def _behind_page(self, is_end: bool) -> Reached:
        if not is_end:
            return self.at
        if self.stream.pages.lasting:
            return replace(self.at, mark="", rows="")
        return self.at.next_window() if self.at.is_window_of_more else self.at.anew(self.stream.since)

    def _answer(self) -> Answer:
        """The page to go on from: as a pull that was killed kept it, or as the host gives it now."""
        behind = self.at
        if (kept := self.raw.found(self.stream, behind, self.client.form)) is not None:
            self.at, answer = kept
            return answer
        answer = self._asked() if behind.next else self._begun()
        self._is_asked = True
        self.raw.keep(self.stream, behind, self.at, answer)
        return answer

    def _begun(self) -> Answer:
        """The first page of a reading, or of a window."""
        self.at = self.at.begun(self.stream.since, self.now())
        answer = self.client.ask(question_of(self.stream, self.at))
        self.at = self.at.not_after(told_at(answer.headers))
        return answer

    def _asked(self) -> Answer:
        """The page to go on from; where the host does not know it any more, the first one since then."""
        try:
            return self.client.ask(question_of(self.stream, self.at))
        except Refused:
            if self._is_asked:
                raise
            self.at, self._marks, self._met = Reached(self.at.since), set(), set()
            return self._begun()

    def _following(self, answer: Answer, records: list[Any], now: str) -> str:
        """The next page; empty where this one is the last. Raises SourceError where the body does not say which."""
        pages = self.stream.pages
        if pages.end and not is_at(answer.body, pages.end):
            raise self._wrong(f"does not say whether there is more: '{'.'.join(pages.end)}' is missing")
        match pages.kind:
            case Paging.NUMBER:  # a short page is no end: hosts give fewer rows than asked for
                return str(int(now or pages.first) + 1) if records else ""
            case Paging.OFFSET:
                return str(int(now or 0) + len(records)) if records else ""
            case Paging.LAST:
                return self._behind_row(records)
            case Paging.LINK:
                return answer.link
            case Paging.NONE:
                return ""
        found, place = found_at(answer.body, pages.found), ".".join(pages.found)
        # null is an end, nothing at all is none, unless the system says so
        is_told = not pages.end and (pages.silent or is_at(answer.body, pages.found))
        if not found and not is_told and not self._is_over(answer):
            raise self._wrong(f"has no '{place}', which leads to the next page")
        return without_secrets(str(found)) if found else ""

    def _behind_row(self, records: list[Any]) -> str:
        """What the next page begins behind; empty behind a page without rows."""
        if not records:
            return ""
        if (last := found_at(records[-1], self.stream.pages.found)) is None:
            raise self._wrong(f"has no '{'.'.join(self.stream.pages.found)}' in the last row of a page")
        return str(last)

    def _is_over(self, answer: Answer) -> bool:
        """Whether the body says that there is no more: a flag, or its opposite such as `has_more` and `hasNextPage`."""
        if not (place := self.stream.pages.end):
            return False
        said = found_at(answer.body, place)
        return said is False if re.match("has[_A-Z]", place[-1]) else said is True

    def _doubt(self, answer: Answer, rows: int, is_end: bool) -> str:
        """What speaks against the number of rows at the end; empty where it is the announced one, or none was."""
        pages = self.stream.pages
        told: object = answer.headers.get(pages.total_header) if pages.total_header else None
        told = found_at(answer.body, pages.total) if pages.total else told
        if told is None or not is_end:
            return ""
        if not str(told).isdigit():
            return f"announces {str(told)[:20]!r} rows, which is no number"
        return f"announces {int(str(told)):,} rows and gave {rows:,}" if rows < int(str(told)) else ""

    def _latest(self, records: list[Any]) -> str:
        """The latest change among the rows and before them."""
        if self.stream.since is None:
            return self.at.latest
        found = [found_at(record, self.stream.since.field.split(".")) for record in records]
        return latest_of([str(each) for each in found if each is not None], self.at.latest)

    def _loop(self, mark: str, following: str) -> str:
        """What is wrong with a page that was read already, or one that leads back; else it is remembered."""
        if mark and mark in self._marks:
            return "sends a page that was read again"
        if following and following in self._met:
            return "leads back to a page that was read"
        self._marks.add(mark)
        self._met.add(following)
        return ""

    def _wrong(self, what: str) -> SourceError:
        return wrong(self.source, self.stream, what)


def _mark(records: list[Any]) -> str:
    """By which the rows of a page are known again, their number and those at both ends; empty without any."""
    told = [len(records), records[:ENDS], records[-ENDS:]]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:32] if records else ""
