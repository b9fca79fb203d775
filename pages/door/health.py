"""Two questions of whoever supervises the server: does it live, and can it show figures."""

import logging
from datetime import UTC, datetime

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from kpi.ledger import entries
from pages.door.session import Entering, Entrance
from pages.parts.load import opened_store
from store.home import SYSTEM

log = logging.getLogger(__name__)


def health_routes(entering: Entering, base: str = "") -> list[BaseRoute]:
    """Both say what is wrong in a word or two, and nothing of the firm: whoever finds them may read them."""

    async def lives(_request: Request) -> Response:
        return JSONResponse({"alive": True}, headers={"Cache-Control": "no-store"})

    async def is_ready(_request: Request) -> Response:
        entrance = entering()
        wrong = "settings" if entrance is None else await to_thread.run_sync(what_is_missing, entrance)
        told = {"ready": not wrong, **({"missing": wrong} if wrong else {})}
        return JSONResponse(told, 503 if wrong else 200, headers={"Cache-Control": "no-store"})

    return [Route(f"{base}/healthz", lives), Route(f"{base}/readyz", is_ready)]


def what_is_missing(entrance: Entrance) -> str:
    """
    Empty when the state database answers with the tables this program knows, the worker works (where one ever did)
    and the lake's figures are prepared; a lake nothing was ever read into has nothing to prepare. Else the first
    thing that is missing.
    """
    try:
        store = opened_store(entrance.home, entrance.database)
        if store.state.pending():
            return "migrations"
        sign = store.state.signs.sign(SYSTEM)
        if sign is not None and sign.still_since(datetime.now(UTC)):
            return "worker"
    except Exception:
        log.exception("not ready: the state database")
        return "state_database"
    try:
        return "" if entries(store.lake) or not store.lake.names() else "prepared_data"
    except Exception:
        log.exception("not ready: the lake")
        return "prepared_data"
