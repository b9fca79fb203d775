"""The top of every page: title, what is shown as of when, how fresh it is, and whether the firm is made up."""

from collections.abc import Sequence
from contextvars import ContextVar
from datetime import datetime
from html import escape

import streamlit as st

from kpi.decisions import late_sources
from kpi.standing import Coverage
from kpi.words import marked, say, say_many
from pages.parts.format import age, moment, weekday
from pages.parts.theme import mode, palette, style
from store.company import Company
from store.state.runs import Freshness

MADE_UP = marked("This is a made-up company: every name and number on this page was generated.")


def context_line(covered: Coverage, market: str | None, company: Company) -> str:
    """Whose figures, evaluated when, for which market."""
    if covered.as_of is None:
        return say("{company} · nothing computed yet", company=company.name)
    last = max(covered.until.values(), default=None)
    told = [company.name, say("as of {day}", day=weekday(covered.as_of))]
    if last is None:
        told.append(say("no data yet"))
    elif last != covered.as_of:
        told.append(say("data to {day}", day=weekday(last)))
    return " · ".join([*told, market or say("all markets")])


def freshness_line(fresh: Sequence[Freshness], now: datetime) -> tuple[str, bool]:
    """The badge: how many sources are late, or the time of the last sync; and whether anything is late."""
    late = late_sources(fresh, now)
    read = [each.last_ok_at for each in fresh if each.last_ok_at]
    if late:
        return f"◷ {_late(late[0], len(late), len(fresh), now)}", True
    if not read:
        return say("No source has been read yet"), False
    fine = say_many("{n} source is fresh", "All {n} sources are fresh", len(fresh))
    return f"✓ {fine} · {say('read {moment}', moment=moment(min(read)))}", False


def _late(first: Freshness, late: int, known: int, now: datetime) -> str:
    told = say("{late} of {known} sources late", late=late, known=known)
    if first.last_ok_at is None:
        return f"{told}, {say('{source} never read', source=first.source)}"
    return f"{told}, {say('{source} {age} old', source=first.source, age=age(first.last_ok_at, now))}"


_headed: ContextVar[bool] = ContextVar("headed", default=False)


def begin_page() -> None:
    """From here on this run has no title yet."""
    _headed.set(False)


def is_headed() -> bool:
    """Whether this run has drawn a page's title."""
    return _headed.get()


def draw_head(title: str, line: str, company: Company, fresh: Sequence[Freshness], now: datetime) -> None:
    """Title, context line, freshness badge and notice; all text from data is escaped."""
    st.html(style(palette(mode())))
    st.title(title, anchor=False)
    _headed.set(True)
    told, late = freshness_line(fresh, now)
    badge = f'<span class="fl-fresh{" fl-late" if late else ""}">{escape(told)}</span>'
    note = ""
    if company.made_up:
        note = f' <span class="fl-made-up" title="{escape(say(MADE_UP))}">{escape(say("made-up company"))}</span>'
    st.html(f'<div class="fl-head"><span>{escape(line)}{note}</span>{badge}</div>')
