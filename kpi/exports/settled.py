"""Office files with the moment of their content in place of that of writing: equal content, equal bytes."""

import re
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

PROPERTIES = "docProps/core.xml"
WRITTEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
EARLIEST = (1980, 1, 1, 0, 0, 0)  # what a zip can say; readers look at the properties


def settled(made: bytes, at: datetime) -> bytes:
    """The file with `at` as the moment it was made and changed, in workbooks inside of it, too; parts in order."""
    moment = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".encode()
    out = BytesIO()
    with ZipFile(BytesIO(made)) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        for part in before.infolist():
            content = before.read(part)
            if part.filename.endswith(".xlsx"):
                content = settled(content, at)
            elif part.filename == PROPERTIES:
                content = WRITTEN.sub(rb"\g<1>" + moment + rb"\g<2>", content)
            whole = ZipInfo(part.filename, EARLIEST)
            whole.compress_type, whole.create_system = ZIP_DEFLATED, 0
            after.writestr(whole, content)
    return out.getvalue()
