"""The worker on the data page and in the command, and the banner while it stands still."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from cli import app, arranged
from pages.data.work import build_jobs, name_of
from pages.parts.viewer import Viewer
from store.home import Store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal, Scope
from store.state.job_rules import JobStatus, Planned
from store.state.jobs import Ended
from store.timetable import Every

HOURLY = Every(timedelta(hours=1))
PLAN = (Planned("sync:shop", HOURLY), Planned("compute", HOURLY, frozenset({"sync:shop"})))
WORKS = Principal("Works", Scope(departments=frozenset({"service"})), Role.VIEWER)


def show(viewer) -> None:  # type: ignore[no-untyped-def]
    """Runs inside the page's script."""
    from pages.data.work import draw_work
    from pages.parts.standstill import draw_standstill

    draw_standstill(viewer)
    draw_work(viewer)


def read(store: Store, **query: str) -> str:
    page = AppTest.from_function(show, args=(replace(Viewer(store, WORKS), seen={}),), default_timeout=60)
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return "\n".join(str(each.value) for kind in (page.html, page.text) for each in kind)


@pytest.fixture
def worked(own: Store) -> Store:
    """The shop does not answer; the figures were worked out; then the shop's worker at work."""
    jobs = own.state.jobs
    jobs.plan(PLAN)
    for ended in (Ended(JobStatus.FAILED, "The shop does not answer <b>."), Ended(JobStatus.OK)):
        lease = jobs.claim(PLAN, "box:7:abc", "facts")
        assert lease is not None
        jobs.finish(lease, ended, PLAN)
    return own


def test_each_job_with_its_run_its_next_turn_and_its_failure(worked: Store) -> None:
    """
    The failing one first, with its words escaped; the log, newest first, when it is opened. Anybody may see it.
    """
    text = read(worked)
    assert text.index("Read shop") < text.index("Work out the figures")
    assert "■ failed, attempt 1" in text
    assert "The shop does not answer &lt;b&gt;." in text
    assert "✓ went well" in text
    assert "stands still" not in text
    assert "box:7" not in text  # held by nobody now, and the log is closed

    opened = read(worked, jobs_log="true")
    assert opened.count("box:7") == 2


def test_the_command_tells_the_same(worked: Store) -> None:
    words = ["--home", str(worked.home), "jobs", "--format", "json"]
    rows = json.loads(CliRunner().invoke(app, arranged(words)).stdout)
    assert [(each["job"], each["state"], each["attempts"]) for each in rows] == [
        ("compute", "waiting", 0), ("sync:shop", "failing", 1),
    ]  # fmt: skip
    log = json.loads(CliRunner().invoke(app, arranged([*words, "--log", "1"])).stdout)
    assert [(each["job"], each["state"]) for each in log] == [("compute", "ok")]


def test_everybody_is_told_when_the_worker_stands_still(
    worked: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Six minutes without a sign of it; nothing of the kind where none ever ran.
    """
    later: Callable[[], datetime] = lambda: datetime.now(UTC) + timedelta(minutes=6)  # noqa: E731
    monkeypatch.setattr("pages.parts.standstill.now", later)

    text = read(worked)

    assert "The worker stands still" in text
    assert "(6 min)" in text


def test_without_a_worker_there_is_one_line(own: Store) -> None:
    assert read(own).strip().endswith("No worker has run here yet; fairlead up starts one.")


def test_a_job_at_work_and_one_that_is_late(worked: Store) -> None:
    """
    Held by a machine and a process; late once nothing went well for three turns.
    """
    jobs = worked.state.signs.jobs(LOCAL_OWNER)
    held = replace(jobs[0], holder="box:9:xyz")
    late = replace(jobs[0], last_ok=datetime.now(UTC) - timedelta(hours=4))
    html = build_jobs([held, late], datetime.now(UTC))
    assert "◐ is running" in html
    assert "box:9" in html
    assert "xyz" not in html
    assert "◷ late" in html
    assert name_of("sync:a:b") == "Read a:b"
