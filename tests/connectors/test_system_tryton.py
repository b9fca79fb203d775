"""A real ERP, Tryton, installed and filled from an empty database, read by SQL to a KPI a person can add up."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from system_calls import kpi, stored

from store.state.runs import RunStatus

HERE = Path(__file__).parent
PACKAGES = (
    "trytond==8.2.1", "trytond-sale==8.2.0", "trytond-account==8.2.1", "trytond-account-invoice==8.2.0",
    "proteus==8.2.0",
)  # fmt: skip


@dataclass
class Erp:
    """A Tryton with the module of sales, in an environment and a SQLite database of its own."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "firm.sqlite"

    def install(self) -> None:
        """Skips where the packages cannot be had."""
        self.folder.mkdir()
        subprocess.run([sys.executable, "-m", "venv", str(self.folder / "own")], check=True, timeout=300)
        got = subprocess.run(
            [self._own("pip"), "install", "-q", *PACKAGES], capture_output=True, text=True, timeout=900
        )
        if got.returncode:
            pytest.skip(f"Tryton cannot be installed here: {got.stderr.strip().splitlines()[-1]}")
        (self.folder / "trytond.conf").write_text(f"[database]\nuri = sqlite://\npath = {self.folder}\n")
        (self.folder / "password").write_text("canary-2718281\n")
        self.database.touch()
        sale = ("-d", "firm", "-u", "sale", "--activate-dependencies", "--email", "ann@example.com")
        self._run([self._own("trytond-admin"), "-c", str(self.folder / "trytond.conf"), *sale])

    def sell(self, *days: str) -> None:
        """`DAY:PIECES` of March 2025, at 10.00 each; `:x` behind it for an order that is cancelled."""
        self._run(
            [self._own("python"), str(HERE / "tryton_sales.py"), str(self.folder / "trytond.conf"), *days]
        )

    def _own(self, name: str) -> str:
        return str(self.folder / "own" / "bin" / name)

    def _run(self, command: Sequence[str]) -> None:
        own = {**os.environ, "TRYTONPASSFILE": str(self.folder / "password")}
        own.pop("PYTHONPATH", None)
        subprocess.run(command, env=own, check=True, capture_output=True, timeout=600)


@pytest.mark.faults
def test_a_real_tryton_end_to_end(firm, tmp_path: Path) -> None:
    """
    Eleven sales of 1 to 11 pieces at 10.00 are 660.00, or 60.00 an order; a twelfth is cancelled. Then one more of 24
    pieces, 240.00: 900.00 in twelve orders, 75.00 each, and only what changed is read again.
    """
    erp = Erp(tmp_path / "tryton")
    erp.install()
    erp.sell(*(f"{day}:{day}" for day in range(1, 12)), "12:12:x")
    toml = (HERE.parent / "real" / "tryton.toml").read_text(encoding="utf-8")
    toml = toml.replace("{database}", str(erp.database))
    report = firm.sync(toml)

    assert (report.status, report.message, report.counts[0].new) == (RunStatus.OK, "", 12)
    found = kpi(firm, "average_order_value")
    assert (found["value"], found["denominator"]) == (pytest.approx(60), 11)
    rows = stored(firm, "orders", "order_id", "status", "units", "net_micros")
    assert [row for row in rows if row[0] in ("11", "12")] == [
        ("11", "open", 11, 110_000_000), ("12", "cancelled", 12, 120_000_000),
    ]  # fmt: skip

    erp.sell("13:24")
    report = firm.sync(toml)
    assert (report.counts[0].new, report.counts[0].changed) == (1, 0)
    found = kpi(firm, "average_order_value")
    assert (found["value"], found["denominator"]) == (pytest.approx(75), 12)
