"""Tokens of OAuth2: got at the declared place, good until shortly before they end, renewed by one process at a time."""

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from connectors.errors import SourceError
from connectors.http.asking import FORM, Question
from connectors.http.client import Client, Refused
from connectors.http.declared import Clock, Limit
from connectors.http.places import found_at
from connectors.http.service_account import GRANT, NoServiceAccount, ServiceAccount
from connectors.http.signing import Auth, Grant, Signed, Tokens, basic, written
from store.database import StateError
from store.redaction import learn
from store.state.edits import ChangedMeanwhile
from store.state.stored_secrets import NoSecret
from store.vault import Vault

EARLY_S, USUAL_S, CLAIM_S, LOOKS = 60.0, 3_600.0, 300.0, 60
QUICK = Limit(60.0, "", Clock.SECONDS)
PREFIX = "oauth."


@dataclass(frozen=True)
class Credentials:
    """What tokens are got with: client id and secret, a refresh token beside them, or a service account alone."""

    client: str
    secret: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    account: ServiceAccount | None = None


@dataclass(frozen=True)
class Record:
    """
    What is kept of a refresh token that rotates: the one to spend next, the token it gave last with its end (seconds
    since 1970), until when another process is spending it, and which one the source was `given`, told by a digest.
    """

    refresh: str = field(repr=False)
    given: str
    token: str = field(default="", repr=False)
    until: float = 0.0
    claimed: float = 0.0


@dataclass(frozen=True)
class Kept:
    """The record of one source in the vault, sealed; each change names the version that was read, or is refused."""

    source: str
    vault: Callable[[], Vault]

    @property
    def name(self) -> str:
        """The name it is kept under; a source whose name secrets cannot have is told by a digest of it."""
        plain = re.fullmatch(r"[a-z0-9._-]{1,50}", self.source)
        return PREFIX + (self.source if plain else digest(self.source))

    def read(self) -> tuple[Record | None, int]:
        """The record and its version; none and 0 where nothing is kept. Raises SourceError."""
        with self._told():
            try:
                opened = self.vault().open(self.name)
            except NoSecret:
                return None, 0
            record = msgspec.json.decode(opened.value, type=Record)
            learn(record.refresh)
            learn(record.token)
            return record, opened.version

    def write(self, record: Record, seen: int) -> int:
        """Keep it in place of that version; the new one. Raises ChangedMeanwhile, SourceError."""
        with self._told():
            return self.vault().put(self.name, msgspec.json.encode(asdict(record)).decode(), seen)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except ChangedMeanwhile:
            raise
        except (StateError, msgspec.MsgspecError) as wrong:
            raise SourceError(
                f"Source '{self.source}': its token '{self.name}' cannot be kept: {wrong}"
            ) from None


@dataclass(eq=False)
class Access:
    """The signature of a source that signs in with tokens; `more` are headers that go along. Times are seconds."""

    source: str
    auth: Auth
    tokens: Tokens
    address: str
    credentials: Credentials
    kept: Kept | None = None
    inside: bool = False
    more: Mapping[str, str] = field(default_factory=dict)
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    _token: str = field(default="", repr=False)
    _until: float = 0.0

    def headers(self) -> Mapping[str, str]:
        """With a token that is good for a while. Raises SourceError."""
        if not self._token or self.now() >= self._until - EARLY_S:
            self._get()
        return {**self.more, self.auth.name: written(self.auth, self._token)}

    def parameters(self) -> Mapping[str, str]:
        return {}

    def renewed(self) -> bool:
        """The token was refused before its end. Raises SourceError."""
        self._get()
        return True

    def secrets(self) -> tuple[str, ...]:
        return (self._token, self.credentials.secret, self.credentials.refresh)

    def _get(self) -> None:
        if self.credentials.account is not None:
            self._take(self._asked(self._claimed(self.credentials.account)))
        elif self.tokens.grant is Grant.CLIENT:
            self._take(self._asked({"grant_type": "client_credentials"}))
        else:
            self._refresh()

    def _claimed(self, account: ServiceAccount) -> Mapping[str, str]:
        """What a service account asks with; its host looks for the address that is declared."""
        declared = self.tokens.address
        try:
            claim = account.claim(
                self.tokens.scope, declared if "://" in declared else self.address, self.now()
            )
        except NoServiceAccount as wrong:
            raise SourceError(f"Source '{self.source}': {wrong}") from None
        return {"grant_type": GRANT, "assertion": learn(claim)}

    def _refresh(self) -> None:
        """A token for the refresh token; where that one rotates, by whoever claimed it first."""
        for _ in range(LOOKS):
            record, version = self.kept.read() if self.kept else (None, 0)
            if record is None or record.given != digest(self.credentials.refresh):
                record = Record(self.credentials.refresh, digest(self.credentials.refresh))
            if record.token not in ("", self._token) and self.now() < record.until - EARLY_S:
                self._token, self._until = record.token, record.until
                return
            if self.now() < record.claimed:
                self.sleep(1.0)
            elif self._spent(record, version):
                return
        raise SourceError(
            f"Source '{self.source}': another process is renewing its token and does not end.", retry=True
        )

    def _spent(self, record: Record, version: int) -> bool:
        """Whether the refresh token was this process's to spend; what came of it is kept."""
        claims = self.kept is not None and (self.tokens.rotates or version > 0)
        try:
            if claims and self.kept:
                version = self.kept.write(replace(record, claimed=self.now() + CLAIM_S), version)
        except ChangedMeanwhile:
            return False
        form = {"grant_type": "refresh_token", "refresh_token": record.refresh}
        try:
            told = self._asked(form)
            next_one = learn(str(told.get("refresh_token") or record.refresh))
            self._take(told)
            record = replace(record, refresh=next_one, token=self._token, until=self._until, claimed=0.0)
        finally:
            if claims or record.refresh != form["refresh_token"]:
                self._keep(record, version)
        return True

    def _keep(self, record: Record, version: int) -> None:
        if self.kept is None:
            raise SourceError(
                f"Source '{self.source}': its refresh token rotates and can be kept nowhere here."
            )
        try:
            self.kept.write(record, version)
        except ChangedMeanwhile:
            raise SourceError(
                f"Source '{self.source}': another process renewed its token meanwhile.", retry=True
            ) from None

    def _who(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """What of the form and which headers say who asks; nothing beside a claim, which says it itself."""
        client, secret = self.credentials.client, self.credentials.secret
        if self.credentials.account is not None:
            return {}, {}
        if self.tokens.basic:
            return {}, {"Authorization": basic(f"{client}:{secret}")}
        return {"client_id": client, "client_secret": secret}, {}

    def _asked(self, form: Mapping[str, str]) -> Mapping[str, Any]:
        who, headers = self._who()
        told = {**form, **self.tokens.more, **who}
        parts = urlsplit(self.address)
        host = f"{parts.scheme}://{parts.netloc}"
        with closing(Client(self.source, host, Signed(headers), QUICK, self.inside, sleep=self.sleep)) as own:
            try:
                body = own.ask(Question(parts.path or "/", {}, urlencode(told).encode(), FORM)).body
            except Refused as refused:
                raise SourceError(
                    f"{refused} No token is given: sign in to the system anew, and keep what it gives."
                ) from None
        if not isinstance(body, dict) or not found_at(body, ("access_token",)):
            raise SourceError(f"Source '{self.source}': {parts.hostname} gives no access_token.")
        return body

    def _take(self, told: Mapping[str, Any]) -> None:
        self._token = learn(str(told["access_token"]))
        lasts = str(told.get("expires_in") or "")
        self._until = self.now() + (float(lasts) if lasts.replace(".", "", 1).isdigit() else USUAL_S)


def digest(text: str) -> str:
    """By which a secret is known again, and which tells nothing of it."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
