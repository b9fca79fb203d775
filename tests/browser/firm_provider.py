"""A real OpenID provider (npm oidc-provider) on this machine, as a firm has one."""

import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser_watch import free_port
from playwright.sync_api import Page

HERE = Path(__file__).parent / "provider"
CLIENT_SECRET = "q7Xw-fR2v_9tLzP4"
INSTALL_S = 300


def modules() -> Path:
    """The folder with the provider's code, fetched by npm once a version and kept outside of the project."""
    told = (HERE / "package.json").read_text(encoding="utf-8")
    version = json.loads(told)["dependencies"]["oidc-provider"]
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = caches / "fairlead" / f"oidc-provider-{version}"
    if (folder / "whole").exists():
        return folder
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.fail(
            "Sign-in is tested against a real OpenID provider, which needs node and npm: install both."
        )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text(told, encoding="utf-8")
    words = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=INSTALL_S, check=False)
    if done.returncode:
        pytest.fail(f"npm could not fetch oidc-provider {version}: {done.stderr[-1000:]}")
    (folder / "whole").touch()
    return folder


@dataclass(frozen=True)
class FirmProvider:
    """Its address, and the file its people stand in."""

    issuer: str
    people: Path

    def knows(self, people: Mapping[str, Mapping[str, object]]) -> None:
        """Who can sign in: claims by login."""
        self.people.write_text(json.dumps(people), encoding="utf-8")

    def settings(self, **more: str) -> dict[str, str]:
        """The settings of Fairlead for it."""
        return {
            "sign_in": "oidc", "oidc_issuer": self.issuer, "oidc_client_id": "fairlead",
            "oidc_client_secret": CLIENT_SECRET, "oidc_scopes": "openid email profile groups", **more,
        }  # fmt: skip


@contextmanager
def providing(folder: Path, redirect: str) -> Iterator[FirmProvider]:
    """A provider that sends people back to `redirect`, as soon as it answers."""
    port, people = free_port(), folder / "people.json"
    log = (folder / "provider.log").open("w")
    words = ["node", str(HERE / "provider.mjs"), str(modules()), str(port), redirect, str(people)]
    environment = {**os.environ, "CLIENT_SECRET": CLIENT_SECRET}
    process = subprocess.Popen(words, env=environment, stdout=log, stderr=log)
    provider = FirmProvider(f"http://127.0.0.1:{port}", people)
    try:
        _answers(f"{provider.issuer}/.well-known/openid-configuration", process, folder)
        yield provider
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def _answers(url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=60):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"The provider does not answer: {(folder / 'provider.log').read_text()[-2000:]}")


def sign_in_there(page: Page, login: str) -> None:
    """The provider's own two pages: who somebody is, and that Fairlead may know."""
    page.get_by_placeholder("Enter any login").fill(login)
    page.get_by_placeholder("and password").fill("anything")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()
