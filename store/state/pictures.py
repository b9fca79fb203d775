"""Pictures of procedures: kept as they were sent and never opened here; named after their content, never changed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import ProcedurePicture as Stored
from store.models import ProcedureVersion
from store.permits import Permit
from store.scope import Principal
from store.state.editions import require_all_of, sees
from store.state.edits import WrongEntry, note, require
from store.state.engines import Engines
from store.state.procedures import edition_of

MOST_BYTES = 2_000_000
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
        The same picture is kept once. Raises WrongEntry for what is no picture or too large, and for an unknown
        procedure; NotAllowed.
        """
        require(principal, Permit.WRITE_PROCEDURES)
        kind, ending = kind_of(content)
        file = file_of(name, ending, content)

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
            session.add(
                Stored(
                    key=procedure, file=file, kind=kind, content=content, added_by=principal.name,
                    added_at=datetime.now(UTC),
                )
            )  # fmt: skip
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


def kind_of(content: bytes) -> tuple[str, str]:
    """What the first bytes say it is, and its usual ending. Raises WrongEntry for anything but a small picture."""
    if len(content) > MOST_BYTES:
        raise WrongEntry(f"The picture has {len(content)} bytes; {MOST_BYTES} are the most.")
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp", "webp"
    found = next((told for begins, told in _BEGINS.items() if content.startswith(begins)), None)
    if found is None:
        raise WrongEntry("This is no picture; PNG, JPEG, GIF and WebP are kept.")
    return found


def file_of(name: str, ending: str, content: bytes) -> str:
    """The name texts call it by: what it was called, and eight digits of what is in it."""
    digest = sha256(content).hexdigest()[:8]
    stem = PurePosixPath(name.replace("\\", "/")).stem.removesuffix(f"-{digest}")
    plain = "".join(each if each.isascii() and each.isalnum() else "-" for each in stem).strip("-")[:40]
    return f"pictures/{plain or 'picture'}-{digest}.{ending}"
