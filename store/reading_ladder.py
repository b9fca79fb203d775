"""When what people owe a procedure is due, and who sees from when that it is late: a setting of the firm."""

from dataclasses import dataclass

MOST_DAYS = 365


class LadderError(Exception):
    """A ladder whose rungs do not follow each other; `setting` is the one to change."""

    def __init__(self, setting: str, complaint: str):
        super().__init__(f"{setting} {complaint}")
        self.setting, self.complaint = setting, complaint


@dataclass(frozen=True)
class Ladder:
    """
    All in calendar days: `read` after being asked a version is to be read; it is pressing for the last `soon` of them.
    Once something is late the lead sees it, more than `owner_after` days later the owner, more than `manager_after`
    the manager.
    """

    read: int = 7
    soon: int = 3
    owner_after: int = 7
    manager_after: int = 14

    def __post_init__(self) -> None:
        for name, least in (("read", 1), ("soon", 0), ("owner_after", 0), ("manager_after", 0)):
            days = getattr(self, name)
            if not least <= days <= MOST_DAYS:
                raise LadderError(name, f"is {days}; write whole days from {least} to {MOST_DAYS}.")
        if self.soon > self.read:
            raise LadderError(
                "soon",
                f"is {self.soon}, longer than the {self.read} days to read; write at most {self.read}.",
            )
        if self.manager_after < self.owner_after:
            raise LadderError(
                "manager_after",
                f"is {self.manager_after}, before the owner sees it (owner_after = {self.owner_after}); write at "
                f"least {self.owner_after}.",
            )


USUAL = Ladder()
