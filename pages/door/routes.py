"""The forms that let people in and out: sign in, sign out, first set-up, invitation."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kpi.words import say
from pages.door import away
from pages.door.form import Field, Form, speaking_to
from pages.door.session import COOKIE, Entering, Entrance, address_of, inside
from pages.parts.trouble import new_reference
from store.database import StateError
from store.state import User
from store.state.accounts import Accounts, SignInError, SpentToken, TooManyTries
from store.state.secrets import WeakPassword

log = logging.getLogger(__name__)
REFUSED = (SignInError, WeakPassword)
_HASHING = CapacityLimiter(
    4
)  # a password takes 32 MiB and a core; more at once would only wait for each other
Handler = Callable[[Request, Entrance], Awaitable[Response]]


def routes(entering: Entering, base: str = "") -> list[BaseRoute]:
    """The addresses of the door under `base`; they say nothing of the firm."""
    both, asked = ["GET", "POST"], ["GET"]
    return [
        Route(f"{base}/sign-in", _door(sign_in, entering), methods=both),
        Route(f"{base}/sign-in/provider", _door(away.leave, entering), methods=asked),
        Route(f"{base}/sign-in/callback", _door(away.come_back, entering), methods=asked),
        Route(f"{base}/sign-in/ended", _door(away.ended_there, entering), methods=both),
        Route(f"{base}/sign-out", _door(sign_out, entering), methods=both),
        Route(f"{base}/set-up", _door(_own(set_up), entering), methods=both),
        Route(f"{base}/join", _door(_own(join), entering), methods=both),
    ]


def _door(handler: Handler, entering: Entering) -> Callable[[Request], Awaitable[Response]]:
    """Only where people sign in, only from our own pages, and in the reader's language."""

    async def guarded(request: Request) -> Response:
        entrance = entering()
        if entrance is None or not entrance.signs_in:
            return RedirectResponse(f"{entrance.base if entrance else ''}/", status_code=303)
        if request.method == "POST" and not _is_ours(request):
            return PlainTextResponse("403", status_code=403)
        with speaking_to(request):
            return await handler(request, entrance)

    return guarded


def _own(handler: Handler) -> Handler:
    """A form for accounts kept here; where a provider keeps them, it leads to the way in."""

    async def kept(request: Request, entrance: Entrance) -> Response:
        if entrance.provider is not None:
            return RedirectResponse(f"{entrance.base}/sign-in", status_code=303)
        return await handler(request, entrance)

    return kept


async def sign_in(request: Request, entrance: Entrance) -> Response:
    """The way to the provider, or address and password; then on to the page that was asked for."""
    filled = await request.form()
    wanted = inside(_text(filled, "next") or request.query_params.get("next", ""), entrance.base)
    if entrance.provider is not None:
        return away.begin(entrance, wanted).answer(entrance.base)
    email = _text(filled, "email")
    form = Form(
        say("Sign in"), say("With the address your administrator knows you by."), say("Sign in"),
        [Field("email", say("E-mail"), "email", "username", email),
         Field("password", say("Password"), "password", "current-password")],
        [("next", wanted)],
    )  # fmt: skip
    address, password = address_of(request), _text(filled, "password")

    def check(accounts: Accounts, now: datetime) -> User:
        return accounts.check(email, password, address, now)

    return await _entered(request, form, check, entrance, wanted)


async def set_up(request: Request, entrance: Entrance) -> Response:
    """The first administrator, with the link from the terminal."""
    filled = await request.form()
    token = _text(filled, "token") or request.query_params.get("token", "")
    name, email = _text(filled, "name"), _text(filled, "email")
    form = Form(
        say("Set up Fairlead"), say("You become the administrator, who lets others in."), say("Set up"),
        [Field("name", say("Your name"), complete="name", value=name),
         Field("email", say("E-mail"), "email", "username", email),
         Field("password", say("A new password of at least 12 characters"), "password", "new-password")],
        [("token", token)],
    )  # fmt: skip

    def make(accounts: Accounts, now: datetime) -> User:
        return accounts.set_up(token, name, email, _text(filled, "password"), now)

    return await _entered(request, form, make, entrance, f"{entrance.base}/")


async def join(request: Request, entrance: Entrance) -> Response:
    """An invited person, or one who forgot the password, sets one."""
    filled = await request.form()
    token = _text(filled, "token") or request.query_params.get("token", "")
    form = Form(
        say("Choose a password"), say("With it you sign in from now on, on every device."), say("Save and sign in"),
        [Field("password", say("A new password of at least 12 characters"), "password", "new-password")],
        [("token", token)],
    )  # fmt: skip

    def accept(accounts: Accounts, now: datetime) -> User:
        return accounts.accept(token, _text(filled, "password"), now)

    return await _entered(request, form, accept, entrance, f"{entrance.base}/")


async def sign_out(request: Request, entrance: Entrance) -> Response:
    """This browser, or every browser of the person."""
    token = request.cookies.get(COOKIE, "")
    person = await to_thread.run_sync(entrance.person, token)
    if person is None:
        return RedirectResponse(f"{entrance.base}/sign-in", status_code=303)
    if request.method != "POST":
        told = say("You are signed in as {name} ({email}).", name=person.name, email=person.email)
        return Form(
            say("Sign out"), told, say("Sign out"), second=("everywhere", say("Sign out on every device"))
        ).answer(entrance.base)
    everywhere = bool(_text(await request.form(), "everywhere"))

    def work() -> None:
        sessions = entrance.state.sessions
        sessions.end(token, datetime.now(UTC))
        if everywhere:
            sessions.end_everywhere(person.principal, person.email)

    await to_thread.run_sync(work)
    answer: Response = RedirectResponse(f"{entrance.base}/sign-in", status_code=303)
    if entrance.provider is not None:
        answer = (await away.left(entrance)).answer(entrance.base)
    entrance.let_out(answer)
    return answer


async def _entered(
    request: Request, form: Form, known: Callable[[Accounts, datetime], User], entrance: Entrance, wanted: str
) -> Response:
    """The form to fill in; once it is, onward with a session of who is `known` by it, or the form with the reason."""
    if request.method != "POST":
        return form.answer(entrance.base)

    def work() -> str:
        state, now = entrance.state, datetime.now(UTC)
        return state.sessions.start(known(state.accounts, now).email, now, entrance.lasts)

    try:
        token = await to_thread.run_sync(work, limiter=_HASHING)
    except REFUSED as refused:
        return form.answer(entrance.base, _why(refused), status=400)
    except StateError:
        return form.answer(entrance.base, say("That did not work. Try again in a minute."), status=503)
    answer = RedirectResponse(wanted, status_code=303)
    entrance.let_in(answer, token)
    return answer


def _why(refused: SignInError | WeakPassword) -> str:
    """The reason in the reader's language."""
    match refused:
        case TooManyTries():
            return say("Too many wrong passwords. Wait a quarter of an hour and try again.")
        case SpentToken():
            return say("This link was used already or has run out. Ask for a new one.")
        case WeakPassword():
            return say(
                "This password is too easy to guess: use at least 12 characters, several words, and not your name."
            )
        case _:
            return say("This address and password do not belong together. Try again, or ask for a new link.")


def _is_ours(request: Request) -> bool:
    """Browsers say which page a form came from; without a word it is no browser, and brings no cookie of ours."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


def _text(filled: FormData, name: str) -> str:
    value = filled.get(name, "")
    return value if isinstance(value, str) else ""


async def failed(request: Request, error: Exception) -> Response:
    """The answer where something broke outside of any page: a reference number that the log knows more of."""
    reference = new_reference()
    log.error("Reference %s", reference, exc_info=error)
    with speaking_to(request):
        told = say("The server's log has the details under reference {reference}.", reference=reference)
        return Form(say("That did not work"), told).answer("", status=500)
