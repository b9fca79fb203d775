"""The tables of the state database, typed."""

from store.models.actions import Action
from store.models.annotations import Annotation
from store.models.audits import AuditAnswer, AuditCheck, AuditRecord, AuditSettlement, ProcedureAudit
from store.models.base import Base
from store.models.baselines import Baseline
from store.models.deliveries import Delivery, Wish
from store.models.episodes import AlertState, Episode, EpisodeEvent, Notice
from store.models.erasures import Erasure, RetiredPerson
from store.models.errands import BroughtSource, Errand
from store.models.evidence_replies import EvidenceReply
from store.models.jobs import Job, JobRun, WorkerSign
from store.models.meetings import Meeting, MeetingComment, MeetingDecision, MeetingPack
from store.models.owners import Owner
from store.models.peaks import Peak, PeakNeed, PeakStock
from store.models.people import AuditEntry, User
from store.models.pictures import ProcedurePicture
from store.models.places import Calendar, CalendarDay, Market
from store.models.procedure_runs import ProcedureRun, RunAnswer, RunEvidence
from store.models.procedures import ProcedureVersion
from store.models.proposals import Proposal
from store.models.reviews import ProcedureReview, ReviewTrigger, StepFlag
from store.models.rhythms import SourceRhythm
from store.models.runs import ComputeRun, Cursor, DoneCommand, SyncCount, SyncRun
from store.models.signing_in import FailedSignIn, Identity, OneTimeToken, Password, SignInSession
from store.models.stored_secrets import SecretKey, StoredSecret
from store.models.targets import Target
from store.models.training import (
    Post,
    QuizAttempt,
    QuizQuestion,
    Reading,
    ReadingReply,
    Refresher,
    TrainingEvent,
    TrainingRule,
)
from store.models.views import SavedView

__all__ = [
    "Action",
    "AlertState",
    "Annotation",
    "AuditAnswer",
    "AuditCheck",
    "AuditEntry",
    "AuditRecord",
    "AuditSettlement",
    "Base",
    "Baseline",
    "BroughtSource",
    "Calendar",
    "CalendarDay",
    "ComputeRun",
    "Cursor",
    "Delivery",
    "DoneCommand",
    "Episode",
    "EpisodeEvent",
    "Erasure",
    "Errand",
    "EvidenceReply",
    "FailedSignIn",
    "Identity",
    "Job",
    "JobRun",
    "Market",
    "Meeting",
    "MeetingComment",
    "MeetingDecision",
    "MeetingPack",
    "Notice",
    "OneTimeToken",
    "Owner",
    "Password",
    "Peak",
    "PeakNeed",
    "PeakStock",
    "Post",
    "ProcedureAudit",
    "ProcedurePicture",
    "ProcedureReview",
    "ProcedureRun",
    "ProcedureVersion",
    "Proposal",
    "QuizAttempt",
    "QuizQuestion",
    "Reading",
    "ReadingReply",
    "Refresher",
    "RetiredPerson",
    "ReviewTrigger",
    "RunAnswer",
    "RunEvidence",
    "SavedView",
    "SecretKey",
    "SignInSession",
    "SourceRhythm",
    "StepFlag",
    "StoredSecret",
    "SyncCount",
    "SyncRun",
    "Target",
    "TrainingEvent",
    "TrainingRule",
    "User",
    "Wish",
    "WorkerSign",
]
