"""How long rows may name people, in fairlead.toml."""

from connectors.block import Block, suggestion
from store.personal.limits import LIMITED, Retention

KEYS = ("months", "uploads_days", "sign_ins_days", "replies_days", "pages_days")
LONGEST = 1_200  # months


def read_retention(block: Block) -> Retention:
    """The table `[retention]`; without it rows name people for ever. Raises ConfigError."""
    block.only(KEYS)
    plain, months = Retention(), block.block("months")
    for name in months.values:
        if name not in LIMITED:
            raise months.wrong(name, f"is no fact table that names people. {suggestion(name, LIMITED)}")
        if months.whole(name, 1, 1) > LONGEST:
            raise months.wrong(
                name, f"is {months.values[name]!r}; write at most {LONGEST} months, or leave it out."
            )
    return Retention(
        {name: months.whole(name, 1, 1) for name in months.values},
        block.whole("uploads_days", plain.uploads_days, 1),
        block.whole("sign_ins_days", plain.sign_ins_days, 1),
        block.whole("replies_days", plain.replies_days, 1),
        block.whole("pages_days", plain.pages_days, 0),
    )
