"""Cards, the list of decisions, charts and tables as plain values."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from test_decisions import MONDAY, NOW, ON_TIME, bad, good, standing, week

from kpi.catalog import KPIS
from kpi.decisions import Decision, needs_decision
from kpi.period import Every
from kpi.reason import Reason
from kpi.score import Status
from kpi.standing import Period, Standing
from pages.parts.attention import CALM, Told, build_attention, calm_of, lasting
from pages.parts.cards import build_card
from pages.parts.head import freshness_line
from pages.parts.tables import Bar, Column, facts, table
from pages.parts.theme import DARK, LIGHT, style
from store.state import Action, Freshness, Run, RunStatus

TODAY = date(2025, 4, 27)


KEY = ON_TIME.key


def known(*periods: Period) -> Standing:
    return Standing(ON_TIME, Every.WEEK, periods, until=TODAY)


def source(name: str, hours: float | None) -> Freshness:
    read = None if hours is None else NOW - timedelta(hours=hours)
    return Freshness(name, read, None, Run(1, name, NOW, NOW, RunStatus.OK, "", None))


def test_a_card_says_value_target_status_and_change() -> None:
    """
    95 % on target, then 90 % twice.
    """
    card = build_card(known(good(0), bad(1, 0.91), bad(2)), "EUR", TODAY)

    assert (card.value, card.unit, card.word, card.status) == ("90.0", "%", "Off target", "off")
    assert (card.target, card.change, card.period) == ("93\u00a0%", "↘ −1.0\u00a0pp", "week of 21 Apr")
    assert card.trend == (0.95, 0.91, 0.9)
    assert card.said == (
        "Higher is better. Changed by −1.0\u00a0pp from the period before. Off target since 14 Apr 2025. Open details."
    )


def test_a_card_without_data_says_so() -> None:
    """
    A KPI whose department has data but which itself never had any.
    """
    card = build_card(standing(week(0, None, Status.NO_DATA)), "EUR", TODAY)

    assert (card.value, card.word, card.period) == ("–", "No data", "no source has sent data yet")


def test_a_card_has_thirteen_points_and_keeps_gaps() -> None:
    """
    The week without data is a gap, not a zero.
    """
    weeks = [good(n) for n in range(20)]
    weeks[18] = week(18, None, Status.NO_DATA)

    trend = build_card(known(*weeks), "EUR", TODAY).trend

    assert len(trend) == 13
    assert trend[-2] is None


def test_a_card_of_a_late_source_says_how_old_it_is() -> None:
    """
    Sources reported until two days ago.
    """
    late = Standing(
        ON_TIME, Every.WEEK, (week(0, 0.95, Status.INCOMPLETE),), until=TODAY, reported=TODAY - timedelta(2)
    )

    assert build_card(late, "EUR", TODAY).word == "Unknown, 2 days old"


def test_a_decision_says_what_since_when_why_and_who() -> None:
    """
    Value and target; since when and how long; the slice behind it; the owner; that nobody does anything about it.
    """
    why = Reason("market", "FR", 0.95, 0.50, 0.9)
    attention = build_attention(
        needs_decision([known(bad(0), bad(1))]), [], Told("EUR", TODAY, reasons={KEY: why}), NOW
    )
    (line,) = attention.lines

    told = (line.value, line.target, line.since, line.lasting, line.why, line.action)
    assert [text.replace("\u00a0", " ") for text in told] == [
        "90.0 %", "target 93 %", "7 Apr", "2 weeks", "Market FR 50.0 %, −45.0 pp", "",
    ]  # fmt: skip
    assert (line.name, line.word, line.glyph, line.owner) == (
        "On-time delivery",
        "Off target",
        "■",
        "Shipping lead",
    )
    assert line.href == "kpi?kpi=on_time_delivery_rate"


def test_at_most_seven_lines_are_shown_and_the_rest_is_counted() -> None:
    """
    One line of late sources and nine KPIs make ten.
    """
    decisions = [Decision(kpi, bad(1), MONDAY, 3) for kpi in list(KPIS.values())[:9]]
    attention = build_attention(
        decisions, [source("files", 30), source("shop", None)], Told("EUR", TODAY), NOW
    )

    assert (len(attention.lines), attention.more) == (7, 3)
    assert attention.lines[0].name == "2 sources"
    assert attention.lines[0].why == "files last read 30 h ago; shop never read"
    assert attention.lines[0].also == "Newer figures are missing, not zero."


@pytest.mark.parametrize(("due", "told"), [(25, "overdue since 25 Apr"), (29, "due 29 Apr")])
def test_a_decision_names_its_action_and_when_it_is_due(due: int, told: str) -> None:
    """
    On the 27th, one of the 25th is overdue.
    """
    action = Action(KEY, "shipping", "Reroute by sea", "Ann", date(2025, 4, due))
    decisions = needs_decision([known(bad(0), bad(1))])

    (line,) = build_attention(decisions, [], Told("EUR", TODAY, actions={KEY: action}), NOW).lines

    assert (line.action, line.due, line.overdue) == ("Reroute by sea", told, due == 25)


def test_an_empty_list_is_not_calm_while_a_kpi_is_unknown() -> None:
    """
    Its source stopped: nothing is known of it, good or bad.
    """
    unknown = known(week(0, 0.95, Status.INCOMPLETE))

    assert calm_of([known(good(0)), unknown]) == (
        "Nothing else is known to need a decision, but 1 KPI is unknown until its source reports again."
    )
    assert calm_of([known(good(0))]) == CALM


def test_how_long_is_told_in_days_and_then_in_weeks() -> None:
    """
    Thirteen days, then two weeks.
    """
    assert [lasting(TODAY - timedelta(days), TODAY) for days in (1, 13, 14, 30)] == [
        "1 day", "13 days", "2 weeks", "4 weeks",
    ]  # fmt: skip


def test_the_badge_tells_fresh_from_late() -> None:
    """
    One source of two is late.
    """
    assert freshness_line([source("a", 1), source("b", 2)], NOW) == (
        "✓ All 2 sources are fresh · read Mon 28 Apr 2025, 06:00 UTC", False,
    )  # fmt: skip
    assert freshness_line([source("a", 1), source("b", 50)], NOW) == (
        "◷ 1 of 2 sources late, b 2 days old", True,
    )  # fmt: skip
    assert freshness_line([], NOW) == ("No source has been read yet", False)


def test_a_monthly_kpi_shows_months() -> None:
    """
    Thirteen of them, whatever the weeks; what has no value yet is not drawn.
    """
    months = [
        Period(
            date(2024 + n // 12, n % 12 + 1, 1), date(2024 + n // 12, n % 12 + 1, 28), Status.OK, 1.0, n=50
        )
        for n in range(24)
    ]
    later = Period(date(2026, 1, 1), date(2026, 1, 31), closed=False)
    value = Standing(KPIS["customer_lifetime_value"], Every.MONTH, (*months, later), until=TODAY)

    assert len(value.shown(4)) == 13
    assert len(value.shown(104)) == 24
    assert value.recent(13)[-1] == months[-1]


def test_text_in_tables_is_escaped() -> None:
    """
    A carrier may call itself anything.
    """
    html = table([Column("<b>Who")], [["<script>alert(1)</script>"]], 'a "label"')

    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "&lt;b&gt;Who" in html
    assert 'aria-label="a &quot;label&quot;"' in html


def test_statuses_in_tables_have_shape_and_word() -> None:
    """
    Colour is never alone.
    """
    html = table([Column("a"), Column("b")], [[Status.OFF_TARGET, Bar(0.5, 2.0, Status.OFF_TARGET)]], "x")

    assert "■</span> Off target" in html
    assert 'style="width:50.0%"' in html
    assert 'style="left:100.0%"' in html


def test_facts_leave_out_what_is_empty() -> None:
    """
    A term without a text tells nothing.
    """
    assert (
        facts([("Goal", ""), ("Owner", "A & B")])
        == '<dl class="fl-facts"><dt>Owner</dt><dd>A &amp; B</dd></dl>'
    )


@pytest.mark.parametrize(("mode", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_our_colours_are_the_theme(house: Path, mode: str, colours: Any) -> None:
    """
    Charts cannot read the theme, so their colours repeat it.
    """
    theme = tomllib.loads((house / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][mode]

    said = {
        "page": "backgroundColor", "surface": "secondaryBackgroundColor", "text": "textColor", "off": "redColor",
        "quiet": "grayTextColor", "rule": "borderColor", "target": "greenColor", "watch": "orangeColor",
        "off_text": "redTextColor", "watch_text": "orangeTextColor", "accent": "primaryColor",
    }  # fmt: skip
    assert {name: getattr(colours, name) for name in said} == {name: theme[key] for name, key in said.items()}
    assert "{" + "text" + "}" not in style(colours)


def test_days_in_the_future_do_not_count_as_age() -> None:
    """
    Clocks differ.
    """
    assert freshness_line([source("a", -1)], datetime(2025, 4, 28, 8, tzinfo=UTC))[1] is False
