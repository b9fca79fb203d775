"""What the pages need to know of the firm, kept beside the lake so that they need no configuration."""

import json
import os
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from store.company import Company, EventPlan, Market
from store.lane_budget import LaneBudget

NAME = "company.json"


def save_company(home: Path, company: Company) -> None:
    """Write the firm's name, currency, zone and markets into the home folder, whole or not at all."""
    told = asdict(company) | {
        "markets": {code: asdict(market) for code, market in company.markets.items()},
        "lanes": {name: asdict(lane) for name, lane in company.lanes.items()},
    }
    fresh = home / f".{NAME}.{os.getpid()}"
    fresh.write_text(json.dumps(told, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    os.replace(fresh, home / NAME)


def load_company(home: Path) -> Company:
    """The firm as the last sync knew it; a plain company before the first."""
    file = home / NAME
    if not file.exists():
        return Company()
    told = json.loads(file.read_text(encoding="utf-8"))
    markets = {code: Market(**market) for code, market in told.pop("markets").items()}
    events = tuple(_event(each) for each in told.pop("events", []))
    lanes = {name: LaneBudget(**lane) for name, lane in told.pop("lanes", {}).items()}
    return Company(markets=markets, events=events, lanes=lanes, **told)


def _event(told: dict[str, Any]) -> EventPlan:
    return EventPlan(**told | {"days": tuple(date.fromisoformat(day) for day in told["days"])})
