"""Pictures of procedures: kept as they were sent; named after their content, never changed."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import ProcedurePicture as Stored
from store.models import ProcedureVersion
from store.permits import Permit
from store.picture_shown import HEIC, NoPicture, is_heic, shown_of, tells_of_camera
from store.scope import Principal
from store.state.editions import require_all_of, sees
from store.state.edits import WrongEntry, note, require
from store.state.engines import Engines
from store.state.procedures import edition_of

MOST_BYTES, MOST_OF_A_PHOTO = 2_000_000, 6_000_000
SHOWN = ".jpg"  # beside a photo lies what is shown of it
_BEGINS = {
    b"\x89PNG\r\n\x1a\n": ("image/png", "png"), b"\xff\xd8\xff": ("image/jpeg", "jpg"),
    b"GIF87a": ("image/gif", "gif"), b"GIF89a": ("image/gif", "gif"),
}  # fmt: skip


@dataclass(frozen=True)
class KeptPicture:
    """A picture with the kind a browser is told, `image/png`."""

    file: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class Pictures:
    """The pictures of the state database; who may see a procedure sees its pictures."""

    engines: Engines

    def add(self, principal: Principal, procedure: str, name: str, content: bytes) -> str:
        """
        Keep a picture and return the file name texts call it by: `label.png` becomes `pictures/label-1f2e3d4c.png`.
        The same picture is kept once; beside a HEIC photo, and one that tells of its camera, lies what is shown of it.
        Raises WrongEntry for what is no picture, too large or broken, and for an unknown procedure; NotAllowed.
        """
        require(principal, Permit.WRITE_PROCEDURES)
        kind, ending = kind_of(content)
        file = file_of(name, ending, content)
        is_made_anew = kind == HEIC or tells_of_camera(content)
        kept = [KeptPicture(file, kind, content), *([_shown(file, content, name)] if is_made_anew else [])]

        def work(session: Session) -> None:
            versions = session.scalars(
                select(ProcedureVersion).where(ProcedureVersion.key == procedure)
            ).all()
            if not versions:
                raise WrongEntry(f"There is no procedure {procedure}; look at the list of those there are.")
            for each in versions:
                require_all_of(principal, each.department, each.markets)
            known = select(Stored.id).where(Stored.key == procedure, Stored.file == file)
            if session.scalar(known) is not None:
                return
            now = datetime.now(UTC)
            session.add_all(
                Stored(key=procedure, **asdict(each), added_by=principal.name, added_at=now) for each in kept
            )
            note(session, principal, "picture added", f"procedure {procedure}", None, {"file": file})

        self.engines.change(work)
        return file

    def of(self, principal: Principal, procedure: str) -> tuple[KeptPicture, ...]:
        """The pictures of a procedure; none for who sees none of its versions."""

        def work(session: Session) -> tuple[KeptPicture, ...]:
            versions = session.scalars(select(ProcedureVersion).where(ProcedureVersion.key == procedure))
            if not any(sees(principal, edition_of(each)) for each in versions):
                return ()
            query = select(Stored).where(Stored.key == procedure).order_by(Stored.file)
            return tuple(KeptPicture(each.file, each.kind, each.content) for each in session.scalars(query))

        return self.engines.ask(work)


def as_shown(pictures: Iterable[KeptPicture]) -> Mapping[str, KeptPicture]:
    """What is shown under each name that a text may call a picture by."""
    by_file = {each.file: each for each in pictures}
    return {file: by_file.get(file + SHOWN, each) for file, each in by_file.items()}


def _shown(file: str, content: bytes, name: str) -> KeptPicture:
    try:
        shown = shown_of(content, name)
    except NoPicture as broken:
        raise WrongEntry(str(broken)) from broken
    return KeptPicture(file + SHOWN, shown.kind, shown.content)


def kind_of(content: bytes) -> tuple[str, str]:
    """What the first bytes say it is, and its usual ending. Raises WrongEntry for anything but a small picture."""
    most = MOST_OF_A_PHOTO if is_heic(content) else MOST_BYTES
    if len(content) > most:
        raise WrongEntry(f"The picture has {len(content)} bytes; {most} are the most.")
    if is_heic(content):
        return HEIC, "heic"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp", "webp"
    found = next((told for begins, told in _BEGINS.items() if content.startswith(begins)), None)
    if found is None:
        raise WrongEntry("This is no picture; PNG, JPEG, GIF, WebP and HEIC are kept.")
    return found


def file_of(name: str, ending: str, content: bytes) -> str:
    """The name texts call it by: what it was called, and eight digits of what is in it."""
    digest = sha256(content).hexdigest()[:8]
    stem = PurePosixPath(name.replace("\\", "/")).stem.removesuffix(f"-{digest}")
    plain = "".join(each if each.isascii() and each.isalnum() else "-" for each in stem).strip("-")[:40]
    return f"pictures/{plain or 'picture'}-{digest}.{ending}"
