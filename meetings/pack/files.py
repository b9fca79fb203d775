"""The files of a pack: equal in what they say, and equal byte by byte whenever they are made."""

from enum import StrEnum

from kpi.exports.paper import as_pdf
from kpi.exports.slides import as_slides
from kpi.exports.web import as_html
from kpi.exports.workbook import as_workbook
from meetings.pack.document import document_of
from meetings.pack.frozen import Frozen
from meetings.pack.sheets import label_of, sheets_of
from store.state.meeting_records import Meeting


class Form(StrEnum):
    """How a pack is written; the value is the file's ending."""

    HTML = "html"
    PDF = "pdf"
    XLSX = "xlsx"
    PPTX = "pptx"


def made(frozen: Frozen, form: Form) -> bytes:
    """The file in the reader's language."""
    match form:
        case Form.HTML:
            return as_html(document_of(frozen))
        case Form.PDF:
            return as_pdf(document_of(frozen))
        case Form.XLSX:
            return as_workbook(sheets_of(frozen), label_of(frozen), frozen.made_at)
        case Form.PPTX:
            return as_slides(document_of(frozen))


def file_name(meeting: Meeting, form: Form) -> str:
    """`meeting-shipping-market-JP-2026-05-04.pdf`, or `meeting-firm-2026-05.pdf` of a month."""
    part = f"firm-{meeting.segment}" if meeting.is_monthly else f"{meeting.department}-{meeting.segment}"
    told = f"meeting-{part}-{f'{meeting.month:%Y-%m}' if meeting.is_monthly else meeting.week}"
    plain = "".join(letter if letter.isalnum() else "-" for letter in told)
    return "-".join(filter(None, plain.split("-"))) + f".{form}"
