"""The tables of the state database, typed."""

from store.models.actions import Action
from store.models.annotations import Annotation
from store.models.base import Base
from store.models.baselines import Baseline
from store.models.erasures import Erasure, RetiredPerson
from store.models.errands import BroughtSource, Errand
from store.models.owners import Owner
from store.models.people import AuditEntry, User
from store.models.pictures import ProcedurePicture
from store.models.places import Calendar, CalendarDay, Market
from store.models.procedures import ProcedureVersion
from store.models.proposals import Proposal
from store.models.rhythms import SourceRhythm
from store.models.runs import ComputeRun, Cursor, DoneCommand, SyncCount, SyncRun
from store.models.signing_in import FailedSignIn, Identity, OneTimeToken, Password, SignInSession
from store.models.stored_secrets import SecretKey, StoredSecret
from store.models.targets import Target
from store.models.views import SavedView

__all__ = [
    "Action",
    "Annotation",
    "AuditEntry",
    "Base",
    "Baseline",
    "BroughtSource",
    "Calendar",
    "CalendarDay",
    "ComputeRun",
    "Cursor",
    "DoneCommand",
    "Erasure",
    "Errand",
    "FailedSignIn",
    "Identity",
    "Market",
    "OneTimeToken",
    "Owner",
    "Password",
    "ProcedurePicture",
    "ProcedureVersion",
    "Proposal",
    "RetiredPerson",
    "SavedView",
    "SecretKey",
    "SignInSession",
    "SourceRhythm",
    "StoredSecret",
    "SyncCount",
    "SyncRun",
    "Target",
    "User",
]
