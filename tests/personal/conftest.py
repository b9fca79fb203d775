"""The shop whose customers have names."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from named_shop import ANN, CUSTOMERS, ORDERS, Shop

from store.home import open_store


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home nothing was read into, to copy from."""
    home = tmp_path_factory.mktemp("empty") / "home"
    open_store(home).close()
    return home


@pytest.fixture(scope="session")
def shop_home(tmp_path_factory: pytest.TempPathFactory, empty_home: Path) -> Path:
    """The shop's home after its first sync, to copy from."""
    home = tmp_path_factory.mktemp("shop") / "home"
    shutil.copytree(empty_home, home)
    shop = Shop(open_store(home))
    with shop.store.state:
        shop.sync([*ORDERS, ("O9", ANN, "someday", 1)], CUSTOMERS)
    return shop.store.home


@pytest.fixture
def shop(tmp_path: Path, shop_home: Path) -> Iterator[Shop]:
    """The shop, read once; Ann has a rejected row as well."""
    shutil.copytree(shop_home, tmp_path / "home")
    shop = Shop(open_store(tmp_path / "home"))
    with shop.store.state:
        yield shop
