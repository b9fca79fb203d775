"""A file somebody brought: what is in it, the mapping it gets, and how its first rows would fare."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from connectors.config import read_config
from connectors.errors import ConfigError, SourceError
from connectors.file.names import snake
from connectors.inspect import LEAST, Draft, Sheet, inspect, key_column
from connectors.layout import Layout
from connectors.plan import ROW, SourceConfig
from connectors.saved import saved_layout, saved_wishes
from connectors.spread import Words, spread
from connectors.synonyms import fits_of
from connectors.trial import tried
from connectors.wished import BY_NAME, written_by
from store.brought import Bring, ColumnFound, Filled, Found, SheetFound, Wish
from store.company import Company
from store.contract import Field, Kind, fields, key_of
from store.home import Store
from store.listed import choices
from store.state import Brought

MOST_COLUMNS, LONGEST_VALUE, TOP_ROWS, TOP_COLUMNS = 300, 60, 12, 12
NOT_A_LETTER = str.maketrans({" ": "_", "-": "_"})


@dataclass(frozen=True, eq=False)
class Prepared:
    """
    A file with the mapping it gets; `config` is None where `problem` has to be settled first. `words`: of each sheet
    what stands in its columns of few words.
    """

    draft: Draft
    name: str
    shape: str
    wishes: tuple[Wish, ...]
    toml: str
    known: Brought | None
    config: SourceConfig | None
    words: tuple[Mapping[str, Words], ...] = ()
    problem: str = ""


def prepare(path: Path, bring: Bring, saved: Sequence[Brought], taken: Sequence[str]) -> Prepared:
    """
    Look at a file in the limited child process and map it as wished, else as the same shape was mapped before, else
    as guessed. `taken`: names of sources it may not have. Raises SourceError.
    """
    try:
        guessed = inspect(path)
        shape = shape_of(guessed)
        known = next((each for each in saved if each.shape == shape), None)
        draft = _read_as_told(path, guessed, bring, known)
    except SourceError as broken:
        raise SourceError(named(str(broken), path, bring.title)) from None
    _check_width(draft, bring.title)
    name = known.name if known else _free(bring.title, {*taken, *(each.name for each in saved)})
    words = tuple(spread(path, each, _layout(draft, each)) for each in draft.sheets)
    wishes = _wishes(draft, bring, known, words)
    toml = written_by(draft, name, bring, wishes, known)
    try:
        config = _read(toml, name, path) if any(wish.table for wish in wishes) else None
        problem = "" if config else "None of the sheets is loaded; say what at least one of them holds."
    except ConfigError as wrong:
        config, problem = None, str(wrong).removeprefix("fairlead.toml: ")
    return Prepared(draft, name, shape, wishes, toml, known, config, words, problem)


def _read_as_told(path: Path, guessed: Draft, bring: Bring, known: Brought | None) -> Draft:
    """The file once more where somebody said how it is written: now, or when its shape was mapped before."""
    told = Layout(encoding=bring.encoding or None, separator=bring.separator or None)
    headers = {wish.sheet: wish.header_row for wish in bring.wishes if wish.header_row}
    if known is not None and not bring.wishes:
        before = saved_layout(known)
        sure = guessed.sheets[0].top.sure == 1.0  # the file itself proves how its letters are written
        told = Layout(
            encoding=told.encoding or (None if sure else before.encoding),
            separator=told.separator or before.separator,
        )
        headers = {wish.sheet: wish.header_row for wish in saved_wishes(known, guessed) if wish.header_row}
    return inspect(path, told, headers) if told != Layout() or headers else guessed


def _layout(draft: Draft, sheet: Sheet) -> Layout:
    """How a sheet is read, whatever it is mapped to."""
    top = sheet.top
    return Layout(
        encoding=top.encoding, separator=top.separator, header_row=sheet.header_row or None,
        sheet=top.sheet if len(draft.sheets) > 1 else None,
    )  # fmt: skip


def look_into(
    store: Store, company: Company, path: Path, bring: Bring, saved: Sequence[Brought], taken: Sequence[str]
) -> Found:
    """What is in the file, and how its first rows would fare. Raises SourceError."""
    prepared = prepare(path, bring, saved, taken)
    parts = zip(prepared.draft.sheets, prepared.wishes, prepared.words, strict=True)
    sheets = [_found(sheet, wish, words) for sheet, wish, words in parts]
    problem = prepared.problem
    if prepared.config is not None:
        try:
            sheets = [tried(store, company, prepared.config, each) for each in sheets]
        except SourceError as wrong:
            problem = named(str(wrong), path, bring.title)
    known, top = prepared.known, prepared.draft.sheets[0].top
    return Found(
        prepared.name, prepared.shape, prepared.toml, tuple(sheets), problem, known.title if known else "",
        known.saved_by if known else "", top.encoding or "", top.separator or "",
    )  # fmt: skip


def named(text: str, path: Path, title: str) -> str:
    """A sentence about an upload with the name people know it by."""
    return text.replace(path.name, title)


def shape_of(draft: Draft) -> str:
    """The same for files with the same sheets and columns, whatever is in them."""
    told = [
        (
            each.top.format,
            each.top.sheet if len(draft.sheets) > 1 else None,
            [look.name for look in each.columns],
        )
        for each in draft.sheets
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _check_width(draft: Draft, title: str) -> None:
    for sheet in draft.sheets:
        if len(sheet.columns) > MOST_COLUMNS:
            raise SourceError(
                f"{title} has {len(sheet.columns):,} columns; files with up to {MOST_COLUMNS} are mapped here. "
                "Export fewer columns."
            )


def _free(title: str, taken: set[str]) -> str:
    stem = snake(title.split(".")[0])[:40].strip("_") or "upload"
    names = (stem, *(f"{stem}_{n}" for n in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _wishes(
    draft: Draft, bring: Bring, known: Brought | None, words: Sequence[Mapping[str, Words]]
) -> tuple[Wish, ...]:
    """One for each sheet, with every column decided."""
    told = {wish.sheet: wish for wish in bring.wishes}
    if not told and known is not None:
        told = {wish.sheet: wish for wish in saved_wishes(known, draft)}
        return tuple(told.get(at, Wish(at, "", columns={})) for at in range(len(draft.sheets)))
    best = {sheet.table: sheet for sheet in sorted(draft.sheets, key=lambda sheet: sheet.share)}
    most = max(draft.sheets, key=lambda sheet: sheet.share)
    guessed = [
        Wish(
            at,
            sheet.table.name
            if (best[sheet.table] is sheet and sheet.share >= LEAST) or sheet is most
            else "",
        )
        for at, sheet in enumerate(draft.sheets)
    ]
    return tuple(
        _decided(draft.sheets[wish.sheet], told.get(wish.sheet, wish), words[wish.sheet]) for wish in guessed
    )


def _decided(sheet: Sheet, wish: Wish, words: Mapping[str, Words]) -> Wish:
    """The wish with key and columns guessed for its table where nobody has said."""
    table = BY_NAME.get(wish.table)
    if table is None or wish.columns is not None:
        return replace(wish, table=table.name if table else "", columns=wish.columns or {})
    fits = fits_of(table, [(look.name, look.kind) for look in sheet.columns])
    fitted = replace(sheet, table=table, fits=fits)
    key = key_of(table)[0]
    given = {field.given_as: field for field in fields(table).values() if field.mapped}
    columns = {
        name: Filled(column=column, map=_map(choices(table, name), words.get(column, ()), given[name]))
        for name, (column, _) in fits.items()
        if name != key
    }
    return replace(wish, key=key_column(fitted), columns=columns)


def _map(ours: Sequence[str], theirs: Words, field: Field) -> Mapping[str, str]:
    """Words that are ours but for capitals, blanks and hyphens: `In Transit` is in_transit."""
    if field.kind is not Kind.TEXT:
        return {}
    plain = {_folded(each): each for each in ours}
    return {word: plain[_folded(word)] for word, _ in theirs if word not in ours and _folded(word) in plain}


def _folded(word: str) -> str:
    return word.strip().lower().translate(NOT_A_LETTER)


def _read(toml: str, name: str, path: Path) -> SourceConfig:
    """The source as the connector reads it, from where the bytes lie: the name in it is never looked for."""
    (config,) = read_config(toml, folder=path.parent).sources
    here = {**config.options, "paths": (str(path),)}
    return replace(config, name=name, options=here)


def _found(sheet: Sheet, wish: Wish, words: Mapping[str, Words]) -> SheetFound:
    columns = tuple(
        ColumnFound(
            look.name, _shown(look.example), look.note.partition(":")[0],
            tuple((_shown(word), rows) for word, rows in words.get(look.name, ())),
        )
        for look in sheet.columns
    )  # fmt: skip
    placed = len(
        {each.column for each in (wish.columns or {}).values() if each.column} | {wish.key} - {ROW, ""}
    )
    share = min(1.0, placed / max(1, len(columns)))
    top = () if sheet.top.names is not None else tuple(_line(row) for row in sheet.top.rows[:TOP_ROWS])
    return SheetFound(
        _shown(sheet.top.sheet or ""), columns, wish, share, top=top, header_row=sheet.header_row
    )


def _line(row: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(_shown(cell or "") for cell in row[:TOP_COLUMNS])


def _shown(text: str) -> str:
    """A value short enough to look at, without what a database cannot keep."""
    kept = text.replace("\0", "\ufffd")
    return kept if len(kept) <= LONGEST_VALUE else f"{kept[:LONGEST_VALUE]}…"
