"""The library of procedures, one of them, and writing one: what each reader finds and may do."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hostile import HOSTILE, MARK
from made_procedures import LABEL, PACKING, WEIGH
from PIL import Image
from pypdf import PdfReader
from small_company import empty_store
from streamlit.testing.v1 import AppTest

from kpi.model import Department
from pages.parts.load import now
from pages.parts.viewer import Viewer
from pages.sops import left_out
from pages.sops.beginning import take_file_in
from pages.sops.load import load_shelves
from pages.sops.one import exports_of
from sop.library import content_of, procedure_of
from sop.procedure import Link, Picture, Procedure, Raci, Scope, Section, Step, Version
from sop.procedure.markdown import write as as_markdown
from sop.taking_in import publish, take_in
from store.home import Store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal
from store.scope import Scope as Part
from store.state import EditionState, User

ANN, MO = Principal("Ann", role=Role.SOP_OWNER), Principal("Mo", role=Role.SOP_OWNER)
BEN, VERA = Principal("Ben", role=Role.APPROVER), Principal("Vera")
SERVICE = Principal("Sven", Part(departments=frozenset({"service"})))
LATER = replace(PACKING, version=Version(2, 0), steps=(replace(LABEL, instruction="Print it twice."), WEIGH))


def show(viewer, which: str, query: dict[str, str], run: int) -> None:  # type: ignore[no-untyped-def]
    """Runs inside the page's script."""
    import streamlit as st

    from pages import sops
    from pages.sops import one, write

    if "asked" not in st.session_state:
        st.session_state["asked"] = True
        st.query_params.from_dict(query)
    viewer.seen.clear()
    {"sops": sops.render, "sop": one.render, "write": write.render}[which](viewer)


def opened(store: Store, who: Principal, which: str, **query: str) -> AppTest:
    page = AppTest.from_function(show, args=(Viewer(store, who), which, query, 1), default_timeout=60).run()
    assert not page.exception
    return page


def read(page: AppTest) -> str:
    kinds = (page.html, page.text, page.title, page.header, page.caption)
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\u00a0", " ")


def button(page: AppTest, ends: str) -> AppTest:
    """Click the one button whose key ends so."""
    (found,) = [each for each in page.button if str(each.key).endswith(ends)]
    clicked = found.click().run()
    assert not clicked.exception
    return clicked


def fill(page: AppTest, ends: str, value: str) -> AppTest:
    """Fill in the one field whose key ends so."""
    fields = [each for kind in (page.text_input, page.text_area) for each in kind]
    (found,) = [each for each in fields if str(each.key).endswith(ends)]
    return found.set_value(value).run()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Store]:
    """Packing 1.0 counts since 13 months; 2.0 is in review, submitted by Ann; a Chinese text is of 1.0."""
    store = empty_store(tmp_path)
    today = now().date()
    begun = today - timedelta(days=400)
    publish(store.state, ANN, BEN, PACKING, "First", begun, begun)
    chinese = replace(PACKING, language="zh", translates=Version(1, 0), title="包装")
    publish(store.state, ANN, BEN, chinese, "译文", begun, begun)
    draft = take_in(store.state, ANN, LATER, "", today).edition
    store.state.procedures.submit(ANN, draft.id, draft.version, "Two labels are needed")
    yield store
    store.close()


def test_the_library_says_what_counts_and_what_is_late(library: Store) -> None:
    """
    Readers see what counts and that its review is overdue; who writes also sees what waits; others see nothing.
    """
    told = read(opened(library, VERA, "sops"))
    assert "Packing a parcel" in told
    assert "sop?sop=packing" in told
    assert "in review" not in told
    assert "effective, 2.0 in review" in read(opened(library, ANN, "sops"))
    assert "Packing" in read(opened(library, VERA, "sops", state="overdue"))
    assert "None of them" in read(opened(library, VERA, "sops", words="customs"))
    assert "No procedure yet" in read(opened(library, SERVICE, "sops"))


def test_one_procedure_is_for_its_reader_first(library: Store) -> None:
    """
    Why, steps, flowchart, KPI; its versions with who approved them; what is in review is not there for a viewer.
    """
    page = opened(library, VERA, "sop", sop="packing")
    told = read(page)

    assert "A wrong label sends the parcel to somebody else." in told
    assert "<strong>after</strong> the address" in told
    assert 'src="data:image/svg+xml;base64,' in told
    assert "Only DE" in told
    assert 'kpi?kpi=return_rate"' in told
    assert "Ben, " in told
    assert "Its review is overdue" in told
    assert "Two labels are needed" not in told
    assert not [each for each in page.button if str(each.key).endswith("_sop")]
    assert "No such procedure" in read(opened(library, SERVICE, "sop", sop="packing"))


def test_a_picture_is_shown_with_its_words(tmp_path: Path) -> None:
    """
    As data of our own host; one that is not kept here is told in words.
    """
    store = empty_store(tmp_path)
    store.state.procedures.start(ANN, content_of(PACKING))
    file = store.state.pictures.add(ANN, "packing", "label.png", b"\xff\xd8\xff")
    pictures = (Picture(file, "The label"), Picture("gone.png", "The scale"))
    made = replace(PACKING, steps=(replace(LABEL, pictures=pictures),))
    draft = store.state.procedures.rows(ANN)[0]
    store.state.procedures.save(ANN, draft.id, content_of(made), draft.version)
    told = read(opened(store, ANN, "sop", sop="packing"))

    assert '<img src="data:image/jpeg;base64,/9j/" alt="The label">' in told
    assert "The scale (gone.png)" in told
    store.close()


def test_a_document_kept_elsewhere_is_linked_by_its_text(library: Store) -> None:
    """
    Ann links her draft to a page and pastes its text: address and digest are kept, not the text. Pasted again it says
    the same, another one something else, and is another digest; an address alone is not enough.
    """
    review = library.state.procedures.rows(ANN)[1]
    back = library.state.procedures.take_back(ANN, review.id, review.version)
    page = opened(library, ANN, "write", sop="packing")
    page = fill(page, "_link", "https://example.notion.site/packing")
    assert "Paste the text of the document as well" in read(page)
    page = fill(page, "_linked", "Pack it well.")
    page = button(page, "sop_save")
    kept = procedure_of(library.state, ANN, back.id)
    assert kept.link == Link("https://example.notion.site/packing", sha256(b"Pack it well.").hexdigest())
    assert "Pack it well" not in library.state.procedures.text(ANN, back.id)
    assert 'href="https://example.notion.site/packing"' in read(
        opened(library, ANN, "sop", sop="packing", version="2.0")
    )

    again = opened(library, ANN, "write", sop="packing")
    again = fill(again, "_linked", "Pack it well.")
    assert "It says the same as what was linked." in read(again)
    again = fill(again, "_linked", "Pack it better.")
    assert "It says something else than what was linked." in read(again)
    button(again, "sop_save")
    now_kept = procedure_of(library.state, ANN, back.id).link
    assert now_kept is not None
    assert now_kept.sha256 == sha256(b"Pack it better.").hexdigest()
    gone = fill(opened(library, ANN, "write", sop="packing"), "_link", "")
    button(gone, "sop_save")
    assert procedure_of(library.state, ANN, back.id).link is None


def test_pictures_that_stay_behind_are_told_over_the_draft(
    library: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    An uploaded archive with a good picture and a drawing: the draft has the one, the other is listed with the reason
    until it was seen; on the PDF of the page the good one is there.
    """
    made, red = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (300, 200), (220, 30, 30)).save(red, "PNG")
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(
            "gluing.md", "# Gluing\n\n## Steps\n\n1. Warm it ![The glue](a.png) ![A drawing](b.svg)"
        )
        archive.writestr("a.png", red.getvalue())
        archive.writestr("b.svg", "<svg onload=x>")
    session: dict[str, object] = {}
    monkeypatch.setattr(left_out.st, "session_state", session)
    key = take_file_in(Viewer(library, ANN), "gluing.zip", made.getvalue(), "", Department.MANUFACTURING)
    monkeypatch.undo()

    draft = library.state.procedures.rows(ANN, key)[0]
    (step,) = procedure_of(library.state, ANN, draft.id).steps
    assert [each.shows for each in step.pictures] == ["The glue"]
    page = AppTest.from_function(
        show, args=(Viewer(library, ANN), "write", {"sop": key}, 1), default_timeout=60
    )
    page.session_state[left_out.KEPT] = session[left_out.KEPT]
    page.run()
    assert "1 picture did not come along. The rest of the file did." in read(page)
    assert "This is no picture" in read(page)
    assert "b.svg" in read(page)
    page = button(page, "left_out_seen")
    assert "did not come along" not in read(page)

    shelf = next(each for each in load_shelves(Viewer(library, ANN)) if each.key == key)
    paper, text = (
        each.make()
        for each in exports_of(Viewer(library, ANN), shelf, draft, procedure_of(library.state, ANN, draft.id))
    )
    with zipfile.ZipFile(io.BytesIO(text)) as taken:
        assert taken.namelist() == [f"{key}-{draft.name}-en.md", step.pictures[0].file]
    (found,) = [each.image for one in PdfReader(io.BytesIO(paper)).pages for each in one.images]
    assert found.size == (300, 200)


def test_somebody_else_decides_and_the_author_does_not(library: Store) -> None:
    """
    Ann may take it back only; Ben refuses it with a reason, or approves it, and readers find the new version.
    """
    hers = opened(library, ANN, "sop", sop="packing", version="2.0")
    assert [each.key for each in hers.button if str(each.key).endswith("_sop")] == [
        "edit_sop",
        "take_back_sop",
    ]
    assert "Somebody else has to approve it." in read(hers)

    page = button(opened(library, BEN, "sop", sop="packing", version="2.0"), "approve_sop")
    button(page, "save_sop_decide")

    told = read(opened(library, VERA, "sop", sop="packing"))
    assert "Print it twice." in told
    assert "behind by 1 major version" in read(opened(library, VERA, "sop", sop="packing", **{"in": "zh"}))
    compared = read(opened(library, VERA, "sop", sop="packing", against="1.0"))
    assert "<ins>Print it twice.</ins>" in compared


def test_a_single_person_approves_alone_and_says_so(library: Store) -> None:
    """
    Mia, who alone may approve, is offered that of her own text, and it stands in the table of approvals; before she
    confirms, Zoe comes: the button is gone and the form that was open is refused.
    """
    mia = User("mia@example.com", "Mia", Role.MANAGER)
    library.state.users.save(LOCAL_OWNER, mia, seen=0)
    for key in ("sealing", "gluing"):
        own = take_in(library.state, mia.principal, replace(PACKING, key=key), "", now().date()).edition
        library.state.procedures.submit(mia.principal, own.id, own.version, "New")
    page = opened(library, mia.principal, "sop", sop="sealing")
    assert "nobody else in the firm approves procedures" in read(page)
    assert "Somebody else has to approve it." not in read(page)
    button(button(page, "approve_alone_sop"), "save_sop_decide")
    assert "approved by its author; the firm had no second person" in read(
        opened(library, VERA, "sop", sop="sealing")
    )

    late = button(opened(library, mia.principal, "sop", sop="gluing"), "approve_alone_sop")
    library.state.users.save(LOCAL_OWNER, User("zoe@example.com", "Zoe", Role.APPROVER), seen=0)
    button(late, "save_sop_decide")
    assert library.state.procedures.rows(mia.principal, "gluing")[0].state is EditionState.REVIEW
    again = opened(library, mia.principal, "sop", sop="gluing")
    assert not [each for each in again.button if "approve" in str(each.key)]
    assert "Somebody else has to approve it." in read(again)


def test_a_draft_is_written_saved_and_submitted(library: Store) -> None:
    """
    Ann takes her text back, names a limit and adds a step; what is missing is listed until it is filled in.
    """
    review = library.state.procedures.rows(ANN)[1]
    back = library.state.procedures.take_back(ANN, review.id, review.version)
    page = opened(library, ANN, "write", sop="packing", part="steps")
    page = button(page, "_add")
    assert "Step 3: It has no title" in read(page)
    page = fill(page, "_title", "Seal it")
    page = fill(page, "_text", "Two strips of tape.")
    page = fill(page, "_accountable", "Packer")
    assert "Missing" not in "".join(each.label for each in page.expander)
    page = button(page, "step_1_up")
    page = button(page, "sop_save")

    found = procedure_of(library.state, ANN, back.id)
    assert [each.title for each in found.steps] == ["Print the label", "Seal it", "Weigh the parcel"]
    assert found.step("step_1") == Step("step_1", "Seal it", "Two strips of tape.", Raci("Packer"))
    assert found.steps[0] == LATER.steps[0]


def test_who_saves_second_merges(library: Store) -> None:
    """
    Mo saved another instruction and a section while Ann wrote: Ann chooses hers, and Mo's section stays.
    """
    review = library.state.procedures.rows(ANN)[1]
    back = library.state.procedures.take_back(ANN, review.id, review.version)
    page = opened(library, ANN, "write", sop="packing", part="steps")
    page = fill(button(page, "print_label_open"), "_text", "Print it once.")
    theirs = replace(
        LATER,
        steps=(replace(LABEL, instruction="Print it thrice."), WEIGH),
        sections=(Section("Records", "Two years."),),
    )
    library.state.procedures.save(MO, back.id, content_of(theirs), back.version)

    page = button(page, "sop_save")
    told = read(page)
    assert "Somebody else was faster" in told
    assert "Taken over from theirs: Section “Records”" in told
    assert "<ins>thrice</ins>" in told
    (choice,) = page.radio
    page = choice.set_value("mine").run()
    button(page, "sop_both")

    found = procedure_of(library.state, ANN, back.id)
    assert found.steps[0].instruction == "Print it once."
    assert [each.heading for each in found.sections] == ["Records"]
    assert library.state.procedures.find(ANN, back.id).editors == {"Ann", "Mo"}


def test_a_first_procedure_is_begun_in_the_browser(tmp_path: Path) -> None:
    """
    Title and department are enough to begin; a viewer has no button and no editor.
    """
    store = empty_store(tmp_path)
    page = button(opened(store, ANN, "sops"), "new_sop")
    (title,) = page.text_input
    title.set_value("Address verification")
    button(page, "save_sop_new")

    (draft,) = store.state.procedures.rows(ANN)
    assert (draft.key, draft.name, draft.state) == ("address_verification", "1.0", EditionState.DRAFT)
    assert not opened(store, VERA, "sops").button
    assert "fl-state-forbidden" in read(opened(store, VERA, "write", sop="address_verification"))
    store.close()


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    """
    Sixty strings in every field of a procedure that takes them, on all three pages.
    """
    store = empty_store(tmp_path)
    steps = tuple(
        Step(f"s{number}", text, text, Raci(text.replace(",", "")), example=text)
        for number, text in enumerate(HOSTILE)
    )
    made = Procedure(
        "hostile", HOSTILE[0], "\n\n".join(HOSTILE), "shipping", HOSTILE[1], scope=Scope(roles=(HOSTILE[2],)),
        preparation=HOSTILE[3], steps=steps, sections=(Section(HOSTILE[4], HOSTILE[5]),),
    )  # fmt: skip
    store.state.procedures.start(ANN, content_of(made))
    for which in ("sops", "sop", "write"):
        for part in ("steps", "preview") if which == "write" else ("",):
            told = "".join(
                str(each.value) for each in opened(store, ANN, which, sop="hostile", part=part).html
            )
            assert f"<b {MARK}" not in told
            assert "<script" not in told
            assert "<img src=x" not in told
            assert 'href="javascript' not in told
    store.close()


WIKI = """# Packing glass

## Purpose

Glass breaks on the way.

## Steps

1. Wrap it. Twice, in paper.
2. Put it in a box.
"""


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Store]:
    """A firm without any procedure."""
    store = empty_store(tmp_path)
    yield store
    store.close()


class Sent:
    """A file as the uploader of a form hands it over."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name, self.content = name, content

    def getvalue(self) -> bytes:
        return self.content


def begun_from(
    store: Store, who: Principal, monkeypatch: pytest.MonkeyPatch, sent: Sent, title: str = ""
) -> AppTest:
    monkeypatch.setattr("streamlit.file_uploader", lambda *_, **__: sent)
    page = button(opened(store, who, "sops"), "new_sop")
    (typed,) = [each for each in page.text_input if each.key == "new_sop_title"]
    typed.set_value(title)
    (found,) = [each for each in page.button if each.label == "Begin to write"]
    return found.click().run()


def test_a_procedure_of_a_wiki_is_uploaded(bare: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its list becomes two steps of a draft of the chosen department; a second upload is another procedure."""
    page = begun_from(bare, ANN, monkeypatch, Sent("export 7.md", WIKI.encode()))
    begun_from(bare, ANN, monkeypatch, Sent("export 7.md", WIKI.encode()), "Packing vases")

    drafts = {each.key: each for each in bare.state.procedures.rows(ANN)}
    text = procedure_of(bare.state, ANN, drafts["packing_glass"].id)
    assert not page.exception
    assert [step.title for step in text.steps] == ["Wrap it", "Put it in a box"]
    assert (text.purpose, text.department) == ("Glass breaks on the way.", "shipping")
    assert procedure_of(bare.state, ANN, drafts["packing_vases"].id).title == "Packing vases"


def test_our_own_file_is_another_version_of_what_it_is(bare: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key in its head is kept; what says the same as the latest version becomes no draft."""
    today = now().date()
    publish(bare.state, ANN, BEN, PACKING, "First", today, today)
    before = len(bare.state.procedures.rows(ANN))

    begun_from(bare, ANN, monkeypatch, Sent("any.md", as_markdown(PACKING).encode()))
    assert len(bare.state.procedures.rows(ANN)) == before

    begun_from(bare, ANN, monkeypatch, Sent("any.md", as_markdown(LATER).encode()))
    (draft,) = [each for each in bare.state.procedures.rows(ANN) if each.state is EditionState.DRAFT]
    assert (draft.key, draft.name) == ("packing", "2.0")


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (Sent("a.md", b"\xff\xfe\x00"), "a.md is not text in UTF-8"),
        (Sent("a.md", b"---\nkey: a\nspeed: 3\n---\n# A\n"), "speed"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_procedure_says_why(
    bare: Store, monkeypatch: pytest.MonkeyPatch, sent: Sent, why: str
) -> None:
    """Nothing is stored, and the form stays open."""
    page = begun_from(bare, ANN, monkeypatch, sent)
    told = read(page) + " ".join(str(each.value) for each in page.markdown)
    assert why in told
    assert not bare.state.procedures.rows(ANN)
