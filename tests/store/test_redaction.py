"""What is written down tells no secret, and all the rest."""

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import redaction
from store.redaction import guard_output, learn, redacted

HOUSE = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def own_memory() -> Iterator[None]:
    """What a test makes known is forgotten, and records are made as before."""
    known, live = set(redaction._known), list(redaction._live)
    factory, hooks = logging.getLogRecordFactory(), (sys.excepthook, threading.excepthook)
    yield
    redaction._known.clear()
    redaction._known.update(known)
    redaction._live[:] = live
    logging.setLogRecordFactory(factory)
    sys.excepthook, threading.excepthook = hooks


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("postgresql://ann:p4ss@db:5432/wms?x=1 refused", "postgresql://ann:***@db:5432/wms?x=1 refused"),
        ("https://:p@ss@shop/a and mail ann@example.com", "https://:***@shop/a and mail ann@example.com"),
        ("GET /join?token=Ab-9_x&next=/kpi", "GET /join?token=***&next=/kpi"),
        ("/sign-in/callback?code=Ab9&state=77f", "/sign-in/callback?code=***&state=***"),
        ("Authorization: Basic YW5uOnA=", "Authorization: Basic ***"),
        ("{'authorization': 'Bearer ey.J9-x_1'}", "{'authorization': 'Bearer ***'}"),
        ("sent Bearer eyJhbGciOi.J9-x", "sent Bearer ***"),
        ("Cookie: fairlead_session=Ab9; lang=zh", "Cookie: ***"),
        ("got fairlead_session=Ab9x; lang=zh", "got fairlead_session=***; lang=zh"),
        ('{"access_token": "Ab9", "expires_in": 3600}', '{"access_token": "***", "expires_in": 3600}'),
        ("host=db password=p4ss user=ann", "host=db password=*** user=ann"),
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_hidden(said: str, told: str) -> None:
    assert redacted(said) == told


@pytest.mark.parametrize(
    "said",
    [
        "http://127.0.0.1:8501/kpi?kpi=otif#ann@example.com",
        'write password = "stored:warehouse" in source shop',
        "basic training of 40 people; the bearer of bad news",
        "exit code=1, state=ok, market=DE",
        "orders: 40 rows read, 3 rejected",
    ],
)
def test_what_is_no_secret_stays(said: str) -> None:
    assert redacted(said) == said


@pytest.mark.parametrize(
    "spelling",
    [
        "p@s/s w+é", "p%40s%2Fs%20w%2B%C3%A9", "p%40s/s%20w%2B%C3%A9", "p%40s%2Fs+w%2B%C3%A9", "p@s/s w+\\u00e9",
        "cEBzL3MgdyvDqQ==",
    ],
)  # fmt: skip
def test_a_live_secret_is_hidden_in_every_spelling(spelling: str) -> None:
    """As it is, in an address, in JSON and in base64."""
    assert learn("p@s/s w+é") == "p@s/s w+é"
    assert redacted(f"no way in with {spelling}.") == "no way in with ***."


def test_of_an_address_only_the_password_is_secret() -> None:
    """Which host did not answer has to be known; of lines of a key each is hidden, of a short word none."""
    learn("postgresql://robot:Xk9-22vq@db.intern/wms")
    learn("postgresql://robot@other.intern/wms")
    learn("-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----")
    learn("shop")

    said = "db.intern refused Xk9-22vq, other.intern too; MIIEvQIBADANBg; the shop is open"
    assert redacted(said) == "db.intern refused ***, other.intern too; ***; the shop is open"


def test_log_records_are_clean_whoever_formats_them(caplog: pytest.LogCaptureFixture) -> None:
    """In the text, in its arguments of any kind, in the traceback; others are left as they are."""
    learn("Xk9-22vq")
    guard_output()
    log, number = logging.getLogger("fairlead.test"), 7
    log.warning("refused Xk9-22vq by %s, %r, %d rows", "Xk9-22vq", ["Xk9-22vq"], number)
    log.warning("%s of %d", "GET /join?token=Ab9", number)
    try:
        raise RuntimeError("no way in with Xk9-22vq")
    except RuntimeError:
        log.exception("Reference 12ab")

    assert "Xk9" not in caplog.text
    assert "refused *** by ***, ['***'], 7 rows" in caplog.text
    assert "RuntimeError: no way in with ***" in caplog.text
    assert caplog.records[1].args == ("GET /join?token=***", 7)


def test_the_last_words_of_a_process_are_clean() -> None:
    """A real one, that ends by an exception nobody caught, and by one in another thread."""
    script = (
        "from threading import Thread\n"
        "from store.redaction import guard_output, learn\n"
        "secret = learn('Xk9-22vq'); guard_output()\n"
        "def work(): raise RuntimeError(f'thread {secret}')\n"
        "thread = Thread(target=work); thread.start(); thread.join()\n"
        "raise RuntimeError(f'main {secret}')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=HOUSE, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "RuntimeError: main ***" in done.stderr
    assert "RuntimeError: thread ***" in done.stderr
    assert "Xk9" not in done.stderr.replace("Xk9-22vq')", "")  # the line of the script itself
