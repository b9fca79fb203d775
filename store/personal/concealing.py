"""Rejected rows without what names a person: hashes instead of ids, also where a reason quotes one."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from store.normalise.identity import MARK, pseudonym
from store.personal.treatment import Treatment

ELLIPSIS, CERTAIN = "…", 4  # shorter texts are only taken out of a reason where they stand in quotes
_CUTS = (60, 80)  # characters after which reasons cut a value


@dataclass(frozen=True)
class Hidden:
    """Which fields of a source are not kept as they are, and the texts that stand for nothing in them."""

    fields: Mapping[str, Treatment]
    nothing: Collection[str] = ()


def concealed(bad: pl.DataFrame, hidden: Hidden, secret: bytes) -> pl.DataFrame:
    """The rows with other `reason` and `raw` (JSON text of the source's fields); what is kept stays as it is.

    A hashed field keeps its hash behind a mark, so that the row can be taken in again and names the same person.
    """
    hiding = {name: how for name, how in hidden.fields.items() if how is not Treatment.KEEP}
    if not hiding or bad.is_empty():
        return bad
    nothing = {"", *hidden.nothing}
    told = [
        _concealed(reason, raw, hiding, nothing, secret)
        for reason, raw in bad.select("reason", "raw").iter_rows()
    ]
    reasons, raws = (pl.Series(each, dtype=pl.String) for each in zip(*told, strict=True))
    return bad.with_columns(reason=reasons, raw=raws)


def _concealed(
    reason: str | None,
    raw: str | None,
    hiding: Mapping[str, Treatment],
    nothing: Collection[str],
    secret: bytes,
) -> tuple[str | None, str | None]:
    fields = json.loads(raw or "{}")
    there = {name: str(fields[name]).strip() for name in hiding if fields.get(name) is not None}
    values = {name: value for name, value in there.items() if value not in nothing}
    for name, value in values.items():
        fields[name] = None if hiding[name] is Treatment.DROP else f"{MARK}{pseudonym(value, secret)}"
    told = json.dumps(fields, ensure_ascii=False, separators=(",", ":")) if values else raw
    return _without(reason, list(values.values())), told


def _without(reason: str | None, values: list[str]) -> str | None:
    """A reason that does not quote the values, alone or joined as a key."""
    if reason is None or not values:
        return reason
    for value in ("|".join(values), *values):
        for shown in (value, *(value[:cut] for cut in _CUTS if len(value) > cut)):
            reason = reason.replace(f"'{shown}'", f"'{ELLIPSIS}'")
            if len(shown) >= CERTAIN:
                reason = reason.replace(shown, ELLIPSIS)
    return reason
