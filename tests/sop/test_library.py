"""Which version of a procedure a reader gets on a day, and how far a translation has fallen behind."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from made_procedures import PACKING

from sop.library import Shelved, content_of, driving, library, procedure_of
from sop.procedure import Version
from sop.reviews import Stage
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal
from store.state import State

ANN, BEN = Principal("Ann", role=Role.SOP_OWNER), Principal("Ben", role=Role.APPROVER)
TODAY = date(2026, 3, 2)
SOON = TODAY + timedelta(days=7)
CHINESE = replace(PACKING, language="zh", translates=Version(1, 0), title="包装")


def shelf(state: State, day: date) -> Shelved:
    (found,) = library(state.procedures.rows(LOCAL_OWNER), day)
    return found


def test_a_procedure_from_its_first_version_to_the_next(tmp_path: Path) -> None:
    """
    1.0 counts today in two languages, 2.0 in a week: then 1.0 is retired and the translation one major behind.
    """
    with State.open(f"sqlite:///{tmp_path}/state.db") as state:
        later = replace(PACKING, version=Version(2, 0), review_months=6)
        for procedure, on in ((PACKING, TODAY), (CHINESE, TODAY), (later, SOON)):
            draft = state.procedures.start(ANN, content_of(procedure))
            assert procedure_of(state, ANN, draft.id) == procedure
            review = state.procedures.submit(ANN, draft.id, draft.version, "New")
            state.procedures.approve(BEN, review.id, review.version, on, TODAY)
        state.procedures.start(ANN, content_of(replace(later, version=Version(2, 1))))
        now, then = shelf(state, TODAY), shelf(state, SOON)

    english = {each.name: each for each in now.of("en")}
    assert (now.source, now.languages) == ("en", ("en", "zh"))
    assert [now.stage(english[each]) for each in ("1.0", "2.0", "2.1")] == [
        Stage.EFFECTIVE, Stage.APPROVED, Stage.DRAFT,
    ]  # fmt: skip
    assert [then.stage(english[each]) for each in ("1.0", "2.0")] == [Stage.RETIRED, Stage.EFFECTIVE]
    assert (now.coming(), then.coming(), now.draft()) == (english["2.0"], None, english["2.1"])
    translated = now.shown("zh")
    assert (translated.title, now.behind(translated), then.behind(translated)) == ("包装", (0, 0), (1, 0))
    assert now.shown("de") == english["1.0"]
    assert (now.review_due, then.review_due) == (date(2027, 3, 2), date(2026, 9, 9))
    assert (str(now.next_version("en", major=True)), str(now.next_version("zh", major=False))) == (
        "3.0",
        "1.1",
    )
    assert [driving([now], kpi) for kpi in ("return_rate", "otif_rate")] == [(now,), ()]
