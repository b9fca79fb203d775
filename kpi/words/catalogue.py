"""English texts and what they are in the reader's language; an unknown text stays English."""

from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from kpi.words.speech import Language, spoken

HERE = Path(__file__).parent


def say(text: str, /, **values: object) -> str:
    """The text in the reader's language; `{name}` in it is filled from the values."""
    told = _translations(spoken().language).gettext(text) if text else ""
    return told.format(**values) if values else told


def say_many(one: str, many: str, n: float, /, **values: object) -> str:
    """`1 row` or `{n} rows`; `{n}` is filled with `n` unless the values hold it already written."""
    singular = 1 if n == 1 else 2
    told = _translations(spoken().language).ngettext(one, many, singular)
    return told.format(**({"n": n} | values))


def marked(text: str) -> str:
    """The text itself, noted for the catalogue: for constants, which are said (`say(NAME)`) when they are shown."""
    return text


def file_of(language: Language) -> Path:
    """Where the texts of a language are."""
    return HERE / f"{language}.po"


def read_texts(language: Language) -> Catalog:
    """The catalogue of a language as it is written."""
    with file_of(language).open("rb") as opened:
        return read_po(opened, locale=language.value)


@cache
def _translations(language: Language) -> NullTranslations:
    """The texts of a language, compiled in memory once; English needs none."""
    if language is Language.ENGLISH:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_texts(language))
    compiled.seek(0)
    return Translations(compiled)


def listed(names: Iterable[str]) -> str:
    """Names one after the other: `a, b`, `a、b`."""
    return ("、" if spoken().language is Language.CHINESE else ", ").join(names)


def clauses(sentences: Iterable[str]) -> str:
    """Parts of one sentence: `a; b`, `a；b`."""
    return ("；" if spoken().language is Language.CHINESE else "; ").join(sentences)
