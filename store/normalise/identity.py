"""Ids of people as keyed hashes: the same person stays one person, and nobody can be read back."""

import re
from hashlib import blake2b

import polars as pl

MARK = "hashed:"  # before an id that was hashed already, such as one kept beside a rejected row
TOMBSTONE = "erased:"  # before what stands in the place of a person who was erased
_MARKED = re.compile(rf"{MARK}([0-9a-f]{{32}})")


def hashed(ids: pl.Series, secret: bytes) -> pl.Series:
    """32 hex digits of BLAKE2b keyed with the deployment's secret; null and empty stay as they are.

    An id that comes hashed, with the mark before it, only loses the mark.
    Raises ValueError for an empty secret, as anyone could then hash a list of names and compare.
    """
    key = _key(secret)
    known = ids.unique().drop_nulls()
    known = known.filter(known != "")
    if known.str.starts_with(MARK).any():
        digests = [_digest(each, key) for each in known]
    else:
        digests = [blake2b(each.encode(), key=key, digest_size=16).hexdigest() for each in known]
    pairs = pl.DataFrame({"id": known, "digest": pl.Series(digests, dtype=pl.String)})
    return (
        ids.alias("id")
        .to_frame()
        .join(pairs, on="id", how="left", maintain_order="left")
        .select(pl.coalesce("digest", "id"))
        .to_series()
        .alias(ids.name)
    )


def pseudonym(id: str, secret: bytes) -> str:
    """What `hashed` makes of one id, blanks round it left out."""
    return _digest(id.strip(), _key(secret))


def _digest(id: str, key: bytes) -> str:
    if id.startswith(MARK) and (marked := _MARKED.fullmatch(id)):
        return marked[1]
    return blake2b(id.encode(), key=key, digest_size=16).hexdigest()


def _key(secret: bytes) -> bytes:
    if not secret:
        raise ValueError("The secret of the deployment is empty; ids of people cannot be hashed with it.")
    return secret if len(secret) <= blake2b.MAX_KEY_SIZE else blake2b(secret).digest()
