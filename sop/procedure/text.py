"""Words of procedures in one form: what a person typed, pasted or wrote in a file, without what nobody can see."""

import re
import unicodedata
from collections.abc import Iterable

KEY = re.compile(r"[a-z][a-z0-9_]*")
LONGEST_KEY = 60
_WEB = re.compile(r"https?://[^\s<>\"\\^`{|}()]+")
_FILE = re.compile(r"[\w][\w.\-]*(?:/[\w][\w.\-]*)*")


class ProcedureError(ValueError):
    """A procedure that cannot be; the message says which value, why, and the way out."""


def line(text: str) -> str:
    """The text on one line, without control characters."""
    return " ".join(_seen(text).split())


def block(text: str) -> str:
    """The text with lines ended alike, without control characters and without empty lines around it."""
    lines = [each.rstrip() for each in _seen(text).split("\n")]
    return "\n".join(lines).strip("\n")


def names(listed: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in the order given. Raises ProcedureError for one with a comma, which divides names."""
    found = dict.fromkeys(name(each) for each in listed)
    found.pop("", None)
    return tuple(found)


def name(text: str) -> str:
    """One name, or none. Raises ProcedureError where commas make several of it."""
    found = line(text)
    if "," in found:
        raise ProcedureError(
            f"'{found}' holds a comma, which divides names; write one name, or several apart."
        )
    return found


def web_address(text: str) -> str:
    """An address a browser may open, or none. Raises ProcedureError for anything that is not http or https."""
    found = line(text)
    if found and not _WEB.fullmatch(found):
        raise ProcedureError(
            f"'{found[:80]}' is not an address of the web; begin with https:// and leave out blanks and brackets."
        )
    return found


def file_name(text: str) -> str:
    """A file beside the procedure. Raises ProcedureError for paths that lead elsewhere and for odd characters."""
    found = line(text)
    if not _FILE.fullmatch(found):
        raise ProcedureError(
            f"'{found[:80]}' is not the name of a file beside the procedure; use letters, digits, - _ . and /."
        )
    return found


def key_of(title: str, otherwise: str) -> str:
    """A key made of a title: `Check the label!` is `check_the_label`; `otherwise` where nothing is left of it."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_KEY].strip("_")
    if not made:
        return otherwise
    return made if made[0].isalpha() else f"n{made}"[:LONGEST_KEY]


def require_key(key: str) -> None:
    """Raises ProcedureError unless it is a key: small letters, digits and _, a letter first."""
    if len(key) > LONGEST_KEY or not KEY.fullmatch(key):
        raise ProcedureError(
            f"'{key[:80]}' cannot be a key; use small letters, digits and _, a letter first, at most {LONGEST_KEY}."
        )


def _seen(text: str) -> str:
    """Without control characters, halves of surrogate pairs and byte order marks; line ends become one."""
    ended = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(
        each
        for each in ended
        if each in "\n\t" or (each != "\ufeff" and unicodedata.category(each) not in ("Cc", "Cs", "Cn"))
    )
