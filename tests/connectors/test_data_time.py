"""How far a source's data reaches: the latest event taken in, never a promise, never the time of the pull."""

from datetime import UTC, datetime

from conftest import HEADER

from store.scope import LOCAL_OWNER


def parcels(*rows: str) -> str:
    return "\n".join([HEADER, *rows, ""])


def data_time(firm) -> datetime | None:
    (fresh,) = firm.store.state.runs.freshness(LOCAL_OWNER)
    return fresh.data_time


def at(month: int, day: int) -> datetime:
    return datetime(2024, month, day, tzinfo=UTC)


def test_the_latest_delivery_is_the_data_time(firm) -> None:
    """
    Delivered on 3 and 5 March, promised for 9 March and for the year 2090: data until 5 March.
    """
    firm.write("p.csv", parcels("P1,DE,2024-03-09,2024-03-05", "P2,DE,2090-01-01,2024-03-03"))
    toml = firm.shipments("p.csv")

    firm.sync(toml)

    assert data_time(firm) == at(3, 5)


def test_an_event_of_the_future_is_no_data_yet(firm) -> None:
    """
    A delivery of the year 2090 is a mistake of the source and says nothing about how far it reaches.
    """
    firm.write("p.csv", parcels("P1,DE,2024-03-02,2090-03-05", "P2,DE,2024-03-02,2024-03-03"))

    firm.sync(firm.shipments("p.csv"))

    assert data_time(firm) == at(3, 3)


def test_a_source_as_it_was_reaches_as_far_as_before(firm) -> None:
    """
    Recognised unread or read again in full, the data time stays; with later rows it moves on.
    """
    firm.write("p.csv", parcels("P1,DE,2024-03-02,2024-03-05"))
    toml = firm.shipments("p.csv")
    told = []
    for full in (False, False, True):
        firm.sync(toml, full=full)
        told.append(data_time(firm))
    firm.write("p.csv", parcels("P1,DE,2024-03-02,2024-03-05", "P2,DE,2024-03-02,2024-04-01"))
    firm.sync(toml)

    assert told == [at(3, 5)] * 3
    assert data_time(firm) == at(4, 1)


def test_a_source_without_any_event_has_no_data_time(firm) -> None:
    """
    Promised, but nothing has happened yet.
    """
    firm.write("p.csv", parcels("P1,DE,2090-03-02,"))

    firm.sync(firm.shipments("p.csv"))

    assert data_time(firm) is None
