"""The worker forecasts after it has computed, once for each day."""

from pathlib import Path

from small_company import COMPANY, LAST, small_store

from connectors.plan import Config
from kpi.forecast.stored import forecasts
from kpi.forecast.track import Kind
from store.home import SYSTEM
from store.scope import LOCAL_OWNER
from worker.rounds import Job, forecast


def test_once_for_each_day(tmp_path: Path) -> None:
    """
    The first round of a day stores forecasts, the second finds them there.
    """
    store = small_store(tmp_path)
    job = Job(store, Config(COMPANY, ()), {}, LOCAL_OWNER, LAST)

    made = forecast(job)

    assert made is not None
    assert made.kpis > 0
    assert "on_time_delivery_rate" in set(forecasts(store.lake, SYSTEM, Kind.KPI)["key"])
    assert forecast(job) is None
    store.close()
