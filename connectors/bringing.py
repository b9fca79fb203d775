"""A file somebody brought: what is in it, the mapping it gets, and how its first rows would fare."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from connectors.config import read_config
from connectors.errors import ConfigError, SourceError
from connectors.file.names import snake
from connectors.inspect import LEAST, Draft, Sheet, column_words, inspect, key_column
from connectors.plan import ROW, SourceConfig
from connectors.saved import saved_tables, words_of
from connectors.synonyms import fits_of
from connectors.trial import tried
from connectors.written import source as written
from store.brought import Bring, ColumnFound, Filled, Found, SheetFound, Wish
from store.company import Company
from store.contract import Table, fields, key_of
from store.facts import MAPPED
from store.home import Store
from store.state import Brought

MOST_COLUMNS, LONGEST_VALUE = 300, 60
BY_NAME: Mapping[str, type[Table]] = {table.name: table for table in MAPPED}


@dataclass(frozen=True, eq=False)
class Prepared:
    """A file with the mapping it gets; `config` is None where `problem` has to be settled first."""

    draft: Draft
    name: str
    shape: str
    wishes: tuple[Wish, ...]
    toml: str
    known: Brought | None
    config: SourceConfig | None
    problem: str = ""


def prepare(path: Path, bring: Bring, saved: Sequence[Brought], taken: Sequence[str]) -> Prepared:
    """
    Look at a file in the limited child process and map it as wished, else as the same shape was mapped before, else
    as guessed. `taken`: names of sources it may not have. Raises SourceError.
    """
    try:
        draft = inspect(path)
    except SourceError as broken:
        raise SourceError(named(str(broken), path, bring.title)) from None
    _check_width(draft, bring.title)
    shape = shape_of(draft)
    known = next((each for each in saved if each.shape == shape), None)
    name = known.name if known else _free(bring.title, {*taken, *(each.name for each in saved)})
    wishes = _wishes(draft, bring, known)
    toml = _written(draft, name, bring.title, wishes, known)
    try:
        config = _read(toml, name, path) if any(wish.table for wish in wishes) else None
        problem = "" if config else "None of the sheets is loaded; say what at least one of them holds."
    except ConfigError as wrong:
        config, problem = None, str(wrong).removeprefix("fairlead.toml: ")
    return Prepared(draft, name, shape, wishes, toml, known, config, problem)


def look_into(
    store: Store, company: Company, path: Path, bring: Bring, saved: Sequence[Brought], taken: Sequence[str]
) -> Found:
    """What is in the file, and how its first rows would fare. Raises SourceError."""
    prepared = prepare(path, bring, saved, taken)
    sheets = [_found(sheet, wish) for sheet, wish in zip(prepared.draft.sheets, prepared.wishes, strict=True)]
    problem = prepared.problem
    if prepared.config is not None:
        try:
            sheets = [tried(store, company, prepared.config, each) for each in sheets]
        except SourceError as wrong:
            problem = named(str(wrong), path, bring.title)
    known = prepared.known
    return Found(
        prepared.name, prepared.shape, prepared.toml, tuple(sheets), problem, known.title if known else "",
        known.saved_by if known else "",
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


def _wishes(draft: Draft, bring: Bring, known: Brought | None) -> tuple[Wish, ...]:
    """One for each sheet, with every column decided."""
    told = {wish.sheet: wish for wish in bring.wishes}
    if not told and known is not None:
        told = {wish.sheet: wish for wish in _saved(draft, known)}
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
    return tuple(_decided(draft.sheets[wish.sheet], told.get(wish.sheet, wish)) for wish in guessed)


def _saved(draft: Draft, known: Brought) -> list[Wish]:
    by_sheet = {sheet.top.sheet: at for at, sheet in enumerate(draft.sheets)}
    wishes = []
    for table, block in saved_tables(known).items():
        columns = {given: _filled(words) for given, words in words_of(block).items()}
        at = by_sheet.get(block.get("sheet"), 0)
        wishes.append(Wish(at, table, str(block["key"]), columns, str(block.get("date_order", ""))))
    return wishes


def _filled(words: Mapping[str, Any]) -> Filled:
    return Filled(column=words.get("from", ""), constant=words.get("constant", ""))


def _decided(sheet: Sheet, wish: Wish) -> Wish:
    """The wish with key and columns guessed for its table where nobody has said."""
    table = BY_NAME.get(wish.table)
    if table is None or wish.columns is not None:
        return replace(wish, table=table.name if table else "", columns=wish.columns or {})
    fits = fits_of(table, [(look.name, look.kind) for look in sheet.columns])
    fitted = replace(sheet, table=table, fits=fits)
    key = key_of(table)[0]
    columns = {given: Filled(column=column) for given, (column, _) in fits.items() if given != key}
    return replace(wish, key=key_column(fitted), columns=columns)


def _written(draft: Draft, name: str, title: str, wishes: Sequence[Wish], known: Brought | None) -> str:
    top = draft.sheets[0].top
    keys: dict[str, object] = {"connector": "file", "path": title}
    if top.encoding and top.encoding != "utf-8":
        keys["encoding"] = top.encoding
    if top.separator and top.separator != ",":
        keys["separator"] = top.separator
    keys["mode"] = "upsert"
    before = saved_tables(known) if known else {}
    tables = [
        (wish.table, _block(draft, draft.sheets[wish.sheet], wish, before.get(wish.table, {})))
        for wish in wishes
        if wish.table
    ]
    return written(name, keys, tables)


def _block(draft: Draft, sheet: Sheet, wish: Wish, before: Mapping[str, Any]) -> dict[str, object]:
    block: dict[str, object] = {}
    if sheet.top.sheet is not None and len(draft.sheets) > 1:
        block["sheet"] = sheet.top.sheet
    if sheet.header_row > 1:
        block["header_row"] = sheet.header_row
    if wish.date_order:
        block["date_order"] = wish.date_order
    block["key"] = wish.key or ROW
    block["columns"] = _columns(sheet, wish, words_of(before))
    return block


def _columns(sheet: Sheet, wish: Wish, before: Mapping[str, Mapping[str, Any]]) -> dict[str, object]:
    """The words of each column that is filled; as they were saved where the same column fills it still."""
    given = {field.given_as: field for field in fields(BY_NAME[wish.table]).values() if field.mapped}
    looks = {look.name: look for look in sheet.columns}
    told: dict[str, object] = {}
    for name, filled in (wish.columns or {}).items():
        if name not in given:
            continue
        if filled.constant:
            told[name] = {"constant": filled.constant}
        elif filled.column in looks:
            kept = before.get(name, {})
            same = kept.get("from") == filled.column
            told[name] = kept if same else column_words(given[name], looks[filled.column])
    return told


def _read(toml: str, name: str, path: Path) -> SourceConfig:
    """The source as the connector reads it, from where the bytes lie: the name in it is never looked for."""
    (config,) = read_config(toml, folder=path.parent).sources
    here = {**config.options, "paths": (str(path),)}
    return replace(config, name=name, options=here)


def _found(sheet: Sheet, wish: Wish) -> SheetFound:
    columns = tuple(
        ColumnFound(look.name, _shown(look.example), look.note.partition(":")[0]) for look in sheet.columns
    )
    placed = len(
        {each.column for each in (wish.columns or {}).values() if each.column} | {wish.key} - {ROW, ""}
    )
    share = min(1.0, placed / max(1, len(columns)))
    return SheetFound(_shown(sheet.top.sheet or ""), columns, wish, share)


def _shown(text: str) -> str:
    """A value short enough to look at, without what a database cannot keep."""
    kept = text.replace("\0", "\ufffd")
    return kept if len(kept) <= LONGEST_VALUE else f"{kept[:LONGEST_VALUE]}…"
