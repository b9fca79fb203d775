"""What a KPI means, which SOPs drive it and how they are kept, and how far its number can be trusted."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape

import polars as pl
import streamlit as st

from kpi.access import sees
from kpi.answering import NOBODY, answers_for
from kpi.catalog import KPIS
from kpi.figures import count, day, figure, goal, moment, rows, share, weekday, words
from kpi.freshness import facts_behind, sources_behind
from kpi.model import Better, Kpi
from kpi.period import Span
from kpi.standing import Coverage, Standing
from kpi.trust import Trust
from kpi.trust import trust as trust_of
from kpi.words import clauses, listed, say, spoken
from pages.kpi.shown import Shown
from pages.parts.language import language_link
from pages.parts.load import load_values
from pages.parts.naming import draw_naming
from pages.parts.people import load_named
from pages.parts.tables import facts
from pages.sops.load import is_overdue, load_shelves
from sop.library import Shelved, driving
from store.state import Owned
from store.state.runs import Freshness

Pairs = list[tuple[str, str]]
ADHERENCE, WEEKS = "sop_adherence_rate", 13


def draw(shown: Shown) -> None:
    """Definition and trust side by side, the SOPs under them."""
    left, right = st.columns(2, gap="large")
    named = load_named(shown.viewer)
    with left:
        st.header(say("Definition"), anchor=False)
        st.html(facts(definition(shown.kpi, shown.currency, named)))
        draw_naming(shown.viewer, shown.kpi)
        st.header(say("SOPs behind it"), anchor=False)
        st.html(sops(shown))
        if shown.kpi.sops:
            st.caption(
                say("Adherence: random checks of the last 13 weeks. It stands beside, it proves nothing.")
            )
    with right:
        st.header(say("How far to trust it"), anchor=False)
        st.html(facts(trust(shown.standing, shown.covered, shown.fresh, shown.currency, named)))


def definition(kpi: Kpi, currency: str, named: Mapping[str, str] = NOBODY) -> Pairs:
    """Everything the definition says."""
    target = say("None")
    if kpi.target is not None:
        at, warn = goal(kpi, kpi.target.at, currency), goal(kpi, kpi.target.warn, currency)
        target = say("{at}, watched from {warn}", at=at, warn=warn)
    better = say("Higher is better") if kpi.better is Better.HIGHER else say("Lower is better")
    return [
        (say("Meaning"), say(kpi.meaning)),
        (say("Formula"), say(kpi.formula)),
        (say("Direction"), better),
        (say("Default target"), target),
        (say("Owner"), answers_for(kpi, named)),
        (say("Goal"), say(kpi.goal) if kpi.goal else ""),
        (say("Dimensions"), listed(words(each) for each in kpi.dimensions)),
        (say("Smallest sample"), rows(kpi.minimum)),
        (say("Source of the definition"), kpi.source),
        (say("Variant of"), say(KPIS[kpi.variant_of].name) if kpi.variant_of in KPIS else ""),
    ]


def sops(shown: Shown) -> str:
    """Each linked SOP with how well it is kept, where random checks say so and the reader may see them.

    Those the definition names, and those in force that say they drive the KPI; what the library has leads there.
    """
    shelves = {each.key: each for each in load_shelves(shown.viewer)}
    saying = [each.key for each in driving(tuple(shelves.values()), shown.kpi.key)]
    names = list(dict.fromkeys([*shown.kpi.sops, *saying]))
    if not names:
        return facts([(say("None"), say("No procedure is linked to this KPI."))])
    known, people = adherence(shown), shown.viewer.store.state.owners.names(shown.viewer.principal, Owned.SOP)
    unchecked = say("No random check of it in 13 weeks")

    def said(name: str) -> str:
        return " · ".join([*([people[name]] if name in people else []), known.get(name, unchecked)])

    told = "".join(
        f"<dt>{_procedure(name, shelves.get(name))}</dt><dd>{escape(said(name))}</dd>" for name in names
    )
    return f'<dl class="fl-facts">{told}</dl>'


def _procedure(key: str, shelf: Shelved | None) -> str:
    """Its name, leading to the library where it is there, and a word where its review is late."""
    if shelf is None:
        return escape(words(key))
    title = shelf.shown(spoken().language.value).title or words(key)
    late = f' <span class="fl-watch">▲ {escape(say("review overdue"))}</span>' if is_overdue(shelf) else ""
    return f'<a href="sop?sop={escape(key)}{language_link()}" target="_self">{escape(title)}</a>{late}'


def adherence(shown: Shown) -> dict[str, str]:
    """What the checks of the last 13 weeks say, by SOP."""
    kpi, viewer = KPIS[ADHERENCE], shown.viewer
    if not sees(viewer.principal, kpi) or shown.standing.until is None:
        return {}
    span = Span(shown.today - timedelta(days=7 * WEEKS - 1), shown.today)
    found = load_values(viewer, kpi, span, ("sop",)).filter(pl.col("value").is_not_null())
    told = found.select("sop", "value", "n", "status", "target").rows(named=True)
    return {row["sop"]: _kept(kpi, row, shown.currency) for row in told}


def _kept(kpi: Kpi, row: dict[str, object], currency: str) -> str:
    value, n = float(str(row["value"])), int(str(row["n"]))
    said = say("{value} adherence in {n} checks", value=figure(kpi, value, currency), n=count(n))
    if n < kpi.minimum:
        return f"{said} · {say('too few to judge')}"
    target = row["target"]
    if isinstance(target, float) and value < target:
        return f"▲ {said} · {say('below its target of {target}', target=goal(kpi, target, currency))}"
    return said


def trust(
    standing: Standing,
    covered: Coverage,
    fresh: Sequence[Freshness],
    currency: str,
    named: Mapping[str, str] = NOBODY,
) -> Pairs:
    """Data time, evaluation day, which definition, how many rows count, which do not and why, in which money."""
    kpi, period = standing.kpi, standing.current
    behind = sources_behind(kpi, fresh)
    pairs: Pairs = [
        (say("Evaluated"), _day(covered.as_of)), (say("Data until"), _day(standing.until)),
        (say("Sources"), clauses(_source(each) for each in behind) or say("not known: no sync was recorded")),
        (say("Made from"), listed(sorted(words(each) for each in facts_behind(kpi)))),
    ]  # fmt: skip
    if period is None:
        return pairs
    label = trust_of(
        kpi, n=period.n, immature=period.immature, excluded=period.excluded, last=period.end, fresh=fresh,
        currency=currency, frozen=covered.frozen.get(kpi.key), owner=named.get(kpi.key, ""),
    )  # fmt: skip
    first, last = day(period.start), day(period.end)
    waiting = say("{rows} in this period", rows=rows(period.immature))
    return [
        *pairs, *_label(label),
        (say("Rows counted"),
         say("{n} in the period from {first} to {last}", n=count(period.n), first=first, last=last)),
        (say("Rows left out"), _left_out(label) or say("None")),
        (say("Not due yet"), waiting if period.immature else say("None in this period")),
        (say("Settled until"), _settled(standing)),
    ]  # fmt: skip


def _label(label: Trust) -> Pairs:
    complete = _share(label.completeness, say("of the rows counted or left out have what the figure needs"))
    return [
        (
            say("Definition"),
            say("version {n}, answered for by {owner}", n=label.version, owner=say(label.owner)),
        ),
        (say("Complete"), complete),
        (say("Provisional"), _share(label.provisional, say("of its rows wait for their outcome"))),
        (say("Money"), label.currency or say("None in this figure")),
    ]


def _left_out(label: Trust) -> str:
    return clauses(f"{rows(number)}: {words(reason).lower()}" for reason, number in label.excluded.items())


def _share(part: float | None, of: str) -> str:
    return say("No rows") if part is None else f"{share(part, 1)} {of}"


def _settled(standing: Standing) -> str:
    settled = [period.end for period in standing.periods if period.settled]
    if not settled:
        return say("no period is settled yet")
    return say("{day}; later periods can still change", day=day(settled[-1]))


def _source(each: Freshness) -> str:
    if each.last_ok_at is None:
        return say("{source}, never read", source=each.source)
    read = say("{source}, read {moment}", source=each.source, moment=moment(each.last_ok_at))
    return read + say(", data of {moment}", moment=moment(each.data_time)) if each.data_time else read


def _day(when: date | None) -> str:
    return weekday(when) if when else say("never")
