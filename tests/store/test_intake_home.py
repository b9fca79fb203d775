"""The home folder of a deployment."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from store.company import Company, Market
from store.home import SecretError, fill_calendars, load_context, open_store

CHINA = Market("CN", "Asia/Shanghai", "CNY", "CN")
NOWHERE = Market("XX", "UTC", "EUR", "no such country")


def test_a_home_is_made_on_first_use(tmp_path: Path) -> None:
    """
    Folders, a state database, and a secret only its owner can read.
    """
    open_store(tmp_path / "home").close()

    assert sorted(each.name for each in (tmp_path / "home").iterdir() if each.is_dir()) == ["lake", "locks"]
    assert (tmp_path / "home" / "state.db").is_file()
    assert (tmp_path / "home" / "secret").stat().st_mode & 0o777 == 0o600


def test_the_secret_stays(tmp_path: Path) -> None:
    """
    Opened again, the same customers have the same hashes; another home has another secret.
    """
    secrets = []
    for name in ("one", "one", "two"):
        store = open_store(tmp_path / name)
        secrets.append(store.secret)
        store.close()

    assert secrets[0] == secrets[1] != secrets[2]
    assert len(secrets[0]) == 32


@pytest.mark.parametrize("text", ["", "zz", "abcd"])
def test_a_broken_secret_stops(tmp_path: Path, text: str) -> None:
    """
    A new secret would make every customer a new customer, so a damaged one is never replaced.
    """
    (tmp_path / "secret").write_text(text)
    (tmp_path / "secret").chmod(0o600)

    with pytest.raises(SecretError, match="restore it from a backup"):
        open_store(tmp_path)


def test_a_secret_others_can_read_stops(tmp_path: Path) -> None:
    """
    With the key anybody on the machine could find a customer by trying ids.
    """
    open_store(tmp_path).close()
    (tmp_path / "secret").chmod(0o644)

    with pytest.raises(SecretError, match="chmod o="):
        open_store(tmp_path)


def test_calendars_reach_intake(tmp_path: Path) -> None:
    """
    Sunday 26 January 2025 was worked in China; a market without a known calendar has plain office hours.
    """
    store = open_store(tmp_path)
    company = Company(markets={"CN": CHINA, "XX": NOWHERE})

    assert fill_calendars(store, company, [2025]) == ["no such country"]
    context = load_context(store, company)
    start = pl.Series([datetime(2025, 1, 26, tzinfo=UTC)], dtype=pl.Datetime("us", "UTC"))
    hours = [
        context.working_time(m).working_seconds(start, start.dt.offset_by("12h"))[0] for m in ("CN", "XX")
    ]
    store.close()

    assert hours == [8 * 3600, 0]
    assert context.working_time("CN").calendar == "CN"
    assert context.working_time(None).calendar == "default"
    assert date(2025, 1, 26).weekday() == 6
