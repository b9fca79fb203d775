"""Names of columns, tables, reasons and values as a person would write them."""

from kpi.words.catalogue import say


def plain(name: str) -> str:
    """`no_promise` is `No promise`: the English text, and the key under which the catalogue has it."""
    return name.replace("_", " ").strip().capitalize()


def words(name: str) -> str:
    """The same in the reader's language."""
    return say(plain(name)) if name else ""
