"""Parts of fairlead.toml written by a program."""

import json
import re
from collections.abc import Mapping, Sequence

BARE = re.compile(r"[A-Za-z0-9_-]+")


def inline(words: Mapping[str, object]) -> str:
    """How a column is filled, on one line: the bare name where there is nothing more to say."""
    if list(words) == ["from"]:
        return value(words["from"])
    return value(words)


def value(plain: object) -> str:
    """A text, number, yes or no, or a list or inline table of them."""
    match plain:
        case bool():
            return str(plain).lower()
        case list() | tuple():
            return f"[{', '.join(map(value, plain))}]"
        case Mapping():
            return "{ " + ", ".join(f"{_key(key)} = {value(each)}" for key, each in plain.items()) + " }"
        case str():
            return _quoted(plain)
        case _:
            return str(plain)


def source(name: str, keys: Mapping[str, object], tables: Sequence[tuple[str, Mapping[str, object]]]) -> str:
    """A source with its tables; `columns` of a table is a mapping of mappings."""
    lines = [f"[sources.{name}]", *_lines(keys)]
    for table, block in tables:
        lines += ["", f"[sources.{name}.tables.{table}]", *_lines(block)]
    return "\n".join(lines) + "\n"


def _lines(block: Mapping[str, object]) -> list[str]:
    lines = [f"{key} = {value(each)}" for key, each in block.items() if key != "columns"]
    columns = block.get("columns")
    if isinstance(columns, Mapping):
        lines += [f"columns.{name} = {inline(words)}" for name, words in columns.items()]
    return lines


def _key(name: object) -> str:
    """A name as it stands before the equals sign: bare where TOML lets it be."""
    text = str(name)
    return text if BARE.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    """A basic string: JSON writes the same but for DEL, which TOML wants escaped, and pairs of surrogates."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
