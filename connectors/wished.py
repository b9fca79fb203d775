"""What a person wished of a brought file, written as a source of fairlead.toml."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.inspect import Draft, Sheet, column_words
from connectors.plan import ROW
from connectors.saved import saved_tables, words_of
from connectors.written import source as written
from store.brought import Bring, Condition, Filled, Kept, Wish
from store.contract import Table, fields
from store.facts import MAPPED
from store.state import Brought

BY_NAME: Mapping[str, type[Table]] = {table.name: table for table in MAPPED}
THOUSANDS = {".": ",", ",": "."}


def written_by(draft: Draft, name: str, bring: Bring, wishes: Sequence[Wish], known: Brought | None) -> str:
    """The source with a block for each sheet that is loaded; what `known` said of a column stays where it fits."""
    top = draft.sheets[0].top
    keys: dict[str, object] = {"connector": "file", "path": bring.title}
    if top.encoding and (top.encoding != "utf-8" or bring.encoding):
        keys["encoding"] = top.encoding
    if top.separator and (top.separator != "," or bring.separator):
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
    if sheet.header_row > 1 or wish.header_row:
        block["header_row"] = sheet.header_row
    if wish.date_order:
        block["date_order"] = wish.date_order
    if wish.decimal:
        block["decimal"], block["thousands"] = wish.decimal, THOUSANDS[wish.decimal]
    block["key"] = wish.key or ROW
    there = {look.name for look in sheet.columns}
    if keep := [_keep(each) for each in wish.keep if each.column in there]:
        block["keep"] = keep
    block["columns"] = _columns(sheet, wish, words_of(before))
    return block


def _keep(filter_: Kept) -> dict[str, object]:
    """One filter as the configuration writes it."""
    match filter_.condition:
        case Condition.IS:
            return {"column": filter_.column, "in": list(filter_.words)}
        case Condition.IS_NOT:
            return {"column": filter_.column, "not_in": list(filter_.words)}
        case Condition.EMPTY:
            return {"column": filter_.column, "in": [""]}
        case Condition.FILLED:
            return {"column": filter_.column, "not_empty": True}


def _columns(sheet: Sheet, wish: Wish, before: Mapping[str, Mapping[str, Any]]) -> dict[str, object]:
    """The words of each column that is filled."""
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
            words = dict(kept) if same else column_words(given[name], looks[filled.column])
            told[name] = _as_wished(words, filled, wish)
    return told


def _as_wished(words: dict[str, Any], filled: Filled, wish: Wish) -> dict[str, Any]:
    """What a person says of the whole sheet, or of the words of the column, wins over what was guessed or saved."""
    settled = {"map", "keep_others"}
    settled |= {"date_order"} if wish.date_order else set()
    settled |= {"decimal", "thousands"} if wish.decimal else set()
    rest = {key: each for key, each in words.items() if key not in settled}
    return rest | ({"map": dict(filled.map), "keep_others": True} if filled.map else {})
