"""What components draw, as few bytes: names once instead of in every row, scripts and styles without their comments."""

from collections.abc import Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent


def packed(rows: Sequence[Mapping[str, object]]) -> list[list[object]]:
    """The values of each row in the order of its names, which all rows share; `names` tells them."""
    return [list(row.values()) for row in rows]


def names(rows: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    """The names behind `packed` rows; none without rows."""
    return tuple(rows[0]) if rows else ()


def asset(name: str, folder: Path = HERE) -> str:
    """A script or style of a component, which is sent whenever its data change: no indents, no lines of comment."""
    lines = [line.strip() for line in (folder / name).read_text(encoding="utf-8").splitlines()]
    return "\n".join(line for line in lines if line and not line.startswith("//"))
