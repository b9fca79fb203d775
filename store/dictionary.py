"""The fact dictionary: `python -m store.dictionary` prints docs/facts.md from the table contracts."""

import sys
from collections.abc import Iterator, Sequence

from store.contract import Field, Kind, Table, fields, key_of
from store.facts import MAPPED, PREPARED

READ_AS = {
    Kind.TEXT: "text",
    Kind.DAY: "day",
    Kind.INSTANT: "day and time",
    Kind.WHOLE: "whole number",
    Kind.FLAG: "yes or no",
    Kind.AMOUNT: "money",
}


def dictionary() -> str:
    """The whole dictionary as Markdown."""
    parts = [
        "# Fact dictionary",
        "Made from `store/facts/` by `make docs`; a test fails when it is stale. A mapping fills the columns under "
        "their name in the first column; the other columns are worked out at intake. Money is stored in micros "
        "(a millionth) of its currency, days are local days of the place, instants are UTC.",
        "## Tables that sources fill",
        *(each for table in MAPPED for each in _entry(table)),
        "## Tables worked out from others",
        *(each for table in PREPARED for each in _entry(table)),
    ]
    return "\n\n".join(parts) + "\n"


def _entry(table: type[Table]) -> Iterator[str]:
    columns = fields(table).values()
    yield f"### {table.name}"
    yield table.about.strip()
    yield "\n".join(_facts_of(table))
    yield _grid(
        ("column", "read as", "unit", "may be empty", "meaning"),
        [_mapped(field, field.name in key_of(table)) for field in columns if field.mapped],
    )
    if derived := [field for field in columns if not field.mapped]:
        yield _grid(
            ("worked out", "unit", "meaning"),
            [(f"`{field.name}`", field.unit, field.meaning) for field in derived],
        )


def _facts_of(table: type[Table]) -> Iterator[str]:
    yield f"- Key: {', '.join(f'`{name}`' for name in key_of(table))}"
    yield f"- Stored by the month of `{table.month_of}`"
    if table.money_day:
        yield f"- Converted to the company currency at the rate of `{table.money_day}`"
    if rules := _rules(table):
        yield f"- A good row: {'; '.join(rule.replace('_', ' ') for rule in rules)}"


def _rules(table: type[Table]) -> list[str]:
    """The rules over several columns or values, by name; limits of one column are left to its line."""
    _, failure = table.filter(table.create_empty())
    known = {*table.columns(), "primary_key"}
    return [name for name in failure.details().columns if name not in known and "|" not in name]


def _mapped(field: Field, is_key: bool) -> Sequence[str]:
    read_as = READ_AS[field.kind] if field.kind else ""
    empty = "no" if field.required else "yes" if field.default is None else f"then {field.default}"
    name = f"`{field.given_as}`" + (" (key)" if is_key else "")
    if field.given_as != field.name:
        name += f", stored as `{field.name}`"
    return name, read_as, field.unit, empty, field.meaning


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(dictionary())
