"""One call to a host outside: over TLS, to an address of the open internet, never to where it is sent on to."""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Timer
from urllib.parse import urlsplit

TIMEOUT_S = 10.0
WHOLE_S = 30.0  # after which a host that keeps answering a little is left
LOCAL_SCHEMES = {"https": 443, "http": 80}
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Look = Callable[[str, int], Sequence[str]]


class OutboundRefused(Exception):
    """
    The address must not be called, or did not answer well; the message says which host and why, and no secret.
    `status`: what it answered, 0 where it did not; `is_ours`: the address itself is at fault; `wait_s`: for how many
    seconds it asked to be left alone.
    """

    def __init__(self, message: str, status: int = 0, *, is_ours: bool = False, wait_s: float = 0.0):
        super().__init__(message)
        self.status, self.is_ours, self.wait_s = status, is_ours, wait_s


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]).partition("%")[0] for each in found]


def is_open(text: str) -> bool:
    """Whether an address belongs to the open internet, also where it hides another one inside."""
    address = ipaddress.ip_address(text)
    for inner in (address, *_inside(address)):
        if not inner.is_global or inner.is_multicast or inner.is_reserved:
            return False
    return True


def _inside(address: Address) -> list[Address]:
    """IPv4 addresses inside an IPv6 one: mapped, 6to4, Teredo, NAT64, compatible."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    number, found = int(address), list[Address]()
    if address.ipv4_mapped:
        found.append(address.ipv4_mapped)
    if address.sixtofour:
        found.append(address.sixtofour)
    if address.teredo:
        found += address.teredo
    if number >> 32 in (0, 0x0064FF9B << 64):
        found.append(ipaddress.IPv4Address(number & 0xFFFFFFFF))
    return found


def call(url: str, *, inside: bool = False, look: Look = resolved) -> None:
    """
    GET the address once, without following it on. `inside` allows plain HTTP and addresses of the firm's own network.
    Raises OutboundRefused.
    """
    _send("GET", url, None, {}, inside, look)


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, inside: bool = False, look: Look = resolved
) -> None:
    """POST a body to the address once, otherwise as `call`. Raises OutboundRefused."""
    _send("POST", url, body, headers, inside, look)


def _send(
    method: str, url: str, body: bytes | None, headers: Mapping[str, str], inside: bool, look: Look
) -> None:
    parts = urlsplit(url)
    host, usual = parts.hostname or "", LOCAL_SCHEMES.get(parts.scheme)
    if usual is None or not host or parts.username or (parts.scheme != "https" and not inside):
        raise OutboundRefused("The address must be https://host/path, without a user in it.", is_ours=True)
    try:
        port = parts.port or usual
        found = look(host, port)
        if not found or not (inside or all(map(is_open, found))):
            raise OutboundRefused(f"{host} is not on the open internet, and calls inside are not allowed.")
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        with socket.create_connection((found[0], port), TIMEOUT_S) as plain:
            connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
            connection.sock = _wire(plain, host) if parts.scheme == "https" else plain
            status, later = _asked(connection, method, target, body, headers)
    except (OSError, ValueError, http.client.HTTPException) as wrong:
        raise OutboundRefused(f"{host} could not be called: {type(wrong).__name__}.") from None
    if not 200 <= status < 300:
        raise OutboundRefused(
            f"{host} answered with {status}.", status, wait_s=asked_wait(later, datetime.now(UTC))
        )


def asked_wait(told: str, now: datetime) -> float:
    """The seconds a `Retry-After` speaks of, as a number or as a date; 0 for none, the past, or what is neither."""
    if told.isascii() and told.replace(".", "", 1).isdigit():
        return float(told[:9])
    try:
        until = parsedate_to_datetime(told)
    except ValueError:
        return 0.0
    return max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds())


def _wire(plain: socket.socket, host: str) -> ssl.SSLSocket:
    """To that very address, so that a name cannot come to mean another one in between."""
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _asked(
    connection: http.client.HTTPConnection,
    method: str,
    target: str,
    body: bytes | None,
    headers: Mapping[str, str],
) -> tuple[int, str]:
    """Status of the answer and its Retry-After; nobody reads the body, and a host that trickles is cut off."""
    wire = connection.sock

    def cut() -> None:
        with suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)

    limit = Timer(WHOLE_S, cut)
    limit.daemon = True
    limit.start()
    try:
        told = {"User-Agent": "Fairlead", "Connection": "close", **headers}
        connection.request(method, target, body, told)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Retry-After", "").strip()
    finally:
        limit.cancel()
        connection.close()
