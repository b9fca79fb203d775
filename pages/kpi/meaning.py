"""What a KPI means and how far its number can be trusted, in pairs of a term and a sentence."""

from collections.abc import Sequence
from datetime import date

from kpi.freshness import facts_behind, sources_behind
from kpi.model import Better, Kpi
from kpi.standing import Coverage, Standing
from kpi.trust import trust as trust_of
from pages.parts.format import count, day, goal, moment, rows, weekday, words
from store.state.runs import Freshness

Pairs = list[tuple[str, str]]


def definition(kpi: Kpi, currency: str) -> Pairs:
    """Everything the definition says."""
    target = ""
    if kpi.target is not None:
        target = f"{goal(kpi, kpi.target.at, currency)}, watched from {goal(kpi, kpi.target.warn, currency)}"
    return [
        ("Meaning", kpi.meaning),
        ("Formula", kpi.formula),
        ("Direction", "Higher is better" if kpi.better is Better.HIGHER else "Lower is better"),
        ("Default target", target or "None"),
        ("Owner", kpi.owner),
        ("Goal", kpi.goal),
        ("Driven by SOPs", ", ".join(words(each) for each in kpi.sops)),
        ("Dimensions", ", ".join(words(each) for each in kpi.dimensions)),
        ("Smallest sample", rows(kpi.minimum)),
        ("Source of the definition", kpi.source),
        ("Variant of", words(kpi.variant_of)),
    ]


def trust(standing: Standing, covered: Coverage, fresh: Sequence[Freshness], currency: str) -> Pairs:
    """Data time, evaluation day, which definition, how many rows count, which do not and why, in which money."""
    kpi, period = standing.kpi, standing.current
    pairs: Pairs = [("Evaluated", _day(covered.as_of)), ("Data until", _day(standing.until))]
    behind = sources_behind(kpi, fresh)
    pairs += [("Sources", "; ".join(_source(each) for each in behind) or "not known: no sync was recorded")]
    pairs += [("Made from", ", ".join(sorted(words(each) for each in facts_behind(kpi))))]
    if period is None:
        return pairs
    label = trust_of(
        kpi, n=period.n, immature=period.immature, excluded=period.excluded, last=period.end, fresh=fresh,
        currency=currency, frozen=covered.frozen.get(kpi.key),
    )  # fmt: skip
    left_out = [f"{rows(number)}: {words(reason).lower()}" for reason, number in label.excluded.items()]
    return [
        *pairs,
        ("Definition", f"version {label.version}, answered for by {label.owner}"),
        (
            "Complete",
            _share(label.completeness, "of the rows counted or left out have what the figure needs"),
        ),
        ("Provisional", _share(label.provisional, "of its rows wait for their outcome")),
        ("Money", label.currency or "None in this figure"),
        ("Rows counted", f"{count(period.n)} in the period from {day(period.start)} to {day(period.end)}"),
        ("Rows left out", "; ".join(left_out) or "None"),
        (
            "Not due yet",
            f"{rows(period.immature)} in this period" if period.immature else "None in this period",
        ),
        ("Settled until", _settled(standing)),
    ]


def _share(share: float | None, of: str) -> str:
    return "No rows" if share is None else f"{share:.1%} {of}"


def _settled(standing: Standing) -> str:
    settled = [period.end for period in standing.periods if period.settled]
    return f"{day(settled[-1])}; later periods can still change" if settled else "no period is settled yet"


def _source(each: Freshness) -> str:
    if each.last_ok_at is None:
        return f"{each.source}, never read"
    data = f", data of {moment(each.data_time)}" if each.data_time else ""
    return f"{each.source}, read {moment(each.last_ok_at)}{data}"


def _day(when: date | None) -> str:
    return weekday(when) if when else "never"
