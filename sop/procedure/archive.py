"""A procedure to take along: its text and its pictures in one archive, which can be taken in elsewhere."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from sop.procedure.markdown import write
from sop.procedure.model import Procedure
from sop.procedure.steps import Picture
from store.state.pictures import KeptPicture

ENDINGS: Mapping[str, str] = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
}


def as_archive(procedure: Procedure, shown: Mapping[str, KeptPicture], stem: str) -> bytes:
    """
    A zip of the text as `stem`.md and the pictures it names as they are shown, so without what a camera wrote; a
    picture that is not kept stays a name. The same procedure, the same bytes.
    """
    files = {
        named.file: shown[named.file]
        for step in procedure.steps
        for named in step.pictures
        if named.file in shown
    }
    told = replace(
        procedure,
        steps=tuple(
            replace(step, pictures=tuple(_renamed(each, files) for each in step.pictures))
            for step in procedure.steps
        ),
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo(f"{stem}.md"), write(told), zipfile.ZIP_DEFLATED)
        for file, each in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(_name(file, each)), each.content)
    return content.getvalue()


def _renamed(picture: Picture, files: Mapping[str, KeptPicture]) -> Picture:
    known = files.get(picture.file)
    return picture if known is None else replace(picture, file=_name(picture.file, known))


def _name(file: str, shown: KeptPicture) -> str:
    """Under the ending of what is shown: of a HEIC photo that is a JPEG."""
    return str(PurePosixPath(file).with_suffix(ENDINGS.get(shown.kind, PurePosixPath(file).suffix)))
