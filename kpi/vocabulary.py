"""Values of closed lists, such as statuses, modes of transport and causes, as people write them."""

from functools import cache
from types import ModuleType

import store.facts
from kpi.goals import Sop
from kpi.words import Language, marked, say, spoken
from kpi.words.names import words

PROCEDURES = frozenset(each.value for each in Sop)
NAMELESS = (marked("(other)"), marked("(unknown)"))


@cache
def vocabulary() -> frozenset[str]:
    """The values of the lists that tables declare: `in_transit`, `sea`, `wrong_item`."""
    constants = [
        constant
        for module in vars(store.facts).values()
        if isinstance(module, ModuleType)
        for name, constant in vars(module).items()
        if name.isupper() and isinstance(constant, tuple | dict)
    ]
    return frozenset(
        value for each in constants for value in each if isinstance(value, str) and value.islower()
    )


def named(value: object, dimension: str = "") -> str:
    """A value of a dimension: one of a closed list in the reader's language, any other as the source wrote it.

    Procedures are known by keys, which are never shown.
    """
    text = str(value)
    if text in NAMELESS:
        return say(text)
    if dimension == "sop" or text in PROCEDURES:
        return words(text)
    known = spoken().language is not Language.ENGLISH and text in vocabulary()
    return words(text) if known else text
