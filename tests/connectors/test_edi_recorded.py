"""Recorded notices and warehouse orders as facts: which rows come of them, and a KPI a person can add up."""

from datetime import date

from system_calls import kpi, stored

from store.state.runs import RunStatus

COMPANY = '[company]\nname = "Maker"\ncurrency = "USD"\ntimezone = "America/Los_Angeles"\n'
RECEIPTS = """
[sources.supplier]
connector = "file"
path = "{folder}/856.Crossdock.OK.edi"
[sources.supplier.tables.supplier_receipts]
sheet = "856 item"
key = ["BSN02", "HL01"]
columns.purchase_order = "PRF01"
columns.supplier = "N1_SF_02"
columns.promised_day = { from = "DTM_017", format = "%Y%m%d" }
columns.units_ordered = "SN102"
"""
WAREHOUSE = """
[sources.warehouse]
connector = "file"
path = "{folder}/940.OK.edi"
[sources.warehouse.tables.orders]
sheet = "940"
key = "W0502"
columns.ordered_day = { from = "GS04", format = "%Y%m%d" }
columns.ship_by_day = { from = "G62_10", format = "%Y%m%d" }
columns.promised_day = { from = "G62_02", format = "%Y%m%d" }
columns.market = { constant = "US" }
columns.units = "W7601"
[sources.warehouse.tables.order_lines]
sheet = "940 line"
key = ["W0502", "LX01"]
columns.order_id = "W0502"
columns.product = "W01_VN"
columns.units = "W0101"
"""


def mapped(shared, toml: str) -> str:
    return COMPANY + toml.replace("{folder}", str(shared / "apis" / "edi_x12"))


def test_a_recorded_shipping_notice_is_what_is_to_arrive(firm, shared) -> None:
    """
    The 856 promises twelve pieces in each of five packs for 25 September 2009, four for one order and one for the
    other; nobody received any of the 60, so that none of five lines was on time.
    """
    report = firm.sync(mapped(shared, RECEIPTS))
    assert (report.status, report.message) == (RunStatus.OK, "")
    rows = stored(firm, "supplier_receipts", "receipt_id", "purchase_order", "promised_day", "units_ordered")
    promised = date(2009, 9, 25)
    assert rows == [
        ("000009|10", "POREF00", promised, 12), ("000009|13", "POREF01", promised, 12),
        ("000009|4", "POREF00", promised, 12), ("000009|6", "POREF00", promised, 12),
        ("000009|8", "POREF00", promised, 12),
    ]  # fmt: skip
    found = kpi(firm, "supplier_on_time_rate")
    assert (found["numerator"], found["denominator"]) == (0, 5)


def test_a_recorded_warehouse_order_is_an_order_with_its_lines(firm, shared) -> None:
    """
    The 940 number 538686 asks for 56 cases by 4 February 2000: 12, 32 and 12. It was never handed over: one of one
    order is late.
    """
    report = firm.sync(mapped(shared, WAREHOUSE))
    assert (report.status, report.message) == (RunStatus.OK, "")
    assert stored(firm, "orders", "order_id", "ordered_day", "ship_by_day", "promised_day", "units") == [
        ("538686", date(2000, 1, 28), date(2000, 2, 4), date(2000, 2, 7), 56)
    ]
    assert stored(firm, "order_lines", "line_id", "order_id", "product", "units") == [
        ("538686|1", "538686", "000100", 12), ("538686|2", "538686", "000200", 32),
        ("538686|3", "538686", "000300", 12),
    ]  # fmt: skip
    found = kpi(firm, "late_shipment_rate", date(2000, 1, 1), date(2000, 4, 1))
    assert (found["numerator"], found["denominator"]) == (1, 1)
