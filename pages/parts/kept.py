"""Answers that are kept for all readers by what was asked, so that nobody works out again what is known."""

from collections.abc import Callable
from inspect import signature
from threading import Condition
from typing import Any, TypeVar, cast

from cachetools import LRUCache, cached

F = TypeVar("F", bound=Callable[..., Any])
CACHES: list[LRUCache[Any, Any]] = []


def kept(most: int) -> Callable[[F], F]:
    """Keep the last `most` answers of a function by its arguments, all of which are given by position.

    Those whose names begin with an underscore stand last and are no part of the question. Two who ask the same at
    once wait for one answer; an exception is never kept. What is answered is shared: nobody may change it.
    """

    def keep(read: F) -> F:
        asked = sum(not name.startswith("_") for name in signature(read).parameters)
        answers: LRUCache[Any, Any] = LRUCache(most)
        CACHES.append(answers)
        key = lambda *given: given[:asked]  # noqa: E731
        return cast(F, cached(answers, key=key, condition=Condition())(read))

    return keep


def forget() -> None:
    """Forget every answer, as tests do between stores."""
    for each in CACHES:
        each.clear()
