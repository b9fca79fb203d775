"""`fairlead annotation`, as a person types it."""

import json
from collections.abc import Callable

Run = Callable[..., str]


def test_a_note_is_added_listed_and_removed(run: Run) -> None:
    """
    One on a KPI in Germany, one for the company; Easter is there without anybody's doing.
    """
    told = run(
        "annotation", "add", "Port strike", "--on", "2026-04-01", "--until", "2026-04-03",
        "--kpi", "on_time_delivery_rate", "--where", "market=DE",
    )  # fmt: skip
    assert told == "Note 1: 'Port strike' on 2026-04-01 to 2026-04-03, by local owner.\n"
    run("annotation", "add", "The office has moved", "--on", "2026-04-02")
    asked = ("annotation", "list", "on_time_delivery_rate", "--from", "2026-03-30", "--to", "2026-04-26")

    rows = json.loads(run(*asked, "--format", "json"))
    assert [(row["id"], row["day"], row["kind"], row["label"]) for row in rows] == [
        (1, "2026-04-01", "note", "Port strike"),
        (2, "2026-04-02", "note", "The office has …"),
        (None, "2026-04-05", "event", "Easter"),
    ]
    french = json.loads(run(*asked, "--market", "FR", "--format", "json"))
    assert [row["id"] for row in french] == [2, None]
    assert "Note 2 removed" in run("annotation", "remove", "2")
    assert len(json.loads(run(*asked, "--format", "json"))) == 2
