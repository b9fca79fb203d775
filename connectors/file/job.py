"""What the child process is asked to do, as it travels from one process to the other."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from connectors.layout import DateOrder, Layout

MEMORY_MB, QUERY_MEMORY_MB = 2_048, 4_096
MEGABYTE = 1_048_576


@dataclass(frozen=True)
class Job:
    """
    Read files and write their rows as text into `folder`, piece by piece; or, with `look`, describe their tops.

    `columns` are the columns wanted (all where None), `sheets` layouts of single sheets, `query` a SELECT over
    the files. Zero for a limit means the child's own default.
    """

    paths: tuple[str, ...]
    folder: str
    layout: Layout = field(default_factory=Layout)
    sheets: Mapping[str, Layout] = field(default_factory=dict)
    columns: tuple[str, ...] | None = None
    query: str | None = None
    look: bool = False
    piece_rows: int = 400_000
    memory_mb: int = 0
    cpu_seconds: int = 0
    unpacked_mb: int = 0

    @property
    def memory(self) -> int:
        """Megabytes of address space the child may use; a query holds whole tables, so it gets more."""
        return self.memory_mb or (QUERY_MEMORY_MB if self.query else MEMORY_MB)

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> "Job":
        plain = json.loads(text)
        return Job(
            **{
                **plain,
                "paths": tuple(plain["paths"]),
                "layout": _layout(plain["layout"]),
                "sheets": {name: _layout(each) for name, each in plain["sheets"].items()},
                "columns": None if plain["columns"] is None else tuple(plain["columns"]),
            }
        )


def _layout(plain: Mapping[str, Any]) -> Layout:
    order = plain["date_order"]
    return replace(
        Layout(**plain),
        date_order=DateOrder(order) if order else None,
        null_values=tuple(plain["null_values"]),
    )
