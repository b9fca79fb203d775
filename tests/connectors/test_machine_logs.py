"""What a machine says of itself becomes runs: states last until the next one, and what is unknown counts as neither."""

from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from system_calls import kpi, stored

from store.state.runs import RunStatus

MAPPING = Path(__file__).parents[1] / "real" / "mtconnect_log.toml"
LOG = """
2025-03-03T12:00:00.000000Z|execution|UNAVAILABLE
2025-03-03T12:00:00.000000Z|PartCountAct|UNAVAILABLE
2025-03-03T13:00:00.000000Z|execution|READY
2025-03-03T13:00:00.000000Z|PartCountAct|7
2025-03-03T13:15:00.000000Z|execution|ACTIVE
2025-03-03T13:20:00.0000000Z|PartCountAct|9
2025-03-03T13:30:00.000000Z|Xload|12.5
2025-03-03T13:45:00.000000Z|execution|INTERRUPTED
2025-03-03T13:50:00.000000Z|PartCountAct|0
2025-03-03T13:55:00.000000Z|execution|ACTIVE
2025-03-03T13:58:00.000000Z|PartCountAct|3
2025-03-03T14:00:00.000000Z|execution|UNAVAILABLE
2025-03-03T15:00:00.000000Z|Xload|UNAVAILABLE
"""


def run_of(firm: Any, file: Path) -> tuple[Any, ...]:
    report = firm.sync(MAPPING.read_text(encoding="utf-8").replace("{file}", str(file)))
    assert report.status is RunStatus.OK, report.message
    columns = ("run_id", "planned_busy_s", "run_s", "produced")
    (run,) = stored(firm, "production_runs", *columns)
    return run


def test_states_of_a_machine_are_times(firm) -> None:
    """
    Known for an hour from 13:00, active for 30 and 5 minutes: 2,100 of 3,600 s. Two pieces more on the counter, then
    it began anew and came to three: five.
    """
    file = firm.write("machine.txt", LOG.lstrip())
    assert run_of(firm, file) == ("2025-03-03", 3_600, 2_100, 5)
    assert kpi(firm, "oee_availability")["value"] == pytest.approx(2_100 / 3_600)


def test_a_recorded_day_of_a_machine(firm, shared) -> None:
    """
    The log of a Mazak of NIST of 2 May 2016: the seconds of all its states add up to the time observed, 15:25:30, of
    which 07:41:37 nobody knows what it did.
    """
    file = shared / "apis/mtconnect_nist/Mazak03-20160502-20160503.txt"
    lines = [line.split("|") for line in file.read_text(encoding="utf-8").splitlines()]
    told = [(_moment(at), value) for at, item, value, *_ in lines if item == "execution"]
    ends = [at for at, _ in told[1:]] + [_moment(lines[-1][0])]
    spent = defaultdict[str, float](float)
    for (at, state), until in zip(told, ends, strict=True):
        spent[state] += (until - at).total_seconds()

    _, busy, active, produced = run_of(firm, file)

    assert sum(spent.values()) == pytest.approx(15 * 3_600 + 25 * 60 + 30, abs=1)
    assert spent["UNAVAILABLE"] == pytest.approx(7 * 3_600 + 41 * 60 + 37, abs=1)
    assert busy + spent["UNAVAILABLE"] == pytest.approx(sum(spent.values()), abs=1)
    assert (active, produced) == (pytest.approx(spent["ACTIVE"], abs=1), 0)
    assert kpi(firm, "oee_availability")["value"] == pytest.approx(spent["ACTIVE"] / busy, rel=1e-4)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
