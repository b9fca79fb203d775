"""Request Tracker 5: as it once answered, and the real one, started here from an empty database."""

import base64
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from system_calls import kpi, signed_in, source, stored
from web_shop import Asked, Told, opened

from connectors.http.source import http_source
from store.state.runs import RunStatus

SERVER = Path("/usr/share/request-tracker5/libexec/rt-server")
SETTINGS = """
Set($rtname, 'desk');
Set($Organization, 'example.com');
Set($WebDomain, '127.0.0.1');
Set($WebPort, {port});
Set($WebPath, '');
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '{folder}/rt.db');
Set($Timezone, 'UTC');
Set($LogToSyslog, undef);
Set($LogToSTDERR, 'critical');
Set($MailCommand, 'testfile');
Set($MasonDataDir, '{folder}/mason');
Set($WebSessionClass, 'Apache::Session::File');
1;
"""
QUEUE = {"type": "queue", "Name": "General", "id": "1", "_url": "http://rt/REST/2.0/queue/1"}
NEVER = "1970-01-01T00:00:00Z"


def ticket(number: int, status: str, resolved: str, changed: str) -> dict[str, Any]:
    """As Request Tracker 5.0.3 answered: numbers are texts, and what is not set is of 1970."""
    return {
        "id": str(number), "type": "ticket", "_url": f"http://rt/REST/2.0/ticket/{number}", "Queue": QUEUE,
        "Status": status, "Created": "2025-03-03T08:00:00Z", "Resolved": resolved, "LastUpdated": changed,
    }  # fmt: skip


ANSWERED = [
    ticket(1, "resolved", "2025-03-03T09:00:00Z", "2025-03-03T09:00:00Z"),
    ticket(2, "new", NEVER, "2025-03-03T08:00:00Z"),
    ticket(3, "resolved", "2025-03-03T13:00:00Z", "2025-03-04T13:00:00Z"),
    ticket(4, "at the lawyer's", NEVER, "2025-03-03T10:00:00Z"),
]


def answered(asked: Asked) -> Told:
    page = int(asked.parameters["page"])
    items = ANSWERED[2 * page - 2 : 2 * page]
    return Told({"count": len(items), "page": page, "pages": 2, "per_page": 2, "total": 4, "items": items})


def test_tickets_of_request_tracker(calling) -> None:
    """
    Of four tickets two were solved after one and five hours: three on average. One is open, and one has a status of the
    firm's own, which waits. The next pull asks from two days before the last change on.
    """
    with opened(answered) as tracker:
        toml = source("request_tracker", tracker.host, "2025-01-01")
        report = calling.sync(toml)
        first = len(tracker.asked)
        calling.sync(toml)

    assert report.status is RunStatus.OK
    assert signed_in(tracker.asked[0]) == "ann@example.com:canary-2718281"
    assert tracker.asked[0].path == "/REST/2.0/tickets"
    assert tracker.asked[0].parameters["query"] == "LastUpdated >= '2025-01-01'"
    assert tracker.asked[first].parameters["query"] == "LastUpdated >= '2025-03-02'"
    rows = stored(calling, "tickets", "ticket_id", "status", "resolved_at")
    assert [(number, status) for number, status, _ in rows] == [
        ("1", "solved"),
        ("2", "open"),
        ("3", "solved"),
    ]
    assert [moment is None for _, _, moment in rows] == [False, True, False]
    assert "Status is 'at the lawyer's'" in calling.reasons()[0]
    assert kpi(calling, "resolution_time")["value"] == pytest.approx(3)


@dataclass
class Tracker:
    """A Request Tracker of its own; root's password is the one of a new database."""

    host: str
    database: Path

    def said(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """What it answers to its root."""
        told = json.dumps(body).encode() if body is not None else None
        asked = urllib.request.Request(f"{self.host}/REST/2.0/{path}", told, method=method if told else "GET")
        asked.add_header("Authorization", "Basic " + base64.b64encode(b"root:password").decode())
        asked.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.load(answer)

    def work(self, number: int, created: str, resolved: str | None) -> None:
        """As if it had been worked on at those moments."""
        with closing(sqlite3.connect(self.database, timeout=60)) as database, database:
            told = (created, resolved or "1970-01-01 00:00:00", number)
            database.execute("UPDATE Tickets SET Created = ?, Resolved = ? WHERE id = ?", told)


@contextmanager
def running(folder: Path) -> Iterator[Tracker]:
    """Started with an empty database; skips where Debian's packages are not installed."""
    if not SERVER.exists() or shutil.which("rt-setup-database-5") is None:
        pytest.skip("no Request Tracker on this machine: apt-get install request-tracker5 rt5-db-sqlite")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "none.d").mkdir()
    (folder / "mason").mkdir()
    (folder / "site.pm").write_text(SETTINGS.format(port=port, folder=folder), encoding="utf-8")
    own = {
        **os.environ,
        "RT_SITE_CONFIG": str(folder / "site.pm"),
        "RT_SITE_CONFIG_DIR": str(folder / "none.d"),
    }
    subprocess.run(
        ["rt-setup-database-5", "--action", "init"], env=own, check=True, capture_output=True, timeout=300
    )
    tracker = Tracker(f"http://127.0.0.1:{port}", folder / "rt.db")
    command = [str(SERVER), "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=own, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait(tracker, process)
        yield tracker
    finally:
        os.killpg(process.pid, 9)
        process.wait()


def _wait(tracker: Tracker, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while True:
        try:
            tracker.said("rt")
            return
        except OSError:
            assert process.poll() is None, "Request Tracker ended"
            assert time.monotonic() < end, "Request Tracker did not start"
            time.sleep(0.2)


@pytest.mark.faults
def test_a_real_request_tracker_end_to_end(calling, tmp_path: Path) -> None:
    """
    120 customers write; every fourth ticket is solved, the n-th of those after n hours: 30 of 1 to 30 hours, 15.5 on
    average. Then three tickets are rejected and one is solved after 41 hours: 31 solved, 506 / 31 hours on average.
    """
    folder = tmp_path / "rt"
    folder.mkdir()
    with running(folder) as tracker:
        for number in range(1, 121):
            told = {
                "Queue": "General",
                "Subject": f"Order {number}",
                "Requestor": "ann@example.com",
                "Content": "?",
            }
            assert tracker.said("ticket", told)["id"] == str(number)
        for number in range(4, 121, 4):
            tracker.said(f"ticket/{number}", {"Status": "resolved"}, "PUT")
        for number in range(1, 121):
            hours = number // 4
            day, hour = divmod(8 + hours, 24)
            solved = f"2025-03-{3 + day:02} {hour:02}:00:00" if number % 4 == 0 else None
            tracker.work(number, "2025-03-03 08:00:00", solved)
        toml = source("request_tracker", tracker.host, "2025-01-01").replace("ann@example.com", "root")
        calling.builders["http"] = lambda config: http_source(config, resolve=lambda _: "password")
        report = calling.sync(toml)

        assert (report.status, report.message, report.counts[0].read) == (RunStatus.OK, "", 120)
        found = kpi(calling, "resolution_time")
        assert (found["value"], found["denominator"]) == (pytest.approx(15.5), 30)

        for number in (117, 118, 119):
            tracker.said(f"ticket/{number}", {"Status": "rejected"}, "PUT")
        tracker.said("ticket/1", {"Status": "resolved"}, "PUT")
        tracker.work(1, "2025-03-03 08:00:00", "2025-03-05 01:00:00")
        calling.sync(toml)

        found = kpi(calling, "resolution_time")
        assert (found["value"], found["denominator"]) == (pytest.approx((465 + 41) / 31), 31)
        statuses = [status for _, status in stored(calling, "tickets", "ticket_id", "status")]
        assert (statuses.count("closed"), statuses.count("solved"), statuses.count("open")) == (3, 31, 86)
