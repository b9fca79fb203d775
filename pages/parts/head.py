"""The top of every page: title, what is shown as of when, how fresh it is, and whether the firm is made up."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

import streamlit as st

from kpi.decisions import late_sources
from kpi.standing import Coverage
from pages.parts.format import age, moment, weekday
from pages.parts.theme import mode, palette, style
from store.company import Company
from store.state.runs import Freshness

MADE_UP = "This is a made-up company: every name and number on this page was generated."


def context_line(covered: Coverage, market: str | None, company: Company) -> str:
    """Whose figures, evaluated when, for which market."""
    if covered.as_of is None:
        return f"{company.name} · nothing computed yet"
    last = max(covered.until.values(), default=None)
    data = f" · data to {weekday(last)}" if last else " · no data yet"
    return f"{company.name} · as of {weekday(covered.as_of)}{data} · {market or 'all markets'}"


def freshness_line(fresh: Sequence[Freshness], now: datetime) -> tuple[str, bool]:
    """The badge: how many sources are late, or the time of the last sync; and whether anything is late."""
    late = late_sources(fresh, now)
    read = [each.last_ok_at for each in fresh if each.last_ok_at]
    if late:
        oldest = late[0].last_ok_at
        told = f", {late[0].source} {f'{age(oldest, now)} old' if oldest else 'never read'}"
        return f"◷ {len(late)} of {len(fresh)} sources late{told}", True
    if not read:
        return "No source has been read yet", False
    sources = "1 source is" if len(fresh) == 1 else f"All {len(fresh)} sources are"
    return f"✓ {sources} fresh · read {moment(min(read))}", False


def draw_head(title: str, line: str, company: Company, fresh: Sequence[Freshness], now: datetime) -> None:
    """Title, context line, freshness badge and notice; all text from data is escaped."""
    st.html(style(palette(mode())))
    st.title(title, anchor=False)
    told, late = freshness_line(fresh, now)
    badge = f'<span class="fl-fresh{" fl-late" if late else ""}">{escape(told)}</span>'
    st.html(f'<div class="fl-head"><span>{escape(line)}</span>{badge}</div>')
    if company.made_up:
        st.html(f'<div class="fl-made-up" role="note">{escape(MADE_UP)}</div>')
