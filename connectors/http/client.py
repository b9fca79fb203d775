"""One host that is asked: only that host, within its limits, again where that may help, and never without an end."""

import logging
import random
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import httpx2
import msgspec

from connectors.errors import SourceError
from connectors.http.asking import Question, without_secrets
from connectors.http.declared import Clock, Limit
from connectors.http.forms import JSON, Form, NotWhole
from connectors.http.pace import Pace
from connectors.http.places import found_at
from connectors.http.signing import Signature
from connectors.outbound import Look, asked_wait, is_open, resolved
from store.redaction import HIDDEN, SHORTEST, redacted

TRIES, BASE_S, CEILING_S, LONGEST_WAIT_S = 6, 0.5, 60.0, 300.0
WHOLE_S, MOST_MB, MOST_REDIRECTS = 120.0, 64, 3
READ_BYTES, TOLD = 4_000, 200  # of a refusal: a secret in it is hidden before it is cut short
AGAIN = (408, 425, 429)
SLOW = 0.1  # requests a second: of such a system another one comes back after longer than we would wait
TIMEOUT = httpx2.Timeout(30.0, connect=10.0)
logging.getLogger("httpx2").setLevel(logging.WARNING)  # it tells whole addresses, and keys stand in some


@dataclass(frozen=True)
class Answer:
    """A body that was read whole (`raw`: as it came), and the address that its `Link` header names as the next."""

    body: Any
    link: str
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes = field(default=b"", repr=False)


class Refused(SourceError):
    """The host does not answer this question, however often it is asked."""


class _Denied(Exception):
    """The host does not believe who asks."""


class _Again(Exception):
    """An answer that may be another one later; `wait_s`: for how long the host wants to be left alone."""

    def __init__(self, why: str, wait_s: float = 0.0) -> None:
        super().__init__(why)
        self.wait_s = wait_s


@dataclass(eq=False)
class Client:
    """
    Asks `host` (with its scheme) for bodies of a `form`. `inside` allows plain HTTP and addresses of the firm's own
    network; the `signature` goes to this host only. `trust` are certificates believed instead of the usual ones.
    `listen` hears the headers of every answer, `requests` counts.
    """

    source: str
    host: str
    signature: Signature
    limit: Limit
    inside: bool = False
    form: Form = JSON
    trust: ssl.SSLContext | None = None
    look: Look = resolved
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    listen: Callable[[Mapping[str, str]], None] = lambda _: None
    requests: int = 0
    _pace: Pace = field(init=False)
    _http: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        self._pace = Pace(self.limit.a_second, self.limit.burst, self.sleep)
        self._http = httpx2.Client(
            verify=self.trust or True, timeout=TIMEOUT, trust_env=False, follow_redirects=False
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def ask(self, question: Question) -> Answer:
        """
        The answer to one question, asked again after what passes by itself: limits, faults of the host, half a body, a
        token that ended.

        Raises SourceError in one line that says what to do.
        """
        try:
            return self._patiently(question)
        except _Denied as denied:
            if not self.signature.renewed():
                raise self._refused(denied) from None
        try:
            return self._patiently(question)
        except _Denied as denied:
            raise self._refused(denied) from None

    def _patiently(self, question: Question) -> Answer:
        why = ""
        for attempt in range(TRIES):
            try:
                return self._once(question)
            except _Again as again:
                why = str(again)
                wait = again.wait_s or min(CEILING_S, BASE_S * 2**attempt) * random.uniform(0.5, 1)  # noqa: S311  # nosec B311
            if wait > LONGEST_WAIT_S:
                raise self._error(f"{why} and wants to be left alone for {wait:,.0f} s", retry=True)
            if attempt + 1 < TRIES:
                self.sleep(wait)
        raise self._error(f"{why}, {TRIES} times in a row", retry=True)

    def _once(self, question: Question) -> Answer:
        self._pace.wait()
        url = urljoin(f"{self.host}/", question.path)
        for _ in range(MOST_REDIRECTS + 1):
            address = self._checked(url)
            self.requests += 1
            try:
                status, headers, body = self._read(url, address, question)
                self.listen(headers)
            except (httpx2.TransportError, httpx2.DecodingError) as broken:
                raise _Again(f"cannot be read ({type(broken).__name__})") from None
            if not 300 <= status < 400 or not headers.get("location"):
                return self._judged(status, headers, body)
            if question.body is not None and status not in (307, 308):
                raise self._error(f"sends a question with a body on with {status}, which would lose the body")
            url, question = urljoin(url, headers["location"]), replace(question, parameters={})
        raise self._error("sends on from one address to the next without an end")

    def _read(self, url: str, address: str, question: Question) -> tuple[int, httpx2.Headers, bytes]:
        """From the very address that was checked, so that its name cannot come to mean another one in between."""
        wanted = httpx2.URL(url)
        target = wanted.copy_with(host=address)
        headers = {"Accept": self.form.media, "User-Agent": "Fairlead", **self.signature.headers()}
        headers["Host"] = _authority(wanted)
        if question.body is not None:
            headers["Content-Type"] = question.kind
        told = {**question.parameters, **self.signature.parameters()}
        began, parts, size = time.monotonic(), list[bytes](), 0
        with self._http.stream(
            "GET" if question.body is None else "POST", target.copy_merge_params(told), headers=headers,
            content=question.body, extensions={"sni_hostname": wanted.host},
        ) as response:  # fmt: skip
            for part in response.iter_bytes():
                parts.append(part)
                size += len(part)
                if size > MOST_MB * 1_048_576:
                    raise self._error(f"sent more than {MOST_MB} MB in one answer; ask for smaller pages")
                if time.monotonic() - began > WHOLE_S:
                    raise _Again(f"took longer than {WHOLE_S:.0f} s for one answer")
            return response.status_code, response.headers, self._without_echo(b"".join(parts))

    def _without_echo(self, body: bytes) -> bytes:
        """Without the secrets that the host heard, should it tell them back."""
        for secret in self.signature.secrets():
            for spelling in {secret, quote(secret, safe=""), msgspec.json.encode(secret)[1:-1].decode()}:
                if len(secret) >= SHORTEST and spelling.encode() in body:
                    body = body.replace(spelling.encode(), HIDDEN.encode())
        return body

    def _checked(self, url: str) -> str:
        """An address of the host, of the open internet unless `inside`. Raises SourceError for any other host."""
        parts, own = urlsplit(url), urlsplit(self.host)
        if (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
            raise self._error(f"sends on to {parts.scheme}://{parts.netloc}, where nothing was asked")
        if parts.scheme != "https" and not self.inside:
            raise self._error(
                "is not reached over TLS; write https, or inside = true for a system of your own"
            )
        try:
            found = self.look(parts.hostname or "", parts.port or 443)
        except OSError:
            raise _Again("cannot be found") from None
        if not found or not (self.inside or all(map(is_open, found))):
            raise self._error(
                "is not on the open internet; write inside = true if it is a system of your own"
            )
        return found[0]

    def _judged(self, status: int, headers: httpx2.Headers, body: bytes) -> Answer:
        if status in AGAIN or status >= 500:
            raise _Again(f"answered with {status}", self._wait(status, headers))
        if code := self._busy(body):
            raise _Again(f"is busy ({code})", self._wait(429, headers))
        if status in (401, 403):
            raise _Denied(status)
        if status >= 300:
            told = redacted(body[:READ_BYTES].decode("utf-8", "replace"))[:TOLD].strip()
            raise Refused(str(self._error(f"answered with {status}: {told}")))
        try:
            return Answer(self.form.read(body), without_secrets(_next_link(headers)), headers, body)
        except NotWhole:
            kind = headers.get("content-type", "without a type").partition(";")[0]
            raise _Again(
                f"answered with something that is not whole {self.form.name} ({kind}, {len(body)} bytes)"
            ) from None

    def _busy(self, body: bytes) -> str:
        """The code by which a body asks for patience; empty for none."""
        if not self.limit.busy_at:
            return ""
        try:
            code = str(found_at(JSON.read(body), self.limit.busy_at))
        except NotWhole:
            return ""
        return code if code in self.limit.busy else ""

    def _wait(self, status: int, headers: httpx2.Headers) -> float:
        """What a host that is busy asks for, by the header everybody knows or by its own."""
        now = told_at(headers) or self.now()  # moments are told by the clock of the host
        if wait := asked_wait(headers.get("retry-after", "").strip(), now):
            return wait
        told = headers.get(self.limit.header, "") if self.limit.header and status == 429 else ""
        if not told.replace(".", "", 1).isdigit():
            return 1 / self.limit.a_second if status == 429 and self.limit.a_second < SLOW else 0.0
        return max(0.0, float(told) - (now.timestamp() if self.limit.clock is Clock.EPOCH else 0.0))

    def _refused(self, denied: _Denied) -> SourceError:
        return self._error(f"refused the key ({denied}). Look at the key and what it may read")

    def _error(self, what: str, *, retry: bool = False) -> SourceError:
        host = urlsplit(self.host).hostname or self.host
        return SourceError(f"Source '{self.source}': {host} {redacted(what)}.", retry=retry)


def told_at(headers: Mapping[str, str]) -> datetime | None:
    """When the host answered, by its own clock; None where it does not tell."""
    try:
        found = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _authority(url: httpx2.URL) -> str:
    return url.host if url.port is None else f"{url.host}:{url.port}"


def _next_link(headers: httpx2.Headers) -> str:
    """The address with rel="next" in a Link header; empty where there is none."""
    for part in headers.get("link", "").split(","):
        address, _, told = part.partition(";")
        if 'rel="next"' in told.replace(" ", "") or "rel=next" in told.replace(" ", ""):
            return address.strip().strip("<>")
    return ""
