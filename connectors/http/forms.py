"""How bodies are written, and what reads them."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec

DECODE = msgspec.json.Decoder(float_hook=str)  # an amount keeps the digits it was written with


class NotWhole(Exception):
    """A body that is not what it should be, or not all of it."""


@dataclass(frozen=True)
class Form:
    """How bodies are written: its name, its media type, and what reads one or raises NotWhole."""

    name: str
    media: str
    read: Callable[[bytes], Any]


def decoded(decoder: msgspec.json.Decoder[Any], body: bytes) -> Any:
    """Raises NotWhole, and msgspec.ValidationError for what is not of the decoder's type."""
    with collecting(False):
        try:
            return decoder.decode(body)
        except msgspec.ValidationError:
            raise
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise NotWhole from None


@contextmanager
def collecting(does: bool) -> Iterator[None]:
    """Looking for garbage meanwhile or not: a page is many objects at once, of which none is any yet."""
    before = gc.isenabled()
    (gc.enable if does else gc.disable)()
    try:
        yield
    finally:
        (gc.enable if before else gc.disable)()


def _json(body: bytes) -> Any:
    return decoded(DECODE, body)


JSON = Form("JSON", "application/json", _json)
