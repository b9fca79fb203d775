"""A firm with forty tickets of one week and a procedure of two steps, for tests of audits."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from made_procedures import PACKING
from small_company import frame

from sop.taking_in import publish
from store.facts import Tickets
from store.home import Store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal
from store.state import Edition

DAY = date(2026, 3, 2)
OWNER, APPROVER = Principal("Olga", role=Role.SOP_OWNER), Principal("Axel", role=Role.APPROVER)


def ticket(number: str, day: date, market: str = "DE", **more: Any) -> dict[str, Any]:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return {
        "ticket_id": number, "market": market, "channel": "chat", "team": "one", "status": "solved",
        "created_at": at, "created_day": day, **more,
    }  # fmt: skip


def tickets(week: date) -> list[dict[str, Any]]:
    """Forty of the week in DE, three that are no work, one of the week after, ten of a market without the procedure."""
    no_work = {"spam": {"spam": True}, "bot": {"bot_only": True}, "merged": {"merged_into": "T1"}}
    none = [ticket(number, week, **why) for number, why in no_work.items()]
    rows = [ticket(f"T{n}", week + timedelta(days=n % 7), team="one" if n % 2 else "two") for n in range(40)]
    later = ticket("later", week + timedelta(days=7))
    return [*rows, *none, later, *(ticket(f"J{n}", week, market="JP") for n in range(10))]


def fill(store: Store, week: date = DAY) -> Edition:
    """The tickets, and the version of the procedure that counts."""
    store.lake.append("tickets", frame(Tickets, tickets(week)), marks={"files": 1})
    publish(store.state, OWNER, APPROVER, PACKING, "First", week, week)
    return store.state.procedures.rows(LOCAL_OWNER)[0]
