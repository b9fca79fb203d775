"""`fairlead sop`: a procedure comes in from a file, is decided by another person, and leaves again."""

import json
import re
from datetime import date
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image
from pypdf import PdfReader
from small_adherence import adherence_store
from typer.testing import CliRunner

from cli import app, arranged
from sop.due import after_months
from store.home import open_store
from store.permits import Role
from store.scope import LOCAL_OWNER
from store.state import User
from store.state.edition_rules import OwnWork
from store.state.own_approval import NotAlone

FILE = """\
---
key: packing
version: 2.0
department: shipping
owner: Shipping lead
kpis:
- {kpi: return_rate, moves: down, lag_days: 14, outcome: yes}
---

# Packing a parcel

## Why

Wrong labels travel.

## Steps

### 1. Print the label

- Accountable: Packer

Print it **once**.

### 2. Weigh it

- Accountable: Packer
- Check: value to 30 in kg
- Markets: DE

Use the scale.
"""
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(20)
ANN, BEN = "ann@example.com", "ben@example.com"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with Ann, who writes procedures, and Ben, who approves them."""
    home = tmp_path_factory.mktemp("sops")
    with open_store(home).state as state:
        state.users.save(LOCAL_OWNER, User(ANN, "Ann", Role.SOP_OWNER), seen=0)
        state.users.save(LOCAL_OWNER, User(BEN, "Ben", Role.APPROVER), seen=0)
    return home


def run(home: Path, who: str, *words: str, given: str = "") -> str:
    done = CliRunner().invoke(app, arranged(["--home", str(home), "sop", *words, "--as", who]), input=given)
    if done.exception is not None:
        raise done.exception
    return done.stdout


def test_a_file_becomes_a_procedure_that_counts(home: Path, tmp_path: Path) -> None:
    """
    In, submitted, refused, approved by another, changed and compared; out as it came in, and on paper.
    """
    file = tmp_path / "packing.md"
    file.write_text(FILE)
    assert "packing 2.0 (en, draft" in run(home, ANN, "import", str(file))
    run(home, ANN, "submit", "packing", "--change", "First version")
    run(home, BEN, "refuse", "packing", "--remark", "Which scale?")
    run(home, ANN, "submit", "packing", "--change", "First version")
    with pytest.raises(Exception, match="may not approve"):
        run(home, ANN, "approve", "packing")
    run(home, BEN, "approve", "packing")
    assert "says the same already" in run(home, ANN, "import", str(file))
    file.write_text(FILE.replace("**once**", "twice"))
    assert "packing 2.1 (en, draft" in run(home, ANN, "import", str(file))

    (listed,) = json.loads(run(home, BEN, "list", "labels TRAVEL", "--format", "json"))
    assert (listed["version"], listed["state"], listed["draft"]) == ("2.0", "effective", "2.1")
    assert date.fromisoformat(listed["review_due"]) == after_months(
        date.fromisoformat(listed["counts_from"]), 12
    )
    (new,) = json.loads(run(home, BEN, "diff", "packing", "--format", "json"))
    assert (new["key"], new["field"], new["before"]) == (
        "print_the_label",
        "instruction",
        "Print it **once**.",
    )
    paper = tmp_path / "packing.pdf"
    run(home, BEN, "export", "packing", "--to", str(paper))
    told = " ".join(page.extract_text() for page in PdfReader(paper).pages)
    assert all(
        text in told for text in ("Packing a parcel", "Print it once.", "at most 30 kg", ANN, BEN, "Only DE")
    )
    run(home, BEN, "retire", "packing", "--reason", "The line is gone")
    assert json.loads(run(home, BEN, "list", "--format", "json"))[0]["state"] == "retired"


def test_a_firm_of_one_person_on_the_command_line(tmp_path: Path) -> None:
    """
    Mia alone: approved with --alone, on paper it says so; a second one who approves ends that.
    """
    (tmp_path / "packing.md").write_text(FILE, encoding="utf-8")
    home = tmp_path / "one"
    with open_store(home).state as state:
        state.users.save(LOCAL_OWNER, User("mia@example.com", "Mia", Role.ADMIN), seen=0)
    mia = "mia@example.com"
    run(home, mia, "import", str(tmp_path / "packing.md"))
    run(home, mia, "submit", "packing", "--change", "New")
    with pytest.raises(OwnWork, match="somebody else has to decide"):
        run(home, mia, "approve", "packing")
    assert "packing 2.0 (en, approved" in run(home, mia, "approve", "packing", "--alone")

    paper = tmp_path / "packing.pdf"
    run(home, mia, "export", "packing", "--to", str(paper))
    printed = " ".join(" ".join(page.extract_text() for page in PdfReader(paper).pages).split())
    assert "approved by its author; the firm had no second person who approves" in printed

    with open_store(home).state as state:
        state.users.save(LOCAL_OWNER, User(BEN, "Ben", Role.APPROVER), seen=0)
    (tmp_path / "packing.md").write_text(
        FILE.replace("2.0", "3.0").replace("Wrong", "Torn"), encoding="utf-8"
    )
    run(home, mia, "import", str(tmp_path / "packing.md"))
    run(home, mia, "submit", "packing", "--change", "New")
    with pytest.raises(NotAlone, match="somebody else may approve it"):
        run(home, mia, "approve", "packing", "--alone")


def test_a_document_that_stays_where_it_is_has_a_version_for_each_text(home: Path, tmp_path: Path) -> None:
    """
    Its address and the hash are kept, not its text; the same text again is nothing new.
    """
    told = [
        "import",
        "--key",
        "returns",
        "--title",
        "Returns",
        "--department",
        "shipping",
        "--owner",
        "Shipping lead",
    ]
    told += ["--why", "Refunds in time", "--link", "https://notion.so/returns", "--content", "-"]
    assert "returns 1.0 (en, draft" in run(home, ANN, *told, given="Inspect it.")
    run(home, ANN, "submit", "returns", "--change", "Linked")
    run(home, BEN, "approve", "returns")

    assert "says the same already" in run(home, ANN, *told, given="Inspect it.\n")
    assert "returns 1.1 (en, draft" in run(home, ANN, *told, given="Inspect it twice.")
    assert "Inspect" not in run(home, ANN, "show", "returns")


def test_what_is_missing_is_told(home: Path, tmp_path: Path) -> None:
    """
    A page of a wiki comes in as a draft with gaps, which keep it from being submitted.
    """
    page = tmp_path / "Sorting.html"
    page.write_text("<h1>Sorting</h1><ol><li>Scan it</li><li>Sort it</li></ol>")
    done = CliRunner().invoke(app, arranged(["--home", str(home), "sop", "import", str(page), "--as", ANN]))

    assert "sorting 1.0 (en, draft" in done.stdout
    assert "Step 2: Nobody is accountable for 'Sort it'" in done.stderr
    with pytest.raises(ValueError, match="Nobody owns it"):
        run(home, ANN, "submit", "sorting", "--change", "New")


def test_pictures_come_and_go_with_their_procedure(home: Path, tmp_path: Path) -> None:
    """
    What lies beside the file is kept under a name made of its content, and lies beside the file that is written.
    """
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "label.png").write_bytes(PICTURE)
    file = tmp_path / "labelling.md"
    named = "Use the scale.\n\n#### Pictures\n\n![The label](pictures/label.png)"
    file.write_text(FILE.replace("key: packing", "key: labelling").replace("Use the scale.", named))
    run(home, ANN, "import", str(file))
    assert "says the same already" in run(home, ANN, "import", str(file))
    run(home, ANN, "export", "labelling", "--to", str(tmp_path / "out" / "labelling.md"))

    (written,) = (tmp_path / "out" / "pictures").iterdir()
    assert written.read_bytes() == PICTURE
    assert f"![The label](pictures/{written.name})" in (tmp_path / "out" / "labelling.md").read_text()
    (tmp_path / "pictures" / "label.png").write_bytes(b"<svg onload=alert(1)>")
    file.write_text(file.read_text().replace("key: labelling", "key: drawn"))
    done = CliRunner().invoke(app, arranged(["--home", str(home), "sop", "import", str(file), "--as", ANN]))
    assert done.exit_code == 0
    assert "Left out: pictures/label.png. This is no picture" in done.stderr


def test_pictures_stand_in_the_pdf(home: Path, tmp_path: Path) -> None:
    """
    A red HEIC photo and a broken PNG: the photo is printed with its step and words, the other one is told with the
    reason, one that lies nowhere by its name.
    """
    pillow_heif.register_heif_opener()
    folder = tmp_path / "pictures"
    folder.mkdir()
    Image.new("RGB", (600, 400), (220, 30, 30)).save(folder / "label.heic", "HEIF")
    (folder / "scale.png").write_bytes(PICTURE)
    named = "".join(
        f"![{shows}](pictures/{file})\n"
        for shows, file in (
            ("The red label", "label.heic"),
            ("The scale", "scale.png"),
            ("A ghost", "gone.png"),
        )
    )
    file = tmp_path / "pictured.md"
    text = FILE.replace("key: packing", "key: pictured")
    file.write_text(text.replace("Use the scale.", f"Use the scale.\n\n#### Pictures\n\n{named}"))
    run(home, ANN, "import", str(file))
    paper = tmp_path / "pictured.pdf"
    run(home, ANN, "export", "pictured", "--to", str(paper))

    pages = PdfReader(paper).pages
    said = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "2. Weigh it: The red label" in said
    assert re.search(r"2\. Weigh it: The scale – pictures/scale-\w+\.png cannot be opened as a picture", said)
    assert "2. Weigh it: A ghost – The picture pictures/gone.png is not kept here." in said
    (photo,) = [each.image for page in pages for each in page.images]
    assert photo.size == (600, 400)
    assert all(
        abs(a - b) < 25 for a, b in zip(photo.convert("RGB").getpixel((300, 200)), (220, 30, 30), strict=True)
    )


def test_adherence_as_the_page_has_it(tmp_path: Path) -> None:
    """
    Sealed in 328 of 400 cases by systems, always by checklists; of one market only what is kept by market.
    """
    adherence_store(tmp_path / "firm").close()
    words = ["--home", str(tmp_path / "firm"), "sop", "adherence", "packing", "--format", "json"]

    rows = json.loads(CliRunner().invoke(app, arranged(words)).stdout)
    france = json.loads(CliRunner().invoke(app, arranged([*words, "--market", "FR"])).stdout)

    told = {(row["step"], row["told_by"]): (row["value"], row["rows"]) for row in rows}
    assert told["seal", "systems"] == (0.82, 400)
    assert told["seal", "checklists"] == (1.0, 80)
    assert {(row["step"], row["told_by"], row["value"]) for row in france} == {
        ("seal", "systems", 0.5), ("seal", "done", 0.5), ("weigh", "systems", 1.0), ("weigh", "done", 1.0),
    }  # fmt: skip
