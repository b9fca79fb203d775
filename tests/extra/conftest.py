"""Trials of optional extras: collected only where the extra is installed (`make test-forecast` installs it)."""

from kpi.forecast.library import is_installed

collect_ignore = [] if is_installed() else ["test_statsforecast.py"]
