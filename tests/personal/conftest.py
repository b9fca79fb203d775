"""The shop whose customers have names."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from named_shop import ANN, CUSTOMERS, ORDERS, Shop

from store.home import open_store


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """The shop, read once; Ann has a rejected row as well."""
    shop = Shop(open_store(tmp_path / "home"))
    with shop.store.state:
        shop.sync([*ORDERS, ("O9", ANN, "someday", 1)], CUSTOMERS)
        yield shop
