"""What a grain asks of its fact: the text of its definitions, and the columns they name."""

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

from kpi.engine import Grain, measures, speaks_of, told_state
from kpi.model import Distribution
from store.contract import polars_schema

_WORD = re.compile(r"\w+")


@lru_cache(maxsize=1024)
def fingerprint(grain: Grain) -> str:
    """Changes when a definition of the grain changes, so that its components are computed anew."""
    told = [repr((grain.days, grain.known_day)), *_told(grain)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


@lru_cache(maxsize=1024)
def columns_read(grain: Grain) -> tuple[str, ...]:
    """Every column of the fact on which a component or bin of the grain can depend."""
    return _named(grain, _told(grain))


@lru_cache(maxsize=1024)
def columns_told(grain: Grain) -> tuple[str, ...]:
    """Those on which it can depend among rows of which it is known whether the grain speaks of them."""
    known = repr(speaks_of(grain))
    return _named(grain, [text.replace(known, "") for text in _told(grain)])


@lru_cache(maxsize=1024)
def columns_dated(grain: Grain) -> tuple[str, ...]:
    """Those that tell on which day a row counts, and when that may change."""
    first = grain.parts[0].kpi
    waits = [repr(first.open)] if isinstance(first, Distribution) else []
    words = {word for text in (*grain.days, *grain.edges, *waits) for word in _WORD.findall(text)}
    return tuple(name for name in polars_schema(grain.fact) if name in words)


def _named(grain: Grain, told: Iterable[str]) -> tuple[str, ...]:
    named = [*grain.days, *grain.dimensions, *grain.edges, "deleted"]
    for part in grain.parts:
        if isinstance(part.kpi, Distribution):
            named += [part.kpi.seconds, part.kpi.bin, part.kpi.started, repr(part.kpi.open)]
    words = {word for text in (*named, *told) for word in _WORD.findall(text)}
    return tuple(name for name in polars_schema(grain.fact) if name in words)


@lru_cache(maxsize=1024)
def _told(grain: Grain) -> list[str]:
    return [f"({told_state(part)}, {sorted(measures(part).items())!r})" for part in grain.parts]
