"""How files are written, as far as reading them needs to know; the child process loads nothing more."""

from dataclasses import dataclass
from enum import StrEnum

ROW = "_row"


class Hand(StrEnum):
    """
    Who wrote a text: a person (or a program for persons), a sheet, whose date and number cells are sure and whose
    texts are a person's, or a machine from typed cells.
    """

    PERSON = "person"
    SHEET = "sheet"
    MACHINE = "machine"


class DateOrder(StrEnum):
    """In which order day, month and year are written."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


@dataclass(frozen=True)
class Layout:
    """How a file is written. `header_row` counts from 1; 0 means there is none."""

    encoding: str | None = None
    separator: str | None = None
    quote: str | None = '"'
    header_row: int | None = None
    skip_rows: int = 0
    sheet: str | None = None
    file: str | None = None
    short_rows: str = "reject"
    decimal: str = "."
    thousands: str = ""
    decimal_declared: bool = False
    date_order: DateOrder | None = None
    null_values: tuple[str, ...] = ()
