"""Signing in with the firm's OpenID provider: away to it, and back with a session of our own."""

import logging
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote, urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from kpi.words import say
from pages.door.form import Form
from pages.door.provider import Flow, NoAddress, Provider, TooLongAgo
from pages.door.session import Entrance, inside
from pages.parts.trouble import new_reference
from store.state.accounts import SignInError
from store.state.identities import Arrival, Closed, OtherIdentity, Unknown
from store.state.sessions import named_by

AWAY_S = 600  # how long somebody may take at the provider
MOST_BYTES = 16_384
NEVER_KEPT = {"Cache-Control": "no-store"}
_ONE_AT_A_TIME = CapacityLimiter(1)
log = logging.getLogger(__name__)


def begin(entrance: Entrance, wanted: str, anew: bool = False) -> Form:
    """The page with the way to the provider; nobody is sent there without having asked, least of all after leaving."""
    more = "&anew=yes" if anew else ""
    address = f"{entrance.base}/sign-in/provider?next={quote(wanted, safe='')}{more}"
    where = urlsplit(entrance.provider.issuer).hostname if entrance.provider else ""
    told = say("With your firm's account, at {provider}.", provider=where or "")
    return Form(say("Sign in"), told, links=[(address, say("Sign in"))])


async def leave(request: Request, entrance: Entrance) -> Response:
    """To the provider, with a cookie that only this browser has: the answer must fit it."""
    if entrance.provider is None:
        return RedirectResponse(f"{entrance.base}/sign-in", status_code=303)
    from pages.door import openid  # a quarter of a second and 16 MB, where it is used only

    wanted, flow = inside(request.query_params.get("next", ""), entrance.base), Flow()
    anew, lasts = "anew" in request.query_params, int(entrance.lasts.total_seconds())
    try:
        address = await openid.way_out(entrance.provider, flow, lasts, anew)
    except Exception:
        log.exception("Reference %s", reference := new_reference())
        return _failed(entrance, wanted, reference)
    answer = RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
    entrance.hand(answer, _cookie(flow.state), f"{flow.secret}.{quote(wanted, safe='')}", AWAY_S)
    return answer


async def come_back(request: Request, entrance: Entrance) -> Response:
    """From the provider, on to the page that was asked for; or the way in again, with the reason."""
    state, code = (request.query_params.get(name, "") for name in ("state", "code"))
    kept = request.cookies.get(_cookie(state), "")
    secret, _, page = kept.partition(".")
    wanted, flow = inside(unquote(page), entrance.base), Flow(secret)
    if entrance.provider is None or not secret or not flow.is_of(state):
        return begin(entrance, wanted).answer(entrance.base, say("That took too long. Sign in again."), 400)
    answer = await _answered(request, entrance, entrance.provider, flow, code, wanted)
    entrance.take(answer, _cookie(state))
    return answer


async def _answered(
    request: Request, entrance: Entrance, provider: Provider, flow: Flow, code: str, wanted: str
) -> Response:
    from pages.door import openid

    if told := request.query_params.get("error"):
        log.warning(
            "the provider refused: %r", (told[:100], request.query_params.get("error_description", "")[:300])
        )
        return begin(entrance, wanted).answer(entrance.base, say("The provider did not let you in."), 403)
    try:
        who, since = await openid.came_back(provider, flow, code)
        token = await to_thread.run_sync(_session, entrance, provider, who, since)
    except (SignInError, NoAddress, TooLongAgo) as refused:
        log.warning("nobody signed in: %s", refused)
        if not isinstance(refused, SignInError):  # those are noted where they are refused
            await to_thread.run_sync(entrance.state.identities.turned_away, provider.issuer, str(refused))
        return begin(entrance, wanted, anew=True).answer(entrance.base, _why(refused), 403)
    except Exception:
        log.exception("Reference %s", reference := new_reference())
        return _failed(entrance, wanted, reference)
    answer = RedirectResponse(wanted, status_code=303)
    entrance.let_in(answer, token)
    return answer


def _session(entrance: Entrance, provider: Provider, who: Arrival, since: datetime | None) -> str:
    """A session of ours for who came; it ends as long after they proved who they are as any session lasts."""
    now = datetime.now(UTC)
    lasts = entrance.lasts - max(timedelta(), now - since) if since else entrance.lasts
    if lasts <= timedelta():
        raise TooLongAgo(f"the provider asked {who.email} for the last time at {since}")
    email = entrance.state.identities.arrive(who, provider.newcomers, now)
    return entrance.state.sessions.start(email, now, lasts, named_by(who.issuer, who.session))


async def ended_there(request: Request, entrance: Entrance) -> Response:
    """The provider itself says, without any browser, that somebody signed out there (OpenID back-channel logout)."""
    provider, told = entrance.provider, request.headers.get("content-length", "")
    if provider is None or request.method != "POST" or not told.isdecimal() or int(told) > MOST_BYTES:
        return PlainTextResponse("400", status_code=400, headers=NEVER_KEPT)
    from pages.door import openid

    token = (await request.form()).get("logout_token", "")
    try:
        async with _ONE_AT_A_TIME:  # strangers may ask, too, and each may cost a question to the provider
            ended = await openid.signed_out(provider, str(token))
    except Exception as wrong:  # noqa: BLE001  # whatever a stranger sent: nobody's session ends
        log.warning("no logout token of the provider: %s", wrong)
        return PlainTextResponse("400", status_code=400, headers=NEVER_KEPT)
    work = entrance.state.sessions.end_at_provider
    await to_thread.run_sync(work, provider.issuer, ended.subject, ended.session, datetime.now(UTC))
    return PlainTextResponse("", headers=NEVER_KEPT)


async def left(entrance: Entrance) -> Form:
    """Out of Fairlead; the provider still knows the person, and the page leads there to sign out of it as well."""
    links = [(f"{entrance.base}/sign-in", say("Sign in"))]
    try:
        from pages.door import openid

        address = await openid.way_to_sign_out(entrance.provider) if entrance.provider else ""
    except Exception:
        log.warning("the provider could not be asked where it signs people out", exc_info=True)
        address = ""
    if address:
        links.append((address, say("Sign out of the firm's account as well")))
    return Form(say("You are signed out"), say("Fairlead shows nothing more in this browser."), links=links)


def _cookie(state: str) -> str:
    """Each way out has a cookie of its own, so that two tabs do not take each other's."""
    return f"fairlead_away_{''.join(filter(str.isalnum, state[:12]))}"


def _failed(entrance: Entrance, wanted: str, reference: str) -> Response:
    why = say("The firm's sign-in did not answer as it should. Reference {reference}.", reference=reference)
    return begin(entrance, wanted).answer(entrance.base, why, 502)


def _why(refused: Exception) -> str:
    """The reason in the reader's language."""
    match refused:
        case Unknown(email=email):
            return say("{email} has no access yet. Ask an administrator to add this address.", email=email)
        case Closed(email=email):
            return say("The account {email} is closed. Ask an administrator.", email=email)
        case OtherIdentity(email=email):
            return say(
                "{email} belongs to another account of the provider. Ask an administrator.", email=email
            )
        case NoAddress():
            return say("The provider does not vouch for your e-mail address. Ask an administrator.")
        case _:
            return say("You signed in there too long ago. Sign in again.")
