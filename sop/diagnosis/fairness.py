"""The evidence about one person and one step, for that person and the direct lead, who talk about it themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from sop.binomial import at_least
from sop.people import Evidence, Judged, Thresholds, judge
from sop.share import Share
from store.state.evidence_replies import EvidenceReply

TOLERATED = 0.05


class NotForYou(PermissionError):
    """Somebody else's evidence was asked for."""


@dataclass(frozen=True)
class Sight:
    """Who asks, and who leads whom (the person, then the direct lead)."""

    viewer: str
    leads: Mapping[str, str]

    def require(self, person: str) -> None:
        """Raises NotForYou for all but the person and the direct lead: no peer, no other lead, no administrator."""
        if self.viewer not in (person, self.leads.get(person)) or not self.viewer:
            raise NotForYou(
                f"'{self.viewer}' may not see what was found about others; ask the person or the lead."
            )


@dataclass(frozen=True)
class Known:
    """What is known of a person beside the checks, all of it as of the work that was checked."""

    trained_on_current: bool
    published: bool = True
    acknowledged: bool = True
    quiz_passed: bool | None = None
    available: bool | None = None
    competent: bool | None = None


@dataclass(frozen=True)
class Account:
    """The evidence about one person and one step, what it asks for next, and what the person replied."""

    person: str
    sop: str
    step: str
    evidence: Evidence
    judged: Judged
    reply: EvidenceReply | None = None


def account_of(
    checks: pl.LazyFrame,
    sight: Sight,
    person: str,
    sop: str,
    step: str,
    known: Known,
    alike: Sequence[str] = ("market",),
    thresholds: Thresholds | None = None,
) -> Account:
    """What there is about one person and one step; there is no such thing for several people at once.

    `checks`: one row a checked step with `person`, `sop`, `step`, `followed` (null where it did not apply) and the
    columns `alike` in which work has to be alike to be compared. Where nobody else did the like, checks do not count.
    Raises NotForYou for all but the person and the direct lead.
    """
    sight.require(person)
    limits = thresholds or Thresholds()
    own = checks.filter(pl.col("sop") == sop, pl.col("step") == step, pl.col("followed").is_not_null())
    counts = own.group_by("person", *alike).agg(
        checks=pl.len().cast(pl.Int64), fails=(~pl.col("followed")).sum().cast(pl.Int64)
    ).collect()  # fmt: skip
    evidence = _evidence(counts, person, known, alike, limits)
    return Account(person, sop, step, evidence, judge(evidence, limits))


def _evidence(
    counts: pl.DataFrame, person: str, known: Known, alike: Sequence[str], limits: Thresholds
) -> Evidence:
    """Of counts `person`, the slice columns, `checks` and `fails`."""
    me, others = counts.filter(pl.col("person") == person), counts.filter(pl.col("person") != person)
    there = others.group_by(alike).agg(peer_checks=pl.col("checks").sum(), peer_fails=pl.col("fails").sum())
    met = me.join(there, on=alike, nulls_equal=True)
    checks, fails, peer_checks, peer_fails = (
        int(met[name].sum()) for name in ("checks", "fails", "peer_checks", "peer_fails")
    )
    # as many checks in each slice as the person has: who works where it is hard is compared with who does too
    expected = float((met["checks"] * met["peer_fails"] / met["peer_checks"]).sum())
    return Evidence(
        checks, fails, expected / checks if checks else 0.0, _failing(others, limits),
        known.trained_on_current, known.competent, known.published, known.acknowledged, known.quiz_passed,
        known.available, Share(peer_fails, peer_checks),
    )  # fmt: skip


def _failing(others: pl.DataFrame, limits: Thresholds) -> float:
    """The share of the other people who fail the step: more often than chance gives at what is tolerated."""
    each = others.group_by("person").agg(pl.col("checks").sum(), pl.col("fails").sum())
    seen = each.filter(pl.col("checks") >= limits.min_checks)
    failing = sum(at_least(fails, of, TOLERATED) <= limits.unlikely for _, of, fails in seen.iter_rows())
    return failing / seen.height if seen.height else 0.0
