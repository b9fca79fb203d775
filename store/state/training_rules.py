"""What people owe a procedure where it is not what its scope says: training, reading or nothing, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import TrainingRule as Stored
from store.permits import Permit
from store.scope import Principal
from store.state.editions import Edition
from store.state.edits import WrongEntry, require_part, sees_part
from store.state.engines import Engines
from store.state.posts import Post
from store.state.shelf import Shelf, record

DUE_DAYS, QUARTERLY = 14, 3


class Needs(StrEnum):
    """What somebody owes a procedure; who is trained on it has read it, too."""

    TRAINING = "training"
    READING = "reading"
    NOTHING = "nothing"


@dataclass(frozen=True)
class TrainingRule:
    """
    People in `role` (empty: in any) owe `sop` this; trained `due_days` after a major version counts or they begin, and
    again after `refresher_months` (None: never).
    """

    sop: str
    role: str
    department: str
    needs: Needs = Needs.TRAINING
    due_days: int = DUE_DAYS
    refresher_months: int | None = QUARTERLY
    version: int = 0
    id: int = 0

    def __str__(self) -> str:
        return f"{self.role or 'everybody'} owes {self.sop} {self.needs}"


Rules = Mapping[tuple[str, str], TrainingRule]


def owed(post: Post, edition: Edition, rules: Rules) -> TrainingRule | None:
    """
    What a post owes a procedure: what the rule of its role says, else that for everybody, else training where the
    scope names the role (or, in the same department, no role at all). None for nothing.
    """
    if edition.markets is not None and post.market and post.market not in edition.markets:
        return None
    rule = rules.get((edition.key, post.role)) or rules.get((edition.key, ""))
    if rule is None:
        named = edition.department == post.department if edition.roles is None else post.role in edition.roles
        rule = TrainingRule(edition.key, post.role, edition.department) if named else None
    return None if rule is None or rule.needs is Needs.NOTHING else rule


def rules_of(session: Session) -> Rules:
    """All of them, by procedure and role."""
    return {(each.sop, each.role): rule_of(each) for each in session.scalars(select(Stored))}


def rule_of(stored: Stored) -> TrainingRule:
    """A stored row as a record."""
    return record(TrainingRule, stored, needs=Needs(stored.needs))


def _sees(principal: Principal, rule: TrainingRule) -> bool:
    return sees_part(principal, rule.department, {})


def _covers(principal: Principal, rule: TrainingRule) -> None:
    require_part(principal, rule.department, {}, "say who must be trained", everywhere=True)


SHELF = Shelf("training rule", Stored, rule_of, _sees, Permit.TRAIN_PEOPLE, _covers)


@dataclass(frozen=True)
class TrainingRules:
    """The rules of the state database."""

    engines: Engines

    def rows(self, principal: Principal) -> list[TrainingRule]:
        """Those of the principal's departments, by procedure and role."""
        return SHELF.rows(self.engines, principal, (Stored.sop, Stored.role))

    def save(self, principal: Principal, rule: TrainingRule, key: str | None = None) -> TrainingRule:
        """Adds a rule (`id` 0) or changes the one the editor saw. Raises ChangedMeanwhile, NotAllowed, WrongEntry."""
        if not 0 <= rule.due_days <= 365 or not 1 <= (rule.refresher_months or 1) <= 36:
            raise WrongEntry("Days are from 0 to 365, months between refreshers from 1 to 36.")

        def work(session: Session) -> int:
            if rule.id:
                return SHELF.saving(session, principal, rule, "training rule changed")
            if (rule.sop, rule.role) in rules_of(session):
                raise WrongEntry(
                    f"There is a rule for {rule.role or 'everybody'} and {rule.sop}; change that one."
                )
            return SHELF.adding(session, principal, rule, "training rule made")

        return SHELF.stored(self.engines, self.engines.change(work, key))
