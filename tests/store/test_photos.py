"""Photos of telephones: the original stays as it is, what is shown says nothing of where it was taken."""

import io
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pillow_heif
import pytest
from made_procedures import PACKING
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from sop.library import content_of as stored_content
from sop.procedure import Picture
from sop.procedure.archive import as_archive
from sop.procedure.intake import bring
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


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_a_camera_wrote_into_a_picture_of_a_procedure_is_not_shown(state: State, kind: str) -> None:
    """The one that was sent, with its place, stays under its name; shown is one without any of it."""
    state.procedures.start(LOCAL_OWNER, stored_content(PACKING))
    sent = made(kind)
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)
    file = state.pictures.add(LOCAL_OWNER, "packing", "desk", sent)
    kept = {each.file: each for each in state.pictures.of(LOCAL_OWNER, "packing")}
    shown_here = Image.open(io.BytesIO(as_shown(kept.values())[file].content))
    assert (kept[file].content, shown_here.size) == (sent, (400, 300))
    assert not shown_here.getexif()


XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><GPSLatitude>52,31N</GPSLatitude></x:xmpmeta>"


@pytest.mark.parametrize("where", ["XMP of a WebP", "IPTC of a JPEG", "comment of a JPEG", "text of a PNG"])
def test_the_place_is_not_shown_wherever_it_was_written(state: State, where: str) -> None:
    """Beside EXIF there are XMP, IPTC, comments and texts; none of them reaches who looks at a procedure."""
    file, plain, place = io.BytesIO(), Image.new("RGB", (40, 30), RED), b"52,31N"
    if where == "XMP of a WebP":
        plain.save(file, "WEBP", xmp=XMP)
        sent = file.getvalue()
    elif where == "text of a PNG":
        told = PngInfo()
        told.add_text("Raw profile type exif", place.decode())
        plain.save(file, "PNG", pnginfo=told)
        sent = file.getvalue()
    else:
        plain.save(file, "JPEG")
        said = b"Photoshop 3.0\0" + place
        mark = b"\xff\xed" if where == "IPTC of a JPEG" else b"\xff\xfe"
        sent = file.getvalue()[:2] + mark + (len(said) + 2).to_bytes(2, "big") + said + file.getvalue()[2:]
    assert place in sent
    state.procedures.start(LOCAL_OWNER, stored_content(PACKING))
    name = state.pictures.add(LOCAL_OWNER, "packing", "desk", sent)
    assert place not in as_shown(state.pictures.of(LOCAL_OWNER, "packing"))[name].content


def test_a_picture_that_is_no_photo_stays_as_it_is(state: State) -> None:
    """Nothing is made of a PNG into which no camera wrote."""
    state.procedures.start(LOCAL_OWNER, replace(stored_content(PACKING)))
    file_of_png = io.BytesIO()
    Image.new("RGB", (40, 30), RED).save(file_of_png, "PNG")
    png = file_of_png.getvalue()
    file = state.pictures.add(LOCAL_OWNER, "packing", "a.png", png)
    assert [
        (each.file, each.content) for each in as_shown(state.pictures.of(LOCAL_OWNER, "packing")).values()
    ] == [(file, png)]


def test_a_procedure_goes_out_with_its_pictures_and_comes_back_without_the_camera(state: State) -> None:
    """
    A photo of a telephone, one with a place in it and a plain one: the archive has JPEGs and the plain one, under
    names the text calls them by, and a library elsewhere takes all three in. One that is not kept stays a name.
    """
    state.procedures.start(LOCAL_OWNER, stored_content(PACKING))
    plain = io.BytesIO()
    Image.new("RGB", (20, 10), RED).save(plain, "PNG")
    sent = {"Label.HEIC": PHOTO, "desk": made("JPEG"), "plain.png": plain.getvalue()}
    files = [state.pictures.add(LOCAL_OWNER, "packing", name, content) for name, content in sent.items()]
    pictures = tuple(Picture(file, "What it looks like") for file in (*files, "pictures/lost-00000000.png"))
    first, *rest = PACKING.steps
    procedure = replace(PACKING, steps=(replace(first, pictures=pictures), *rest))
    out = as_archive(procedure, as_shown(state.pictures.of(LOCAL_OWNER, "packing")), "packing-1.0-en")

    found = bring("packing-1.0-en.zip", out)
    assert (found.is_ours, [each.file for each in found.refused]) == (True, [])
    assert [Image.open(io.BytesIO(each)).format for each in found.pictures.values()] == [
        "JPEG",
        "JPEG",
        "PNG",
    ]
    assert not any(
        b"camera" in each or Image.open(io.BytesIO(each)).getexif() for each in found.pictures.values()
    )
    assert list(found.pictures.values())[2] == plain.getvalue()
    assert [each.file for each in found.procedure.steps[0].pictures] == [
        *found.pictures,
        "pictures/lost-00000000.png",
    ]
    assert out == as_archive(procedure, as_shown(state.pictures.of(LOCAL_OWNER, "packing")), "packing-1.0-en")
