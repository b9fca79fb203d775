"""How the pages are started."""

import subprocess
import sys
from pathlib import Path

from worker.supervisor import web_command

HOUSE = Path(__file__).parents[2]


def test_the_pages_are_served_without_docstrings() -> None:
    """They are a twentieth of the memory of the process, and no reader sees one."""
    assert "-OO" in web_command(Path("server.py"), "127.0.0.1", 8501)


def test_what_people_read_of_a_fact_table_is_there_without_docstrings() -> None:
    """A server says of shipments what any other process says."""
    from store.facts import TABLES

    asked = "from store.facts import TABLES; print(TABLES['shipments'].about)"
    told = subprocess.run([sys.executable, "-OO", "-c", asked], cwd=HOUSE, capture_output=True, text=True)
    assert told.stdout.strip() == TABLES["shipments"].about.strip(), told.stderr
