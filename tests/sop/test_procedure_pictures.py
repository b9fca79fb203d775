"""A procedure that was written elsewhere keeps its pictures, or says of each why it does not."""

import io
import zipfile
from base64 import b64encode

import pillow_heif
import pytest
from PIL import Image

from sop.procedure import Picture, ProcedureError
from sop.procedure.intake import bring
from sop.procedure.intake.bundle import MOST_FILES
from sop.procedure.markdown import read, write
from store.state.pictures import file_of

pillow_heif.register_heif_opener()


def picture(colour: str, kind: str = "PNG") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (20, 10), colour).save(made, kind)
    return made.getvalue()


def archive(files: dict[str, bytes | str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as written:
        for name, content in files.items():
            written.writestr(name, content)
    return made.getvalue()


RED, BLUE = picture("red"), picture("blue")
PHOTO = picture("green", "HEIF")
WIKI = """# Packing ![logo](img/red.png)

## Purpose

Wrong labels travel ![why](img/red.png).

## Steps

1. Print ![A label](img/a%20label.png "hover") it. Only once.
2. ![The scale](./img/scale.heic)
3. Seal it ![seal](img/seal.svg) with tape ![gone](img/gone.png) or ![web](https://example.com/x.png)
4. Cut ![cut](img/cut.heic)
"""
FILES: dict[str, bytes | str] = {
    "export/packing.md": WIKI, "export/img/red.png": RED, "export/img/a label.png": BLUE,
    "export/img/scale.heic": PHOTO, "export/img/seal.svg": "<svg onload=x>", "export/img/cut.heic": PHOTO[:-99],
    "__MACOSX/export/packing.md": "# Rubbish", "export/.hidden.md": "# Rubbish",
}  # fmt: skip
BLUE_FILE, PHOTO_FILE = file_of("a label.png", "png", BLUE), file_of("scale.heic", "heic", PHOTO)


def test_an_archive_brings_its_pictures_along() -> None:
    """Those of steps go to their steps with what they show; the text reads on without them."""
    found = bring("export.zip", archive(FILES))
    steps = found.procedure.steps

    assert [(each.title, each.instruction) for each in steps] == [
        ("Print it", "Print it. Only once."), ("The scale", "The scale"),
        ("Seal it with tape or", "Seal it with tape or"), ("Cut", "Cut"),
    ]  # fmt: skip
    assert [each.pictures for each in steps] == [
        (Picture(BLUE_FILE, "A label"),), (Picture(PHOTO_FILE, "The scale"),), (), ()
    ]  # fmt: skip
    assert dict(found.pictures) == {BLUE_FILE: BLUE, PHOTO_FILE: PHOTO}
    assert (found.procedure.title, found.procedure.purpose) == ("Packing", "Wrong labels travel.")
    assert read(write(found.procedure)) == found.procedure


def test_each_picture_that_stays_behind_is_told_with_the_reason() -> None:
    """Outside of steps, no picture, broken, not there, on the web: six of them, by their names."""
    told = {each.file: each.why for each in bring("export.zip", archive(FILES)).refused}
    assert told == {
        "img/red.png": "It stands outside of the steps; only steps have pictures.",
        "img/seal.svg": "This is no picture; PNG, JPEG, GIF, WebP and HEIC are kept.",
        "img/gone.png": "It does not lie beside the text; send both in one archive (zip).",
        "https://example.com/x.png": "It lies on the web, and nothing is fetched from there; save it beside the text.",
        "img/cut.heic": "img/cut.heic cannot be opened as a picture; take it again, or send it as JPEG.",
    }


def test_a_page_holds_its_pictures_itself() -> None:
    """Of HTML with data: URIs the picture is kept, what is none is told; links never hold anything."""
    page = (
        "<h1>Packing</h1><h2>Steps</h2><ol>"
        f'<li>Print <img src="data:image/png;base64,{b64encode(RED).decode()}" alt="A [red] label" onerror="x()"></li>'
        '<li>Weigh <a href="data:text/html,<script>x</script>">it</a> <img src="images/image%201.png"></li>'
        '<li>Seal <img src="data:image/png;base64,AAAA"> <img src="data:text/html;base64,PGI+"></li></ol>'
    )
    found = bring("page.html", page.encode(), {"images/image 1.png": BLUE})
    red, blue = file_of("picture", "png", RED), file_of("image 1.png", "png", BLUE)

    assert [each.pictures for each in found.procedure.steps] == [
        (Picture(red, "A (red) label"),), (Picture(blue, "Weigh it"),), ()
    ]  # fmt: skip
    assert dict(found.pictures) == {red: RED, blue: BLUE}
    assert [each.why for each in found.refused] == [
        "This is no picture; PNG, JPEG, GIF, WebP and HEIC are kept.",
        "It does not lie beside the text; send both in one archive (zip).",
    ]
    assert "data:" not in write(found.procedure)
    assert "script" not in write(found.procedure)


def test_our_own_form_goes_out_and_comes_back_with_its_pictures() -> None:
    """The names by content stay the same; one that only the library has stays named."""
    text = write(bring("export.zip", archive(FILES)).procedure)
    again = bring("packing.zip", archive({"packing.md": text, BLUE_FILE: BLUE}))

    assert again.is_ours
    assert write(again.procedure) == text
    assert (dict(again.pictures), again.refused) == ({BLUE_FILE: BLUE}, ())
    spoilt = bring("packing.zip", archive({"packing.md": text, BLUE_FILE: b"<svg>"}))
    assert [each.file for each in spoilt.refused] == [BLUE_FILE]
    assert spoilt.procedure.steps[0].pictures == ()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"PK\x03\x04 nothing more", "cannot be unpacked"),
        (archive({"a.md": "# A", "b.md": "# B"}), r"holds 2 texts \(a\.md, b\.md\); put exactly one into it"),
        (archive({"a.png": RED}), r"holds 0 texts \(Markdown or HTML\)"),
        (archive({"a.md": b"\xff\xfe# A"}), "a.md is not text in UTF-8"),
        (archive({f"{n}.png": b"" for n in range(MOST_FILES + 1)}), "has 501 files; 500 are the most"),
    ],
)
def test_an_archive_that_is_none_is_refused_whole(content: bytes, complaint: str) -> None:
    """With its name and what helps."""
    with pytest.raises(ProcedureError, match=complaint):
        bring("x.zip", content)


def test_an_archive_that_would_unpack_to_a_lot_is_left_unpacked() -> None:
    """Twelve pictures of 6 MB of nothing, 70 KB in all: reading stops before it has 60 MB."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("a.md", "# A")
        for n in range(12):
            written.writestr(f"{n}.png", bytes(6_000_000))
    assert len(made.getvalue()) < 100_000
    with pytest.raises(ProcedureError, match="unpacks to more than 60000000 bytes"):
        bring("bomb.zip", made.getvalue())


@pytest.mark.parametrize("path", ["../secret.png", "/etc/secret.png", "img/../../secret.png"])
def test_a_text_reaches_nothing_outside_its_folder(path: str) -> None:
    """A path that leads out of the archive is of nothing that lies beside the text."""
    found = bring("x.zip", archive({"a.md": f"# A\n\n## Steps\n\n1. Look ![it]({path})", "img/b.png": RED}))
    assert (found.pictures, [each.file for each in found.refused]) == ({}, [path])
