"""Which language the reader of this run speaks, and by which locale numbers and days are written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, wraps
from typing import ParamSpec, TypeVar

from babel import Locale, UnknownLocaleError

P = ParamSpec("P")
R = TypeVar("R")


class Language(StrEnum):
    """The languages of the catalogue; the value stands in links."""

    ENGLISH = "en"
    CHINESE = "zh"

    @property
    def tag(self) -> str:
        """What HTML calls it."""
        return {Language.ENGLISH: "en", Language.CHINESE: "zh-Hans"}[self]

    @property
    def locale(self) -> str:
        """How its numbers and days are written where nothing is known of the reader."""
        return {Language.ENGLISH: "en", Language.CHINESE: "zh_Hans_CN"}[self]


@dataclass(frozen=True)
class Speech:
    """The language of words, and the locales (as Babel names them) of numbers and of days.

    Days hold words (`Oct`, `周一`), so their locale is always one of the language.
    """

    language: Language = Language.ENGLISH
    numbers: str = Language.ENGLISH.locale
    days: str = Language.ENGLISH.locale

    @property
    def key(self) -> str:
        """Part of the key of every cache that holds words or written numbers."""
        return f"{self.language}|{self.numbers}|{self.days}"


_SPEECH: ContextVar[Speech] = ContextVar("speech", default=Speech())  # noqa: B039 (frozen)


def speech(language: Language, locale: str | None = None) -> Speech:
    """How a reader of this language and browser locale (`de-DE`) is spoken to; unknown locales are not used."""
    known = _known(locale or "")
    if known is None:
        return Speech(language, language.locale, language.locale)
    same = Locale.parse(known).language == language.value
    return Speech(language, known, known if same else language.locale)


def language_of(locale: str | None) -> Language:
    """The language of a browser locale, English where the catalogue has none."""
    known = _known(locale or "")
    own = Locale.parse(known).language if known else ""
    return next((each for each in Language if each.value == own), Language.ENGLISH)


def own_name(code: str) -> str:
    """What a language calls itself: `Deutsch`, `中文`; the code where nobody knows it."""
    try:
        name = Locale.parse(code, sep="-").get_language_name()
    except (UnknownLocaleError, ValueError):
        return code
    return f"{name[0].upper()}{name[1:]}" if name else code


def spoken() -> Speech:
    """How the reader of this run is spoken to; English outside of any run."""
    return _SPEECH.get()


@contextmanager
def speaking(language: Language, locale: str | None = None) -> Iterator[Speech]:
    """Until it ends, this thread speaks so; afterwards as before, whatever happened in between."""
    token = _SPEECH.set(speech(language, locale))
    try:
        yield _SPEECH.get()
    finally:
        _SPEECH.reset(token)


def keeping(function: Callable[P, R]) -> Callable[P, R]:
    """The function, speaking as now whenever it is called: for callbacks, fragments and downloads.

    They run later, often in another thread, which would otherwise speak English.
    """
    kept = spoken()

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        token = _SPEECH.set(kept)
        try:
            return function(*args, **kwargs)
        finally:
            _SPEECH.reset(token)

    return wrapped


@cache
def _known(locale: str) -> str | None:
    """The locale as Babel names it, None if it does not know it."""
    try:
        found = Locale.parse(locale, sep="-") if locale else None
    except (UnknownLocaleError, ValueError, TypeError):
        return None
    return str(found) if found else None
