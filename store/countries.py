"""The countries of the time zone database: code, English name and the zone most people there live by."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Country:
    """An ISO 3166 country and the first of its zones."""

    code: str
    name: str
    zone: str


@cache
def countries() -> dict[str, Country]:
    """By code, in the order of their names."""
    zones: dict[str, str] = {}
    for code, _, zone, *_ in _lines("zone.tab"):
        zones.setdefault(code, zone)
    named = sorted(_lines("iso3166.tab"), key=lambda line: line[1])
    return {code: Country(code, name, zones[code]) for code, name, *_ in named if code in zones}


def _lines(name: str) -> list[list[str]]:
    text = (files("tzdata.zoneinfo") / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
