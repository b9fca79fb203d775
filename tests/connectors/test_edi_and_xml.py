"""X12 interchanges and XML documents: what trading partners, warehouses and customs send instead of tables."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import SourceError
from connectors.file.x12 import read_x12
from kpi.catalog import find
from kpi.compute import refresh
from kpi.engine import AsOf
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from kpi.score import Judgement
from store.home import Store
from store.scope import LOCAL_OWNER
from store.state.runs import RunStatus

MAPPINGS = Path(__file__).parents[1] / "real"
ISA = (
    "ISA*00*          *00*SECRET    *ZZ*SENDER         *ZZ*RECEIVER       *250303*0900*U*00401*{:0>9}*0*P*>~"
)
NOTICE = [
    "ST*856*{0:0>4}", "BSN*00*ASN{0}*20250301*0801", "HL*1**S", "TD5**2*OVNT**OVERNITE", "REF*BM*B{0}",
    "DTM*011*20250301", "DTM*017*20250304", "N1*ST*SHOP*92*1", "N4*CITY*CA*90210", "HL*2*1*O", "PRF*PO{0}",
    "HL*3*2*I", "LIN**UP*0642*VN*A-1", "SN1**12*EA", "HL*4*2*I", "LIN**UP*0831", "SN1**3*EA", "CTT*4",
]  # fmt: skip


def transaction(number: int, count: int | None = None) -> list[str]:
    body = [segment.format(number) for segment in NOTICE]
    return [*body, f"SE*{count or len(body) + 1}*{number:0>4}"]


def interchange(*transactions: list[str], number: int = 91, closing: str = "IEA*1*{:0>9}") -> str:
    inside = [segment for each in transactions for segment in each]
    whole = [
        "GS*SH*S*R*20250303*0900*7*X*004010",
        *inside,
        f"GE*{len(transactions)}*7",
        closing.format(number),
    ]
    return ISA.format(number) + "".join(f"{segment}~\n" for segment in whole)


def shipments(path: str, more: str = 'sheet = "856 shipment"') -> str:
    return (
        f'[sources.asn]\nconnector = "file"\npath = "{path}"\n[sources.asn.tables.shipments]\n{more}\n'
        'key = "BSN02"\ncolumns.carrier = "TD505"\ncolumns.shipped_day = { from = "DTM_011", format = "%Y%m%d" }\n'
        'columns.promised_day = { from = "DTM_017", format = "%Y%m%d" }\ncolumns.market = { constant = "US" }\n'
    )


def test_a_shipping_notice_is_a_shipment(firm) -> None:
    """The carrier, ship date and promised date of two notices stand in the loops of their HL segments."""
    firm.write("asn.edi", interchange(transaction(1), transaction(2)))
    rows = firm.rows(shipments("asn.edi")).sort("shipment_id")
    assert rows.select("shipment_id", "carrier", "shipped_day", "promised_day").rows() == [
        ("ASN1", "OVERNITE", date(2025, 3, 1), date(2025, 3, 4)),
        ("ASN2", "OVERNITE", date(2025, 3, 1), date(2025, 3, 4)),
    ]


def test_a_loop_knows_what_stands_above_it(firm) -> None:
    """15 pieces in two items of the one order of one notice."""
    firm.write("asn.edi", interchange(transaction(1)))
    query = 'SELECT PRF01, DTM_011 AS day, sum(CAST(SN102 AS INT)) AS pieces FROM "856 item" GROUP BY ALL'
    toml = (
        '[sources.asn]\nconnector = "file"\npath = "asn.edi"\n[sources.asn.tables.orders]\nkey = "PRF01"\n'
        f"query = '''{query}'''\ncolumns.units = \"pieces\"\n"
        'columns.ordered_day = { from = "day", format = "%Y%m%d" }\n'
    )
    assert firm.rows(toml).select("order_id", "units").rows() == [("PO1", 15)]


def test_several_interchanges_may_separate_in_their_own_way(firm) -> None:
    """The second one of a file parts its elements by | and its segments by a new line."""
    other = interchange(transaction(2), number=92).replace("~\n", "\n").replace("~", "\n").replace("*", "|")
    firm.write("asn.edi", interchange(transaction(1)) + other)
    assert sorted(firm.rows(shipments("asn.edi"))["shipment_id"]) == ["ASN1", "ASN2"]


def test_files_without_some_segments_are_read_together(firm) -> None:
    """One notice has no carrier; a query over both files finds it empty."""
    bare = [segment for segment in transaction(2, len(NOTICE)) if not segment.startswith("TD5")]
    firm.write("a.edi", interchange(transaction(1)))
    firm.write("b.edi", interchange(bare))
    rows = firm.rows(shipments("*.edi", "query = '''SELECT * FROM \"856 shipment\"'''")).sort("shipment_id")
    assert rows["carrier"].to_list() == ["OVERNITE", None]


def test_a_transaction_that_was_cut_is_set_aside_with_its_reason(firm) -> None:
    """The second says 25 segments and has 19: the first counts, the second waits among the rejected rows."""
    firm.write("asn.edi", interchange(transaction(1), transaction(2, 25)))
    (batch,) = firm.pull(shipments("asn.edi"))
    assert batch.rows["shipment_id"].to_list() == ["ASN1"]
    assert "SE says 25 segments and there are 19" in batch.refused["reason"].item()


def test_passwords_of_an_envelope_are_not_read(firm) -> None:
    """Elements 2 and 4 of an ISA may hold them; no row carries them on."""
    firm.write("asn.edi", interchange(transaction(1)))
    (batch,) = firm.pull(shipments("asn.edi", "query = '''SELECT * FROM \"856 shipment\"'''"))
    assert "SECRET" not in str(batch.rows.rows()) + str(batch.texts.rows())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (interchange(transaction(1), closing="IEA*1*000000092"), "ISA 000000091 is closed by IEA 000000092"),
        (interchange(transaction(1), closing="IEA*2*{:0>9}"), "IEA says 2 parts and there are 1"),
        (interchange(transaction(1)).replace("GE*1*7", "GE*3*7"), "GE says 3 parts and there are 1"),
        (interchange(transaction(1)).replace("GE*1*7", "GE*1*8"), "GS 7 is closed by GE 8"),
        (interchange(transaction(1)).partition("CTT")[0], "is cut short"),
        (interchange(transaction(1)) + "ORDER,DAY\n", "stands outside any transaction"),
        (interchange(), "holds no transaction"),
        ("UNB+UNOA:1+S+R+250303:0900+1'", "is not X12"),
        ("Order,Day\nA,2025-03-01\n", "is not X12"),
    ],
)  # fmt: skip
def test_an_interchange_that_is_not_whole_is_refused(firm, content: str, told: str) -> None:
    """Nothing of it counts, and the message says where it contradicts itself."""
    firm.write("asn.edi", content)
    with pytest.raises(SourceError, match=told):
        firm.pull(shipments("asn.edi"))


def test_a_loop_in_a_loop_that_is_not_there_is_told(firm) -> None:
    """HL 3 names HL 9 as the one it lies in."""
    broken = [segment.replace("HL*3*2*I", "HL*3*9*I") for segment in transaction(1)]
    firm.write("asn.edi", interchange(broken))
    (batch,) = firm.pull(shipments("asn.edi"))
    assert "HL 3 lies in HL 9, which is not there" in batch.refused["reason"].item()


def test_the_tables_of_an_interchange_are_looked_at_like_sheets(firm) -> None:
    """A mapping has to say which one it means, and is told which there are."""
    firm.write("asn.edi", interchange(transaction(1)))
    with pytest.raises(SourceError, match="856 order"):
        firm.pull(shipments("asn.edi", ""))


ENTRY = "<n:Entry xmlns:n='urn:x' id='{0}'><n:When>{1}</n:When><n:Code>a</n:Code><n:Code>b</n:Code></n:Entry>"


def entries(content: str, more: str = 'sheet = "Entry"') -> str:
    return (
        '[sources.customs]\nconnector = "file"\npath = "*.xml"\n[sources.customs.tables.customs_entries]\n'
        f'{more}\nkey = "@id"\ncolumns.lodged_day = "When"\n'
    )


def test_each_element_of_a_name_is_a_row(firm) -> None:
    """Two entries with their attribute; names have lost their namespaces, the second code is numbered."""
    content = f"<List>{ENTRY.format('A', '2025-03-01')}{ENTRY.format('B', '2025-03-02')}</List>"
    firm.write("a.xml", content)
    query = "query = '''SELECT \"@id\", \"When\", \"Code (2)\" AS second FROM data'''"
    assert firm.rows(entries(content)).sort("entry_id")["entry_id"].to_list() == ["A", "B"]
    with_query = firm.pull(entries(content, f'sheet = "Entry"\n{query}\ncolumns.hold_reason = "second"'))
    assert with_query[0].rows["hold_reason"].to_list() == ["b", "b"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("<List><Entry></List>", "is not XML"),
        ("<List><Other/></List>", "has no element 'Entry'"),
        ('<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><List><Entry>&x;</Entry></List>', "document type"),
    ],
)  # fmt: skip
def test_xml_that_cannot_be_read_says_why(firm, content: str, told: str) -> None:
    """A document that names other files is not opened at all."""
    firm.write("a.xml", content)
    with pytest.raises(SourceError, match=told):
        firm.pull(entries(content))


def total(store: Store, kpi: str) -> dict[str, Any]:
    question = Question(Span(date(2009, 1, 1), date(2025, 1, 1)), Every.TOTAL)
    return values(store.lake, LOCAL_OWNER, find(kpi), question, Judgement(minimum=0)).row(0, named=True)


def test_recorded_customs_notifications_become_declarations(firm, shared) -> None:
    """
    15 notifications about 8 declarations. 19GBCKKCQSXV2FGVA8 was accepted at 08:00:00 and cleared at 17:22:17 on 13
    November 2019: 33,737 s or 9.3714 h, the only one that was cleared. Two others
    were held, one for its goods, one for its papers; nobody told when they were presented, so the hold rate is 0 of 1.
    """
    mapping = (MAPPINGS / "hmrc_notifications.toml").read_text(encoding="utf-8")
    report = firm.sync(mapping.replace("{folder}", str(shared / "apis" / "customs_hmrc_cds")))
    refresh(firm.store.lake, AsOf.end_of(date(2025, 1, 1)))
    known = {row["entry_id"]: row for row in firm.stored("customs_entries").iter_rows(named=True)}
    clearance, holds = total(firm.store, "customs_clearance_time"), total(firm.store, "customs_hold_rate")

    assert (report.status, len(known), known["19GBCKKCQSXV2FGVA8"]["clearance_s"]) == (
        RunStatus.OK,
        8,
        33_737,
    )
    assert {key for key, row in known.items() if row["was_held"]} == {
        "20GB1Q3RTK463FGVR4",
        "23GBCXDLLRXMOCTAA4",
    }
    assert (clearance["value"], clearance["denominator"]) == (pytest.approx(33_737 / 3_600), 1)
    assert (holds["numerator"], holds["denominator"]) == (0, 1)


ORDER = """
[sources.partner]
connector = "file"
path = "{folder}/850.OK.edi"
[sources.partner.tables.orders]
sheet = "850"
key = "BEG03"
columns.ordered_day = {{ from = "BEG05", format = "%Y%m%d" }}
columns.net = "AMT_1"
columns.currency = {{ constant = "USD" }}
columns.market = {{ constant = "US" }}
"""
GIVEN = """
[company]
name = "Maker"
currency = "USD"
timezone = "America/New_York"
"""


def test_a_recorded_purchase_order_is_an_order(firm, shared) -> None:
    """
    850 number 08292233294 of 27 November 2010 over 13,045.94, the sum of 6 lines: 120 at 9.25, 220 at 13.79, 126 at
    10.99, 76 at 4.35, 72 at 7.50 and 696 at 9.55; so is the average order value.
    """
    folder = shared / "apis" / "edi_x12"
    firm.sync(GIVEN + ORDER.format(folder=folder))
    refresh(firm.store.lake, AsOf.end_of(date(2025, 1, 1)))
    with (folder / "850.OK.edi").open("rb") as stream:
        lines = read_x12(stream, "850")["850 line"]
    prices = zip(lines["PO102"], lines["PO104"], strict=True)

    assert sum(Decimal(units) * Decimal(price) for units, price in prices) == Decimal("13045.94")
    assert total(firm.store, "average_order_value")["value"] == pytest.approx(13_045.94)


def test_recorded_notices_and_warehouse_orders_have_their_lines(shared) -> None:
    """
    The 856 ships two orders in five packs of one item each, 12 pieces every time; the 940 asks for 12, 32
    and 12 cases, 56 as its W76 says.
    """
    folder, found = shared / "apis" / "edi_x12", {}
    for name in ("856.Crossdock.OK.edi", "940.OK.edi"):
        with (folder / name).open("rb") as stream:
            found |= read_x12(stream, name)
    heights = {name: frame.height for name, frame in found.items()}

    assert heights == {
        "856": 1, "856 shipment": 1, "856 order": 2, "856 pack": 5, "856 item": 5, "940": 1, "940 line": 3
    }  # fmt: skip
    assert found["856 item"].select("PRF01", "SN102").rows() == [("POREF00", "12")] * 4 + [("POREF01", "12")]
    assert found["940 line"]["W0101"].to_list() == ["12", "32", "12"]
    assert found["940"]["W7601"].item() == "56"
    assert all(frame["_fault"].null_count() == frame.height for frame in found.values())
