"""A lake of its own for each test of the KPI layer."""

from pathlib import Path

import pytest

from store.lake import Lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")
