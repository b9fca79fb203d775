"""Two replicas behind a real nginx, over TLS: what a signed-in person notices when one of them is killed."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from browser_watch import HOUSE, PATIENCE, Watched, free_port, started, until, watch
from playwright.sync_api import Browser, Page, expect
from proxy import proxying

from pages.door import COOKIE
from store.home import open_store
from store.scope import LOCAL_OWNER
from store.state import Role, User

pytestmark = pytest.mark.browser

PASSWORD = "kettle orbit mango"
ADA = User("ada@example.com", "Ada", Role.ADMIN)
NAMES = ("one", "two")
WATCH_RUNS = """() => {
  const app = document.querySelector('[data-testid="stApp"]')
  new MutationObserver(() => { window.ranAgain ||= app.dataset.testScriptState === 'running' })
    .observe(app, { attributes: true })
}"""


@pytest.fixture(scope="module")
def firm(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("replicas") / "home"
    shutil.copytree(company, home)
    store, now = open_store(home), datetime.now(UTC)
    store.state.users.save(LOCAL_OWNER, ADA, seen=0)
    store.state.accounts.accept(store.state.accounts.invite(LOCAL_OWNER, ADA.email, now), PASSWORD, now)
    store.close()
    return home


@dataclass
class Deployment:
    """The address people open, and how a replica is started."""

    home: Path
    address: str
    ports: tuple[int, int]
    running: dict[str, subprocess.Popen[bytes]]
    stack: ExitStack

    def start(self, name: str) -> None:
        port = self.ports[NAMES.index(name)]
        told = {"sign_in": "local", "public_url": self.address}
        self.running[name] = self.stack.enter_context(started(self.home, port, log=f"{name}.log", **told))

    def kill(self, name: str) -> None:
        self.running[name].kill()
        self.running[name].wait(30)


@pytest.fixture(scope="module")
def deployment(firm: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    plain, port, ports = free_port(), free_port(), (free_port(), free_port())
    with ExitStack() as stack:
        address = stack.enter_context(proxying(tmp_path_factory.mktemp("nginx"), plain, port, ports))
        found = Deployment(firm, address, ports, {}, stack)
        for name in NAMES:
            found.start(name)
        yield found


@pytest.fixture
def visitor(chromium: Browser, deployment: Deployment) -> Iterator[Watched]:
    yield from watch(chromium, deployment.address, trusting=True)


def sign_in(visitor: Watched, path: str) -> Page:
    page = visitor.page
    page.goto(f"{visitor.address}/{path}")
    page.get_by_label("E-mail").fill(ADA.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    visitor.settled()
    return page


def cookies(page: Page) -> dict[str, dict[str, object]]:
    return {str(each["name"]): dict(each) for each in page.context.cookies()}


def lives_on(page: Page) -> str:
    """The replica that holds the live connection."""
    return str(cookies(page)["fairlead_replica"]["value"])


def moved(page: Page, before: str) -> str:
    """The replica the page lives on once it has left `before`."""
    until = time.monotonic() + PATIENCE / 1000
    while lives_on(page) == before and time.monotonic() < until:
        page.wait_for_timeout(50)
    return lives_on(page)


def test_over_tls_cookies_and_browsers_insist_on_it(visitor: Watched) -> None:
    """
    The session's cookie and the replica's go over TLS only; browsers are told to come back over TLS; the console is
    quiet, and nobody outside is asked.
    """
    page = sign_in(visitor, "shipping")
    told = page.request.get(f"{visitor.address}/shipping").headers

    assert cookies(page)[COOKIE]["secure"] is cookies(page)["fairlead_replica"]["secure"] is True
    assert lives_on(page) in NAMES
    assert told["strict-transport-security"] == "max-age=31536000"
    assert page.request.get(f"{visitor.address}/_stcore/metrics").status == 404
    assert (visitor.complaints, visitor.strangers) == ([], [])


def test_a_killed_replica_leaves_the_reader_where_they_were(visitor: Watched, deployment: Deployment) -> None:
    """
    Ada looks at the records of France; her replica is killed; the other one shows them, signed in, and answers her.
    When the first one is back she stays where her page lives, so that her download is found.
    """
    page = sign_in(visitor, "kpi?kpi=on_time_delivery_rate&tab=records&side=denominator&market=FR")
    download = page.get_by_role("button", name="All 20 rows as CSV")
    download.wait_for()
    url, before = page.url, lives_on(page)

    page.evaluate(WATCH_RUNS)
    deployment.kill(before)
    other = moved(page, before)
    until(page, "window.ranAgain === true")
    visitor.settled()
    assert {before, other} == set(NAMES)
    assert page.url == url
    expect(page.get_by_role("link", name="Signed in as Ada")).to_be_visible()

    deployment.start(before)
    with page.expect_download() as coming:
        download.click()
    assert len(Path(coming.value.path()).read_text(encoding="utf-8").splitlines()) == 21
    page.get_by_role("radio", name=re.compile("^zh", re.IGNORECASE)).click()
    page.get_by_role("button", name=re.compile("下载全部.*20")).wait_for()
    assert "market=FR" in page.url
    assert lives_on(page) == other


def test_the_units_are_what_systemd_understands(tmp_path: Path) -> None:
    """
    Where systemd is installed it reads the example units without a complaint; /bin/true stands in for our program.
    """
    verify = shutil.which("systemd-analyze")
    for unit in sorted((HOUSE / "deploy").glob("*.service")):
        text = unit.read_text(encoding="utf-8").replace("/opt/fairlead/.venv/bin/fairlead", "/bin/true")
        name = unit.name.replace("@.", "@8501.")
        (tmp_path / name).write_text(text.replace("User=fairlead\nGroup=fairlead\n", ""))
        assert {"[Unit]", "[Service]", "[Install]"} <= set(text.splitlines())
        if verify:
            words = [verify, "verify", "--man=no", str(tmp_path / name)]
            done = subprocess.run(
                words, capture_output=True, text=True, check=False, env={**os.environ, "LANG": "C"}
            )
            ours = [
                line for line in done.stderr.splitlines() if "fairlead" in line
            ]  # other units of this machine are not
            assert (done.returncode, ours) == (0, [])
