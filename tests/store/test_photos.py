"""Photos of telephones: the original stays as it is, what is shown says nothing of where it was taken."""

import io
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pillow_heif
import pytest
from made_procedures import PACKING
from PIL import Image, ImageDraw

from sop.library import content_of as stored_content
from store.evidence import content_of, drop, keep, path_of, read, shown
from store.picture_child import LONGEST_SIDE
from store.picture_shown import HEIC, NoPicture, shown_of
from store.scope import LOCAL_OWNER
from store.state import State, WrongEntry
from store.state.pictures import MOST_OF_A_PHOTO, as_shown

pillow_heif.register_heif_opener()
RED, BLUE = (220, 30, 30), (30, 30, 220)


def made(kind: str, size: tuple[int, int] = (400, 300), **told: object) -> bytes:
    """A picture whose left half is red and whose right half is blue, taken somewhere by somebody's camera."""
    picture = Image.new("RGB", size, RED)
    ImageDraw.Draw(picture).rectangle((size[0] // 2, 0, *size), fill=BLUE)
    camera = Image.Exif()
    camera[0x010F] = "Somebody's camera"
    camera.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0)})
    file = io.BytesIO()
    picture.save(file, kind, exif=camera.tobytes(), **told)
    return file.getvalue()


PHOTO = made("HEIF", quality=90)
BROKEN = {
    "cut off": PHOTO[: len(PHOTO) // 2],
    "only its first bytes": b"\x00\x00\x00\x1cftypheic" + bytes(300),
    "noise behind them": PHOTO[:40] + bytes(range(256)) * 20,
}


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 25 for a, b in zip(one, other, strict=True))


def test_evidence_keeps_the_original_and_shows_a_jpeg(tmp_path: Path) -> None:
    """The bytes are those that were sent; the JPEG has the same picture, and neither camera nor place."""
    content = content_of(PHOTO, "IMG_0001.HEIC")
    assert (content.kind, content.is_picture, content.sha256) == (HEIC, True, sha256(PHOTO).hexdigest())
    assert b"Somebody's camera" in PHOTO
    keep(tmp_path, content)

    assert read(tmp_path, content.sha256) == PHOTO
    told = shown(tmp_path, content.sha256, content.kind)
    assert told is not None
    data, kind = told
    picture = Image.open(io.BytesIO(data))
    assert (kind, picture.format, picture.size) == ("image/jpeg", "JPEG", (400, 300))
    assert near(picture.getpixel((20, 150)), RED)
    assert near(picture.getpixel((380, 150)), BLUE)
    assert not picture.getexif()
    assert b"camera" not in data


def test_what_is_shown_comes_back_and_goes_with_its_original(tmp_path: Path) -> None:
    """Made again where a backup did not have it; an erasure leaves neither."""
    content = content_of(PHOTO, "a.heic")
    keep(tmp_path, content)
    beside = path_of(tmp_path, content.sha256).with_name(f"{content.sha256}.jpg")
    first = beside.read_bytes()
    beside.unlink()
    assert shown(tmp_path, content.sha256, HEIC) == (first, "image/jpeg")

    assert drop(tmp_path, [content.sha256]) == 1
    assert shown(tmp_path, content.sha256, HEIC) is None
    assert not [each for each in (tmp_path / "evidence").rglob("*") if each.is_file()]


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_photo_is_refused_when_it_is_sent(how: str, tmp_path: Path, state: State) -> None:
    """As evidence and as a picture of a procedure; nothing of it is kept."""
    home = tmp_path / "home"
    home.mkdir()
    with pytest.raises(WrongEntry, match=r"a\.heic cannot be opened as a picture; take it again"):
        keep(home, content_of(BROKEN[how], "a.heic"))
    assert not list(home.rglob("*"))

    state.procedures.start(LOCAL_OWNER, stored_content(PACKING))
    with pytest.raises(WrongEntry, match=r"a\.heic cannot be opened"):
        state.pictures.add(LOCAL_OWNER, "packing", "a.heic", BROKEN[how])
    assert state.pictures.of(LOCAL_OWNER, "packing") == ()


@pytest.mark.parametrize(("kind", "told"), [("HEIF", {"quality": 1}), ("PNG", {})])
def test_a_small_file_with_too_many_points_is_refused_unopened(kind: str, told: dict[str, int]) -> None:
    """A few kilobytes that would become hundreds of megabytes: 8,000 × 8,000 points."""
    file = io.BytesIO()
    Image.new("RGB" if kind == "HEIF" else "1", (8_000, 8_000)).save(file, kind, **told)
    assert len(file.getvalue()) < 100_000
    with pytest.raises(NoPicture, match="bomb has more than 60 million points; send a smaller picture"):
        shown_of(file.getvalue(), "bomb")


@pytest.mark.parametrize(
    ("kind", "becomes"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/jpeg")]
)
def test_every_kind_is_made_smaller_upright_and_silent(kind: str, becomes: str) -> None:
    """At most 1,600 points a side; a photo taken on its side stands upright; nothing of the camera is left."""
    found = shown_of(made(kind, (3_200, 1_600)), "wide")
    assert (found.kind, found.width, found.height) == (becomes, LONGEST_SIDE, LONGEST_SIDE // 2)

    lying = Image.new("RGB", (400, 300), RED)
    turned = Image.Exif()
    turned[0x0112] = 6
    file = io.BytesIO()
    lying.save(file, kind, exif=turned.tobytes())
    upright = shown_of(file.getvalue(), "lying")
    assert (upright.width, upright.height) == (300, 400)
    assert not Image.open(io.BytesIO(upright.content)).getexif()


def test_a_procedure_keeps_the_photo_and_shows_the_jpeg_under_its_name(state: State) -> None:
    """Texts name the original; added twice it is kept once; a photo of 6 MB is the most."""
    state.procedures.start(LOCAL_OWNER, stored_content(PACKING))
    file = state.pictures.add(LOCAL_OWNER, "packing", "Label.HEIC", PHOTO)
    assert state.pictures.add(LOCAL_OWNER, "packing", "Label.HEIC", PHOTO) == file
    kept = {each.file: each for each in state.pictures.of(LOCAL_OWNER, "packing")}

    assert file == f"pictures/Label-{sha256(PHOTO).hexdigest()[:8]}.heic"
    assert (kept[file].content, kept[file].kind, len(kept)) == (PHOTO, HEIC, 2)
    shown_here = as_shown(kept.values())[file]
    assert shown_here.kind == "image/jpeg"
    assert Image.open(io.BytesIO(shown_here.content)).format == "JPEG"
    with pytest.raises(WrongEntry, match=f"{MOST_OF_A_PHOTO} are the most"):
        state.pictures.add(LOCAL_OWNER, "packing", "large.heic", PHOTO + bytes(MOST_OF_A_PHOTO))


def test_a_picture_that_is_no_photo_stays_as_it_is(state: State) -> None:
    """Nothing is made of a PNG."""
    state.procedures.start(LOCAL_OWNER, replace(stored_content(PACKING)))
    png = made("PNG")
    file = state.pictures.add(LOCAL_OWNER, "packing", "a.png", png)
    assert [
        (each.file, each.content) for each in as_shown(state.pictures.of(LOCAL_OWNER, "packing")).values()
    ] == [(file, png)]
