"""What the script of a run sends: kept once, answered after it is stored, and nothing for anybody else."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pillow_heif
import pytest
from made_runs import FLO, MAX, PIA, begun, in_force
from PIL import Image
from plain_browser import Answer, Browser
from starlette.applications import Starlette

from pages.door import COOKIE, Entrance
from pages.parts.load import opened_store
from pages.run.ways import run_routes
from store.evidence import FOLDER, MOST_BYTES, read
from store.evidence import shown as as_shown
from store.home import Store
from store.scope import LOCAL_OWNER
from store.state import User

KEY = "a" * 32
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


class Phone:
    """One person's browser."""

    def __init__(self, store: Store, entrance: Entrance, user: User) -> None:
        token = store.state.sessions.start(user.email, datetime.now(UTC), entrance.lasts)
        app = Starlette(routes=run_routes(lambda: entrance))
        self.browser = Browser(app, {"cookie": f"{COOKIE}={token}", "accept": "*/*"})

    def get(self, path: str) -> Answer:
        return self.browser.get(path)

    def send(self, path: str, body: bytes | dict[str, Any]) -> tuple[int, dict[str, Any]]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.browser._ask("http", "POST", path, data, {"content-type": "application/json"})
        return answer.status, json.loads(answer.body)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def entrance(home: Path) -> Entrance:
    return Entrance(home, f"sqlite:///{home}/state.db", signs_in=True)


@pytest.fixture
def store(entrance: Entrance) -> Store:
    return opened_store(entrance.home, entrance.database)


@pytest.fixture
def run(store: Store) -> int:
    return begun(store, in_force(store)).id


def test_an_answer_is_told_as_saved_when_it_is_stored(store: Store, entrance: Entrance, run: int) -> None:
    """
    Sent twice it is kept once, with the same moment; the run that comes back is as it stands in the database.
    """
    phone, sent = (
        Phone(store, entrance, FLO),
        {"key": KEY, "step": "weigh", "outcome": "done", "value": "2,5"},
    )
    first, again = phone.send(f"/runs/{run}/answers", sent), phone.send(f"/runs/{run}/answers", sent)

    (kept,) = store.state.procedure_runs.answers(FLO.principal, run)
    assert first == again
    assert first[1]["saved"] == int(kept.saved_at.timestamp() * 1000)
    assert first[1]["run"]["steps"]["weigh"]["stand"] == "done"
    assert json.loads(phone.get(f"/runs/{run}").body) == first[1]["run"]


@pytest.mark.parametrize(
    ("path", "body", "status", "says"),
    [
        ("answers", {"key": KEY, "step": "weigh", "outcome": "done", "value": "much"}, 422, "not a number"),
        ("answers", {"key": KEY, "step": "weigh", "outcome": "perhaps"}, 422, "no answer"),
        ("answers", b"\xff\x00{", 422, "no answer"),
        ("answers", b"[" * 20_000, 422, "no answer"),
        ("answers", b"x" * 40_000, 413, "more than 32 KB"),
        ("end", {}, 422, "still open"),
        ("flags", {"key": KEY, "step": "weigh", "kind": "boring"}, 422, "cannot be said"),
        ("evidence?step=photo&name=a.exe", b"MZ\x90\x00", 422, "of no kind that is kept"),
        ("evidence?step=photo&name=a.svg", b"<svg onload=alert(1)>", 422, "of no kind that is kept"),
        ("evidence?step=photo&name=a.png", b"", 422, "is empty"),
        ("evidence?step=photo&name=a.png", PNG + b"0" * MOST_BYTES, 413, "more than 10240 KB"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    store: Store, entrance: Entrance, run: int, path: str, body: Any, status: int, says: str
) -> None:
    found, told = Phone(store, entrance, FLO).send(f"/runs/{run}/{path}", body)
    assert (found, says in told["refused"]) == (status, True), told
    assert store.state.procedure_runs.answers(FLO.principal, run) == []
    assert not (entrance.home / FOLDER).exists()


def test_nobody_else_gets_anything(store: Store, entrance: Entrance, run: int) -> None:
    """
    A peer, a manager and an administrator get the same answer as for a run that is not there; without a session a
    number.
    """
    owner = Phone(store, entrance, FLO)
    _, file = owner.send(f"/runs/{run}/evidence?step=photo&name=a.png", PNG)
    sent = {"key": KEY, "step": "photo", "outcome": "done", "evidence": file["id"]}
    assert owner.send(f"/runs/{run}/answers", sent)[0] == 200
    for user in (PIA, MAX):
        other = Phone(store, entrance, user)
        asked = [f"/runs/{{}}/evidence/{file['id']}", "/runs/{}"]
        for path in asked:
            here, nowhere = other.get(path.format(run)), other.get(path.format(run + 1))
            assert here.status == nowhere.status != 200
            assert here.body.replace(str(run), "N") == nowhere.body.replace(str(run + 1), "N")
        assert other.send(f"/runs/{run}/answers", {**sent, "key": "b" * 32})[0] == 422
    stranger = Browser(Starlette(routes=run_routes(lambda: entrance)), {"accept": "*/*"})
    assert stranger.get(f"/runs/{run}").status == 401
    assert len(store.state.procedure_runs.answers(FLO.principal, run)) == 1


def test_a_photo_of_a_telephone_is_shown_as_jpeg(store: Store, entrance: Entrance, run: int) -> None:
    """
    Sent as HEIC: what comes back is a JPEG without camera or place, the original lies on disk as it was sent; a broken
    one is refused with its name and nothing is kept of it.
    """
    pillow_heif.register_heif_opener()
    camera = Image.Exif()
    camera[0x010F] = "Somebody's camera"
    made = io.BytesIO()
    Image.new("RGB", (64, 48), (220, 30, 30)).save(made, "HEIF", exif=camera.tobytes())
    photo, phone = made.getvalue(), Phone(store, entrance, FLO)

    assert phone.send(f"/runs/{run}/evidence?step=photo&name=cut.heic", photo[:-99]) == (
        422, {"refused": "cut.heic cannot be opened as a picture; take it again, or send it as JPEG."},
    )  # fmt: skip
    assert store.state.run_files.of(FLO.principal, run) == []

    status, told = phone.send(f"/runs/{run}/evidence?step=photo&name=IMG_1.HEIC", photo)
    assert (status, told["kind"], told["title"]) == (200, "image/heic", "IMG_1.HEIC")
    shown = phone.get(f"/runs/{run}/evidence/{told['id']}")
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["content-disposition"] == f'inline; filename="evidence-{told["id"]}.jpg"'
    (file,) = store.state.run_files.of(FLO.principal, run)
    assert read(entrance.home, file.sha256) == photo
    found = as_shown(entrance.home, file.sha256, file.kind)
    assert found is not None
    assert shown.headers["content-length"] == str(len(found[0]))
    assert Image.open(io.BytesIO(found[0])).size == (64, 48)
    assert b"camera" not in found[0]


def test_a_file_does_nothing_by_itself(store: Store, entrance: Entrance, run: int) -> None:
    """
    A picture is shown in a sandbox, everything else is saved; the name somebody gave it is nowhere in the answer, and
    the same bytes lie there once, under their SHA-256, for the server's account only.
    """
    phone = Phone(store, entrance, FLO)
    name = quote('../../"; evil.png')
    _, picture = phone.send(f"/runs/{run}/evidence?step=photo&name={name}", PNG)
    _, paper = phone.send(f"/runs/{run}/evidence?step=label&name=a.PDF", b"%PDF-1.7 <script>")
    assert phone.send(f"/runs/{run}/evidence?step=photo&name=b.png", PNG)[1]["id"] == picture["id"]

    shown, saved = (phone.get(f"/runs/{run}/evidence/{each['id']}") for each in (picture, paper))
    assert (shown.headers["content-type"], saved.headers["content-type"]) == ("image/png", "application/pdf")
    assert shown.headers["content-disposition"].startswith("inline")
    assert saved.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in saved.headers["content-security-policy"]
    assert "evil" not in str(shown.headers)
    files = [each for each in (entrance.home / FOLDER).rglob("*") if each.is_file()]
    assert {len(each.name) for each in files} == {64}
    assert {each.stat().st_mode & 0o777 for each in files} == {0o600}
    assert len(files) == 2


def test_a_flag_reaches_whoever_looks_after_the_procedure(store: Store, entrance: Entrance, run: int) -> None:
    sent = {"key": KEY, "step": "weigh", "kind": "unclear"}
    assert [Phone(store, entrance, FLO).send(f"/runs/{run}/flags", sent)[0] for _ in range(2)] == [200, 200]
    (flag,) = store.state.flags.rows(LOCAL_OWNER)
    assert (flag.step, flag.kind, flag.reporter, flag.run) == ("weigh", "unclear", FLO.email, str(run))
