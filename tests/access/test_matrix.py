"""
Who may do what, generated from the code: every role times every function of the state, page, command and route.

A new function, page, command or route without a row here is red.
"""

import inspect
import re
import typing
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import typer
from hidden_rows import PEOPLE, facts, fill
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

import app as people_door
from cli import app as commands
from cli import arranged
from kpi.catalog import DEPARTMENTS
from kpi.model import Department
from pages.parts.viewer import Viewer
from store.company import Market
from store.evidence import Content as EvidenceFile
from store.home import Store, open_store
from store.permits import PERMITS, Permit, Role
from store.rhythm import Rhythm
from store.scope import LOCAL_OWNER, Principal
from store.state import (
    Action,
    Announced,
    Answer,
    BaselineRow,
    Brought,
    CalendarPlan,
    Content,
    Ending,
    ErrandKind,
    Flag,
    FlagKind,
    FlagState,
    NotAllowed,
    Note,
    Owned,
    Owner,
    Review,
    RoleForbids,
    RunStatus,
    State,
    TargetRow,
    TriggerKind,
    User,
    View,
    WorkDay,
)
from store.state.audit_rows import DrawnFrom, Found, NewAudit
from store.state.deliveries import Delivery, DeliveryState
from store.state.episode_records import Closing, Episode, Stage
from store.state.evidence_replies import EvidenceReply
from store.state.meeting_records import Comment, Decision, Meeting
from store.state.peak_records import Need, NeedKind, Peak, Stock
from store.state.posts import Post
from store.state.proposals import Series
from store.state.quiz_records import Question, QuizKind
from store.state.readings import Answer as Answered
from store.state.run_records import Case, NewRun, Outcome, Said
from store.state.stored_secrets import Sealed
from store.state.training_rules import TrainingRule
from store.state.trainings import How

NOON = datetime(2025, 6, 2, 12, tzinfo=UTC)
DAY = NOON.date()
KPI = "on_time_delivery_rate"
GERMANY = Market("DE", "Europe/Berlin", "EUR", "DE", "de", "Germany")
PLAN = CalendarPlan("DE", "Europe/Berlin", "DE", (0, 1, 2, 3, 4), time(9), time(17), "Germany")
TARGET = TargetRow(KPI, DAY, Decimal("0.9"))
DAY_OFF = WorkDay(DAY, False, None, None)
EVE = User("eve@example.com", "Eve")
ACTION = Action(KPI, "shipping", "Call", "Ann", DAY)
SOP = Content("packing", "en", 1, 0, "Packing", "shipping", "Shipping lead", "# Packing")
FLAG = Flag("packing", "1.0", "print_label", FlagKind.WRONG, DAY)
ANSWER = Answer(FlagState.ANSWERED, "So it is")
REVIEW = Review("packing", Ending.STILL_RIGHT, "Looked at", DAY)
CHANGE = Announced(TriggerKind.SYSTEM, "New scanner", "https://example.com", DAY, frozenset({"packing"}))
DONE = Said("weigh", Outcome.DONE, "k" * 16)
FILE = EvidenceFile(b"%PDF-", "application/pdf", "a.pdf")
RUN = NewRun(1, Case("order", "HP-1"))
MY_SIDE = EvidenceReply(EVE.email, "packing", "weigh", DAY, DAY, "So")
POST = Post(EVE.email, "Packer", "shipping", DAY)
OWING = TrainingRule("packing", "Packer", "shipping")
QUESTION = Question("packing", "weigh", "shipping", 1, 0, "", "How?", ("So", "So not"), (0,))
AUDIT = NewAudit("packing", 1, "1.0", "shipping", DrawnFrom.TICKET, DAY, DAY, {}, {}, "seed")
NOTE = Note(DAY, DAY, "Strike", "shipping")
MEETING, DECISION = Meeting("shipping", DAY), Decision(1, "So")
COMMENT = Comment(1, "otif_rate", "It rained", "No roof", "A roof")
PEAK, NEED = Peak("Sale", DAY, DAY), Need(1, NeedKind.STAFF, "Desk", 3)
EPISODE = Episode(KPI, "shipping", "", DAY, NOON, id=1, version=1)
Call = Callable[[State, Principal], object]

MESSAGE = Delivery(
    1,
    "k",
    "mail",
    "ann@example.com",
    (1,),
    DeliveryState.WAITING,
    "",
    1,
    *[datetime(2025, 6, 2, tzinfo=UTC)] * 2,
    None,
    None,
)

WRITES: dict[str, tuple[Permit, Call]] = {
    "accounts.invite": (Permit.MANAGE_PEOPLE, lambda s, w: s.accounts.invite(w, EVE.email, NOON)),
    "actions.add": (Permit.CHANGE_ACTIONS, lambda s, w: s.actions.add(w, ACTION)),
    "actions.save": (Permit.CHANGE_ACTIONS, lambda s, w: s.actions.save(w, ACTION, "action changed")),
    "annotations.add": (Permit.WRITE_NOTES, lambda s, w: s.annotations.add(w, NOTE)),
    "annotations.remove": (Permit.WRITE_NOTES, lambda s, w: s.annotations.remove(w, NOTE)),
    "annotations.save": (Permit.WRITE_NOTES, lambda s, w: s.annotations.save(w, NOTE)),
    "audit.add": (Permit.OPERATE, lambda s, w: s.audit.add(w, Permit.OPERATE, "backup made", "b.zip")),
    "audit.count": (Permit.READ_AUDIT, lambda s, w: s.audit.count(w)),
    "audit.names": (Permit.READ_AUDIT, lambda s, w: s.audit.names(w)),
    "audit.rows": (Permit.READ_AUDIT, lambda s, w: s.audit.rows(w)),
    "audit.took": (Permit.EXPORT, lambda s, w: s.audit.took(w, "a.csv")),
    "audits.call_off": (Permit.AUDIT_PROCEDURES, lambda s, w: s.audits.call_off(w, 1, 1, "No")),
    "audits.cannot_draw": (Permit.AUDIT_PROCEDURES, lambda s, w: s.audits.cannot_draw(w, 1, "No")),
    "audits.close": (Permit.AUDIT_PROCEDURES, lambda s, w: s.audits.close(w, 1, 1)),
    "audits.drawn": (Permit.AUDIT_PROCEDURES, lambda s, w: s.audits.drawn(w, 1, 1, "", [])),
    "audits.find": (Permit.AUDIT_PROCEDURES, lambda s, w: s.audits.find(w, 1)),
    "audits.finished_runs": (Permit.AUDIT_PROCEDURES, lambda s, w: s.audits.finished_runs(w, 1, ZoneInfo("UTC"))),
    "audits.make": (Permit.AUDIT_PROCEDURES, lambda s, w: s.audits.make(w, AUDIT)),
    "audits.progress": (Permit.AUDIT_PROCEDURES, lambda s, w: s.audits.progress(w)),
    "audits.rows": (Permit.AUDIT_PROCEDURES, lambda s, w: s.audits.rows(w)),
    "audits.want": (Permit.AUDIT_PROCEDURES, lambda s, w: s.audits.want(w, [])),
    "baselines.add": (Permit.SET_BASELINES, lambda s, w: s.baselines.add(w, BaselineRow(KPI, DAY, "New"))),
    "baselines.adopt": (Permit.BRING_DATA, lambda s, w: s.baselines.adopt(w, [BaselineRow(KPI, DAY, "New")])),
    "brought.save": (Permit.BRING_DATA, lambda s, w: s.brought.save(w, Brought("a", "", "", ""))),
    "calendars.fill_calendar": (Permit.CHANGE_COMPANY, lambda s, w: s.calendars.fill_calendar(w, PLAN, [2025])),
    "calendars.set_days": (Permit.CHANGE_COMPANY, lambda s, w: s.calendars.set_days(w, "DE", [DAY_OFF])),
    "checks.answer": (Permit.AUDIT_PROCEDURES, lambda s, w: s.checks.answer(w, 1, Found("label", 1))),
    "checks.begin": (Permit.AUDIT_PROCEDURES, lambda s, w: s.checks.begin(w, 1, 1, {})),
    "checks.finish": (Permit.AUDIT_PROCEDURES, lambda s, w: s.checks.finish(w, 1, 1)),
    "checks.not_mine": (Permit.AUDIT_PROCEDURES, lambda s, w: s.checks.not_mine(w, 1, 1)),
    "checks.of": (Permit.AUDIT_PROCEDURES, lambda s, w: s.checks.of(w, 1)),
    "checks.records": (Permit.AUDIT_PROCEDURES, lambda s, w: s.checks.records(w, 1)),
    "checks.settle": (Permit.AUDIT_PROCEDURES, lambda s, w: s.checks.settle(w, 1, 1, "label", 1, "No")),
    "checks.settlements": (Permit.AUDIT_PROCEDURES, lambda s, w: s.checks.settlements(w, 1)),
    "checks.undecided": (Permit.AUDIT_PROCEDURES, lambda s, w: s.checks.undecided(w, 1)),
    **{
        f"episodes.{name}": (Permit.HANDLE_ALERTS, call)
        for name, call in {
            "acknowledge": lambda s, w: s.episodes.acknowledge(w, EPISODE),
            "act": lambda s, w: s.episodes.act(w, EPISODE, 1),
            "carried_out": lambda s, w: s.episodes.carried_out(w, replace(EPISODE, stage=Stage.IN_ACTION)),
            "close": lambda s, w: s.episodes.close(w, EPISODE, Closing.ACCEPTED, "So"),
            "comment": lambda s, w: s.episodes.comment(w, EPISODE, "So"),
            "give": lambda s, w: s.episodes.give(w, EPISODE, EVE.email),
            "snooze": lambda s, w: s.episodes.snooze(w, EPISODE, date(2025, 6, 9), "So", DAY),
        }.items()
    },
    "deliveries.claim": (Permit.BRING_DATA, lambda s, w: s.deliveries.claim(w, datetime(2025, 6, 2, tzinfo=UTC))),
    "deliveries.plan": (
        Permit.BRING_DATA,
        lambda s, w: s.deliveries.plan(w, lambda _: (), datetime(2025, 6, 2, tzinfo=UTC)),
    ),
    "deliveries.untold": (Permit.BRING_DATA, lambda s, w: s.deliveries.untold(w)),
    "deliveries.tell": (
        Permit.BRING_DATA,
        lambda s, w: s.deliveries.tell(w, 1, (), datetime(2025, 6, 2, tzinfo=UTC)),
    ),
    "deliveries.replay": (Permit.BRING_DATA, lambda s, w: s.deliveries.replay(w, 1)),
    "deliveries.settle": (
        Permit.BRING_DATA,
        lambda s, w: s.deliveries.settle(w, MESSAGE, DeliveryState.SENT, "", datetime(2025, 6, 2, tzinfo=UTC)),
    ),
    "wishes.of_people": (Permit.BRING_DATA, lambda s, w: s.wishes.of_people(w)),
    "meetings.close": (Permit.HOLD_MEETINGS, lambda s, w: s.meetings.close(w, MEETING, {})),
    "meetings.comment": (Permit.HOLD_MEETINGS, lambda s, w: s.meetings.comment(w, COMMENT)),
    "meetings.decide": (Permit.HOLD_MEETINGS, lambda s, w: s.meetings.decide(w, DECISION)),
    "meetings.open": (Permit.HOLD_MEETINGS, lambda s, w: s.meetings.open(w, MEETING)),
    "meetings.save": (Permit.HOLD_MEETINGS, lambda s, w: s.meetings.save(w, MEETING)),
    "episodes.evolve": (Permit.BRING_DATA, lambda s, w: s.episodes.evolve(w, lambda _: None)),
    "episodes.notices": (Permit.BRING_DATA, lambda s, w: s.episodes.notices(w)),
    "evidence_replies.write": (Permit.RUN_PROCEDURES, lambda s, w: s.evidence_replies.write(w, MY_SIDE)),
    "erasures.begin": (Permit.PERSONAL_DATA, lambda s, w: s.erasures.begin(w, "0" * 32)),
    "erasures.erase_user": (Permit.PERSONAL_DATA, lambda s, w: s.erasures.erase_user(w, "nobody@example.com")),
    "erasures.took": (Permit.PERSONAL_DATA, lambda s, w: s.erasures.took(w, {})),
    "errands.ask": (Permit.BRING_DATA, lambda s, w: s.errands.ask(w, ErrandKind.REPLAY, {})),
    "flags.add": (Permit.RUN_PROCEDURES, lambda s, w: s.flags.add(w, FLAG)),
    "flags.settle": (Permit.WRITE_PROCEDURES, lambda s, w: s.flags.settle(w, [FLAG], ANSWER, DAY)),
    "identities.unlink": (Permit.MANAGE_PEOPLE, lambda s, w: s.identities.unlink(w, EVE.email)),
    "leads.names": (Permit.MANAGE_PEOPLE, lambda s, w: s.leads.names(w)),
    "leaving.hand_over": (Permit.MANAGE_PEOPLE, lambda s, w: s.leaving.hand_over(w, EVE.email, EVE.email)),
    "leaving.report": (Permit.MANAGE_PEOPLE, lambda s, w: s.leaving.report(w, EVE.email)),
    "markets.follow": (Permit.CHANGE_COMPANY, lambda s, w: s.markets.follow(w, [GERMANY])),
    "markets.save": (Permit.CHANGE_COMPANY, lambda s, w: s.markets.save(w, GERMANY, seen=0)),
    "owners.assign": (Permit.ASSIGN_OWNERS, lambda s, w: s.owners.assign(w, Owner(Owned.KPI, KPI, "shipping", ""))),
    "pictures.add": (Permit.WRITE_PROCEDURES, lambda s, w: s.pictures.add(w, "packing", "a.png", b"")),
    "procedure_runs.confirm": (Permit.RUN_PROCEDURES, lambda s, w: s.procedure_runs.confirm(w, "A", "k" * 16)),
    "procedure_runs.finish": (Permit.RUN_PROCEDURES, lambda s, w: s.procedure_runs.finish(w, 1, lambda *_: None)),
    "procedure_runs.give_up": (Permit.RUN_PROCEDURES, lambda s, w: s.procedure_runs.give_up(w, 1, 1, "No")),
    "procedure_runs.say": (
        Permit.RUN_PROCEDURES,
        lambda s, w: s.procedure_runs.say(w, 1, DONE, lambda *_: None, second=False),
    ),
    "procedure_runs.start": (Permit.RUN_PROCEDURES, lambda s, w: s.procedure_runs.start(w, RUN)),
    "procedure_runs.waiting": (Permit.RUN_PROCEDURES, lambda s, w: s.procedure_runs.waiting(w, "A")),
    "run_files.add": (
        Permit.RUN_PROCEDURES, lambda s, w: s.run_files.add(w, 1, "weigh", FILE)
    ),
    "procedures.approve": (Permit.APPROVE_PROCEDURES, lambda s, w: s.procedures.approve(w, 1, 1, DAY, DAY)),
    "procedures.discard": (Permit.WRITE_PROCEDURES, lambda s, w: s.procedures.discard(w, 1, 1)),
    "procedures.recall": (Permit.APPROVE_PROCEDURES, lambda s, w: s.procedures.recall(w, 1, 1, DAY, "No")),
    "procedures.refuse": (Permit.APPROVE_PROCEDURES, lambda s, w: s.procedures.refuse(w, 1, 1, "No")),
    "procedures.retire": (Permit.APPROVE_PROCEDURES, lambda s, w: s.procedures.retire(w, "packing", DAY, DAY, "No")),
    "procedures.save": (Permit.WRITE_PROCEDURES, lambda s, w: s.procedures.save(w, 1, SOP, 1)),
    "procedures.start": (Permit.WRITE_PROCEDURES, lambda s, w: s.procedures.start(w, SOP)),
    "procedures.submit": (Permit.WRITE_PROCEDURES, lambda s, w: s.procedures.submit(w, 1, 1, "New")),
    "procedures.take_back": (Permit.WRITE_PROCEDURES, lambda s, w: s.procedures.take_back(w, 1, 1)),
    "peaks.add": (Permit.PLAN_PEAKS, lambda s, w: s.peaks.add(w, PEAK)),
    "peaks.add_need": (Permit.PLAN_PEAKS, lambda s, w: s.peaks.add_need(w, NEED)),
    "peaks.keep_stock": (Permit.PLAN_PEAKS, lambda s, w: s.peaks.keep_stock(w, 1, Stock(DAY, None))),
    "peaks.plan": (Permit.PLAN_PEAKS, lambda s, w: s.peaks.plan(w, [PEAK])),
    "peaks.remove": (Permit.PLAN_PEAKS, lambda s, w: s.peaks.remove(w, PEAK)),
    "peaks.remove_need": (Permit.PLAN_PEAKS, lambda s, w: s.peaks.remove_need(w, NEED)),
    "peaks.save": (Permit.PLAN_PEAKS, lambda s, w: s.peaks.save(w, PEAK)),
    "peaks.save_need": (Permit.PLAN_PEAKS, lambda s, w: s.peaks.save_need(w, NEED)),
    "posts.names": (Permit.TRAIN_PEOPLE, lambda s, w: s.posts.names(w)),
    "posts.save": (Permit.TRAIN_PEOPLE, lambda s, w: s.posts.save(w, POST)),
    "quizzes.answer": (Permit.RUN_PROCEDURES, lambda s, w: s.quizzes.answer(w, 1, {}, DAY)),
    "quizzes.begin": (Permit.RUN_PROCEDURES, lambda s, w: s.quizzes.begin(w, 1, QuizKind.WHOLE, {})),
    "quizzes.write": (Permit.WRITE_PROCEDURES, lambda s, w: s.quizzes.write(w, QUESTION)),
    "refreshers.on_steps": (Permit.TRAIN_PEOPLE, lambda s, w: s.refreshers.on_steps(w, DAY, DAY)),
    "refreshers.ask": (Permit.TRAIN_PEOPLE, lambda s, w: s.refreshers.ask(w, [])),
    "readings.answer": (Permit.RUN_PROCEDURES, lambda s, w: s.readings.answer(w, 1, Answered.READ)),
    "readings.reply": (Permit.WRITE_PROCEDURES, lambda s, w: s.readings.reply(w, 1, "shipping", "So")),
    "standings.counts": (Permit.TRAIN_PEOPLE, lambda s, w: s.standings.counts(w, DAY)),
    "standings.refreshed": (Permit.TRAIN_PEOPLE, lambda s, w: s.standings.refreshed(w, DAY, "Sale 2025")),
    "training_rules.save": (Permit.TRAIN_PEOPLE, lambda s, w: s.training_rules.save(w, OWING)),
    "trainings.enter": (
        Permit.TRAIN_PEOPLE, lambda s, w: s.trainings.enter(w, 1, [EVE.email], How.SESSION, DAY, today=DAY)
    ),
    "trainings.withdraw": (Permit.RUN_PROCEDURES, lambda s, w: s.trainings.withdraw(w, 1)),
    "proposals.approve": (Permit.APPROVE_TARGETS, lambda s, w: s.proposals.approve(w, 1)),
    "proposals.propose": (Permit.PROPOSE_TARGETS, lambda s, w: s.proposals.propose(w, TARGET, Series())),
    "proposals.reject": (Permit.APPROVE_TARGETS, lambda s, w: s.proposals.reject(w, 1, "No")),
    "proposals.withdraw": (Permit.PROPOSE_TARGETS, lambda s, w: s.proposals.withdraw(w, 1)),
    "reviews.finish": (Permit.WRITE_PROCEDURES, lambda s, w: s.reviews.finish(w, REVIEW)),
    "rhythms.configure": (Permit.BRING_DATA, lambda s, w: s.rhythms.configure(w, {"files": Rhythm.DAILY})),
    "rhythms.tell": (Permit.BRING_DATA, lambda s, w: s.rhythms.tell(w, "files", Rhythm.ONCE)),
    "runs.finish_compute": (Permit.BRING_DATA, lambda s, w: s.runs.finish_compute(w, 1, RunStatus.OK)),
    "runs.finish_run": (Permit.BRING_DATA, lambda s, w: s.runs.finish_run(w, 1, RunStatus.OK)),
    "runs.move_cursor": (
        Permit.BRING_DATA, lambda s, w: s.runs.move_cursor(w, "a", "", "1", expected=None, run=None)
    ),
    "runs.record_counts": (Permit.BRING_DATA, lambda s, w: s.runs.record_counts(w, 1, [])),
    "runs.reset_cursors": (Permit.BRING_DATA, lambda s, w: s.runs.reset_cursors(w, "a")),
    "runs.start_compute": (Permit.BRING_DATA, lambda s, w: s.runs.start_compute(w, "grain", DAY)),
    "runs.start_run": (Permit.BRING_DATA, lambda s, w: s.runs.start_run(w, "a")),
    "secrets.find": (Permit.MANAGE_SECRETS, lambda s, w: s.secrets.find(w, "shop")),
    "secrets.forget_all": (Permit.MANAGE_SECRETS, lambda s, w: s.secrets.forget_all(w)),
    "secrets.key_id": (Permit.MANAGE_SECRETS, lambda s, w: s.secrets.key_id(w)),
    "secrets.put": (Permit.MANAGE_SECRETS, lambda s, w: s.secrets.put(w, Sealed("shop", "1", "x"))),
    "secrets.remove": (Permit.MANAGE_SECRETS, lambda s, w: s.secrets.remove(w, "shop")),
    "secrets.reseal": (Permit.MANAGE_SECRETS, lambda s, w: s.secrets.reseal(w, "1", "2", lambda each: each.text)),
    "secrets.rows": (Permit.MANAGE_SECRETS, lambda s, w: s.secrets.rows(w)),
    "sessions.end_everywhere": (Permit.MANAGE_PEOPLE, lambda s, w: s.sessions.end_everywhere(w, EVE.email)),
    "targets.add": (Permit.SET_TARGETS, lambda s, w: s.targets.add(w, TARGET)),
    "targets.import_rows": (Permit.SET_TARGETS, lambda s, w: s.targets.import_rows(w, [])),
    "triggers.announce": (Permit.WRITE_PROCEDURES, lambda s, w: s.triggers.announce(w, CHANGE, DAY)),
    "triggers.raise_once": (Permit.WRITE_PROCEDURES, lambda s, w: s.triggers.raise_once(w, [])),
    "users.colleagues": (Permit.CHANGE_ACTIONS, lambda s, w: s.users.colleagues(w, "shipping")),
    "users.rows": (Permit.MANAGE_PEOPLE, lambda s, w: s.users.rows(w)),
    "users.save": (Permit.MANAGE_PEOPLE, lambda s, w: s.users.save(w, EVE, seen=1)),
    "views.add": (Permit.KEEP_VIEWS, lambda s, w: s.views.add(w, View("Mine", "kpi", ""))),
    "views.remove": (Permit.KEEP_VIEWS, lambda s, w: s.views.remove(w, View("Mine", "kpi", "", owner=w.name))),
    "views.save": (Permit.KEEP_VIEWS, lambda s, w: s.views.save(w, View("Mine", "kpi", "", owner=w.name))),
}  # fmt: skip
SCOPED = {
    "posts.rows", "quizzes.asked", "quizzes.attempts", "quizzes.count", "quizzes.questions", "quizzes.review",
    "readings.questions", "readings.rows", "standings.curve", "standings.mine", "standings.people",
    "training_rules.rows", "trainings.entered", "trainings.rows",
    "flags.find", "flags.lacking", "flags.rows", "reviews.last", "reviews.rows", "triggers.rows",
    "leads.people", "leads.seen", "leads.sees_person",
    "procedure_runs.answers", "procedure_runs.find", "procedure_runs.mine", "procedure_runs.of_case",
    "procedure_runs.of_department", "run_files.of",
    "audited.of", "run_counts.of_step", "run_counts.steps", "run_counts.first_runs", "evidence_replies.of_step",
    "standings.to_master",
    "peaks.find", "peaks.find_need", "peaks.needs", "peaks.rows", "peaks.stock",
    "pictures.of", "procedures.find", "procedures.holding", "procedures.rows", "procedures.text",
    "proposals.rows", "proposals.series",
    "brought.rows", "errands.get", "errands.under_way",
    "deliveries.rows", "wishes.mine",
    "meetings.before", "meetings.comments", "meetings.decisions", "meetings.filed", "meetings.find", "meetings.held",
    "meetings.pack", "meetings.rows",
    "episodes.find", "episodes.history", "episodes.rows",
    "actions.correctives",
    "actions.find", "actions.rows", "annotations.find", "annotations.rows", "baselines.rows", "markets.rows",
    "owners.find", "owners.names", "owners.rows",
    "targets.export_rows", "targets.frame", "targets.frame_after", "targets.rows",
    "views.rows",
}  # fmt: skip
FOR_ALL = {
    "errands.is_asked": "yes or no", "errands.take": "the worker", "errands.tell": "the worker",
    "errands.finish": "the worker", "errands.fail": "the worker", "errands.take_back": "the worker",
    "errands.forget": "the worker",
    **dict.fromkeys(("jobs.plan", "jobs.is_due", "jobs.claim", "jobs.hold", "jobs.finish"), "the worker"),
    "jobs.release": "the worker", "jobs.forget": "the worker",
    "deliveries.is_due": "yes or no", "deliveries.forget": "the worker", "wishes.save": "one's own",
    "signs.sign": "moments", "signs.jobs": "names of sources, as freshness", "signs.log": "as signs.jobs",
    "procedure_runs.finished_since": "the worker", "run_files.of_former_users": "hashes, for erasure",
    "posts.teams": "the worker", "quizzes.about": "keys of procedures",
    "quizzes.ended_since": "the worker", "standings.required": "the worker",
    "users.scopes": "the worker", "users.is_only_approver": "yes or no",
    "trainings.counting": "the worker",
    "checks.finished_since": "the worker",
    "procedures.mark": "a number for the keys of caches", "reviews.mark": "a number for the keys of caches",
    "evidence_replies.count_old": "a number", "evidence_replies.forget_old": "the worker",
    "erasures.under_way": "the worker", "erasures.finish": "the worker", "erasures.digests": "hashes, for intake",
    "erasures.retire": "the worker", "erasures.retired": "hashes, for intake",
    "sessions.count_old": "a number", "sessions.forget_old": "the worker",
    "baselines.count": "a number for the keys of caches", "targets.count": "a number for the keys of caches",
    "calendars.add_working_days": "calendars are everybody's", "calendars.days": "calendars are everybody's",
    "calendars.holidays": "calendars are everybody's", "calendars.named_days_off": "calendars are everybody's",
    "calendars.rows": "calendars are everybody's", "calendars.table": "calendars are everybody's",
    "calendars.working_days": "calendars are everybody's",
    "runs.cursor": "names of sources, no figures", "runs.freshness": "names of sources; pages show counts by scope",
    "runs.good_pulls": "moments", "runs.last_compute": "moments", "runs.last_runs": "as freshness",
    "users.find": "asked at sign-in, by the door",
    "accounts.accept": "with a link", "accounts.check": "with a password", "accounts.needs_set_up": "yes or no",
    "accounts.set_up": "with the terminal's link", "accounts.set_up_token": "for the terminal only",
    "identities.arrive": "whom the provider vouches for",
    "identities.turned_away": "only notes", "sessions.start": "after signing in",
    "sessions.end": "with the session", "sessions.end_at_provider": "with the provider's signature",
    "sessions.rotate": "with the session", "sessions.whose": "with the session",
}  # fmt: skip


def functions_of_the_state() -> Iterator[str]:
    """Every public function of every part of the state, as `part.function`."""
    for part, found in inspect.getmembers(State, lambda member: isinstance(member, property)):
        kind = typing.get_type_hints(found.fget)["return"]
        for name, _ in inspect.getmembers(kind, inspect.isfunction):
            if not name.startswith("_"):
                yield f"{part}.{name}"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = fill(tmp_path_factory.mktemp("matrix") / "home", facts())
    store.state.users.save(LOCAL_OWNER, EVE, seen=0)
    yield store
    store.close()


def test_every_function_of_the_state_has_a_row() -> None:
    assert set(functions_of_the_state()) == WRITES.keys() | SCOPED | FOR_ALL.keys()


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", WRITES)
def test_a_role_does_what_it_may_and_nothing_else(role: Role, name: str, store: Store) -> None:
    """Refused by the store itself, before anything is written; what is permitted may fail for other reasons only."""
    permit, call = WRITES[name]
    who, before = Principal(f"{role}@example.com", role=role), _entries(store)
    if permit in PERMITS[role]:
        try:
            call(store.state, who)
        except NotAllowed as refused:
            pytest.fail(str(refused))
        except Exception:  # noqa: BLE001  # another reason, such as a row that is not there
            pass
        return
    with pytest.raises(RoleForbids):
        call(store.state, who)
    assert _entries(store) == before


PAGES: dict[str, tuple[Permit | None, str | None]] = {
    "overview": (None, None), "alerts": (None, None), "meeting": (None, None), "actions": (None, None),
    "peaks": (None, None),
    "flow": (None, "shipping"),
    "kpi": (None, None), "data": (None, None),
    "sops": (None, None), "sop": (None, None), "write": (Permit.WRITE_PROCEDURES, None),
    "run": (None, None),
    "adherence": (None, "procedures"),
    "training": (None, None),
    "reviews": (None, None),
    "source": (None, None), "targets": (None, None), "bring": (Permit.BRING_DATA, None),
    "people": (Permit.MANAGE_PEOPLE, None), "checks": (Permit.AUDIT_PROCEDURES, None),
    "audit": (Permit.READ_AUDIT, None), **{each.value: (None, each.value) for each in Department},
}  # fmt: skip


def show(*args: object) -> None:
    """Runs inside the page's script."""
    import app

    viewer, path = args
    app.pages_of(viewer)[path]._page()  # type: ignore[arg-type, index, operator]


def opened(store: Store, principal: Principal, path: str) -> tuple[bool, str]:
    """Whether the page says that this person may not see it, and all it says; then it says nothing of the firm."""
    page = AppTest.from_function(show, args=(Viewer(store, principal), path), default_timeout=60)
    page.query_params["kpi"] = KPI if principal.scope.sees_department("shipping") else "csat_score"
    page.run()
    assert not page.exception
    forbidden = any("fl-state-forbidden" in str(each.value) for each in page.html)
    assert not forbidden or not page.get("bidi_component")
    return forbidden, "".join(str(getattr(each, "proto", "")) for each in page.main)


def test_every_page_has_a_row() -> None:
    assert set(people_door.PATHS) == set(PAGES)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_for_the_roles_that_may(path: str, store: Store) -> None:
    """Every role: the roles that may not are told so, and all others see the page."""
    permit, _ = PAGES[path]
    for role in Role:
        forbidden, _ = opened(store, Principal("Ann", role=role), path)
        assert forbidden == (permit is not None and permit not in PERMITS[role]), role


FOREIGN = {  # words of the small firm that stand only in rows the person may not see
    "one market": ("UPS", "FR"), "one department": ("line 1",), "another department": ("DHL", "UPS"), "one team": (),
}  # fmt: skip
SHOWN_ON = {"service": ("FR",), "flow": ("UPS", "DHL"), "manufacturing": ("line 1",)}
OF_THE_WHOLE = ("bring",)  # takes somebody who sees all of the firm


def words_in(text: str, words: tuple[str, ...]) -> list[str]:
    return [word for word in words if re.search(rf"\b{word}\b", text)]


def test_who_sees_all_sees_those_words(store: Store) -> None:
    """Else their absence below would say nothing."""
    for path, words in SHOWN_ON.items():
        _, text = opened(store, Principal("Ada", role=Role.ADMIN), path)
        assert words_in(text, words) == [*words]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_shows_ones_own_part(path: str, store: Store) -> None:
    """
    Somebody of one department, market or team: told so where the page is another department's, and nowhere a word of
    what is not theirs.
    """
    permit, department = PAGES[path]
    for who, words in FOREIGN.items():
        principal = PEOPLE[who].principal
        forbidden, text = opened(store, principal, path)
        outside = department is not None and not principal.scope.sees_department(department)
        outside |= path in OF_THE_WHOLE
        assert forbidden == (outside or (permit is not None and not principal.may(permit))), who
        assert words_in(text, words) == [], who


COMMANDS: dict[str, tuple[Permit | None, tuple[str, ...]]] = {
    "user list": (Permit.MANAGE_PEOPLE, ()),
    "user add": (Permit.MANAGE_PEOPLE, ("x@example.com", "--name", "X")),
    "user invite": (Permit.MANAGE_PEOPLE, (EVE.email,)),
    "user lead": (Permit.MANAGE_PEOPLE, (EVE.email,)),
    "user close": (Permit.MANAGE_PEOPLE, (EVE.email,)),
    "user sign-out": (Permit.MANAGE_PEOPLE, ("other@example.com",)),
    "user unlink": (Permit.MANAGE_PEOPLE, ("other@example.com",)),
    "retention": (Permit.PERSONAL_DATA, ()),
    "person export": (Permit.PERSONAL_DATA, ("a", "--out", "a.json")),
    "person erase": (Permit.PERSONAL_DATA, ("a", "--confirm", "a")),
    "action add": (Permit.CHANGE_ACTIONS, (KPI, "Call", "--owner", "Ann", "--due", "2030-01-01")),
    "meeting open": (Permit.HOLD_MEETINGS, ("shipping",)),
    "meeting comment": (
        Permit.HOLD_MEETINGS,
        ("1", KPI, "--what", "Rain", "--why", "Roof", "--next", "Mend"),
    ),
    "meeting decide": (Permit.HOLD_MEETINGS, ("1", KPI, "So")),
    "peak add": (Permit.PLAN_PEAKS, ("Sale", "--from", "2030-11-01", "--to", "2030-11-02")),
    "peak need": (Permit.PLAN_PEAKS, ("1", "Desk", "--needed", "3")),
    "annotation add": (Permit.WRITE_NOTES, ("Strike", "--on", "2025-04-01")),
    "kpi lifetime": (Permit.BRING_DATA, ()),
    "forecast run": (Permit.BRING_DATA, ()),
    "sop training teams": (Permit.TRAIN_PEOPLE, ()),
    "sop training refreshers": (Permit.TRAIN_PEOPLE, ()),
    "sop training post": (Permit.TRAIN_PEOPLE, (EVE.email, "Packer", "shipping")),
    "sop audit list": (Permit.AUDIT_PROCEDURES, ()),
    **{
        f"sop audit {name}": (Permit.AUDIT_PROCEDURES, ("1", *more))
        for name, more in {
            "draw": (),
            "records": (),
            "answer": ("1", "label", "pass"),
            "finish": ("1",),
            "not-mine": ("1",),
            "settle": ("1", "label", "pass"),
            "show": (),
            "result": (),
            "close": (),
            "call-off": (),
        }.items()
    },
    "sop retire": (Permit.APPROVE_PROCEDURES, ("packing", "--reason", "Gone")),
    "sop reviews announce": (
        Permit.WRITE_PROCEDURES,
        ("New law", "--sop", "packing", "--source", "https://example.com", "--on", "2030-01-01"),
    ),
    "sync": (Permit.BRING_DATA, ()),
    "compute": (Permit.BRING_DATA, ()),
    "evaluate": (Permit.BRING_DATA, ()),
    "rejected replay": (Permit.BRING_DATA, ()),
    "demo": (Permit.SET_TARGETS, ()),
    "backup": (Permit.OPERATE, ("b.zip",)),
    **{
        f"secret {name}": (Permit.MANAGE_SECRETS, more)
        for name, more in {
            "set": ("shop",),
            "list": (),
            "test": (),
            "remove": ("shop",),
            "rotate": (),
            "forget-all": ("--yes",),
        }.items()
    },
    "message replay": (Permit.BRING_DATA, ("1",)),
    "message test": (Permit.MANAGE_SECRETS, ("ops",)),
    "collect": (Permit.BRING_DATA, ("plant",)),
    "source test": (Permit.BRING_DATA, ("parcels",)),
    "source replay": (Permit.BRING_DATA, ("parcels",)),
    "source add": (Permit.CHANGE_COMPANY, ("zendesk",)),
}
BY_THE_STORE = {  # need something there first; what they call stands in WRITES
    "sop reply", "sop audit reply", "sop training confirm", "sop training hold", "sop training rule",
    "sop training withdraw",
    "sop import", "sop submit", "sop approve", "sop refuse", "sop reviews finish", "sop flags say", "sop flags answer",
    "sop mend open", "sop mend carried", "sop mend effect", "sop mend again", "sop mend close",
    "sop training quiz", "sop training question",
    "sop audit make", "action done", "action carried", "action reopen", "meeting close",
    "annotation remove", "peak remove", "kpi rebase", "target import",
}  # fmt: skip
BY_SCOPE = {
    "alerts", "message list", "message wish",
    "sop training mine", "sop training people", "sop training onboarding", "sop training entered", "sop evidence",
    "sop audit mine", "sop results", "sop orphans", "sop quadrant", "sop adoption",
    "sop list", "sop show", "sop export", "sop diff", "sop adherence", "sop verdicts", "sop effects", "sop friction",
    "sop reviews due", "sop flags list", "sop mend list",
    "sop run list", "sop run show", "sop run start", "sop run answer", "sop run confirm", "sop run finish",
    "sop run give-up", "sop run file",
    "kpi list", "kpi show", "kpi values", "kpi forecast", "kpi why", "kpi review", "kpi currency", "kpi preview",
    "kpi goals", "kpi orphans", "kpi signals", "flow budgets", "forecast tests", "forecast levels",
    "forecast stock", "target list", "target export", "target preview", "action list", "meeting list",
    "meeting show", "meeting pack", "meeting find", "annotation list", "peak list", "peak show",
    "report overview", "report kpi", "source list", "source privacy", "source inspect", "source systems",
    "source show", "source codes", "source fields",
    "rejected list", "rejected export", "explain", "check", "jobs",
}  # fmt: skip
BY_THE_MACHINE = {"up", "web", "worker", "restore"}


def commands_of_the_door(group: object, before: str = "") -> Iterator[str]:
    for name, found in group.commands.items():  # type: ignore[attr-defined]
        if hasattr(found, "commands"):
            yield from commands_of_the_door(found, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_every_command_has_a_row() -> None:
    group = typer.main.get_command(commands)
    assert set(commands_of_the_door(group)) == COMMANDS.keys() | BY_THE_STORE | BY_SCOPE | BY_THE_MACHINE


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("commands")
    with open_store(home, departments=DEPARTMENTS).state as state:
        for email in (EVE.email, "other@example.com"):
            state.users.save(LOCAL_OWNER, replace(EVE, email=email), seen=0)
    return home


@pytest.mark.parametrize("name", COMMANDS)
def test_a_viewer_is_refused_by_the_command(name: str, home: Path) -> None:
    """Whoever acts as a user has that user's role, however the command is called."""
    permit, more = COMMANDS[name]
    done = CliRunner().invoke(
        commands, arranged(["--home", str(home), *name.split(), *more, "--as", EVE.email])
    )

    assert done.exit_code == 1
    assert f"may not {permit}" in str(done.exception)


def _entries(store: Store) -> int:
    return store.state.audit.count(LOCAL_OWNER)
