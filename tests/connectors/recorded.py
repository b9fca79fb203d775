"""Plays a recording of a system over HTTP on loopback, and compares what arrives with what is written down in it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from web_shop import Asked, Told, opened

from store.rejected import rejected_rows
from store.scope import LOCAL_OWNER
from store.state.runs import RunStatus

SECRETS = ("key", "secret", "refresh")


@dataclass
class Player:
    """Answers what was recorded, and says of anything else that it was not; `left` is what nobody asked for yet."""

    exchanges: Sequence[Mapping[str, Any]]
    left: list[Mapping[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.left = list(self.exchanges)

    def __call__(self, asked: Asked) -> Told:
        for each in self.exchanges:
            if _is_meant(each["request"], asked):
                self.left = [other for other in self.left if other is not each]
                told = each["response"]
                return Told(told.get("body"), told.get("status", 200), told.get("headers", {}))
        return Told(
            f"not recorded: {asked.method} {asked.path} {asked.parameters} {asked.body}".encode(), 400
        )


def play(firm: Any, recording: Mapping[str, Any]) -> None:
    """One pull of the recorded source into an empty firm. Raises AssertionError with what differs."""
    player = Player(recording["exchanges"])
    with opened(player) as it:
        report = firm.sync(source(recording["source"], it.host))
    assert report.status is RunStatus.OK, report.message
    assert player.left == [], "recorded, but never asked for"
    for table, rows in recording["rows"].items():
        stored = firm.stored(table).select(list(rows[0])).sort(list(rows[0])).rows(named=True)
        found = [{name: told(value) for name, value in row.items()} for row in stored]
        assert found == sorted(rows, key=_order), f"{table}: {found}"
    waiting = rejected_rows(firm.store.lake, LOCAL_OWNER)["raw"].to_list()
    wanted = recording.get("rejected", [])
    assert len(waiting) == len(wanted), waiting
    assert [word for word in wanted if not any(word in raw for raw in waiting)] == []


def source(told: Mapping[str, str], host: str) -> str:
    """The source of a recording, asked on loopback; hosts of tokens are there, too."""
    given = {name: "env:RECORDED" if name in SECRETS else value for name, value in told.items()}
    more = {"token_host": host} if "secret" in told else {}
    lines = [f"{name} = {json.dumps(value)}" for name, value in {**given, **more, "host": host}.items()]
    return "\n".join(["[sources.it]", 'connector = "http"', "inside = true", *lines])


def told(value: object) -> object:
    """A value as a recording writes it."""
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def _order(row: Mapping[str, object]) -> list[str]:
    return [str(value) for value in row.values()]


def _is_meant(request: Mapping[str, Any], asked: Asked) -> bool:
    """The same method, path and parameters; of a form the fields that were recorded, of a body the whole."""
    sent = dict(parse_qsl(asked.body)) if "form" in request else {}
    return (
        (request.get("method", "GET"), request["path"]) == (asked.method, asked.path)
        and request.get("parameters", {}) == asked.parameters
        and request.get("form", {}).items() <= sent.items()
        and ("body" not in request or request["body"] == json.loads(asked.body or "null"))
    )
