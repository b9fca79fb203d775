"""Where a plant is that is not asked over HTTP: an address that was checked, and is connected to as it was."""

import ssl
from pathlib import Path
from urllib.parse import urlsplit

from connectors.errors import SourceError
from connectors.outbound import Look, is_open, resolved


def trusted(ca_file: Path | None) -> ssl.SSLContext:
    """The certificates that are believed: the usual ones, and those of a file. Raises OSError."""
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def checked(source: str, url: str, usual: int, *, inside: bool, look: Look = resolved) -> tuple[str, int]:
    """
    Address and port behind an URL, of the open internet unless `inside`; `usual` is the port where it says none.

    Raises SourceError.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or usual
    try:
        found = look(host, port)
    except OSError:
        raise SourceError(f"Source '{source}': {host} cannot be found.", retry=True) from None
    if not found or not (inside or all(map(is_open, found))):
        raise SourceError(
            f"Source '{source}': {host} is not on the open internet; write inside = true if it stands in your network."
        )
    return found[0], port
