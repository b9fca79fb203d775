"""A draw that anybody can repeat: the same seed on the same population takes the same records."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from store.state.audit_rows import Drawn

_WHOLE = 2**256


def digest_of(records: Iterable[Drawn]) -> str:
    """A name of the population: its numbers in any order, and where each belongs (SHA-256, 32 digits)."""
    lines = sorted("\x1f".join((each.case_id, *stratum(each))) for each in records)
    return sha256("\x1e".join(lines).encode()).hexdigest()[:32]


def draw(records: Sequence[Drawn], size: int, seed: str) -> list[Drawn]:
    """
    `size` of the records, spread over teams, shifts, channels, markets and people in proportion to their share: those
    are put one after the other in an order the seed decides, and every so many-th record is taken from a start the seed
    decides. Each record has the same chance, size / records; the answer is in the order of looking, by chance as well,
    so that what was looked at first is a random part, too.
    """
    if size >= len(records):
        chosen = list(records)
    else:
        ordered = sorted(
            records,
            key=lambda each: (_chance(seed, "part", *stratum(each)), _chance(seed, "record", each.case_id)),
        )
        start = _chance(seed, "start", str(len(records)), str(size))
        chosen = [ordered[(nth * _WHOLE + start) * len(records) // (size * _WHOLE)] for nth in range(size)]
    return sorted(chosen, key=lambda each: _chance(seed, "order", each.case_id))


def twice(drawn: Sequence[Drawn], percent: int, seed: str) -> frozenset[str]:
    """The numbers of those a second auditor looks at: so many percent, one at least where it is not none."""
    wanted = -(-len(drawn) * percent // 100)
    by_chance = sorted(drawn, key=lambda each: _chance(seed, "second", each.case_id))
    return frozenset(each.case_id for each in by_chance[:wanted])


def stratum(record: Drawn) -> tuple[str, ...]:
    """What the draw is spread over."""
    return record.team, record.shift, record.channel, record.market, record.person


def _chance(seed: str, *what: str) -> int:
    """A number below 2 to the 256 that seed and words decide."""
    return int.from_bytes(sha256("\x1f".join((seed, *what)).encode()).digest())
