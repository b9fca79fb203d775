"""What every test may ask for."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from postgres_server import postgres_server

__all__ = ["postgres_server"]

HOUSE = Path(__file__).parent.parent

# A slow machine is no failure of what a property says.
settings.register_profile("fairlead", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fairlead")


@pytest.fixture(scope="session")
def house() -> Path:
    """The project's own folder."""
    return HOUSE


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the project; a test that needs it is skipped where it is absent."""
    folder = HOUSE.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no ../shared folder with reference data beside this clone")
    return folder


@pytest.fixture(autouse=True)
def no_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads the settings of the machine it runs on."""
    for name in ("HOME", "CONFIG", "DATA", "DATABASE_URL", "KEY_FILE", "HOST", "PORT"):
        monkeypatch.delenv(f"FAIRLEAD_{name}", raising=False)


@pytest.fixture(autouse=True)
def own_main_module() -> Iterator[None]:
    """AppTest leaves its page behind as `__main__`, and processes spawned later would run that page."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main
