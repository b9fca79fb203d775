"""How far a number can be trusted: its definition, its data and until when, its rows, its money."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kpi.definitions import version_of, version_on
from kpi.engine import Part
from kpi.freshness import sources_behind
from kpi.model import Kpi
from kpi.words import say
from kpi.words.names import words
from store.state.runs import Freshness


@dataclass(frozen=True)
class SourceTime:
    """A source behind a KPI: when it was last read well, and how far its data reaches; UTC, None if not known."""

    source: str
    read_at: datetime | None
    data_time: datetime | None


@dataclass(frozen=True)
class Trust:
    """The trust label of one score.

    `version`: of the definition the number is by. `completeness`: rows counted out of those counted and left out for
    a gap in the data, 0 to 1; None without rows. `excluded`: reason -> rows. `currency`: the money basis, empty
    where no money is in it. `provisional`: rows whose outcome is still open out of all, 0 to 1; None without rows.
    """

    version: int
    owner: str
    sources: tuple[SourceTime, ...]
    completeness: float | None
    n: int
    currency: str
    excluded: Mapping[str, int]
    provisional: float | None

    def told(self) -> dict[str, object]:
        """The label for another program; times as ISO text."""
        return {
            "definition_version": self.version,
            "owner": self.owner,
            "sources": [
                {"source": each.source, "read_at": _iso(each.read_at), "data_time": _iso(each.data_time)}
                for each in self.sources
            ],
            "completeness": self.completeness,
            "n": self.n,
            "currency": self.currency or None,
            "excluded": dict(self.excluded),
            "provisional_share": self.provisional,
        }


def trust(
    kpi: Kpi,
    *,
    n: int,
    immature: int,
    excluded: Mapping[str, int],
    last: date,
    fresh: Iterable[Freshness] = (),
    currency: str = "",
    frozen: date | None = None,
    owner: str = "",
) -> Trust:
    """The label of one score of a period that ends on `last`.

    `n`, `immature` and `excluded` are the score's rows; `fresh`: how the sources stand; `currency`: ISO code the
    company counts in; `frozen`: the first day that is not frozen (`kpi.frozen.frozen_until`), None if none is;
    `owner`: the person who was named for it.
    """
    left_out = {reason: rows for reason, rows in excluded.items() if rows}
    told, all_rows = n + sum(left_out.values()), n + (immature if kpi.rows.waits else 0)
    return Trust(
        version=version_on(kpi, last) if frozen is not None and last < frozen else version_of(kpi),
        owner=owner or kpi.owner,
        sources=tuple(
            SourceTime(each.source, each.last_ok_at, each.data_time) for each in sources_behind(kpi, fresh)
        ),
        completeness=n / told if told else None,
        n=n,
        currency=currency_basis(kpi, currency),
        excluded=left_out,
        provisional=immature / all_rows if all_rows else None,
    )


def trust_of_row(kpi: Kpi, row: Mapping[str, object], last: date, fresh: Sequence[Freshness], currency: str,
                 frozen: date | None = None, owner: str = "") -> Trust:  # fmt: skip
    """The label of a scored row (`kpi.results.values`); see `trust`."""
    excluded = {
        name.removeprefix("excluded_"): int(str(rows))
        for name, rows in row.items()
        if name.startswith("excluded_") and rows
    }
    n, immature = int(str(row["n"] or 0)), int(str(row["immature"] or 0))
    return trust(
        kpi,
        n=n,
        immature=immature,
        excluded=excluded,
        last=last,
        fresh=fresh,
        currency=currency,
        frozen=frozen,
        owner=owner,
    )


def currency_basis(kpi: Kpi, currency: str) -> str:
    """In which currency money is counted and at which rate; empty where no money is in the measures."""
    bases = []
    for number, rows in enumerate(kpi.sides):
        if "_micros" not in repr(Part(kpi, rows, number).halves):
            continue
        day = rows.fact.money_day
        bases.append(
            say("each amount at the rate published for its {day}", day=words(day).lower())
            if day
            else say("each amount at the rate published for its own day")
        )
    return ", ".join([currency, *dict.fromkeys(bases)]) if bases else ""


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
