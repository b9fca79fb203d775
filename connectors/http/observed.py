"""What a host tells of its limit in the headers of an answer, and which fields of a stream are mapped."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from connectors.block import Block
from connectors.http.worked import read_worked
from connectors.observed import Notes, Sample
from connectors.plan import TableMapping
from store.observed import Quota

KNOWN = (
    "x-rate-limit-remaining",
    "x-ratelimit-remaining",
    "ratelimit-remaining",
    "x-shopify-shop-api-call-limit",
)
WHOLE = ("-limit", "-total", "")  # in place of -remaining: how many there are in all
RATE = "x-amzn-ratelimit-limit"  # requests a second
LARGEST = 12  # digits of a number of requests


def heard(notes: Notes, header: str, headers: Mapping[str, str], now: datetime) -> None:
    """Note what an answer says of the limit, under the header of the system or one that many use."""
    notes.quota = quota_in(header, headers, now) or notes.quota


def quota_in(header: str, headers: Mapping[str, str], now: datetime) -> Quota | None:
    """What is left; None where the host does not tell, or not in numbers."""
    for name in (header.lower(), *KNOWN):
        if name and (told := headers.get(name, "").strip()):
            left, of = _left(told)
            if left is not None:
                return Quota(now, left, of if of is not None else _whole(name, headers))
    rate = headers.get(RATE, "").strip()
    return (
        Quota(now, a_minute=float(rate) * 60) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,12})?", rate) else None
    )


def _left(told: str) -> tuple[int | None, int | None]:
    """`676`; `32/40`, which is used and all; `total=100; remaining=99`."""
    if (number := _number(told)) is not None:
        return number, None
    used, _, whole = told.partition("/")
    if (spent := _number(used)) is not None and (of := _number(whole)) is not None:
        return max(0, of - spent), of
    parts: dict[str, str] = dict(re.findall(r"(\w+)\s*=\s*([0-9]+)", told))
    return _number(parts.get("remaining", "")), _number(parts.get("total", parts.get("limit", "")))


def _whole(name: str, headers: Mapping[str, str]) -> int | None:
    """How many there are in all, as the header beside it says."""
    if not name.endswith("-remaining"):
        return None
    stem = name.removesuffix("-remaining")
    return next((found for end in WHOLE if (found := _number(headers.get(stem + end, ""))) is not None), None)


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LARGEST else None


def look_at(notes: Notes, source: str, stream: str, tables: Sequence[TableMapping]) -> None:
    """Look at a stream from now on, whose records fill these tables."""
    if stream not in notes.samples:
        mapped = sorted({name for each in tables for name in mapped_fields(source, each)})
        notes.samples[stream] = Sample(tuple(each.table.name for each in tables), tuple(mapped))


def mapped_fields(source: str, mapping: TableMapping) -> set[str]:
    """The fields a mapping reads, by itself, in expressions and in entries of inner lists."""
    worked = read_worked(Block(source, mapping.table.name, mapping.options).block("worked"))
    read = {name for name in worked.needed(mapping.source_columns) if name not in worked.picks}
    return read | {".".join([*pick.of, *pick.field]) for pick in worked.picks.values()}
