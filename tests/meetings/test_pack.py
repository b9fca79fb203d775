"""The pack of a closed meeting: the same numbers in every format, byte by byte, whatever happened since."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from made_meetings import KPI, MONDAY, OTHER, WEEKS, agenda, closed
from pptx import Presentation
from pypdf import PdfReader

from kpi.catalog import KPIS
from kpi.figures import figure, goal
from kpi.words import Language, speaking
from meetings.actions import change
from meetings.agenda import Agenda, Promised, as_content
from meetings.closing import close_meeting
from meetings.pack import Form, Frozen, file_name, frozen_of, made
from meetings.promises import Kept
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import Action, State, User, WrongEntry
from store.state.meeting_records import WHOLE_FIRM, Meeting, MeetingError


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = State.open(f"sqlite:///{tmp_path / 'state.db'}")
    yield opened
    opened.close()


@pytest.fixture
def frozen(state: State) -> Frozen:
    return frozen_of(state, LOCAL_OWNER, closed(state).id)


def plain(text: str) -> str:
    """The text with one kind of space."""
    return " ".join(text.replace("\u202f", " ").replace("\u00a0", " ").split())


def of_html(content: bytes) -> str:
    return plain(re.sub(r"<[^>]+>", " ", content.decode().partition("<body>")[2]))


def of_pdf(content: bytes) -> str:
    return plain(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))


def of_slides(content: bytes) -> tuple[str, dict[str, list[float | None]]]:
    """The words of all slides, and the series of the charts by name."""
    words: list[str] = []
    series: dict[str, list[float | None]] = {}
    for slide in Presentation(BytesIO(content)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                words.append(shape.text_frame.text)
            if shape.has_table:
                words += [cell.text for row in shape.table.rows for cell in row.cells]
            if shape.has_chart:
                series |= {each.name: list(each.values) for each in shape.chart.plots[0].series}
    return plain(" ".join(words)), series


def of_book(content: bytes) -> dict[str, list[list[object]]]:
    """The cells of each sheet."""
    book = openpyxl.load_workbook(BytesIO(content))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def told(frozen: Frozen) -> list[str]:
    """Every number of the pack as people read it."""
    kpi, (off,) = KPIS[KPI], frozen.agenda.items
    numbers = [str(figure(kpi, each.value, "EUR")) for each in off.trend]
    numbers += [goal(kpi, each.target, "EUR") for each in off.trend]
    numbers += ["75.0 %", "93 %", "8", "62.5%", "4.0%", "28.0%", "200", "20", "80", "80.0 %", "2", "40"]
    numbers += ["81.0%", "70.0%", "49.6%", "100", "125"]
    return list(dict.fromkeys(map(plain, numbers)))


def test_all_formats_say_the_same_numbers(frozen: Frozen) -> None:
    """
    Values and targets of 13 weeks, what is off, shares of the SOP, restatements, counts: read back out of the four.
    """
    html, pdf = of_html(made(frozen, Form.HTML)), of_pdf(made(frozen, Form.PDF))
    slides, series = of_slides(made(frozen, Form.PPTX))
    book = of_book(made(frozen, Form.XLSX))
    drawn = {plain(str(figure(KPIS[KPI], 1.0, "EUR")))}  # on slides a number of the chart only
    for number in told(frozen):
        texts = {"html": html, "pdf": pdf} | ({} if number in drawn else {"pptx": slides})
        alone = re.compile(rf"(?<![\d.]){re.escape(number)}(?![\d.])")
        assert [name for name, text in texts.items() if not alone.search(text)] == [], number
    (off,) = frozen.agenda.items
    values, targets = [each.value for each in off.trend], [each.target for each in off.trend]
    assert (series["Value"], series["Target"]) == (values, targets)
    assert [row[3:5] for row in book["Figures behind it"][1:]] == [
        list(pair) for pair in zip(values, targets, strict=True)
    ]
    assert book["What is off"][1][2:4] == [0.75, 0.93]
    assert [book["What is off"][1][n] for n in (6, 7, 10, 11)] == [8, 40, 0.9, 0.4]
    assert book["Were the SOPs followed"][1][3:] == [0.625, 0.56, 0.69, 0.04, 0.28, 200, 0]
    assert book["New versions after four weeks"][1][3:] == [100, 81, 70, 62, 125]
    assert book["All KPIs"][1][3:5] == [0.75, 0.93]
    assert book["Restated"][1][2:4] == [0.8, 0.75]


def test_all_formats_say_the_same_words(frozen: Frozen) -> None:
    """
    Promises first, then what is off, SOPs, decisions, actions, who was there, what is not known, digest; as text.
    """
    html, pdf = of_html(made(frozen, Form.HTML)), of_pdf(made(frozen, Form.PDF))
    slides, _ = of_slides(made(frozen, Form.PPTX))
    parts = ["Not kept", "What is off and why", "What owners say", "Were the SOPs followed", "Decided",
             "Actions of this meeting", "Who was there", "All KPIs", "What is not known",
             "Restated since the meeting before", "Data behind it",
             "What the figures mean", frozen.digest]  # fmt: skip
    for text in (html, pdf, slides):
        places = [text.index(part) for part in parts if part != frozen.digest]
        assert places == sorted(places)
        for each in (
            "Second pick-up",
            "No second driver",
            "Two drivers from May",
            "Book a second pick-up",
            "Ann",
            "Bo",
            "30 rows then, 40 now (carrier)",
        ):
            assert each in text
    assert all(KPIS[OTHER].name in text for text in (html, pdf, slides))
    assert "Call the &lt;carrier&gt;" in made(frozen, Form.HTML).decode()
    assert frozen.digest in html
    assert frozen.digest in slides
    book = of_book(made(frozen, Form.XLSX))
    assert [row[2] for row in book["Promises and actions"][1:]] == [
        "Call the <carrier>",
        "Book a second pick-up",
    ]
    assert book["Decided"][1][2] == "=Second pick-up"
    assert book["What owners say"][1][1:4] == [
        "One lorry <late>",
        "=No second driver",
        "Two drivers from May",
    ]
    assert ["SHA-256 of the figures", frozen.digest] in book["Trust label"]


def test_an_owner_who_said_nothing_is_not_left_out(frozen: Frozen) -> None:
    """The KPI stands there, without a comment."""
    silent = replace(frozen, comments=())

    assert "no comment" in of_html(made(silent, Form.HTML))
    assert "no comment" not in of_html(made(frozen, Form.HTML))


def test_a_comment_on_what_is_no_longer_off_is_kept(frozen: Frozen) -> None:
    """It came right before the end, or was said by the command line: it stands after those that are off."""
    (said,) = frozen.comments
    both = replace(frozen, comments=(replace(said, kpi=OTHER, what="It was snow"), said))

    assert [kpi for kpi, _ in both.commented] == [KPI, OTHER]
    assert "It was snow" in of_html(made(both, Form.HTML))


@pytest.mark.parametrize("form", list(Form))
def test_a_pack_is_the_same_bytes_for_ever(state: State, form: Form) -> None:
    """Made again, after the action was changed and closed, and on another day: not one byte is another one."""
    meeting = closed(state)
    before = made(frozen_of(state, LOCAL_OWNER, meeting.id), form)
    for each in state.actions.rows(LOCAL_OWNER):
        change(
            state, LOCAL_OWNER, each, text="Another", owner="Cy", due=date(2099, 1, 1), today=date(2026, 5, 5)
        )

    assert made(frozen_of(state, LOCAL_OWNER, meeting.id), form) == before


def test_nothing_of_the_moment_of_writing_is_in_office_files(frozen: Frozen) -> None:
    """Parts of the zip are of 1980, properties of the moment the meeting was closed, in the workbook inside, too."""
    at = f"{frozen.made_at:%Y-%m-%dT%H:%M:%SZ}"
    for form in (Form.PPTX, Form.XLSX):
        with ZipFile(BytesIO(made(frozen, form))) as parts:
            assert {each.date_time for each in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert parts.read("docProps/core.xml").decode().count(at) == 2
            inside = [each for each in parts.namelist() if each.endswith(".xlsx")]
            for name in inside:
                with ZipFile(BytesIO(parts.read(name))) as book:
                    assert book.read("docProps/core.xml").decode().count(at) == 2
        assert bool(inside) is (form is Form.PPTX)


def test_a_pack_is_in_the_readers_language(frozen: Frozen) -> None:
    """Chinese words, the same numbers; the text of decisions stays as it was written."""
    with speaking(Language.CHINESE):
        html, (slides, _) = of_html(made(frozen, Form.HTML)), of_slides(made(frozen, Form.PPTX))
        pdf = of_pdf(made(frozen, Form.PDF))

    for text in (html, pdf, slides):
        assert "承诺了什么" in text
        assert "75.0%" in text
        assert "Second pick-up" in text


def test_the_web_page_loads_and_runs_nothing(frozen: Frozen) -> None:
    """No script, no address, every text escaped."""
    page = made(frozen, Form.HTML).decode()

    assert "default-src 'none'" in page
    assert "<script" not in page
    assert re.findall(r'(?:src|href)="', page) == []
    assert "<carrier>" not in page
    assert "<b>Sons" not in page


def test_nothing_hangs_over_the_edge_of_a_slide(frozen: Frozen) -> None:
    """All shapes lie on the slide, also with forty long actions, which take more than one."""
    (first, *_) = frozen.actions
    many = tuple(replace(first, action=n + 10, text="Long words " * 15) for n in range(40))
    whole = replace(frozen, words=replace(frozen.words, actions=many))
    deck = Presentation(BytesIO(made(whole, Form.PPTX)))
    texts = 0
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height
            texts += shape.has_table and sum(
                "Long words" in cell.text for row in shape.table.rows for cell in row.cells
            )
    assert texts == 40


def test_figures_that_were_changed_are_not_to_be_relied_on(frozen: Frozen) -> None:
    """A pack whose figures do not fit their digest says so at its top, in every format."""
    changed = replace(frozen, genuine=False)

    for form in (Form.HTML, Form.PDF):
        text = of_html(made(changed, form)) if form is Form.HTML else of_pdf(made(changed, form))
        assert "do not rely on them" in text
    assert "do not rely on them" in of_slides(made(changed, Form.PPTX))[0]
    assert "do not rely on them" in str(of_book(made(changed, Form.XLSX)))


def test_a_pack_is_for_who_sees_the_meeting(state: State) -> None:
    """Neither an open meeting has one nor one of another department."""
    opened = state.meetings.open(LOCAL_OWNER, Meeting("shipping", MONDAY, "market=DE"))
    other = Principal("max@example.com", Scope(departments=frozenset({"service"})), Role.LEAD)

    with pytest.raises(MeetingError, match=f"Meeting {opened.id} is not closed"):
        frozen_of(state, LOCAL_OWNER, opened.id)
    with pytest.raises(WrongEntry, match="There is no meeting"):
        frozen_of(state, other, closed(state).id)


def test_who_sees_one_market_reads_no_promise_of_another(state: State) -> None:
    """Frozen with the German meeting is what is Germany's, whoever closed it."""
    opened = state.meetings.open(LOCAL_OWNER, Meeting("shipping", MONDAY, "market=DE"))
    made_of = [
        state.actions.add(
            LOCAL_OWNER, Action(KPI, "shipping", f"For {part or 'all'}", "Ann", MONDAY, f"market={part}")
        )
        for part in ("DE", "FR")
    ]
    seen = Agenda(
        MONDAY, "EUR", promised=tuple(Promised(a.id, a.version, Kept.OPEN, a.due, 1) for a in made_of)
    )
    close_meeting(state, LOCAL_OWNER, opened, seen, MONDAY)

    german = Principal("lea@example.com", Scope(markets=frozenset({"DE"})), Role.LEAD)
    assert [each.text for each in frozen_of(state, german, opened.id).promised] == ["For DE"]


def test_a_meeting_an_older_program_closed_has_a_pack(state: State) -> None:
    """Without words of its own it tells its actions as they read today."""
    meeting = state.meetings.open(LOCAL_OWNER, Meeting("shipping", MONDAY))
    content = as_content(agenda())
    old = {name: content[name] for name in ("as_of", "currency", "items", "promised")} | {"version": 1}
    state.meetings.close(LOCAL_OWNER, meeting, old)

    frozen = frozen_of(state, LOCAL_OWNER, meeting.id)
    assert (frozen.agenda.items[0].value, frozen.agenda.scores) == (0.75, ())
    assert "75.0 %" in of_html(made(frozen, Form.HTML))


def test_a_meeting_ends_with_a_comment_on_what_is_off_or_a_reason(state: State) -> None:
    """The one KPI that is off has no comment: refused by its name; with a reason closed, and the pack tells it."""
    meeting = state.meetings.open(LOCAL_OWNER, Meeting("shipping", MONDAY))
    with pytest.raises(MeetingError, match=r"On-time delivery\. Write the comment"):
        close_meeting(state, LOCAL_OWNER, meeting, agenda(), MONDAY, uncommented_why=" ")
    assert state.meetings.find(LOCAL_OWNER, meeting.id).is_open
    close_meeting(state, LOCAL_OWNER, meeting, agenda(), MONDAY, uncommented_why="Ann <was> ill")
    page = of_html(made(frozen_of(state, LOCAL_OWNER, meeting.id), Form.HTML))
    assert "The meeting ended without the missing ones: Ann &lt;was&gt; ill" in page


def test_the_pack_of_a_month_says_so(state: State) -> None:
    """May 2026 begins on a Friday: the meeting of its first week is that of May, in its file's name, too."""
    meeting = state.meetings.open(LOCAL_OWNER, Meeting(WHOLE_FIRM, date(2026, 4, 27)))
    closed_one = close_meeting(state, LOCAL_OWNER, meeting, agenda(), MONDAY, uncommented_why="Tried out")
    page = of_html(made(frozen_of(state, LOCAL_OWNER, meeting.id), Form.HTML))
    assert "Monthly meeting: sales and operations" in page
    assert "May 2026" in page
    assert file_name(closed_one, Form.PDF) == "meeting-firm-2026-05.pdf"
    workbook = made(frozen_of(state, LOCAL_OWNER, meeting.id), Form.XLSX)
    assert workbook[:2] == b"PK"


def test_an_erased_person_is_in_no_pack_any_more(state: State) -> None:
    """Ann's address becomes that of a former user; the figures still fit their digest."""
    for user in (User("ann@example.com", "Ann Lee", Role.LEAD), User("ada@example.com", "Ada", Role.ADMIN)):
        state.users.save(LOCAL_OWNER, user, seen=0)
    meeting = closed(state)
    later = state.meetings.open(LOCAL_OWNER, Meeting("shipping", date(2026, 5, 11)))
    state.actions.add(
        LOCAL_OWNER, Action(KPI, "shipping", "Ask Ann Lee", "ann@example.com", MONDAY, meeting=later.id)
    )
    looked_at = frozen_of(state, LOCAL_OWNER, meeting.id).agenda
    close_meeting(
        state, LOCAL_OWNER, later, looked_at, MONDAY, uncommented_why="Nobody of the carrier was there"
    )
    alias = state.erasures.erase_user(User("ada@example.com", "Ada", Role.ADMIN).principal, "ann@example.com")

    frozen = frozen_of(state, LOCAL_OWNER, later.id)
    page = of_html(made(frozen, Form.HTML))
    assert frozen.genuine
    assert alias in page
    assert "Ann Lee" not in page
    assert "ann@example.com" not in page


def test_the_file_says_whose_meeting_it_is() -> None:
    assert file_name(Meeting("shipping", MONDAY, "market=JP"), Form.PDF) == (
        "meeting-shipping-market-JP-2026-05-04.pdf"
    )
    assert len(WEEKS) == 13
