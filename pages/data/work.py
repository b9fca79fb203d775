"""The worker's health: each job with its last run, when it is due, who holds it, what went wrong; the log."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from kpi.words import marked, say
from pages.parts.files_told import say_problem
from pages.parts.format import ABSENT, age, count, moment
from pages.parts.load import now
from pages.parts.tables import Cell, Column, table
from pages.parts.viewer import Viewer
from store.state.job_rules import JobStatus
from store.state.signs import JobRun, JobState

LATEST = 40
JOBS = (
    Column(marked("Job")), Column(marked("State"), "w"), Column(marked("Last done well"), "w"),
    Column(marked("Took"), "r"), Column(marked("Due next"), "w"), Column(marked("Held by"), "w"),
    Column(marked("Message")),
)  # fmt: skip
RUNS = (
    Column(marked("Started"), "w"), Column(marked("Job")), Column(marked("State"), "w"), Column(marked("Took"), "r"),
    Column(marked("Attempt"), "r"), Column(marked("Held by"), "w"), Column(marked("Message")),
)  # fmt: skip
NAMES = {
    "erasures": marked("End erasures"), "compute": marked("Work out the figures"),
    "evaluate": marked("Evaluate alerts"), "forecast": marked("Forecast"), "housekeeping": marked("Keep house"),
}  # fmt: skip
ENDS = {
    JobStatus.RUNNING: marked("is running"), JobStatus.OK: marked("went well"), JobStatus.FAILED: marked("failed"),
    JobStatus.LOST: marked("the worker ended"), JobStatus.RELEASED: marked("put off"),
}  # fmt: skip
GLYPHS = {
    JobStatus.RUNNING: "◐", JobStatus.OK: "✓", JobStatus.FAILED: "■", JobStatus.LOST: "▲", JobStatus.RELEASED: "○",
}  # fmt: skip
SYNC = "sync:"


def draw_work(viewer: Viewer) -> None:
    """What the worker does and how that goes; one line where none ever ran."""
    st.header(say("The worker"), anchor=False)
    signs, at = viewer.store.state.signs, now()
    known = signs.jobs(viewer.principal)
    if not known:
        st.text(say("No worker has run here yet; fairlead up starts one."))
        return
    st.html(build_jobs(known, at))
    with st.expander(say("Latest runs"), key="jobs_log", bind="query-params") as opened:
        if opened.open:
            st.html(build_log(signs.log(viewer.principal, LATEST), at))


def build_jobs(known: Sequence[JobState], at: datetime) -> str:
    """One line a job; what needs a person stands first."""
    ordered = sorted(known, key=lambda each: (not each.message, not each.is_late(at), each.name))
    return table(JOBS, [_job(each, at) for each in ordered], say("Jobs of the worker"))


def build_log(runs: Sequence[JobRun], at: datetime) -> str:
    """One line a run, the newest first."""
    return table(RUNS, [_run(each, at) for each in runs], say("Latest runs"))


def name_of(job: str) -> str:
    """The job in the reader's words."""
    if job.startswith(SYNC):
        return say("Read {source}", source=job.removeprefix(SYNC))
    return say(NAMES[job]) if job in NAMES else job


def _job(each: JobState, at: datetime) -> list[Cell]:
    good = each.last_ok
    well = say("{moment} ({age} ago)", moment=moment(good), age=age(good, at)) if good else say("never")
    due = say("now") if each.due_at <= at else moment(each.due_at)
    return [
        name_of(each.name), state(each, at), well, _took(each.last, at), ABSENT if each.holder else due,
        _machine(each.holder) or ABSENT, say_problem(each.message),
    ]  # fmt: skip


def state(each: JobState, at: datetime) -> str:
    """At work, failing, late or well, with a shape before the word."""
    if each.holder:
        return f"{GLYPHS[JobStatus.RUNNING]} {say('is running')}"
    if each.message:
        return f"■ {say('failed, attempt {n}', n=count(each.attempts))}"
    if each.is_late(at):
        return f"◷ {say('late')}"
    return f"✓ {say('went well')}" if each.last_ok else f"○ {say('not done yet')}"


def _run(each: JobRun, at: datetime) -> list[Cell]:
    return [
        moment(each.started_at), name_of(each.job), f"{GLYPHS[each.status]} {say(ENDS[each.status])}",
        _took(each, at), count(each.attempt), _machine(each.owner), say_problem(each.message),
    ]  # fmt: skip


def _took(run: JobRun | None, at: datetime) -> str:
    if run is None:
        return ABSENT
    seconds = ((run.ended_at or at) - run.started_at).total_seconds()
    return (
        say("{n} s", n=count(round(max(0.0, seconds))))
        if seconds < 90
        else age(run.started_at, run.ended_at or at)
    )


def _machine(owner: str) -> str:
    """Machine and process; the rest of a holder's name only tells lives of one number apart."""
    return owner.rpartition(":")[0]
