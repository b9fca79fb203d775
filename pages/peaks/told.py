"""Lights and days of peaks as pages show them."""

from kpi.score import Status
from kpi.words import say
from meetings.readiness import Light
from meetings.readiness_told import LIGHTS
from pages.parts.format import day
from pages.parts.tables import Marked
from store.state.peak_records import Peak

SHOWN = {
    Light.READY: Status.ON_TARGET, Light.TO_DO: Status.AT_RISK, Light.MISSING: Status.OFF_TARGET,
    Light.UNKNOWN: Status.NO_DATA,
}  # fmt: skip


def light_cell(light: Light) -> Marked:
    """The light with its shape and word."""
    return Marked(say(LIGHTS[light]), SHOWN[light])


def days_told(peak: Peak) -> str:
    """`27 Nov 2026 to 30 Nov 2026`."""
    return say("{start} to {end}", start=day(peak.begins), end=day(peak.ends))
