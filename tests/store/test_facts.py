"""The contracts of the fact tables, and the page that tells people about them."""

import polars as pl
import pytest

from store.contract import Kind, MoneyTable, Table, Worked, fields, key_of, polars_schema
from store.dictionary import dictionary
from store.facts import MAPPED, TABLES

ALL = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())


@ALL
def test_the_dictionary_names_every_column(table: type[Table]) -> None:
    """
    No table and no column without a line.
    """
    text = dictionary()

    assert f"### {table.name}\n" in text
    assert [field.name for field in fields(table).values() if f"`{field.given_as}`" not in text] == []


@ALL
def test_a_table_explains_itself(table: type[Table]) -> None:
    """
    A name, a department, a key, a sentence, and a meaning for each column.
    """
    assert all((table.name, table.department, key_of(table)))
    assert table.about.strip().endswith(".")
    assert [field.name for field in fields(table).values() if not field.meaning] == []


@ALL
def test_partitions_and_rates_have_a_day(table: type[Table]) -> None:
    """
    The month comes from a day column, and so does the rate; amounts need a currency to be converted.
    """
    schema = polars_schema(table)

    assert schema[table.month_of] == pl.Date
    assert issubclass(table, MoneyTable) == (table.money_day is not None)
    if table.money_day:
        assert schema[table.money_day] == pl.Date
        assert schema["currency"] == pl.String


@ALL
def test_measures_are_whole_numbers(table: type[Table]) -> None:
    """
    Nothing is ever summed as a float: the exchange rate is the only one, and it is never summed.
    """
    floats = [name for name, dtype in polars_schema(table).items() if dtype.is_float()]

    assert floats == (["fx_rate"] if table.money_day else [])


@pytest.mark.parametrize("table", MAPPED, ids=lambda table: table.name)
def test_worked_columns_need_known_columns(table: type[Table]) -> None:
    """
    Each expression reads columns of its own table only.
    """
    known = fields(table)
    unknown = {
        root
        for field in known.values()
        if isinstance(field.derivation, Worked)
        for root in field.derivation.expression.meta.root_names()
    } - known.keys()

    assert unknown == set()


@pytest.mark.parametrize("table", MAPPED, ids=lambda table: table.name)
def test_names_of_a_mapping_are_unique(table: type[Table]) -> None:
    """
    Two columns mapped under one name could not be told apart; only amounts have a short one.
    """
    mapped = [field for field in fields(table).values() if field.mapped]

    assert len({field.given_as for field in mapped}) == len(mapped)
    assert [
        field.name for field in mapped if field.given_as != field.name and field.kind is not Kind.AMOUNT
    ] == []
