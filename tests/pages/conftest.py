"""Small stores to open pages on."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from small_company import empty_store, small_store

from pages.parts.kept import forget
from pages.parts.viewer import Viewer
from store.facts import Shipments
from store.home import Store, open_store
from store.scope import LOCAL_OWNER


@pytest.fixture(autouse=True)
def no_memory() -> Iterator[None]:
    """No test sees what another one cached."""
    st.cache_resource.clear()
    forget()
    yield
    st.cache_resource.clear()
    forget()


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The small company; tests only read it."""
    store = small_store(tmp_path_factory.mktemp("small"))
    yield store
    store.close()


@pytest.fixture(scope="session")
def shipping_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The small company when only shipments were ever loaded, and no sync was recorded."""
    store = small_store(tmp_path_factory.mktemp("partial"), synced=False, only=[Shipments])
    yield store
    store.close()


@pytest.fixture
def own(store: Store, tmp_path: Path) -> Iterator[Store]:
    """The small company for one test, which may write to it."""
    shutil.copytree(store.home, tmp_path / "own")
    own = open_store(tmp_path / "own")
    yield own
    own.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    """A store nothing was read into."""
    store = empty_store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def owner(store: Store) -> Viewer:
    """Somebody who sees everything of the small company."""
    return Viewer(store, LOCAL_OWNER)
