"""Ids of people as keyed hashes: the same person stays one person, and nobody can be read back."""

from hashlib import blake2b

import polars as pl


def hashed(ids: pl.Series, secret: bytes) -> pl.Series:
    """32 hex digits of BLAKE2b keyed with the deployment's secret; null and empty stay as they are.

    Raises ValueError for an empty secret, as anyone could then hash a list of names and compare.
    """
    if not secret:
        raise ValueError("The secret of the deployment is empty; ids of people cannot be hashed with it.")
    key = secret if len(secret) <= blake2b.MAX_KEY_SIZE else blake2b(secret).digest()
    known = ids.unique().drop_nulls()
    known = known.filter(known != "")
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
