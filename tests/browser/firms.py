"""Firms for the browser, each made by the commands a person types: the demo, one that only ships, one without data."""

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

from browser_watch import HOUSE

WEEKS, BAD_WEEKS = 20, 4
MAPPING = """
[company]
name = "Parcels Ltd"
currency = "EUR"
timezone = "UTC"

[markets.DE]
[markets.FR]

[sources.parcels]
connector = "file"
path = "parcels.csv"

[sources.parcels.tables.shipments]
key = "Parcel"
columns.market = "Country"
columns.carrier = "Carrier"
columns.mode = { constant = "road" }
columns.status = { constant = "delivered" }
columns.shipped_day = "Sent"
columns.promised_day = "Promised"
columns.delivered_day = "Delivered"
columns.freight = "Freight"
columns.currency = { constant = "EUR" }
"""


def fairlead(home: Path, *words: str) -> None:
    """Run a command on this home; what it says is told when it fails."""
    environment = {**os.environ, "PYTHONPATH": str(HOUSE), "FAIRLEAD_HOME": str(home)}
    command = [sys.executable, "-m", "cli", *words]
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def demo_firm(home: Path) -> None:
    """Half a year of the demo company, at a twentieth of its volume."""
    fairlead(home, "demo", "--days", "200", "--scale", "0.05")


def parcels_firm(home: Path) -> None:
    """A firm with one file of 800 parcels: 20 a week to DE in time, 20 to FR of which half are late in the end."""
    (home / "parcels.csv").write_text(
        "\n".join(["Parcel,Country,Carrier,Sent,Promised,Delivered,Freight", *parcels()])
    )
    (home / "fairlead.toml").write_text(MAPPING)
    fairlead(home, "sync")
    fairlead(home, "compute")


def parcels() -> list[str]:
    """Twenty weeks up to the last Friday; the last four have ten late parcels each."""
    today = date.today()
    monday = today - timedelta(days=today.weekday() + 7 * WEEKS)
    lines = []
    for week in range(WEEKS):
        for n in range(40):
            sent = monday + timedelta(weeks=week, days=n % 5)
            market, carrier = ("DE", "DHL") if n < 20 else ("FR", "UPS")
            days = 3 if week >= WEEKS - BAD_WEEKS and n >= 30 else 1
            lines.append(
                f"{week}-{n},{market},{carrier},{sent},{sent + timedelta(days=2)},{sent + timedelta(days=days)},5.00"
            )
    return lines
