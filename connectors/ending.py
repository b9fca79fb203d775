"""Letting go of a source at once, whatever stopped its reader."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def ending(items: Iterator[T]) -> Iterator[Iterator[T]]:
    """Close a generator at the end, so that its process or connection does not wait to be collected."""
    try:
        yield items
    finally:
        if isinstance(items, Generator):
            items.close()
