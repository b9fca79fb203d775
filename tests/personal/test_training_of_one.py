"""What is kept of one person's training is taken along whole, and names nobody after the person was erased."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from store.home import Store, open_store
from store.models import Base, Post, QuizAttempt, Reading, Refresher, TrainingEvent
from store.personal.exporting import export
from store.scope import LOCAL_OWNER
from store.state import User
from store.state.quiz_records import QuizKind

PAT = User("pat@example.com", "Pat Long")
NOW = datetime.now(UTC)
VERSION = {"sop": "packing", "major": 1, "minor": 0}
KEPT = (
    Post(person=PAT.email, role="Packer", department="shipping", team="", market="", since=NOW.date(), mentor="",
         version=1),
    Reading(person=PAT.email, **VERSION, language="en", digest="d", answer="declined", said="Pat Long is away", at=NOW),
    TrainingEvent(person=PAT.email, **VERSION, how="session", held_on=NOW.date(), note="", entered_by="lea@example.com",
                  entered_at=NOW, withdrawn_by=""),
    QuizAttempt(person=PAT.email, **VERSION, kind=QuizKind.WHOLE, questions=[1], number=1, begun_at=NOW, right=0),
    Refresher(sop="packing", department="shipping", occasion="steps of 2026-10", steps=["weigh"],
              people=frozenset({PAT.email}), due_on=NOW.date(), asked_by="fairlead", asked_at=NOW),
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "home")
    opened.state.users.save(LOCAL_OWNER, PAT, seen=0)
    opened.state.engines.change(lambda session: session.add_all(KEPT))
    yield opened
    opened.close()


def test_all_of_it_is_taken_along_and_erased(store: Store) -> None:
    """One row of each table; afterwards the address and the name are in none of them."""
    taken = json.loads(export(store, LOCAL_OWNER, PAT.email).as_json())["fairlead"]
    tables = [type(each).__tablename__ for each in KEPT]
    assert [len(taken[name]) for name in tables] == [1] * len(KEPT)

    alias = store.state.erasures.erase_user(LOCAL_OWNER, PAT.email)
    with store.state.engines.read.connect() as connection:
        left = {name: str(connection.execute(select(Base.metadata.tables[name])).all()) for name in tables}
    assert all(alias in rows for rows in left.values())
    assert not any(PAT.email in rows or PAT.name in rows for rows in left.values())
