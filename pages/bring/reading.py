"""How a file is written: its letters, what parts its fields, where its header stands, its decimals and dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

import streamlit as st

from kpi.words import marked, say
from pages.parts.format import count
from pages.parts.tables import Cell, Column, table
from store.brought import Bring, Found, SheetFound, Wish

ENCODINGS = {
    "utf-8": marked("UTF-8"), "cp1252": marked("Western European (Windows)"),
    "latin-1": marked("Western European (ISO 8859-1)"), "cp1250": marked("Central European (Windows)"),
    "cp1251": marked("Cyrillic (Windows)"), "gb18030": marked("Chinese, simplified (GB 18030)"),
    "big5": marked("Chinese, traditional (Big5)"), "shift_jis": marked("Japanese (Shift JIS)"),
    "euc_kr": marked("Korean (EUC-KR)"), "utf-16": marked("UTF-16"), "mac-roman": marked("Western European (Mac)"),
}  # fmt: skip
SEPARATORS = {
    ",": marked("comma"), ";": marked("semicolon"), "\t": marked("tab"), "|": marked("vertical bar"),
}  # fmt: skip
DECIMALS = {"": marked("as found"), ".": marked("1,234.56"), ",": marked("1.234,56")}
ORDERS = {
    "": marked("as found"), "dmy": marked("day, month, year"), "mdy": marked("month, day, year"),
    "ymd": marked("year, month, day"),
}  # fmt: skip
LINE = marked("Line")
WIDTH = 230


@dataclass(frozen=True)
class Written:
    """What is said of the whole file; empty where it is as found."""

    encoding: str = ""
    separator: str = ""


def draw_file(found: Found, bring: Bring, key: int) -> Written:
    """Encoding and separator of a text file; what is chosen now, if it is not what the file was read by."""
    if not found.separator:
        return Written(bring.encoding, bring.separator)
    with st.container(horizontal=True, gap="small"):
        encoding = _choice(say("Letters are written as"), ENCODINGS, found.encoding, f"encoding_{key}")
        separator = _choice(say("Fields are parted by"), SEPARATORS, found.separator, f"separator_{key}")
    return Written(
        bring.encoding if encoding == found.encoding else encoding,
        bring.separator if separator == found.separator else separator,
    )


def draw_sheet(sheet: SheetFound, key: str) -> Wish:
    """Header, decimals and dates of one sheet, over its first lines as they stand."""
    wish = sheet.wish
    with st.container(horizontal=True, gap="small"):
        header = wish.header_row
        if sheet.top:
            line = st.number_input(
                say("The header is line"), 1, 1_000, value=sheet.header_row, key=f"header_{key}", width=WIDTH
            )
            header = header if line == sheet.header_row else int(line)
        decimal = _choice(say("Numbers are written"), DECIMALS, wish.decimal, f"decimal_{key}")
        order = _choice(say("Dates are written"), ORDERS, wish.date_order, f"order_{key}")
    if sheet.top:
        label = say("The first lines as they stand in the file")
        st.html(f'<div class="fl-told">{escape(label)}</div>{build_top(sheet.top, label)}')
    altered = replace(wish, decimal=decimal, date_order=order)
    return (
        altered if header == wish.header_row else replace(altered, header_row=header, columns=None, keep=())
    )


def build_top(top: Sequence[Sequence[str]], label: str) -> str:
    """Lines with their numbers, as wide as the widest."""
    width = max(map(len, top))
    columns = (Column(LINE, "r"), *(Column(count(at), "w", theirs=True) for at in range(1, width + 1)))
    rows: list[list[Cell]] = [
        [count(at), *line, *[""] * (width - len(line))] for at, line in enumerate(top, 1)
    ]
    return table(columns, rows, label)


def _choice(label: str, known: Mapping[str, str], chosen: str, key: str) -> str:
    """One of the known ways, or the one the file was read by where it is none of them."""
    options = list(known) if chosen in known else [chosen, *known]
    picked = st.selectbox(
        label, options, index=options.index(chosen), key=key, width=WIDTH,
        format_func=lambda name: say(known[name]) if name in known else name,
    )  # fmt: skip
    return str(picked)
