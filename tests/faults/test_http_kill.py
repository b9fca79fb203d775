"""A pull over HTTP is killed at any moment; the next one goes on, and what arrives is what arrives undisturbed."""

import json
import random
import subprocess
import sys
from functools import partial
from itertools import pairwise
from pathlib import Path
from threading import Timer

import polars as pl
import pytest
from ticket_desk import SOURCE, SYSTEM, Desk, opened

from connectors.config import load_config
from connectors.http import gathering
from connectors.http.source import http_source
from connectors.sync import sync
from store.contract import business_columns, polars_schema
from store.facts import TABLES
from store.home import open_store
from store.rejected import rejected_rows
from store.scope import LOCAL_OWNER
from store.state.runs import RunStatus

LIFE = """
import sys
from itertools import pairwise
from pathlib import Path
sys.path.insert(0, {here!r})
from test_http_kill import one_life
one_life(Path({firm!r}), {together})
"""


def one_life(firm: Path, together: int) -> None:
    """Open the home and sync; what `fairlead sync` does. So many rows become facts together."""
    gathering.ROWS = together
    store = open_store(firm / "home")
    builders = {"http": partial(http_source, home=store.home)}
    (report,) = sync(store, load_config(firm / "fairlead.toml"), LOCAL_OWNER, builders=builders)
    store.close()
    assert report.status is RunStatus.OK


def firm_of(folder: Path, desk: Desk) -> Path:
    folder.mkdir()
    (folder / "desk.toml").write_text(SYSTEM.format(rows=desk.rows))
    (folder / "fairlead.toml").write_text(SOURCE.format(host=desk.host))
    return folder


def kill_at(process: subprocess.Popen[bytes], number: int, after_s: float) -> object:
    """
    What a desk calls before each answer: the one of that number is the moment, or shortly after it; no other page is
    given meanwhile.
    """

    def meant(asked: int) -> None:
        if asked == number and after_s:
            Timer(after_s, process.kill).start()
        elif asked == number:
            process.kill()
        elif asked > number:
            process.wait()

    return meant


def killed(firm: Path, desk: Desk, number: int, after_s: float, together: int) -> list[int]:
    """The pages one life asked for until it was killed, at that request, or at its first."""
    before, number = len(desk.asked), max(number, len(desk.asked) + 1)
    program = LIFE.format(here=str(Path(__file__).parent), firm=str(firm), together=together)
    house = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", program], cwd=house, stderr=subprocess.DEVNULL) as life:
        desk.meant = kill_at(life, number, after_s)  # type: ignore[assignment]
        assert life.wait() == -9
    return desk.asked[before:]


def survive(tmp_path: Path, tickets: int, rows: int, kills: int, longest_s: float, pages: int) -> None:
    """
    One firm is killed so often, at moments spread over the whole, each third of them where so many pages become facts;
    another one never.
    """
    dice = random.Random(8)
    with opened(Desk(tickets, rows)) as desk:
        often, clean = firm_of(tmp_path / "often", desk), firm_of(tmp_path / "clean", desk)
        ends = dice.sample(range(pages, int(desk.pages * 0.9), pages), kills // 3)
        others = sorted(set(range(2, int(desk.pages * 0.9))) - set(ends))
        moments = sorted([*ends, *dice.sample(others, kills - len(ends))])
        lives = [
            killed(often, desk, moment, dice.choice((0.0, dice.uniform(0, longest_s))), pages * rows)
            for moment in moments
        ]
        before = len(desk.asked)
        one_life(often, pages * rows)
        lives.append(desk.asked[before:])
        asked = len(desk.asked)
        desk.asked.clear()
        one_life(clean, pages * rows)

    assert desk.asked == list(range(1, desk.pages + 2))  # the last one has no rows
    assert asked <= len(desk.asked) + kills
    told = [page for life in lives for page in life]
    assert sorted(set(told)) == desk.asked
    for life, following in pairwise(lives):
        assert life == list(range(life[0], life[-1] + 1))
        assert following[0] in (life[-1], life[-1] + 1)
    compare(often, clean, tickets)


def compare(often: Path, clean: Path, tickets: int) -> None:
    """The same facts, rejected rows and cursor; every ticket whose day exists is one."""
    stores = [open_store(firm / "home") for firm in (often, clean)]
    survived, expected = (
        store.lake.read("tickets", polars_schema(TABLES["tickets"]))
        .select("ticket_id", *business_columns(TABLES["tickets"]))
        .sort(pl.all())
        for store in stores
    )
    waiting, waited = (
        rejected_rows(store.lake, LOCAL_OWNER).select("table", "reason", "raw").sort(pl.all())
        for store in stores
    )
    left, right = (
        json.loads(store.state.runs.cursor(LOCAL_OWNER, "desk", "tickets") or "{}") for store in stores
    )
    for store in stores:
        store.close()
    assert survived.equals(expected)
    assert waiting.equals(waited)
    assert left == right
    known = {Desk(tickets, 1).ticket(at)["id"] for at in range(tickets)}
    bad = {number for number in known if number % 199 == 198}
    assert set(map(int, survived["ticket_id"])) == known - bad
    assert waiting.height == len(bad)


def test_a_pull_that_is_killed_goes_on_at_the_page_it_did_not_finish(tmp_path: Path) -> None:
    """
    Of 20 pages with 2,000 tickets; three kills, at an answer or up to a tenth of a second after it. At most the page
    that was not finished is asked for again.
    """
    survive(tmp_path, 2_000, 100, 3, 0.1, 3)


@pytest.mark.faults
def test_two_hundred_thousand_tickets_survive_twenty_kills(tmp_path: Path) -> None:
    """The same with 200 pages of a thousand."""
    survive(tmp_path, 200_000, 1_000, 20, 0.2, 15)
