"""A file somebody brings: looked at, mapped, loaded, and refused in a sentence where it is hostile."""

import io
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from connectors.config import load_config
from connectors.errors import ConfigError
from connectors.plan import Config, SourceConfig
from connectors.registry import BUILDERS
from connectors.sync import sync
from store.brought import Bring, Condition, Filled, Found, Kept, Loaded, Wish, as_plain, of_plain
from store.company import Company
from store.company_file import change_company, load_company
from store.contract import polars_schema
from store.facts.shipping import Shipments
from store.home import Store, open_store
from store.permits import Role
from store.personal.erasing import begin
from store.rhythm import Origin, Rhythm
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state import Errand, ErrandKind, ErrandState, Expected, NotAllowed
from store.uploads import UploadRefused, keep_upload, sweep_uploads, upload_path
from worker.errands import Errands, keep_uploads
from worker.rounds import Job, pull

HEADER = "Parcel,Country,Carrier,Sent,Promised,Delivered"
ROWS = [f"P{n},DE,DHL,2024-03-{n % 28 + 1:02d},2024-04-01,2024-03-30" for n in range(40)]
GOOD = "\n".join([HEADER, *ROWS]).encode()
GERO = Principal("Gero", Scope(markets=frozenset({"DE"})), Role.ADMIN)
MARCH = date(2024, 4, 30)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "home")
    yield store
    store.close()


@pytest.fixture
def worker(store: Store) -> Errands:
    return Errands(store, lambda: job_on(store), lambda tell: None)


def job_on(store: Store) -> Job:
    return Job(store, Config(load_company(store.home)), BUILDERS, LOCAL_OWNER, MARCH)


Ask = Callable[..., Errand]


@pytest.fixture
def ask(store: Store, worker: Errands) -> Ask:
    """Ask for something, let the worker do it, and see what came of it."""

    def asked(kind: ErrandKind, bring: Bring) -> Errand:
        number = store.state.errands.ask(LOCAL_OWNER, kind, as_plain(bring))
        assert worker.quick() if kind is ErrandKind.LOOK else worker.slow()
        done = store.state.errands.get(LOCAL_OWNER, number)
        assert done is not None
        return done

    return asked


def brought(store: Store, data: bytes, name: str = "Parcels.csv") -> Bring:
    upload = keep_upload(store.home, data, name)
    return Bring(upload.id, upload.title)


def looked(ask: Ask, bring: Bring) -> Found:
    done = ask(ErrandKind.LOOK, bring)
    assert done.state is ErrandState.DONE, done.message
    return of_plain(Found, done.answer)


def loaded(ask: Ask, bring: Bring) -> Loaded:
    done = ask(ErrandKind.LOAD, bring)
    assert done.state is ErrandState.DONE, done.message
    return of_plain(Loaded, done.answer)


def test_a_correct_export_wakes_kpis_without_a_word(store: Store, ask: Ask) -> None:
    """
    40 parcels, all in time: taken for shipments, all rows fit, and on-time delivery has figures. The bytes are gone.
    """
    bring = brought(store, GOOD)

    found, done = looked(ask, bring), loaded(ask, bring)

    (sheet,) = found.sheets
    assert (sheet.wish.table, sheet.wish.key, sheet.tried, sheet.bad) == ("shipments", "Parcel", 40, 0)
    assert (done.tables[0].new, done.tables[0].rejected) == (40, 0)
    assert "on_time_delivery_rate" in done.woke
    assert not upload_path(store.home, bring.upload).exists()


def test_a_row_with_a_problem_is_shown_before_it_is_loaded(store: Store, ask: Ask) -> None:
    """
    Line 2 was sent on the 31st of February: it is marked with its reason, the other 40 are taken in.
    """
    bring = brought(store, "\n".join([HEADER, "X,DE,DHL,2024-02-31,,", *ROWS]).encode())

    (sheet,) = looked(ask, bring).sheets

    assert (sheet.tried, sheet.bad) == (41, 1)
    (bad,) = [each for each in sheet.rows if each.why]
    assert (bad.row, bad.values[0]) == (2, "X")
    assert "2024-02-31" in bad.why
    assert loaded(ask, bring).tables[0].rejected == 1


def test_the_same_columns_get_the_same_mapping(store: Store, ask: Ask) -> None:
    """
    In March the carrier was said to be UPS always; April's file of the same columns is mapped so and goes into the
    same source.
    """
    first = brought(store, GOOD, "March.csv")
    (sheet,) = looked(ask, first).sheets
    wish = replace(sheet.wish, columns={**(sheet.wish.columns or {}), "carrier": Filled(constant="UPS")})
    loaded(ask, replace(first, wishes=(wish,)))

    found = looked(ask, brought(store, GOOD.replace(b"P1,", b"P100,"), "April.csv"))

    assert (found.source, found.known, found.known_by) == ("march", "March.csv", "local owner")
    assert (found.sheets[0].wish.columns or {})["carrier"] == Filled(constant="UPS")


def test_what_is_missing_is_asked_for_and_not_guessed(store: Store, ask: Ask) -> None:
    """
    Returns need to know the day of return; a file of names has none, so it cannot be loaded as returns.
    """
    bring = brought(store, b"Parcel,Name\nP1,Ann\nP2,Bob\n")
    wishes = (Wish(0, "returns"),)

    found = looked(ask, replace(bring, wishes=wishes))

    assert "is missing; returns needs it" in found.problem
    assert ask(ErrandKind.LOAD, replace(bring, wishes=wishes)).message == found.problem


def test_dates_that_can_be_read_two_ways_are_settled_by_one_choice(store: Store, ask: Ask) -> None:
    """
    03/04/2024 is a question; with day before month it is the third of April.
    """
    bring = brought(store, b"Parcel,Country,Sent\nP1,DE,03/04/2024\nP2,DE,05/04/2024\n")
    found = looked(ask, bring)
    assert "date_order" in found.problem

    settled = looked(ask, replace(bring, wishes=(replace(found.sheets[0].wish, date_order="dmy"),)))

    assert (settled.problem, settled.sheets[0].bad) == ("", 0)


RUSSIAN = """Отчёт;за март
Склад;Москва
Посылка;Страна;Статус;Отправлено;Вид;Фрахт
P1;DE;Доставлено;03/04/2024;продажа;1.234,50
P2;DE;в пути;04/04/2024;продажа;7
P3;DE;Доставлено;05/04/2024;возврат;9
"""
WORDS = {"Доставлено": "delivered", "в пути": "in_transit"}


def told(bring: Bring) -> Bring:
    """The Russian export with everything said that cannot be guessed."""
    columns = {
        "market": Filled(column="Страна"), "status": Filled(column="Статус", map=WORDS),
        "shipped_day": Filled(column="Отправлено"), "freight": Filled(column="Фрахт"),
        "currency": Filled(constant="EUR"),
    }  # fmt: skip
    keep = (Kept("Вид", Condition.IS_NOT, ("возврат",)), Kept("Посылка", Condition.FILLED))
    wish = Wish(0, "shipments", "Посылка", columns, "dmy", header_row=3, decimal=",", keep=keep)
    return replace(bring, wishes=(wish,), encoding="cp1251", separator=";")


def test_what_was_guessed_wrong_is_said_once_and_kept(store: Store, ask: Ask, tmp_path: Path) -> None:
    """
    Letters, header, words, decimals, dates and a filter: the words of the file are counted, two of three rows are taken
    in, May's file needs no word more, and as a configuration it reads the same.
    """
    data = RUSSIAN.encode("cp1251")
    first = brought(store, data, "april.csv")
    assert [each.name for each in looked(ask, first).sheets[0].columns] != ["Посылка"]

    found = looked(ask, told(first))
    (sheet,) = found.sheets
    assert dict({each.name: each.words for each in sheet.columns}["Статус"]) == {"Доставлено": 2, "в пути": 1}
    assert (found.problem, sheet.tried, sheet.bad, sheet.left_out) == ("", 2, 0, 1)
    assert [row.left_out for row in sheet.rows] == [False, False, True]
    assert loaded(ask, told(first)).tables[0].new == 2

    columns = ("shipment_id", "status", "freight_micros", "shipped_day")
    rows = store.lake.scan("shipments", polars_schema(Shipments)).select(columns).collect()
    assert rows.sort("shipment_id").rows() == [
        ("P1", "delivered", 1_234_500_000, date(2024, 4, 3)), ("P2", "in_transit", 7_000_000, date(2024, 4, 4)),
    ]  # fmt: skip
    (tmp_path / "april.csv").write_bytes(data)
    (tmp_path / "fairlead.toml").write_text(found.toml, encoding="utf-8")
    (report,) = sync(store, load_config(tmp_path / "fairlead.toml"), LOCAL_OWNER)
    assert (report.counts[0].unchanged, report.message) == (2, "shipments: 1 rows left out as mapped")

    again = looked(ask, brought(store, data, "may.csv"))
    assert (again.source, again.sheets[0].wish, again.encoding) == ("april", told(first).wishes[0], "cp1251")


def test_words_that_are_ours_but_for_their_look_need_no_translation(store: Store, ask: Ask) -> None:
    """
    `In Transit` is in_transit; `beamed up` is nothing we know, stays for a person to translate, and is set aside.
    """
    rows = ["P1,DE,2024-03-01,In Transit", "P2,DE,2024-03-02,delivered", "P3,DE,2024-03-03,beamed up"]
    data = "\n".join(["Parcel,Country,Sent,Status", *rows]).encode()

    (sheet,) = looked(ask, brought(store, data)).sheets

    assert (sheet.wish.columns or {})["status"] == Filled(column="Status", map={"In Transit": "in_transit"})
    assert [row.why != "" for row in sheet.rows] == [False, False, True]


def test_the_mapping_works_as_a_configuration(store: Store, ask: Ask, tmp_path: Path) -> None:
    """
    Saved as fairlead.toml beside the file it was made of, a sync reads the same 40 rows.
    """
    found = looked(ask, brought(store, GOOD, 'Par"cels é.csv'))
    (tmp_path / 'Par"cels é.csv').write_bytes(GOOD)
    (tmp_path / "fairlead.toml").write_text(found.toml, encoding="utf-8")

    (report,) = sync(store, load_config(tmp_path / "fairlead.toml"), LOCAL_OWNER)

    assert (report.counts[0].new, report.message) == (40, "")


def test_a_workbook_with_two_sheets_becomes_two_tables(store: Store, ask: Ask) -> None:
    """
    Parcels and surveys: both are found, and both are loaded.
    """
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        for name, rows in {
            "Parcels": [HEADER.split(","), *(row.split(",") for row in ROWS)],
            "Surveys": [
                ["Survey", "Score", "Answered day"],
                *([f"S{n}", n % 5 + 1, "2024-03-05"] for n in range(30)),
            ],
        }.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)

    bring = brought(store, made.getvalue(), "all.xlsx")

    assert {each.name: each.wish.table for each in looked(ask, bring).sheets} == {
        "Parcels": "shipments", "Surveys": "surveys",
    }  # fmt: skip
    assert {each.fact: each.new for each in loaded(ask, bring).tables} == {"shipments": 40, "surveys": 30}


def far_cell() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet().write(1_048_575, 16_383, "x")
    return made.getvalue()


def zipped(name: str, data: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return made.getvalue()


HOSTILE = {
    "bomb.xlsx": (lambda: zipped("[Content_Types].xml", bytes(300 * 2**20)), "unpacks to more than 256 MB"),
    "far.xlsx": (far_cell, "more memory than allowed|is missing"),
    "broken.xlsx": (lambda: b"PK\x03\x04" + bytes(500), "not a readable zip"),
    "no.xlsx": (lambda: b"<html><table><tr><td>1</table>", "broken|not a|cannot be"),
    "names.zip": (lambda: zipped("../../etc/passwd.csv", GOOD), "a file outside itself"),
    "doc.csv": (lambda: b"%PDF-1.7 ...", "is a PDF"),
    "empty.csv": (lambda: b"", "is empty"),
    "cell.csv": (lambda: b"a" * 5_000_000 + b",b\n1,2\n", "a column whose name cannot be used|field larger"),
    "nul.csv": (lambda: b"Par\0cel,Sent\nP1,2024-01-01\n", "name cannot be used|zero bytes"),
    "wide.csv": (lambda: ",".join(f"c{n}" for n in range(5_000)).encode() + b"\n", "at most 2,000 are read"),
    "deep.json": (lambda: b"[" * 200_000, "deep|nest|cannot be read|not valid|more memory"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_a_sentence(store: Store, ask: Ask, name: str) -> None:
    """
    The child may die of it; whoever brought it reads why, under the name they know, and the worker goes on.
    """
    make, said = HOSTILE[name]
    before = os.getpid()

    refused = ask(ErrandKind.LOAD, brought(store, make(), name))

    assert refused.state is ErrandState.FAILED
    assert re.search(said, refused.message), refused.message
    assert "upload." not in refused.message
    assert "Traceback" not in refused.message
    assert "\n" not in refused.message
    assert os.getpid() == before


def test_formulas_other_encodings_and_huge_cells_are_only_text(store: Store, ask: Ask) -> None:
    """
    A formula, a name in Windows' encoding and a cell of a megabyte are values like others; nothing is worked out.
    """
    rows = [*ROWS, "\"=cmd|'/c calc'!A1\",München,DHL,2024-03-01,,", f"{'x' * 1_000_000},DE,DHL,2024-03-01,,"]
    bring = brought(store, "\n".join([HEADER, *rows]).encode("cp1252"))

    found = looked(ask, bring)

    assert 'encoding = "cp1252"' in found.toml
    assert max(len(value) for row in found.sheets[0].rows for value in row.values) <= 61
    assert loaded(ask, bring).tables[0].new == 42


@pytest.mark.parametrize(
    "name", ["../../../etc/cron.d/x.csv", "C:\\Windows\\x.csv", "/root/.ssh/x.csv", "..%2f\0x.csv", "x.csv"]
)
def test_a_name_never_becomes_a_path(store: Store, name: str) -> None:
    """
    The bytes lie under a random name in the folder for uploads, for this account only.
    """
    upload = keep_upload(store.home, GOOD, name)
    path = upload_path(store.home, upload.id)

    assert path.parent.parent == store.home / "uploads"
    assert path.name == "upload.csv"
    assert path.stat().st_mode & 0o077 == 0
    assert "/" not in upload.title
    assert "\\" not in upload.title


@pytest.mark.parametrize(
    "forged", ["../state.db", "a" * 32, f"{'a' * 32}.csv/../../x", f"{'a' * 32}.exe", ""]
)
def test_a_forged_upload_is_none(store: Store, ask: Ask, forged: str) -> None:
    """
    Only ids that were given out here name a place.
    """
    with pytest.raises(UploadRefused):
        upload_path(store.home, forged)
    assert "no such upload" in ask(ErrandKind.LOOK, Bring(forged, "x.csv")).message


def test_other_kinds_of_file_are_not_even_kept(store: Store) -> None:
    """
    A program is refused by its name, and nothing is written.
    """
    with pytest.raises(UploadRefused, match="none of the kinds"):
        keep_upload(store.home, b"MZ", "setup.exe")
    assert not (store.home / "uploads").exists()


def test_uploads_and_answers_are_forgotten_after_a_day(store: Store, ask: Ask) -> None:
    """
    An upload two days old is gone with its folder, one of today stays; an answer of today stays.
    """
    old, new = brought(store, GOOD), brought(store, GOOD)
    looked(ask, new)
    os.utime(upload_path(store.home, old.upload).parent, (0, 0))

    keep_uploads(store)

    assert not upload_path(store.home, old.upload).parent.exists()
    assert upload_path(store.home, new.upload).exists()
    assert store.state.errands.get(LOCAL_OWNER, 1) is not None
    assert sweep_uploads(store.home) == 0


def test_an_errand_is_for_whoever_asked_and_sees_the_whole_firm(store: Store, worker: Errands) -> None:
    """
    Another person finds nothing under its number; neither who sees Germany only nor a lead can ask.
    """
    number = store.state.errands.ask(LOCAL_OWNER, ErrandKind.LOOK, as_plain(brought(store, GOOD)))

    assert store.state.errands.get(Principal("Eve", role=Role.ADMIN), number) is None
    with pytest.raises(NotAllowed):
        store.state.errands.ask(GERO, ErrandKind.DEMO, {})
    with pytest.raises(NotAllowed):
        store.state.errands.ask(Principal("Vera", role=Role.LEAD), ErrandKind.DEMO, {})


def test_a_double_click_asks_once(store: Store) -> None:
    """
    The same key gives the same errand.
    """
    asked = [store.state.errands.ask(LOCAL_OWNER, ErrandKind.DEMO, {}, "click") for _ in range(2)]

    assert asked == [1, 1]


def test_what_a_dead_worker_had_begun_is_done_by_the_next_but_not_for_ever(store: Store) -> None:
    """
    Begun and left three times, it has failed with a sentence; before that it waits again.
    """
    errands = store.state.errands
    number = errands.ask(LOCAL_OWNER, ErrandKind.LOAD, as_plain(brought(store, GOOD)))
    for _ in range(2):
        assert errands.take((ErrandKind.LOAD,))
        errands.take_back()
    again = errands.get(LOCAL_OWNER, number)
    assert again is not None
    assert again.state is ErrandState.WAITING
    errands.take((ErrandKind.LOAD,))
    errands.take_back()

    done = errands.get(LOCAL_OWNER, number)

    assert done is not None
    assert (done.state, "three times" in done.message) == (ErrandState.FAILED, True)


def test_only_one_worker_does_errands(store: Store, worker: Errands) -> None:
    """
    The second one leaves them to the first.
    """
    second = Errands(store, lambda: job_on(store), lambda tell: None)
    assert not worker.quick()
    store.state.errands.ask(LOCAL_OWNER, ErrandKind.LOOK, as_plain(brought(store, GOOD)))

    assert not second.quick()
    assert worker.quick()


def test_rejected_rows_of_a_brought_file_are_taken_in_again(store: Store, ask: Ask, worker: Errands) -> None:
    """
    Sent on the 31st of February, it is as bad as before: the replay says so and takes nothing in.
    """
    bad = "\n".join([HEADER, "X,DE,DHL,2024-02-31,,", *ROWS]).encode()
    loaded(ask, brought(store, bad))
    number = store.state.errands.ask(LOCAL_OWNER, ErrandKind.REPLAY, {"source": "parcels"})

    assert worker.slow()

    done = store.state.errands.get(LOCAL_OWNER, number)
    assert done is not None
    assert done.state is ErrandState.DONE
    assert sum(each.new for each in of_plain(Loaded, done.answer).tables) == 0


def test_the_made_up_company_is_for_empty_installations(store: Store, ask: Ask, worker: Errands) -> None:
    """
    Once forty parcels are there it is refused, and nothing is made up.
    """
    loaded(ask, brought(store, GOOD))
    number = store.state.errands.ask(LOCAL_OWNER, ErrandKind.DEMO, {})

    assert worker.slow()

    refused = store.state.errands.get(LOCAL_OWNER, number)
    assert refused is not None
    assert "There is data already" in refused.message


def test_what_people_said_of_the_firm_outlives_a_round(store: Store) -> None:
    """
    Without a configuration a pull keeps the firm of the pages; with one, the configuration's.
    """
    change_company(store, LOCAL_OWNER, Company("Parcels Ltd", "GBP"))

    pull(replace(job_on(store), config=Config(Company()), company_of_pages=True))
    assert load_company(store.home).name == "Parcels Ltd"

    pull(replace(job_on(store), config=Config(Company("Of the file"))))
    assert load_company(store.home).name == "Of the file"


def test_the_configuration_says_how_often_a_source_is_expected(store: Store) -> None:
    """
    `rhythm = "weekly"` counts from the next round on, also for a source that cannot be read.
    """
    gone = SourceConfig("files", "nothing we read", rhythm=Rhythm.WEEKLY)

    pull(replace(job_on(store), config=Config(sources=(gone,))))

    (fresh,) = store.state.runs.freshness(LOCAL_OWNER)
    assert fresh.expected == Expected(Rhythm.WEEKLY, Origin.CONFIGURED)


def test_a_broken_configuration_is_told_to_whoever_asked(store: Store) -> None:
    """
    The errand ends with the sentence about fairlead.toml; the worker neither dies nor repeats it every second.
    """

    def broken() -> Job:
        raise ConfigError("fairlead.toml is not valid TOML: line 3.")

    worker = Errands(store, broken, lambda tell: None)
    assert not worker.quick()
    number = store.state.errands.ask(LOCAL_OWNER, ErrandKind.LOOK, as_plain(brought(store, GOOD)))

    assert worker.quick()

    done = store.state.errands.get(LOCAL_OWNER, number)
    assert done is not None
    assert (done.state, "line 3" in done.message) == (ErrandState.FAILED, True)
    assert not worker.quick()


def test_an_erasure_that_was_asked_for_is_carried_out(store: Store, worker: Errands) -> None:
    """
    The errand names nobody: who is to be erased stands in the journal, as a hash, and is under way until it is done.
    """
    begin(store, LOCAL_OWNER, "K-4711")
    number = store.state.errands.ask(LOCAL_OWNER, ErrandKind.ERASE, {})

    assert worker.slow()

    done = store.state.errands.get(LOCAL_OWNER, number)
    assert done is not None
    assert (done.state, done.answer) == (ErrandState.DONE, {"ended": 1})
    assert store.state.erasures.under_way() == []
