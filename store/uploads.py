"""Files people send in through the browser: kept as bytes under random names until they are read or a day old."""

import os
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath

FOLDER, STEM = "uploads", "upload"
MOST_MB = 100
MEGABYTE = 1_048_576
LEAST_FREE = 500 * MEGABYTE
LONGEST_TITLE = 120
KEPT = timedelta(days=1)
PLAIN = ("csv", "tsv", "txt", "json", "jsonl", "ndjson")
ENDINGS = (
    *PLAIN, "xlsx", "xlsm", "xlsb", "xls", "ods", "parquet", "zip",
    *(f"{plain}.{packed}" for plain in PLAIN for packed in ("gz", "zst")),
)  # fmt: skip
_ID = re.compile(r"[0-9a-f]{32}\.([a-z]+(?:\.[a-z]+)?)")


class UploadRefused(Exception):
    """A file that is not kept; the message says why and what helps."""


@dataclass(frozen=True)
class Upload:
    """A file as it was kept: its random id, and what people call it, which is never part of a path."""

    id: str
    title: str


def keep_upload(home: Path, data: bytes, name: str) -> Upload:
    """Write the bytes under a random name, readable by this account only. Raises UploadRefused."""
    title = title_of(name)
    ending = next((each for each in reversed(ENDINGS) if title.lower().endswith(f".{each}")), None)
    if ending is None:
        raise UploadRefused(
            f"{title} is none of the kinds of file that are read: {', '.join(ENDINGS[:13])}. "
            "Export the table as CSV or Excel."
        )
    if len(data) > MOST_MB * MEGABYTE:
        raise UploadRefused(f"{title} has more than {MOST_MB} MB. Split it, or point fairlead.toml at it.")
    if shutil.disk_usage(home).free < len(data) + LEAST_FREE:
        raise UploadRefused("The server has too little room left for this file. Tell an administrator.")
    upload = Upload(f"{secrets.token_hex(16)}.{ending}", title)
    path = upload_path(home, upload.id)
    path.parent.mkdir(mode=0o700, parents=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
        kept.write(data)
    return upload


def title_of(name: str) -> str:
    """What to call a file: the last part of its name, without what cannot be printed, at most 120 characters."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(letter for letter in last if letter.isprintable()).strip()
    return shown[-LONGEST_TITLE:] or "file"


def upload_path(home: Path, upload: str) -> Path:
    """Where the bytes of an upload lie. Raises UploadRefused for what is no id of ours."""
    found = _ID.fullmatch(upload)
    if found is None or found.group(1) not in ENDINGS:
        raise UploadRefused("There is no such upload. Bring the file again.")
    return home / FOLDER / upload[:32] / f"{STEM}.{found.group(1)}"


def drop_upload(home: Path, upload: str) -> None:
    """Forget an upload; nothing happens where it is gone."""
    shutil.rmtree(upload_path(home, upload).parent, ignore_errors=True)


def sweep_uploads(home: Path, older_than: timedelta = KEPT) -> int:
    """Forget uploads nobody finished; returns how many."""
    old = old_uploads(home, older_than)
    for each in old:
        shutil.rmtree(each, ignore_errors=True)
    return len(old)


def old_uploads(home: Path, older_than: timedelta) -> list[Path]:
    """The folders of uploads that lie here for longer."""
    limit = time.time() - older_than.total_seconds()
    return [each for each in (home / FOLDER).glob("*") if each.stat().st_mtime < limit]
