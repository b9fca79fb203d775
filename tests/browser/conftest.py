"""The real server on a small company, and a real browser before it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_watch import FLAGS, Watched, serving, watch
from filelock import FileLock
from firms import demo_firm, parcels_firm
from playwright.sync_api import Browser, sync_playwright
from small_company import small_store


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the small company, written and closed."""
    home = tmp_path_factory.mktemp("served")
    small_store(home).close()
    return home


@pytest.fixture(scope="session")
def address(company: Path) -> Iterator[str]:
    """One server for all tests that do not need a fresh one."""
    with serving(company) as address:
        yield address


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The home of the demo company, loaded and closed; all processes of a run load it once and copy it."""
    base = tmp_path_factory.getbasetemp()
    made = (base if worker_id == "master" else base.parent) / "demo-company"
    with FileLock(f"{made}.lock"):
        if not made.exists():
            began = tmp_path_factory.mktemp("loading")
            demo_firm(began)
            began.rename(made)
    home = tmp_path_factory.mktemp("demo") / "home"
    shutil.copytree(made, home)
    return home


@pytest.fixture(scope="session")
def parcels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a firm that knows nothing but its parcels."""
    home = tmp_path_factory.mktemp("parcels")
    parcels_firm(home)
    return home


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this machine."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.fail("No Chromium was found: install it, or set CHROMIUM to its path.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def watched(chromium: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """A fresh profile; parametrise indirectly with (width, colour scheme)."""
    width, scheme = getattr(request, "param", (1280, "light"))
    yield from watch(chromium, address, width, scheme)


@pytest.fixture(scope="module")
def profile(chromium: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """One profile for all tests of a module with the same look, (width, colour scheme): they share what is loaded."""
    yield from watch(chromium, address, *request.param)


@pytest.fixture
def looked(profile: Watched) -> Watched:
    """The shared profile, whose complaints of earlier pages are forgotten."""
    profile.complaints.clear()
    profile.strangers.clear()
    return profile
