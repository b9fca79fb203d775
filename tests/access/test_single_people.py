"""What a single person did is nowhere but with that person and the direct lead: every function that tells it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile, is_zipfile
from zoneinfo import ZoneInfo

import pytest
from made_runs import FLO, LEA, MAX, PIA, RUNNING, begun, in_force, said
from typer.testing import CliRunner

from cli import app, arranged
from pages.checks.load import Open
from pages.checks.one import exports_of
from sop.audits.checking import answer, begin, finish
from sop.audits.making import Wish, draw_audit, make_audit
from sop.audits.own import audited, reply_to_audit
from sop.audits.plans import Fixed
from sop.audits.template import read_template
from sop.outcomes.newcomers import beginnings, paces
from sop.outcomes.one_person import evidence_of, people_of, reply, steps_of
from sop.procedure.digests import digest_of
from store.company import Company
from store.home import Store, open_store
from store.scope import LOCAL_OWNER, Principal
from store.state import NotAllowed, Role, State, User, WrongEntry
from store.state.audit_rows import DrawnFrom
from store.state.posts import Post
from store.state.quiz_records import Question, QuizKind
from store.state.readings import Answer
from store.state.run_counts import Since
from store.state.run_records import Outcome
from store.state.trainings import How

DAY = datetime.now(UTC).date()
NEXT = DAY + timedelta(days=1)
SECRET = "Flo's own words"
AGO = datetime(2000, 1, 1, tzinfo=UTC)
ADA_USER = User("ada@example.com", "Ada", Role.ADMIN)
ADA = ADA_USER.principal
OTHERS = {"peer": PIA.principal, "manager": MAX.principal, "administrator": ADA, "machine": LOCAL_OWNER,
          "owner": Principal("own@example.com", role=Role.SOP_OWNER)}  # fmt: skip
Ask = Callable[[State, Principal], object]
TELLING: dict[str, Ask] = {
    "readings.rows": lambda s, w: s.readings.rows(w),
    "standings.people": lambda s, w: s.standings.people(w, NEXT),  # a version counts from the day of its approval,
    "standings.mine": lambda s, w: s.standings.mine(w, NEXT),  # which a run over midnight has on the next
    "trainings.rows": lambda s, w: s.trainings.rows(w),
    "quizzes.attempts": lambda s, w: s.quizzes.attempts(w),
    "procedure_runs.mine": lambda s, w: s.procedure_runs.mine(w, only_open=False),
    "procedure_runs.of_case": lambda s, w: s.procedure_runs.of_case(w, "HP-1"),
    "procedure_runs.of_department": lambda s, w: s.procedure_runs.of_department(w, ["shipping"]),
    "run_counts.of_step": lambda s, w: s.run_counts.of_step(w, FLO.email, "packing", "label", AGO),
    "run_counts.steps": lambda s, w: s.run_counts.steps(w, FLO.email, AGO),
    "run_counts.first_runs": lambda s, w: s.run_counts.first_runs(w, [Since(FLO.email, "packing", AGO)]),
    "standings.to_master": lambda s, w: s.standings.to_master(w, NEXT, DAY - timedelta(days=60)),
    "evidence_replies.of_step": lambda s, w: s.evidence_replies.of_step(w, FLO.email, "packing", "label", AGO.date()),
    "audited.of": lambda s, w: s.audited.of(w, FLO.email, AGO.date()),
    "audited": lambda s, w: audited(s, w, FLO.email, NEXT),
    "evidence_of": lambda s, w: evidence_of(s, w, FLO.email, "packing", "label", NEXT),
    "steps_of": lambda s, w: steps_of(s, w, FLO.email, NEXT),
    "people_of": lambda s, w: [each for each in people_of(s, w) if each.address != w.name],
    "beginnings": lambda s, w: beginnings(s, w, NEXT, Company()),
    "paces": lambda s, w: paces(beginnings(s, w, NEXT, Company())),
    "checks.records": lambda s, w: s.checks.records(w, 1),
    "audits.finished_runs": lambda s, w: s.audits.finished_runs(w, 1, ZoneInfo("UTC")),
}  # fmt: skip
NAMELESS = (  # who audits finds that there was a run, and draws it
    "procedure_runs.of_case", "procedure_runs.of_department", "checks.records", "audits.finished_runs",
)  # fmt: skip
OF_FLO = f"--person {FLO.email}"
COMMANDS: dict[str, bool] = {  # every one that hands out rows about people's work: whether the lead is told of Flo
    "sop training people": True, "sop training mine": False, "sop training teams": False,
    "sop training onboarding": True, "sop training onboarding --roles": False,
    f"sop evidence packing label {OF_FLO}": True, "sop run list HP-1": True, "sop run show 1": False,
    f"sop results {OF_FLO}": False,
    f"sop audit mine {OF_FLO}": True, "sop audit list": False, "sop audit records 1": False,
    "sop audit result 1 --by-record": False,
    "sop flags list": False, "sop mend list": False, "sop reviews due": False,
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Flo packs, ran the procedure once, declined to read it, was trained and took a quiz; nobody else did anything."""
    opened = open_store(tmp_path_factory.mktemp("single") / "home")
    edition, state, flo = in_force(opened), opened.state, FLO.principal
    state.posts.save(LOCAL_OWNER, Post(FLO.email, "Packer", "shipping", DAY - timedelta(days=30), "North"))
    state.users.save(LOCAL_OWNER, ADA_USER, seen=0)
    run = begun(opened, edition)
    state.procedure_runs.say(flo, run.id, said("label"), lambda *_: None, second=False)
    ended = begun(opened, edition, case="HP-2")
    state.procedure_runs.say(
        flo, ended.id, said("label", Outcome.NOT_DONE, remark=SECRET), lambda *_: None, second=False
    )
    state.procedure_runs.finish(flo, ended.id, lambda *_: None)
    state.trainings.enter(LEA.principal, edition, [FLO.email], How.ALONE, DAY, today=NEXT)
    reply(state, flo, "packing", "label", SECRET, NEXT)
    wish = Wish(DrawnFrom.RUN, DAY, NEXT, Fixed(1))
    audit = make_audit(state, MAX.principal, state.procedures.find(LOCAL_OWNER, edition), wish)
    draw_audit(state, opened.lake, MAX.principal, audit.id, "UTC")
    looked_at(state, MAX.principal, audit.id)
    reply_to_audit(state, flo, f"{audit.id}/1", SECRET, NEXT)
    state.readings.answer(flo, edition, Answer.DECLINED, SECRET)
    state.trainings.enter(MAX.principal, edition, [FLO.email], How.SESSION, DAY, SECRET, today=NEXT)
    step = RUNNING.steps[0]
    asked = Question("packing", step.key, "shipping", 1, 0, digest_of(step), "How?", ("So", "Not so"), (0,))
    known = state.quizzes.write(LOCAL_OWNER, asked)
    attempt = state.quizzes.begin(flo, edition, QuizKind.WHOLE, {step.key: digest_of(step)})
    state.quizzes.answer(flo, attempt.id, {known.id: [1]}, DAY)
    yield opened
    opened.close()


def looked_at(state: State, who: Principal, number: int) -> None:
    """The one record of an audit, checked: its first step failed, everything else passed."""
    audit = state.audits.find(who, number)
    (record,) = state.checks.records(who, number)
    check = begin(state, who, audit, record)
    items = [each for each in read_template(audit.template).items if each.step not in check.found]
    for n, item in enumerate(items):
        value = item.low or "1" if item.judged == "number" else "pass"
        answer(state, who, audit, check, item.step, value if n else "fail")
    (done,) = state.checks.of(who, number)
    finish(state, who, audit, done)


@pytest.mark.parametrize("ask", TELLING)
def test_only_the_person_and_the_lead_are_told(store: Store, ask: str) -> None:
    """Flo or Lea is told something; everybody else the same as if there were nothing."""
    told = [told_of(store.state, ask, who) for who in (FLO.principal, LEA.principal)]
    assert any(FLO.email in str(each) or each for each in told)
    for name, who in OTHERS.items():
        found = told_of(store.state, ask, who)
        assert FLO.email not in str(found), name
        assert SECRET not in str(found), name
        assert ask in NAMELESS or not found, name


def told_of(state: State, ask: str, who: Principal) -> object:
    """What somebody is told; who may not even ask is told nothing."""
    try:
        return TELLING[ask](state, who)
    except NotAllowed:
        return None


def test_the_trail_does_not_tell_results(store: Store) -> None:
    """Who may read the trail finds that Flo answered, and neither what nor whether it was right."""
    trail = [str(each) for each in store.state.audit.rows(ADA)]
    ours = [each for each in trail if re.search(r"procedure answered|quiz answered|training entered", each)]
    assert len(ours) == 4
    assert any("evidence replied to" in each for each in trail)
    assert not any(SECRET in each or "passed" in each or "DECLINED" in each.upper() for each in trail)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_tells_nobody_else_anything(store: Store, command: str) -> None:
    """Its file has Flo for the direct lead at most, and for nobody else, whatever their role, nor for the machine."""
    told = typed(store, command, LEA.email)
    assert (FLO.email in told or SECRET in told) == COMMANDS[command]
    for who in (PIA.email, MAX.email, ADA.name, ""):
        written = typed(store, command, who)
        assert FLO.email not in written, who
        assert SECRET not in written, who


def test_the_person_reads_an_audit_without_the_auditor_and_answers(store: Store) -> None:
    """Flo finds the label that failed, not that Max looked; Lea reads what Flo said; nobody replies for Flo."""
    (own,) = audited(store.state, FLO.principal, FLO.email, NEXT)
    assert [(each.item.step, each.points) for each in own.short] == [("label", 0)]
    assert MAX.email not in str(own.run.check)
    (seen,) = audited(store.state, LEA.principal, FLO.email, NEXT)
    assert seen.reply is not None
    assert seen.reply.text == SECRET
    with pytest.raises(WrongEntry, match="No run of yours"):
        reply_to_audit(store.state, LEA.principal, own.name, "Not hers", NEXT)


def test_who_entered_a_training_finds_it_again_and_nobody_else(store: Store) -> None:
    """Lea has the day Flo did it alone, Max his session; Flo, Pia, Ada and the machine entered nothing."""
    entered = store.state.trainings.entered
    assert [each.how for each in entered(LEA.principal)] == [How.ALONE]
    assert [each.how for each in entered(MAX.principal)] == [How.SESSION]
    assert SECRET not in typed(store, "sop training entered", LEA.email)
    for who in (FLO.email, PIA.email, ADA.name, ""):
        written = typed(store, "sop training entered", who)
        assert FLO.email not in written, who
        assert SECRET not in written, who


def typed(store: Store, command: str, who: str) -> str:
    """What the command writes as CSV, under the name of somebody or of the machine."""
    words = ["--home", str(store.home), *command.split(), "--format", "csv", *(("--as", who) if who else ())]
    return CliRunner().invoke(app, arranged(words)).output


def test_files_of_an_audit_name_nobody(store: Store) -> None:
    """The workbook and the CSVs of an audit of Flo's run, opened by who drew it."""
    state, who = store.state, MAX.principal
    audit, checks = state.audits.find(who, 1), state.checks
    opened = Open(audit, read_template(audit.template), checks.records(who, 1), checks.of(who, 1), ())
    files = [each.make() for each in exports_of(opened)]
    assert len(files) == 3
    for content in files:
        assert FLO.email not in text_of(content)
        assert SECRET not in text_of(content)


def text_of(content: bytes) -> str:
    """All that a file says; a workbook part by part."""
    if not is_zipfile(BytesIO(content)):
        return content.decode()
    book = ZipFile(BytesIO(content))
    return " ".join(book.read(name).decode() for name in book.namelist())
