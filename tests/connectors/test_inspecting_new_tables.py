"""Tables that only a contract declares are guessed, mapped and synced like any other."""

import pytest

from connectors.inspect import inspect

FILES = {
    "stops": "Stop No,Machine,Stop reason,Start time,End time\n"
    "{n},L1,mould,2025-03-0{n} 08:00:00,2025-03-0{n} 08:40:00",
    "production_plans": "Plan ID,SKU,Plan date,Plan qty\n{n},cup,2025-03-0{n},{n}00",
    "inspections": "Inspection lot,Operation,Vendor,Inspection date,Sample size,Defective\n"
    "{n},incoming,Resin Ltd,2025-03-0{n},80,{n}",
    "qa_reviews": "Review ID,Review item,Criterion,Points given,Max points,Reviewed at\n"
    "R1,{n},tone {n},1,2,2025-03-0{n} 09:00:00",
    "error_costs": "Error no,Type of error,Caused by,Error date,Currency code,Cost\n"
    "{n},damage,UPS,2025-03-0{n},EUR,1{n}.50",
}


@pytest.mark.parametrize("table", FILES)
def test_a_new_table_is_found_by_its_columns(firm, table: str) -> None:
    """
    The draft names the table and syncs as it stands.
    """
    head, row = FILES[table].split("\n")
    file = firm.write("export.csv", "\n".join([head, *(row.format(n=n) for n in range(1, 6))]).encode())

    draft = inspect(file).toml

    assert f"[sources.export.tables.{table}]" in draft
    assert firm.sync(draft).counts[0].new == 5
