"""Who works as what: the job roles of people by day, of which follows what they must read and be trained on."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import Post as Stored
from store.models import User as StoredUser
from store.permits import Permit
from store.scope import Principal
from store.state.edits import WrongEntry, require, require_part, sees_part
from store.state.engines import Engines
from store.state.shelf import Shelf, record
from store.state.users import stored_user, user_of


@dataclass(frozen=True)
class Post:
    """
    `person` (an address) works as `role` from `since` to the day before `until`; on leave from `away_from` to the day
    before `away_until`. `mentor` walks them through their procedures. A new market or channel is another post.
    """

    person: str
    role: str
    department: str
    since: date
    team: str = ""
    market: str = ""
    mentor: str = ""
    until: date | None = None
    away_from: date | None = None
    away_until: date | None = None
    version: int = 0
    id: int = 0

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    def is_away(self, day: date) -> bool:
        begun = self.away_from is not None and self.away_from <= day
        return begun and (self.away_until is None or day < self.away_until)

    def __str__(self) -> str:
        return f"{self.person} as {self.role} since {self.since}"


def _sees(principal: Principal, post: Post) -> bool:
    if principal.name in (post.person, post.mentor):
        return True
    pairs = {"market": post.market or None, "team": post.team or None}
    named = {name: value for name, value in pairs.items() if value}
    return principal.may(Permit.TRAIN_PEOPLE) and sees_part(principal, post.department, named)


def _covers(principal: Principal, post: Post) -> None:
    named = {"market": post.market, "team": post.team}
    pairs = {name: value for name, value in named.items() if value}
    require_part(principal, post.department, pairs, "say who works as what", everywhere=not post.market)


def post_of(stored: Stored) -> Post:
    """A stored row as a record."""
    return record(Post, stored)


SHELF = Shelf("post", Stored, post_of, _sees, Permit.TRAIN_PEOPLE, _covers)


@dataclass(frozen=True)
class Posts:
    """The posts of the state database; seen by the person, their mentor, and who trains people there."""

    engines: Engines

    def rows(self, principal: Principal) -> list[Post]:
        """Those the principal may see, by person and first day; ended ones too."""
        return SHELF.rows(self.engines, principal, (Stored.person, Stored.since, Stored.id))

    def teams(self) -> dict[str, list[Post]]:
        """Everybody's posts by address. For the worker."""
        query = select(Stored).order_by(Stored.person, Stored.since, Stored.id)
        found = self.engines.ask(lambda session: [post_of(each) for each in session.scalars(query)])
        return {person: list(each) for person, each in groupby(found, key=lambda post: post.person)}

    def names(self, principal: Principal) -> dict[str, str]:
        """
        Whom a post can be given to: active people who see a department of the principal, by address with their names.
        Raises NotAllowed for who trains nobody.
        """
        require(principal, Permit.TRAIN_PEOPLE)
        query = select(StoredUser).where(StoredUser.active.is_(True)).order_by(StoredUser.name, StoredUser.id)
        found = self.engines.ask(lambda session: [user_of(each).value for each in session.scalars(query)])
        mine = principal.scope.departments
        return {
            each.email: each.name
            for each in found
            if mine is None or each.departments is None or not mine.isdisjoint(each.departments)
        }

    def save(self, principal: Principal, post: Post, key: str | None = None) -> Post:
        """
        Adds a post (`id` 0) or changes the version the editor saw. Raises ChangedMeanwhile, NotAllowed, WrongEntry for
        somebody who is not there, for days in the wrong order, or for who would be their own mentor.
        """

        def work(session: Session) -> int:
            _check(session, post)
            if post.id:
                return SHELF.saving(session, principal, post, "post changed")
            return SHELF.adding(session, principal, post, "post given")

        return SHELF.stored(self.engines, self.engines.change(work, key))


def _check(session: Session, post: Post) -> None:
    if not post.role.strip():
        raise WrongEntry("The role is empty; write the job, such as Packer.")
    for address in filter(None, (post.person, post.mentor)):
        if stored_user(session, address) is None:
            raise WrongEntry(f"No user has the address {address}; add the person first.")
    if not post.person or post.mentor == post.person:
        raise WrongEntry("Choose who has the post, and somebody else as mentor.")
    for first, last in ((post.since, post.until), (post.away_from, post.away_until)):
        if first is not None and last is not None and last <= first:
            raise WrongEntry(f"{last} is not after {first}; choose a later day.")
