"""What the script of a run sends and asks, beside Streamlit: small requests that can be repeated, each its own answer.

A live connection that breaks loses what was under way; here the device keeps an answer until the server says that it is
stored, and the server keeps it once however often it comes.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from anyio import to_thread
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from kpi.words import say
from pages.door.form import speaking_to
from pages.door.headers import FILES, POLICY
from pages.door.session import COOKIE, Entering
from pages.parts.load import opened_store
from pages.parts.refusals import say_refusal
from pages.parts.trouble import new_reference
from pages.run.flagging import Tapped, keep_flag
from pages.run.told import Told, moment, standing_told
from sop.runs.answering import answer, finish, progress, text_of, value_of
from store.company_file import load_company
from store.database import StateError
from store.evidence import MOST_BYTES, content_of, is_picture, keep, shown
from store.home import Store
from store.scope import LOCAL_OWNER, Principal
from store.state import WrongEntry
from store.state.run_records import Outcome, Said

MOST_JSON = 32_768
NEVER_KEPT = {"Cache-Control": "no-store"}
T = TypeVar("T")
Ask = Callable[[Store, Principal, int, bytes, Request], Response]
log = logging.getLogger(__name__)


class TooLarge(WrongEntry):
    """More bytes than are read."""


@dataclass(frozen=True)
class Sent:
    """
    An answer as the script sends it; `shown` (when the step was opened) and `at` in milliseconds since 1970 by the
    device's clock.
    """

    key: str
    step: str
    outcome: Outcome
    value: str = ""
    remark: str = ""
    evidence: int | None = None
    at: int = 0
    shown: int = 0


@dataclass(frozen=True)
class Ended:
    """How a run is ended; a `reason` gives it up as it was `seen`, none finishes it."""

    reason: str = ""
    seen: int = 0


def run_routes(entering: Entering, base: str = "") -> list[BaseRoute]:
    """The addresses of runs under `base`; the guard lets nobody through without a session."""
    run = f"{base}/runs/{{run:int}}"
    return [
        Route(run, _answering(entering, look), methods=["GET"]),
        Route(f"{run}/answers", _answering(entering, take), methods=["POST"]),
        Route(f"{run}/end", _answering(entering, end), methods=["POST"]),
        Route(f"{run}/flags", _answering(entering, flag), methods=["POST"]),
        Route(f"{run}/evidence", _answering(entering, bring, MOST_BYTES), methods=["POST"]),
        Route(f"{run}/evidence/{{file:int}}", _answering(entering, show), methods=["GET"]),
    ]


def look(store: Store, who: Principal, run: int, _body: bytes, _request: Request) -> Response:
    """Where the run stands now."""
    return _told(_standing(store, who, run))


def take(store: Store, who: Principal, run: int, body: bytes, _request: Request) -> Response:
    """Keep an answer; what comes back is read after it was stored."""
    sent = _read(Sent, body)
    value = value_of(sent.value) if sent.value.strip() else None
    done_at, shown_at = _clock(sent.at), _clock(sent.shown)
    said = Said(sent.step, sent.outcome, sent.key, value, sent.remark, sent.evidence, done_at, shown_at)
    procedure = text_of(store.state, who, store.state.procedure_runs.find(who, run))
    kept = answer(store.state, who, procedure, run, said)
    return _told({"saved": moment(kept.saved_at), "run": _standing(store, who, run)})


def end(store: Store, who: Principal, run: int, body: bytes, _request: Request) -> Response:
    """Finish a run, or give it up with a reason."""
    ended, runs = _read(Ended, body), store.state.procedure_runs
    if ended.reason:
        runs.give_up(who, run, ended.seen, ended.reason)
    else:
        finish(store.state, who, text_of(store.state, who, runs.find(who, run)), run)
    return _told({"run": _standing(store, who, run)})


def flag(store: Store, who: Principal, run: int, body: bytes, _request: Request) -> Response:
    """Say that something is the matter with a step."""
    tapped = _read(Tapped, body)
    today = load_company(store.home).today(datetime.now(UTC))
    keep_flag(store, who, store.state.procedure_runs.find(who, run), tapped, today)
    return _told({})


def bring(store: Store, who: Principal, run: int, body: bytes, request: Request) -> Response:
    """Keep a photo or file: first its bytes, then that it is there."""
    store.state.procedure_runs.find(who, run)
    content = content_of(body, request.query_params.get("name", ""))
    keep(store.home, content)
    file = store.state.run_files.add(who, run, request.query_params.get("step", ""), content)
    return _told({"id": file.id, "title": file.title, "kind": file.kind})


def show(store: Store, who: Principal, run: int, _body: bytes, request: Request) -> Response:
    """Hand a photo or file out: a picture to be looked at, all else to be saved; it may do nothing by itself."""
    number = request.path_params["file"]
    file = next((each for each in store.state.run_files.of(who, run) if each.id == number), None)
    found = shown(store.home, file.sha256, file.kind) if file is not None else None
    if file is None or found is None:
        return _told({"refused": say("There is no such file, or it was erased.")}, 404)
    data, kind = found
    how = "inline" if is_picture(kind) else "attachment"
    ending = {"image/jpeg": "jpg", "text/plain": "txt"}.get(kind, file.title.rpartition(".")[2])
    name = (
        f'{how}; filename="evidence-{file.id}.{ending if ending.isascii() and ending.isalnum() else "bin"}"'
    )
    return Response(data, media_type=kind, headers={**NEVER_KEPT, "Content-Disposition": name, POLICY: FILES})


def _standing(store: Store, who: Principal, run: int) -> Told:
    return standing_told(progress(store.state, who, run), store.state.run_files.of(who, run))


def _answering(
    entering: Entering, ask: Ask, most: int = MOST_JSON
) -> Callable[[Request], Awaitable[Response]]:
    """On behalf of whoever holds the session now, in their language; what cannot be right is said in a sentence."""

    async def answered(request: Request) -> Response:
        with speaking_to(request):
            try:
                body = await _limited(request, most) if request.method == "POST" else b""
                return await to_thread.run_sync(_asked, entering, ask, request, body)
            except TooLarge as large:
                return _told({"refused": str(large)}, 413)

    return answered


def _asked(entering: Entering, ask: Ask, request: Request, body: bytes) -> Response:
    entrance = entering()
    if entrance is None:
        return _told({"refused": say("Fairlead cannot start")}, 503)
    who = entrance.principal(request.cookies.get(COOKIE)) if entrance.signs_in else LOCAL_OWNER
    if who is None:
        return _told({"refused": say("You are signed out")}, 401)
    store = opened_store(entrance.home, entrance.database)
    try:
        return ask(store, who, int(request.path_params["run"]), body, request)
    except (WrongEntry, ValidationError) as wrong:
        said = say_refusal(wrong) if isinstance(wrong, WrongEntry) else say("This is no answer to a step.")
        return _told({"refused": said}, 422)
    except StateError as refused:
        log.warning("run %s: %s", request.path_params["run"], refused)
        final = refused.__class__ is not StateError
        return _told({"refused": say_refusal(refused)}, 409 if final else 503)
    except Exception:
        reference = new_reference()
        log.exception("Reference %s", reference)
        return _told({"refused": say("That did not work. Reference {reference}.", reference=reference)}, 500)


async def _limited(request: Request, most: int) -> bytes:
    """The body, read no further than it may be long. Raises TooLarge."""
    pieces, size = list[bytes](), 0
    async for piece in request.stream():
        size += len(piece)
        if size > most:
            raise TooLarge(say("This is more than {n} KB; send less.", n=most // 1024))
        pieces.append(piece)
    return b"".join(pieces)


def _clock(milliseconds: int) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if 0 < milliseconds < 4e12 else None


def _read(kind: type[T], body: bytes) -> T:
    return TypeAdapter(kind).validate_json(body)


def _told(answer: Told, status: int = 200) -> JSONResponse:
    return JSONResponse(answer, status_code=status, headers=NEVER_KEPT)
