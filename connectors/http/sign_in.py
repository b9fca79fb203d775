"""Who asks a system: the signature of one source, made of what its block refers to."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast
from urllib.parse import urljoin, urlsplit

from connectors.credentials import Resolve, is_reference, resolved, secret_of
from connectors.errors import ConfigError
from connectors.http.access import Access, Credentials, Kept
from connectors.http.declared import System
from connectors.http.service_account import NoServiceAccount, ServiceAccount, service_account_in
from connectors.http.signing import Grant, Signature, Signed, Tokens, signed
from connectors.plan import SourceConfig
from store.redaction import learn
from store.vault import Vault


def signature_of(
    config: SourceConfig, system: System, resolve: Resolve, vault: Callable[[], Vault] | None
) -> Signature:
    told = {name: cast(str, config.options[name]) for name in ("key", "user", "account")}
    key = learn(secret_of(config.name, "key", told["key"], resolve)) if told["key"] else ""
    headers = {name: _filled(text, {**told, "key": key}) for name, text in system.headers.items()}
    more = {name: text for name, text in headers.items() if text}
    tokens = system.auth.tokens
    if tokens is None:
        own = signed(system.auth, told["user"], key) if key else Signed()
        return replace(own, in_headers={**own.in_headers, **more})
    credentials = _credentials(config, tokens, resolve)
    kept = Kept(config.name, vault) if tokens.grant is Grant.REFRESH and vault else None
    inside, host = bool(config.options["inside"]), cast(str, config.options["token_host"]) or system.host
    address = urljoin(
        f"{host}/", urlsplit(tokens.address).path if config.options["token_host"] else tokens.address
    )
    return Access(config.name, system.auth, tokens, address, credentials, kept, inside, more)


def _credentials(config: SourceConfig, tokens: Tokens, resolve: Resolve) -> Credentials:
    """
    Client, secret and refresh token by reference, or the key file of a service account as the secret. Raises
    ConfigError for one that is missing.
    """
    told = {name: cast(str, config.options[name]) for name in ("client", "secret", "refresh")}
    if (account := _service_account(config, tokens, told["secret"], resolve)) is not None:
        return Credentials(account.email, account.key, account=account)
    for name in ("client", "secret", *(("refresh",) if tokens.grant is Grant.REFRESH else ())):
        if not told[name]:
            raise ConfigError(
                f"Source '{config.name}': {name} is missing, with which tokens are got; write for example "
                f'{name} = "stored:{config.name}.{name}".'
            )
    found = {
        name: learn(secret_of(config.name, name, told[name], resolve))
        for name in ("secret", "refresh")
        if told[name]
    }
    client = told["client"]
    client = resolved(config.name, "client", client, resolve) if is_reference(client) else client
    return Credentials(client, found["secret"], found.get("refresh", ""))


def _service_account(
    config: SourceConfig, tokens: Tokens, reference: str, resolve: Resolve
) -> ServiceAccount | None:
    """The one whose key file the secret is. Raises ConfigError for a broken one, and where the system takes none."""
    secret = learn(secret_of(config.name, "secret", reference, resolve)) if reference else ""
    try:
        account = service_account_in(secret)
    except NoServiceAccount as wrong:
        raise ConfigError(f"Source '{config.name}': {wrong}") from None
    if account is not None and not tokens.scope:
        raise ConfigError(
            f"Source '{config.name}': the secret is the key file of a service account, which this system "
            "does not take; write client, secret and refresh."
        )
    if account is not None:
        learn(account.key)
    return account


def _filled(text: str, told: Mapping[str, str]) -> str:
    for name, value in told.items():
        text = text.replace(f"{{{name}}}", value)
    return text
