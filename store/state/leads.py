"""Who leads whom directly: what single people did is for themselves and their direct lead, and for nobody else."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from store.models import User as StoredUser
from store.permits import Permit
from store.scope import Principal
from store.state.edits import require
from store.state.engines import Engines
from store.state.users import User, user_of


@dataclass(frozen=True)
class Lead:
    """Who leads somebody; not `active` once their account is closed: then the people need another lead."""

    email: str
    name: str
    active: bool


@dataclass(frozen=True)
class Leads:
    """The direct leads of the state database. No role sees more of a person than this says."""

    engines: Engines

    def sees_person(self, principal: Principal, person: int | str) -> bool:
        """
        Whether the principal is that person (number or address) or leads them directly; not for an unknown one.
        Answers about single people are the same for whoever does not see them as where there is nothing.
        """
        return self.engines.ask(lambda session: sees_person(session, principal, person))

    def seen(self, principal: Principal) -> frozenset[str]:
        """The addresses of everybody the principal sees: themselves and whom they lead directly."""
        return self.engines.ask(lambda session: seen_people(session, principal))

    def people(self, principal: Principal) -> list[User]:
        """The active people the principal leads directly, by name."""

        def work(session: Session) -> list[User]:
            query = select(StoredUser).where(_led_by(principal), StoredUser.active.is_(True))
            ordered = query.order_by(StoredUser.name, StoredUser.id)
            return [user_of(each).value for each in session.scalars(ordered)]

        return self.engines.ask(work)

    def names(self, principal: Principal) -> dict[str, Lead]:
        """The leads of those within the principal's scope, by the address of the person. Raises NotAllowed."""
        require(principal, Permit.MANAGE_PEOPLE)

        def work(session: Session) -> dict[str, Lead]:
            led = session.scalars(select(StoredUser).where(StoredUser.lead_id.is_not(None))).all()
            return {
                each.email: Lead(each.lead.email, each.lead.name, each.lead.active)
                for each in led
                if each.lead is not None and principal.scope.holds(user_of(each).value.scope)
            }

        return self.engines.ask(work)


def sees_person(session: Session, principal: Principal, person: int | str) -> bool:
    """As `Leads.sees_person`, within a transaction."""
    if isinstance(person, str):
        return person.strip().lower() in seen_people(session, principal)
    known = select(StoredUser.email).where(StoredUser.id == person)
    return session.scalar(known) in seen_people(session, principal)


def seen_people(session: Session, principal: Principal) -> frozenset[str]:
    """As `Leads.seen`, within a transaction; people who left stay their lead's to look at."""
    return frozenset({principal.name, *session.scalars(select(StoredUser.email).where(_led_by(principal)))})


def _led_by(principal: Principal) -> ColumnElement[bool]:
    lead = aliased(StoredUser)
    number = select(lead.id).where(lead.email == principal.name, lead.active.is_(True)).scalar_subquery()
    return StoredUser.lead_id == number
