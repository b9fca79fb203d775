"""The files of a closed meeting, made from what was frozen when somebody takes one."""

from functools import partial

from kpi.words import marked, say
from meetings.pack import Form, file_name, frozen_of, made
from pages.parts.exports import Export, Kind
from pages.parts.viewer import Viewer
from store.state.meeting_records import Meeting

FORMS = {
    Form.PDF: marked("Pack as PDF"), Form.PPTX: marked("Pack as PowerPoint slides"),
    Form.XLSX: marked("All tables as Excel workbook"), Form.HTML: marked("Pack as a web page"),
}  # fmt: skip


def pack_exports(viewer: Viewer, meeting: Meeting) -> list[Export]:
    """The pack in every format, in the reader's language."""
    return [_export(viewer, meeting, form) for form in FORMS]


def _export(viewer: Viewer, meeting: Meeting, form: Form) -> Export:
    stem = file_name(meeting, form).removesuffix(f".{form}")
    return Export(say(FORMS[form]), Kind(form.value), stem, partial(_made, viewer, meeting.id, form))


def _made(viewer: Viewer, number: int, form: Form) -> bytes:
    return made(frozen_of(viewer.store.state, viewer.principal, number), form)
