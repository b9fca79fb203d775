"""The pack of a meeting on the demo company, from its figures to each file: `python -m benchmarks --packs`."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from commands.data import load_demo
from commands.desk import Desk
from kpi.model import Department
from meetings.closing import close_meeting
from meetings.looking import look
from meetings.pack import Form, frozen_of, made
from store.home import Store
from store.scope import LOCAL_OWNER
from store.state.meeting_records import Meeting, monday_of

PROMISED_S = 10.0
Cost = tuple[float, float]


def report(folder: Path, rounds: int, say: Callable[[str], None]) -> str:
    """Loads the demo company, holds a meeting of every department, and tells what its pack costs, as Markdown."""
    home = folder / "home"
    desk = Desk(home, home / "fairlead.toml", None, f"sqlite:///{home / 'state.db'}", home / "keys.toml", str)
    say("loading the demo company")
    load_demo(desk)
    with closing(desk.store) as store:
        costs = [(each, _costs(store, each, rounds, say)) for each in Department if _has_figures(store, each)]
    worst = max(sum(cost[1] for cost in each.values()) for _, each in costs)
    lines = [
        "| department | figures | " + " | ".join(form.upper() for form in Form) + " | kB | together |",
        "|---|" + "---|" * (len(Form) + 3),
        *(_row(department, each) for department, each in costs),
        "",
        f"Promised: at most {PROMISED_S:.0f} s for one; the longest took {worst:.1f} s (clock).",
    ]
    return "\n".join(lines) + "\n"


def _has_figures(store: Store, department: Department) -> bool:
    meeting = Meeting(department.value, monday_of(datetime.now(UTC).date()))
    return any(each.period for each in look(store, LOCAL_OWNER, meeting, datetime.now(UTC)).scores)


def _costs(store: Store, department: Department, rounds: int, say: Callable[[str], None]) -> dict[str, Cost]:
    """CPU and clock seconds of gathering the figures and of each file, the median of so many rounds; sizes in bytes."""
    say(department.value)
    today = datetime.now(UTC).date()
    meeting = store.state.meetings.open(LOCAL_OWNER, Meeting(department.value, monday_of(today)))
    found = {"figures": _timed(lambda: look(store, LOCAL_OWNER, meeting, datetime.now(UTC)), rounds)}
    agenda = look(store, LOCAL_OWNER, meeting, datetime.now(UTC))
    close_meeting(store.state, LOCAL_OWNER, meeting, agenda, today)
    for form in Form:
        found[form.value] = _timed(
            lambda form=form: made(frozen_of(store.state, LOCAL_OWNER, meeting.id), form), rounds  # type: ignore[misc]
        )  # fmt: skip
    size = sum(len(made(frozen_of(store.state, LOCAL_OWNER, meeting.id), form)) for form in Form)
    return {**found, "bytes": (float(size), 0.0)}


def _timed(work: Callable[[], object], rounds: int) -> Cost:
    taken = []
    for _ in range(rounds):
        cpu, clock = process_time(), perf_counter()
        work()
        taken.append((process_time() - cpu, perf_counter() - clock))
    return median(each[0] for each in taken), median(each[1] for each in taken)


def _row(department: Department, costs: dict[str, Cost]) -> str:
    told = [f"{costs[name][0]:.2f}" for name in ("figures", *(form.value for form in Form))]
    together = sum(clock for _, clock in costs.values())
    return f"| {department.label} | {' | '.join(told)} | {costs['bytes'][0] / 1000:,.0f} | {together:.1f} |"
