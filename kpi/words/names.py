"""Names of columns, tables, reasons and values as a person would write them."""

from kpi.words.catalogue import say

ACRONYMS = frozenset(
    {"csat", "eta", "fx", "hs", "id", "ioss", "kpi", "otif", "qa", "roi", "sku", "sla", "sop"}
)


def plain(name: str) -> str:
    """`no_promise` is `No promise`, `sop_id` is `SOP ID`: the English text, and the key the catalogue has it under."""
    parts = name.replace("_", " ").strip().capitalize().split(" ")
    return " ".join(part.upper() if part.lower() in ACRONYMS else part for part in parts)


def words(name: str) -> str:
    """The same in the reader's language."""
    return say(plain(name)) if name else ""
