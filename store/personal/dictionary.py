"""The part of docs/personal-data.md that follows from the contracts; running this module renews it."""

import re
from pathlib import Path

from store.contract import people_of
from store.facts import TABLES

PAGE = Path(__file__).parents[2] / "docs" / "personal-data.md"
BEGIN, END = "<!-- made from the contracts -->", "<!-- end -->"


def columns() -> str:
    """Every stored column that holds an id of a person, as a Markdown table."""
    lines = ["| table | column | whose | kept as |", "|---|---|---|---|"]
    lines += [
        f"| {name} | `{column}` | {person.value} | keyed hash |"
        for name, table in TABLES.items()
        for column, person in people_of(table).items()
    ]
    return "\n".join(lines)


def renewed(page: str) -> str:
    """The page with the table as it is now."""
    return re.sub(
        f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n\n{columns()}\n\n{END}", page, count=1, flags=re.DOTALL
    )


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
