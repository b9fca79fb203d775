"""The evidence of procedures at the made-up firm moves with its stories, and nobody in it has a name."""

from datetime import date, timedelta

import polars as pl
import pytest
from taken_in import LAST, Facts, Measured

from demo.procedures import CUSTOMS_MENDED, LIBRARY, SHORT_TEAM
from kpi.catalog import KPIS
from kpi.goals import Sop
from kpi.prepare.versions import DAY, UNTIL

NEW_VERSION = LAST + timedelta(days=CUSTOMS_MENDED)


def share(rows: pl.DataFrame, numerator: str, denominator: str) -> float:
    return float(rows[numerator].sum() / rows[denominator].sum())


def adherence(facts: Facts, first: int, last: int, where: pl.Expr) -> float:
    """Points earned of the possible ones between two days counted from the last one."""
    days = pl.col("executed_day").is_between(LAST + timedelta(days=first), LAST + timedelta(days=last))
    return share(facts["sop_checks"].filter(days, where), "earned", "possible")


def trained(facts: Facts, day: date, where: pl.Expr) -> float:
    """People trained on what is in force on a day, of those required."""
    there = (pl.col(DAY) <= day) & (pl.col(UNTIL) > day) & ~pl.col("on_leave")
    rows = facts["training_states"].filter(there, where)
    return 1 - rows["trained_from"].null_count() / rows.height


def test_the_new_version_mended_the_customs_papers(measured: Measured) -> None:
    """
    Adherence falls by more than 15 points while the code is missing, and is better than ever with version 3.
    """
    papers = pl.col("sop") == "customs_paperwork"
    before, during = (
        adherence(measured.facts, -500, -220, papers),
        adherence(measured.facts, -212, -183, papers),
    )
    after = adherence(measured.facts, -178, 0, papers)

    assert before == pytest.approx(0.96, abs=0.015)
    assert during < before - 0.15
    assert after > before + 0.01
    versions = measured.facts["sop_checks"].filter(papers, pl.col("executed_day") >= NEW_VERSION)["version"]
    assert set(versions) == {"3.0"}


def test_training_came_with_the_new_version(measured: Measured) -> None:
    """
    On its first day most of the customs desk is trained on it, a month later everybody.
    """
    papers = pl.col("sop") == "customs_paperwork"

    assert 0.5 < trained(measured.facts, NEW_VERSION, papers) < 1
    assert trained(measured.facts, NEW_VERSION + timedelta(days=30), papers) == 1


def test_systems_saw_the_missing_papers_too(measured: Measured) -> None:
    """
    Complete before departure: about half to the United Kingdom and Canada during the story, 97 % elsewhere.
    """
    seen = measured.facts["process_events"].filter(
        pl.col("sop") == "customs_paperwork",
        pl.col("limit_day").is_between(LAST - timedelta(days=212), LAST - timedelta(days=183)),
    )
    in_time = seen.with_columns(ok=(pl.col("happened_at") <= pl.col("limit_at")).fill_null(False))
    rates = dict(in_time.group_by("market").agg(pl.col("ok").mean()).iter_rows())

    assert max(rates["UK"], rates["CA"]) < 0.65
    assert min(rates["US"], rates["JP"]) > 0.9


def test_training_lags_where_people_are_missing(measured: Measured) -> None:
    """
    Before peak the Hamburg desk has no time: fewer than three in four know the new version of inquiries.
    """
    inquiries, short = pl.col("sop") == "inquiries", pl.col("team") == SHORT_TEAM

    assert trained(measured.facts, LAST, inquiries & short) < 0.75
    assert trained(measured.facts, LAST, inquiries & ~short) > 0.85
    assert trained(measured.facts, LAST, pl.lit(True)) > 0.96


def test_nobody_has_a_name(measured: Measured) -> None:
    """
    People are 32 hex digits in every fact that knows people at all.
    """
    for name in ("training_requirements", "training_records", "quiz_attempts"):
        assert measured.facts[name]["person_id"].str.contains(r"^[0-9a-f]{32}$").all()
    for name in ("sop_run_steps", "sop_checks", "training_states"):
        assert "person_id" not in measured.facts[name].columns


def test_every_procedure_is_linked(measured: Measured) -> None:
    """
    Each drives KPIs that exist; the library has every procedure a KPI may name, with the same owner.
    """
    keys = {procedure.key for procedure in LIBRARY}

    assert {key for procedure in LIBRARY for key in procedure.kpis} <= set(KPIS)
    assert {sop.value for sop in Sop} <= keys
    assert {p.key: p.owner for p in LIBRARY if p.key in set(Sop)} == {sop.value: sop.owner for sop in Sop}
    assert len(keys) == len(LIBRARY)
    assert set(measured.facts["sop_versions"]["sop"]) == keys
