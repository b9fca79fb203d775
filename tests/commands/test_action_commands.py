"""`fairlead action`, as a person types it."""

import json
from collections.abc import Callable

Run = Callable[..., str]


def test_an_action_is_opened_listed_and_done(run: Run) -> None:
    """
    One for Germany until the end of 2099: it is in the list, and after it was done only with --closed.
    """
    told = run(
        "action", "add", "on_time_delivery_rate", "Call the carrier", "--owner", "Ann", "--due", "2099-12-31",
        "--where", "market=DE",
    )  # fmt: skip
    assert told == ("Action 1 on On-time delivery: 'Call the carrier' of Ann, due 2099-12-31, open.\n")

    (row,) = json.loads(run("action", "list", "--format", "json"))
    assert (row["segment"], row["due"], row["overdue"]) == ("market=DE", "2099-12-31", False)

    assert "due 2099-12-31, done" in run("action", "done", "1", "--note", "They send a second lorry")
    assert json.loads(run("action", "list", "--format", "json")) == []
    (row,) = json.loads(run("action", "list", "on_time_delivery_rate", "--closed", "--format", "json"))
    assert (row["status"], row["note"]) == ("done", "They send a second lorry")


def test_a_wrong_action_says_what_is_wrong(run: Run) -> None:
    """
    A day that has passed, an action that is not there, one dropped without a reason.
    """
    wrong = run("action", "add", "csat_score", "Hire", "--owner", "Ann", "--due", "2001-01-01", fails=True)
    assert "The due day 2001-01-01 has passed" in wrong
    assert "There is no action 7" in run("action", "done", "7", fails=True)
    run("action", "add", "csat_score", "Hire", "--owner", "Ann", "--due", "2099-01-01")
    assert "needs a note that says why" in run("action", "done", "1", "--dropped", fails=True)


def test_an_action_that_promises_an_effect_is_carried_out(run: Run) -> None:
    """
    Ten percent on a rate of which nothing is known yet: looked at on a day; a plain one is done and opened again.
    """
    add = (
        "action",
        "add",
        "on_time_delivery_rate",
        "Second pick-up",
        "--owner",
        "Ann",
        "--due",
        "2099-12-31",
    )
    run(*add, "--percent", "10")
    assert "its effect is looked at on 20" in run("action", "carried", "1", "--evidence", "contract 7")
    (row,) = json.loads(run("action", "list", "--format", "json"))
    assert (row["kept"], row["wanted_percent"], row["evidence"]) == ("waiting", 10, "contract 7")

    run(*add)
    assert "promises no effect; close it with 'fairlead action done 2'" in run(
        "action", "carried", "2", fails=True
    )
    run("action", "done", "2")
    run("action", "reopen", "2", "--due", "2099-12-31", "--why", "Nobody came")
    again = json.loads(run("action", "list", "--format", "json"))[1]
    assert (again["status"], again["reopened"], again["note"]) == ("open", 1, "Nobody came")


def test_a_meeting_is_held_from_the_terminal(run: Run) -> None:
    """
    Opened once a week, decided in, with an action, closed; what was frozen has a digest, and nothing changes any more.
    """
    assert run("meeting", "open", "shipping").startswith("Meeting 1: meeting of shipping in the week of ")
    assert run("meeting", "open", "shipping").startswith("Meeting 1: ")
    decide = (
        "meeting",
        "decide",
        "1",
        "on_time_delivery_rate",
        "Train the night shift",
        "--verdict",
        "not followed",
    )
    assert run(*decide) == "Decision 1: 'Train the night shift' (not followed).\n"
    run(
        "action",
        "add",
        "on_time_delivery_rate",
        "Train",
        "--owner",
        "Ann",
        "--due",
        "2099-12-31",
        "--meeting",
        "1",
    )
    assert "frozen as " in run("meeting", "close", "1")
    assert "decide in the next one" in run(*decide, fails=True)

    (row,) = json.loads(run("meeting", "list", "--format", "json"))
    assert (row["decisions"], len(row["digest"])) == (1, 64)
    lines = json.loads(run("meeting", "show", "1", "--format", "json"))
    assert [(each["part"], each["text"]) for each in lines] == [
        ("decided", "Train the night shift"),
        ("action", "Train"),
    ]
