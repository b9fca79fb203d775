"""One question answered for taking along: the rows everybody else sees, and the label that goes with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from kpi.definitions import version_of, version_on
from kpi.exports.sheet import Column, Look, Sheet, look_of, look_of_unit
from kpi.freshness import Reported, reported_of
from kpi.model import Kpi
from kpi.period import end_of
from kpi.question import Question
from kpi.results import values_of
from kpi.score import Judgement
from kpi.standing import Coverage, coverage
from kpi.trust import Trust, trust
from kpi.words import marked, say
from kpi.words.names import words
from store.company import Company
from store.company_file import load_company
from store.home import Store
from store.scope import Principal
from store.state.runs import Freshness

IN_UNIT = ("value", "target", "warn", "low", "high", "median", "p90", "oldest_age")


HEADINGS = {
    "n": marked("Rows counted"), "immature": marked("Rows not due yet"), "low": marked("Value, lower bound"),
    "high": marked("Value, upper bound"), "p90": marked("90th percentile"), "warn": marked("Watched from"),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Basis:
    """What all numbers of one export rest on; `made_at` is the moment of the export, in UTC.

    `named`: the people who answer for KPIs, by the KPI's key.
    """

    company: Company
    covered: Coverage
    made_at: datetime
    fresh: Sequence[Freshness] = ()
    named: Mapping[str, str] = field(default_factory=dict)

    def owner(self, kpi: Kpi) -> str:
        """Who answers for a KPI, as files for programs tell it: a person, or the role in English."""
        return self.named.get(kpi.key, kpi.owner)

    @property
    def as_of(self) -> date | None:
        """The evaluation day; None before the first compute."""
        return self.covered.as_of

    @property
    def today(self) -> date:
        """The evaluation day, else that of the export."""
        return self.covered.as_of or self.made_at.date()

    @property
    def until(self) -> Mapping[str, date]:
        """The last day with data by KPI."""
        return self.covered.until

    @property
    def frozen(self) -> Mapping[str, date]:
        """As in `kpi.standing.Coverage`."""
        return self.covered.frozen


@dataclass(frozen=True, eq=False)
class Answer:
    """The scored rows of one KPI (columns as `kpi.results.values`), the question they answer, and their label."""

    kpi: Kpi
    question: Question
    rows: pl.DataFrame
    basis: Basis

    @property
    def trust(self) -> Trust:
        """The trust label of all rows together."""
        reasons = [name for name in self.rows.columns if name.startswith("excluded_")]
        return trust(
            self.kpi,
            n=int(self.rows["n"].sum()),
            immature=int(self.rows["immature"].sum()),
            excluded={name.removeprefix("excluded_"): int(self.rows[name].sum()) for name in reasons},
            last=self._last,
            fresh=self.basis.fresh,
            currency=self.basis.company.currency,
            frozen=self.frozen,
            owner=self.basis.named.get(self.kpi.key, ""),
        )

    @property
    def _last(self) -> date:
        starts = self.rows["period"].to_list() if self.rows.height else [self.question.span.start]
        return end_of(self.question.every, max(starts), self.question.span)

    @property
    def frozen(self) -> date | None:
        """The first day that is not frozen, None if none is or another moment was asked for."""
        return None if self.question.as_of else self.basis.frozen.get(self.kpi.key)

    def version(self, period: date) -> int:
        """The version of the definition that answers for the period that starts on this day."""
        return _version(self.kpi, end_of(self.question.every, period, self.question.span), self.frozen)

    @property
    def as_of(self) -> date | None:
        """The evaluation day of these rows."""
        return self.question.as_of.day if self.question.as_of else self.basis.as_of


def version_in(kpi: Kpi, last: date, basis: Basis) -> int:
    """The version of the definition that answers for a period that ends on `last`."""
    return _version(kpi, last, basis.frozen.get(kpi.key))


def _version(kpi: Kpi, last: date, frozen: date | None) -> int:
    return version_on(kpi, last) if frozen and last < frozen else version_of(kpi)


def basis_of(store: Store, principal: Principal, kpis: Sequence[Kpi], made_at: datetime) -> Basis:
    """What these KPIs rest on now, as far as the principal may know."""
    covered = coverage(store.lake, principal, kpis)
    state = store.state
    fresh, named = state.runs.freshness(principal), state.owners.names(principal)
    return Basis(load_company(store.home), covered, made_at, fresh, named)


def answered(store: Store, principal: Principal, kpi: Kpi, question: Question, basis: Basis) -> Answer:
    """The rows of `kpi.results.values`, judged by the targets in force; raises NotAllowed and SliceError."""
    return answers(store, principal, [kpi], question, basis)[0]


def answers(
    store: Store, principal: Principal, kpis: Sequence[Kpi], question: Question, basis: Basis
) -> list[Answer]:
    """One question asked of several KPIs, in their order; those whose sources reported alike are read together."""
    targets = store.state.targets.frame(principal)
    closed = question.as_of.day if question.as_of else basis.covered.closed
    alike: dict[Reported, list[Kpi]] = {}
    for kpi in kpis:
        alike.setdefault(reported_of(kpi, basis.fresh, basis.made_at), []).append(kpi)
    found: dict[str, pl.DataFrame] = {}
    for reported, group in alike.items():
        judgement = Judgement(targets=targets, closed=reported.closed(closed), synced=reported.late)
        found |= values_of(store.lake, principal, group, question, judgement)
    return [Answer(kpi, question, found[kpi.key], basis) for kpi in kpis]


def labelled(answer: Answer) -> pl.DataFrame:
    """The rows with their label beside them in every row, so that a CSV stays one clean table and still has it.

    Adds `kpi`, `kpi_name`, `unit`, `definition_version`, `kpi_owner`, `currency_basis`, `data_until`, `as_of`,
    `filters`, `company` and `made_at`. Rows counted and left out are in the rows themselves.
    """
    kpi, basis = answer.kpi, answer.basis
    versions = [answer.version(period) for period in answer.rows["period"].to_list()]
    return answer.rows.with_columns(
        pl.lit(kpi.key).alias("kpi"),
        pl.lit(kpi.name).alias("kpi_name"),
        pl.lit(kpi.unit.value).alias("unit"),
        pl.Series("definition_version", versions, pl.Int64),
        pl.lit(basis.owner(kpi)).alias("kpi_owner"),
        pl.lit(answer.trust.currency or None, pl.String).alias("currency_basis"),
        pl.lit(basis.until.get(kpi.key), pl.Date).alias("data_until"),
        pl.lit(answer.as_of, pl.Date).alias("as_of"),
        pl.lit(filters_of(answer.question.where)).alias("filters"),
        pl.lit(basis.company.name).alias("company"),
        pl.lit(f"{basis.made_at:%Y-%m-%dT%H:%M:%SZ}").alias("made_at"),
    )


def filters_of(where: Mapping[str, str]) -> str:
    """`carrier=DHL, market=DE`, or `none`."""
    return ", ".join(f"{name}={value}" for name, value in sorted(where.items())) or "none"


def sheet_of(answer: Answer, title: str = "") -> Sheet:
    """The rows as a sheet; reasons nothing was left out for are not shown."""
    idle = {
        name for name in answer.rows.columns if name.startswith("excluded_") and not answer.rows[name].sum()
    }
    columns = tuple(
        Column(name, heading(name), _look(answer, name, kind))
        for name, kind in answer.rows.schema.items()
        if name not in idle
    )
    return Sheet(title or answer.kpi.name, columns, answer.rows)


def heading(name: str) -> str:
    """A column as people would write it: `excluded_no_promise` is `Left out: no promise`."""
    if name.startswith("excluded_"):
        return say("Left out: {reason}", reason=words(name.removeprefix("excluded_")).lower())
    return say(HEADINGS[name]) if name in HEADINGS else words(name)


def _look(answer: Answer, name: str, kind: pl.DataType) -> Look:
    if name in IN_UNIT:
        return look_of_unit(answer.kpi.unit)
    whole = kind.is_float() and bool((answer.rows[name].drop_nulls() % 1 == 0).all())
    return Look.WHOLE if whole else look_of(kind)
