"""What the pages need to know of the firm, kept beside the lake so that they need no configuration."""

import json
import os
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from store.company import Company, EventPlan, Market
from store.home import Store
from store.lane_budget import LaneBudget
from store.permits import Permit
from store.reading_ladder import Ladder
from store.scope import Principal
from store.state.edits import WrongEntry, note, require, require_everything

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
    departments = tuple(told.pop("departments", []))
    ladder = Ladder(**told.pop("ladder", {}))
    return Company(
        markets=markets, events=events, lanes=lanes, departments=departments, ladder=ladder, **told
    )


def change_company(store: Store, principal: Principal, company: Company) -> None:
    """Keep what a person says of the firm, with its trail. Raises NotAllowed, WrongEntry."""
    require(principal, Permit.CHANGE_COMPANY)
    require_everything(principal, "the company")
    for code in (company.currency, *(each.currency for each in company.markets.values())):
        if len(code) != 3 or not code.isascii() or not code.isalpha() or not code.isupper():
            raise WrongEntry(f"The currency is '{code}'; write the ISO code in three letters, such as EUR.")
    before = load_company(store.home)
    save_company(store.home, company)
    if before != company:
        store.state.engines.change(
            lambda session: note(session, principal, "company changed", "company", before, company)
        )


def _event(told: dict[str, Any]) -> EventPlan:
    return EventPlan(**told | {"days": tuple(date.fromisoformat(day) for day in told["days"])})
