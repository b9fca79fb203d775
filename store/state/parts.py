"""What the state database is made of: one part each kind of thing that people enter or that is noted for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from store.state.accounts import Accounts
from store.state.actions import Actions
from store.state.annotations import Annotations
from store.state.audit import Audit
from store.state.audited import Audited
from store.state.audits import Audits
from store.state.baselines import Baselines
from store.state.brought import BroughtSources
from store.state.calendars import Calendars
from store.state.checks import Checks
from store.state.deliveries import Deliveries
from store.state.engines import Engines
from store.state.episodes import Episodes
from store.state.erasures import Erasures
from store.state.errands import Errands
from store.state.evidence_replies import EvidenceReplies
from store.state.flags import Flags
from store.state.identities import Identities
from store.state.jobs import Jobs
from store.state.leads import Leads
from store.state.leaving import Leaving
from store.state.markets import Markets
from store.state.meetings import Meetings
from store.state.owners import Owners
from store.state.peaks import Peaks
from store.state.pictures import Pictures
from store.state.posts import Posts
from store.state.procedure_runs import ProcedureRuns
from store.state.procedures import Procedures
from store.state.proposals import Proposals
from store.state.quizzes import Quizzes
from store.state.readings import Readings
from store.state.refreshers import Refreshers
from store.state.reviews import Reviews
from store.state.rhythms import Rhythms
from store.state.run_counts import RunCounts
from store.state.run_evidence import RunFiles
from store.state.runs import Runs
from store.state.sessions import Sessions
from store.state.signs import Signs
from store.state.standings import Standings
from store.state.stored_secrets import StoredSecrets
from store.state.targets import Targets
from store.state.training_rules import TrainingRules
from store.state.trainings import Trainings
from store.state.triggers import Triggers
from store.state.users import Users
from store.state.views import Views
from store.state.wishes import Wishes


@dataclass(frozen=True)
class Parts:
    """
    The parts, each asked with the principal first. `departments`: the one of each KPI; without it, who sees only some
    departments sees nothing that is kept by KPI.
    """

    engines: Engines
    departments: Mapping[str, str] = field(default_factory=dict)

    @property
    def targets(self) -> Targets:
        return Targets(self.engines, self.departments)

    @property
    def proposals(self) -> Proposals:
        return Proposals(self.engines, self.departments)

    @property
    def baselines(self) -> Baselines:
        return Baselines(self.engines, self.departments)

    @property
    def accounts(self) -> Accounts:
        return Accounts(self.engines)

    @property
    def identities(self) -> Identities:
        return Identities(self.engines)

    @property
    def sessions(self) -> Sessions:
        return Sessions(self.engines)

    @property
    def actions(self) -> Actions:
        return Actions(self.engines)

    @property
    def meetings(self) -> Meetings:
        return Meetings(self.engines)

    @property
    def annotations(self) -> Annotations:
        return Annotations(self.engines)

    @property
    def views(self) -> Views:
        return Views(self.engines)

    @property
    def runs(self) -> Runs:
        return Runs(self.engines)

    @property
    def rhythms(self) -> Rhythms:
        return Rhythms(self.engines)

    @property
    def calendars(self) -> Calendars:
        return Calendars(self.engines)

    @property
    def markets(self) -> Markets:
        return Markets(self.engines)

    @property
    def users(self) -> Users:
        return Users(self.engines)

    @property
    def owners(self) -> Owners:
        return Owners(self.engines)

    @property
    def leads(self) -> Leads:
        return Leads(self.engines)

    @property
    def leaving(self) -> Leaving:
        return Leaving(self.engines, self.departments)

    @property
    def audit(self) -> Audit:
        return Audit(self.engines)

    @property
    def secrets(self) -> StoredSecrets:
        return StoredSecrets(self.engines)

    @property
    def episodes(self) -> Episodes:
        return Episodes(self.engines)

    @property
    def deliveries(self) -> Deliveries:
        return Deliveries(self.engines)

    @property
    def wishes(self) -> Wishes:
        return Wishes(self.engines)

    @property
    def erasures(self) -> Erasures:
        return Erasures(self.engines)

    @property
    def errands(self) -> Errands:
        return Errands(self.engines)

    @property
    def jobs(self) -> Jobs:
        return Jobs(self.engines)

    @property
    def signs(self) -> Signs:
        return Signs(self.engines)

    @property
    def brought(self) -> BroughtSources:
        return BroughtSources(self.engines)

    @property
    def peaks(self) -> Peaks:
        return Peaks(self.engines)

    @property
    def pictures(self) -> Pictures:
        return Pictures(self.engines)

    @property
    def procedures(self) -> Procedures:
        return Procedures(self.engines)

    @property
    def flags(self) -> Flags:
        return Flags(self.engines)

    @property
    def triggers(self) -> Triggers:
        return Triggers(self.engines)

    @property
    def reviews(self) -> Reviews:
        return Reviews(self.engines)

    @property
    def procedure_runs(self) -> ProcedureRuns:
        return ProcedureRuns(self.engines)

    @property
    def run_counts(self) -> RunCounts:
        return RunCounts(self.engines)

    @property
    def audited(self) -> Audited:
        return Audited(self.engines)

    @property
    def evidence_replies(self) -> EvidenceReplies:
        return EvidenceReplies(self.engines)

    @property
    def posts(self) -> Posts:
        return Posts(self.engines)

    @property
    def quizzes(self) -> Quizzes:
        return Quizzes(self.engines)

    @property
    def refreshers(self) -> Refreshers:
        return Refreshers(self.engines)

    @property
    def readings(self) -> Readings:
        return Readings(self.engines)

    @property
    def standings(self) -> Standings:
        return Standings(self.engines)

    @property
    def training_rules(self) -> TrainingRules:
        return TrainingRules(self.engines)

    @property
    def trainings(self) -> Trainings:
        return Trainings(self.engines)

    @property
    def run_files(self) -> RunFiles:
        return RunFiles(self.engines)

    @property
    def audits(self) -> Audits:
        return Audits(self.engines)

    @property
    def checks(self) -> Checks:
        return Checks(self.engines)
