"""How long people have to read a version, and who sees from when that they are late, in fairlead.toml."""

from connectors.block import Block
from store.reading_ladder import USUAL, Ladder, LadderError

KEYS = ("read", "soon", "owner_after", "manager_after")


def read_ladder(block: Block) -> Ladder:
    """The table `[reading]`; what it leaves out is as usual. Raises ConfigError."""
    block.only(KEYS)
    try:
        return Ladder(**{key: block.whole(key, getattr(USUAL, key)) for key in KEYS})
    except LadderError as wrong:
        raise block.wrong(wrong.setting, wrong.complaint) from None
