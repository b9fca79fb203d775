"""What an export from the command line rests on."""

from collections.abc import Sequence
from datetime import UTC, datetime

from commands.desk import Desk
from kpi.exports.answer import Basis
from kpi.model import Kpi
from kpi.standing import coverage
from store.company_file import load_company


def basis_of(desk: Desk, kpis: Sequence[Kpi]) -> Basis:
    """Company, evaluation day, data times and sources of these KPIs, now."""
    covered = coverage(desk.store.lake, desk.principal, kpis)
    return Basis(
        load_company(desk.home), covered.as_of, datetime.now(UTC), covered.until, covered.frozen,
        desk.store.state.runs.freshness(desk.principal),
    )  # fmt: skip
