"""fairlead.toml: what it may say, and what the complaint is when it says something else."""

import json
from pathlib import Path

import pytest

from connectors.config import load_config, read_config
from connectors.errors import ConfigError
from connectors.plan import Duplicates, Keeping, Mode
from store.company_file import load_company, save_company
from store.reading_ladder import USUAL, Ladder
from store.rhythm import Rhythm

START = '[sources.s]\nconnector = "file"\npath = "x.csv"\n'
TABLE = START + '[sources.s.tables.orders]\nkey = "No"\ncolumns.ordered_day = "Day"\n'


def test_the_shape_of_the_architecture(tmp_path: Path) -> None:
    """
    The example of the architecture, word for word, is read.
    """
    (tmp_path / "fairlead.toml").write_text(
        """
[company]
name = "Example Trading"
currency = "EUR"
timezone = "Europe/Berlin"
week_starts = "monday"

[markets.DE]
timezone = "Europe/Berlin"
currency = "EUR"
calendar = "DE"

[sources.deliveries]
connector = "file"
path = "exports/deliveries-*.tsv"
encoding = "latin-1"
separator = "\\t"
mode = "snapshot"

[sources.deliveries.tables.shipments]
key = "ID"
duplicates = "last by Changed"
columns.market = "Country"
columns.mode = { from = "Shipment Mode", map = { "Air" = "air", "N/A" = "unstated" } }
columns.promised_day = { from = "Scheduled Delivery Date", format = "%d-%b-%y" }

[sources.lanes]
connector = "file"
path = "exports/{parcels,charges}.csv"
tables.freight_charges.query = "SELECT parcel, shipped, CAST(amount AS DOUBLE) AS amount FROM parcels"
tables.freight_charges.key = "parcel"
tables.freight_charges.columns.service_day = "shipped"
tables.freight_charges.columns.amount = "amount"
""",
        encoding="utf-8",
    )
    config = load_config(tmp_path / "fairlead.toml")
    deliveries, lanes = config.sources

    assert (config.company.name, config.company.markets["DE"].calendar) == ("Example Trading", "DE")
    assert deliveries.options["paths"] == (str(tmp_path / "exports/deliveries-*.tsv"),)
    assert (deliveries.tables[0].mode, deliveries.tables[0].layout.separator) == (Mode.SNAPSHOT, "\t")
    assert deliveries.tables[0].duplicates == Duplicates(Keeping.LAST, "Changed")
    assert lanes.tables[0].query is not None


def test_relative_paths_start_at_the_data_folder(tmp_path: Path) -> None:
    """
    Given a data folder, the configuration may lie elsewhere.
    """
    (tmp_path / "fairlead.toml").write_text(TABLE, encoding="utf-8")

    (source,) = load_config(tmp_path / "fairlead.toml", tmp_path / "data").sources

    assert source.options["paths"] == (str(tmp_path / "data" / "x.csv"),)


FILES = """
[sources.files]
connector = "file"
path = "p.csv"
{rhythm}
[sources.files.tables.shipments]
key = "Parcel"
columns.shipped_day = "Sent"
"""


@pytest.mark.parametrize(
    "toml, complaint",
    [
        ("[compny]", "fairlead.toml: compny is not known here. Did you mean 'company'?"),
        ('[company]\ncurency = "EUR"', "company.curency is not known here. Did you mean 'currency'?"),
        ('[company]\ncurrency = "Euro"', "company.currency is 'Euro'; write the ISO code in three capitals"),
        (
            '[company]\ntimezone = "Berlin"',
            "company.timezone is 'Berlin'; write a zone such as 'Europe/Berlin'",
        ),
        ('[company]\nweek_starts = "funday"', "company.week_starts is 'funday'; write one of monday"),
        ("[company", "fairlead.toml is not valid TOML"),
        ('[sources.s]\nconnector = "fil"', "sources.s.connector is 'fil'. Did you mean 'file'?"),
        (START, "sources.s.tables is missing; map at least one of"),
        (START + '[sources.s.tables.order]\nkey = "No"', "is no fact table. Did you mean 'orders'?"),
        (START + 'seperator = ";"\n', "sources.s.seperator is not known here. Did you mean 'separator'?"),
        (
            TABLE + 'columns.unit = "U"',
            "columns.unit is no column of orders that can be filled. Did you mean 'units'?",
        ),
        (TABLE + 'columns.sent_day = "U"', "Possible: order_id, market"),
        (
            TABLE + 'columns.units = { fro = "U" }',
            "columns.units.fro is not known here. Did you mean 'from'?",
        ),
        (TABLE + 'columns.units = { from = "U", unit = "kg" }', "units can be given in pieces"),
        (TABLE + 'columns.units = { from = "U", constant = 1 }', "write exactly one of them"),
        (
            TABLE + 'columns.net = { from = "U", true = ["x"] }',
            "means nothing for net, a column of amounts",
        ),
        (TABLE + 'columns.net = { from = "U", otherwise = "x" }', "otherwise needs a map"),
        (TABLE + 'columns.ordered_at = { date = "D" }', "and date go together"),
        (TABLE + 'columns.order_id = "No"', "both fill order_id"),
        (TABLE + 'duplicates = "newest"', "duplicates is 'newest'; write 'reject', 'first', 'last'"),
        (TABLE + 'mode = "replace"', "mode is 'replace'; write one of snapshot, append, upsert"),
        (TABLE + 'date_order = "dym"', "date_order is 'dym'; write one of dmy, mdy, ymd"),
        (TABLE + 'encoding = "utf8x"', "encoding is 'utf8x'; write for example 'utf-8'"),
        (TABLE + 'separator = "||"', "write one ASCII character"),
        (TABLE + 'decimal = ","\nthousands = ","', "the decimal mark as well"),
        (TABLE + 'keep = [{ column = "X" }]', "has no condition"),
        (START + '[sources.s.tables.orders]\ncolumns.ordered_day = "D"', "orders.key is missing"),
        (START + '[sources.s.tables.orders]\nkey = "No"', "orders needs it or columns.ordered_at"),
        ('[sources.s]\nconnector = "sql"\ntables.orders.key = "x"', "sources.s.url is missing"),
    ],
)
def test_complaints_name_the_key_the_value_and_the_way_out(toml: str, complaint: str) -> None:
    """
    Whoever reads the complaint can mend the file without looking anything up.
    """
    with pytest.raises(ConfigError) as refused:
        read_config(toml)

    assert complaint in str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """
    The message says how to get a first one.
    """
    with pytest.raises(ConfigError, match=r"does not exist.*fairlead source inspect"):
        load_config(tmp_path / "fairlead.toml")


def test_the_key_may_be_a_column_like_any_other() -> None:
    """
    A key that needs translating is mapped under its own name.
    """
    toml = (
        START
        + '[sources.s.tables.orders]\ncolumns.order_id = { from = "No", empty = ["0"] }\ncolumns.ordered_day = "Day"'
    )

    assert read_config(toml).sources[0].tables[0].source_columns == ("No", "Day")


def test_how_often_a_source_is_expected() -> None:
    """
    A word of a closed list; it does not make the source another one that has to be read again.
    """
    plain = FILES.format(rhythm="")
    weekly = FILES.format(rhythm='rhythm = "weekly"')

    (before,), (after,) = read_config(plain).sources, read_config(weekly).sources

    assert (before.rhythm, after.rhythm, before.digest == after.digest) == (None, Rhythm.WEEKLY, True)
    with pytest.raises(ConfigError, match=r"sources\.files\.rhythm is 'hourly'; write one of daily, weekly"):
        read_config(weekly.replace("weekly", "hourly"))


def test_how_long_people_have_to_read(tmp_path: Path) -> None:
    """
    What `[reading]` leaves out is as usual; pages find it beside the lake, where an older file has nothing of it.
    """
    told = read_config("[reading]\nread = 3\nsoon = 1").company

    assert told.ladder == Ladder(3, 1, 7, 14)
    assert read_config("").company.ladder == USUAL == Ladder(7, 3, 7, 14)

    save_company(tmp_path, told)
    assert load_company(tmp_path) == told
    file = tmp_path / "company.json"
    known = json.loads(file.read_text())
    del known["ladder"]
    file.write_text(json.dumps(known))
    assert load_company(tmp_path).ladder == USUAL


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("reed = 3", r"reading\.reed is not known here\. Did you mean 'read'"),
        ("read = 0", r"reading\.read is 0; write whole days from 1 to 365\."),
        ('read = "a week"', r"reading\.read is 'a week'; write a whole number"),
        ("soon = 8", r"reading\.soon is 8, longer than the 7 days to read; write at most 7\."),
        (
            "manager_after = 2",
            r"reading\.manager_after is 2, before the owner sees it \(owner_after = 7\); write at",
        ),
    ],
)
def test_days_to_read_that_make_no_sense(said: str, complaint: str) -> None:
    """
    The file, the setting, its value and the way out.
    """
    with pytest.raises(ConfigError, match=f"^fairlead.toml: {complaint}"):
        read_config(f"[reading]\n{said}")
