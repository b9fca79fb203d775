"""The small company, for exports that only read it."""

from collections.abc import Iterator

import pytest
from small_company import small_store

from store.home import Store


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The small company; tests only read it."""
    store = small_store(tmp_path_factory.mktemp("exports"))
    yield store
    store.close()
