"""Secrets leave no trace in what is written down: live values, and what looks like one, become ***."""

import base64
import json
import logging
import re
import sys
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Any
from urllib.parse import quote, quote_plus, unquote

HIDDEN = "***"
SHORTEST = 6
_WORD = re.compile("[a-z]{1,11}")  # as a shorter one, such a value would hide half of what anybody writes
_ADDRESS = re.compile(r"[\w+.-]+://")
_PASSWORD = re.compile(r"//[^\s/?#:@]*:([^\s/?#]+)@")
_TOKEN = r"[\w.~+/=%-]"  # noqa: S105 - a pattern
_KEYS = (
    "password|passwd|pwd|token|access_token|refresh_token|id_token|logout_token|client_secret|api_?key|"
    "sig(?:nature)?"
)
_PATTERNS = (
    re.compile(r"(://[^\s/?#:@]*:)[^\s/?#]+(?=@)"),
    re.compile(rf"(?i)(\bauthorization['\"]?\s*[:=]\s*['\"]?(?:\w+\s+)?){_TOKEN}{{4,}}"),
    re.compile(rf"(?i)(\bbearer\s+){_TOKEN}{{8,}}"),
    re.compile(r"(?i)(\b(?:set-)?cookie['\"]?\s*[:=]\s*['\"]?)[^\r\n'\"]+"),
    re.compile(r"(\bfairlead_(?:session|away_\w+)=)[^;\s'\"]+"),
    re.compile(rf"(?i)((?<![\w-])(?:{_KEYS})=)[^&\s'\"#]+"),
    re.compile(r"(?i)([?&](?:code|state|key)=)[^&\s'\"#]+"),
    re.compile(rf"(?i)(['\"](?:{_KEYS})['\"]\s*:\s*['\"])[^'\"]+"),
)
_known: set[str] = set()
_live: list[re.Pattern[str]] = []
_learning = threading.Lock()
_plain_record = logging.getLogRecordFactory()


def learn(secret: str) -> str:
    """Remember a live secret, in every spelling it may turn up in, for as long as the process lives; returns it."""
    spellings = {each for part in _parts(secret) for each in _spellings(part)} - _known
    if spellings:
        with _learning:
            _known.update(spellings)
            longest = sorted(_known, key=len, reverse=True)
            _live[:] = [re.compile("|".join(map(re.escape, longest)))]
    return secret


def redacted(text: str) -> str:
    """The text without live secrets, passwords in addresses, tokens and cookies."""
    for live in _live:
        text = live.sub(HIDDEN, text)
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return text


def guard_output() -> None:
    """Whatever this process logs, and the last words of one that fails, is redacted from now on."""
    logging.setLogRecordFactory(_redacted_record)
    sys.excepthook, threading.excepthook = _last_words, _last_words_of_thread


def _parts(secret: str) -> Iterator[str]:
    """
    What of it is secret: of an address its password only; of anything else the whole, each line (a traceback shows
    single lines), and what looks like the password of an address somebody wrote wrongly.
    """
    stripped = secret.strip()
    inside = [found[1] for found in _PASSWORD.finditer(stripped)]
    told = [] if _ADDRESS.match(stripped) else [stripped, *map(str.strip, stripped.splitlines())]
    for each in {*told, *inside, *map(unquote, inside)}:
        if len(each) >= SHORTEST and not _WORD.fullmatch(each):
            yield each


def _spellings(part: str) -> set[str]:
    """As it is, in an address, in JSON, in a Python text, and in base64."""
    coded = base64.b64encode(part.encode()).decode()
    found = {
        part,
        quote(part, safe=""),
        quote(part),
        quote_plus(part),
        json.dumps(part)[1:-1],
        repr(part)[1:-1],
    }
    return found | {coded, coded.rstrip("=")}


def _redacted_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """A log record without secrets, however it is formatted afterwards; one that holds none is left as it is."""
    record = _plain_record(*args, **kwargs)
    if isinstance(record.msg, str):
        record.msg = redacted(record.msg)
    if isinstance(record.args, tuple):
        record.args = tuple(redacted(each) if isinstance(each, str) else each for each in record.args)
    try:
        said = record.getMessage()
    except (TypeError, ValueError, KeyError):  # the handler tells whose mistake it is
        return record
    if (clean := redacted(said)) != said:
        record.msg, record.args = clean, ()
    if record.exc_info and record.exc_info[0] is not None:
        told = logging.Formatter().formatException(record.exc_info)
        if (clean := redacted(told)) != told:
            record.exc_text, record.exc_info = clean, None
    return record


def _last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    told = logging.Formatter().formatException((kind, error, trace))
    sys.stderr.write(f"{redacted(told)}\n")


def _last_words_of_thread(of: threading.ExceptHookArgs) -> None:
    if of.exc_value is not None and of.exc_type is not SystemExit:
        _last_words(of.exc_type, of.exc_value, of.exc_traceback)
