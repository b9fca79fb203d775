"""How newcomers come to work alone: procedures of their post signed off by a mentor, then done soundly by themselves.

Of the principal and the people they lead directly; by role and procedure for them together, and nobody is compared.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from sop.diagnosis.onboarding import Newcomer, Onboarding, Progress, Run, SignOff, onboarding
from store.company import Company
from store.scope import Principal
from store.state import State
from store.state.owing_counts import FEWEST
from store.state.posts import Post
from store.state.run_counts import RunDone, Since
from store.state.trainings import How

NEW = timedelta(days=365)


@dataclass(frozen=True)
class Beginning:
    """One person's beginning in one post: where each procedure of it stands, on `day`."""

    post: Post
    found: Onboarding
    day: date

    @property
    def done(self) -> tuple[int, ...]:
        """After how many days each procedure was done independently, of those that are, in ascending order."""
        return tuple(sorted(after for each in self.found.progress if (after := self.after(each)) is not None))

    def after(self, progress: Progress) -> int | None:
        """Days from the start of the post until a procedure was done independently; None: not yet."""
        return (progress.competent_on - self.post.since).days if progress.competent_on else None


@dataclass(frozen=True)
class Pace:
    """
    How fast the newcomers of a role come to do a procedure independently. `days`: by when half of them do, those who
    are still on the way counted as far as they got; None where it is not half yet, or of too few `people`.
    """

    role: str
    sop: str
    people: int
    independent: int
    days: int | None

    @property
    def missing(self) -> int:
        """How many people too few there are to tell anything."""
        return max(FEWEST - self.people, 0)


def beginnings(state: State, principal: Principal, day: date, company: Company) -> tuple[Beginning, ...]:
    """Each post of the principal and their people that began within a year of `day`, by person and first day."""
    required = state.standings.to_master(principal, day, day - NEW)
    if not required:
        return ()
    signed = _signed(state, principal)
    wanted = {
        (post.person, rule.sop): Since(
            post.person, rule.sop, datetime.combine(signed[key][0].on, time(), UTC)
        )
        for post, rule in required
        if (key := (post.person, rule.sop)) in signed
    }
    runs = defaultdict[str, list[Run]](list)
    for each in state.run_counts.first_runs(principal, list(wanted.values())):
        runs[each.person].append(_run(each, company))
    ordered = sorted(required, key=lambda each: (each[0].person, each[0].since, each[0].id))
    return tuple(
        _beginning(post, [rule.sop for _, rule in own], signed, runs[post.person], day)
        for post, own in groupby(ordered, key=lambda each: each[0])
    )


def _signed(state: State, principal: Principal) -> dict[tuple[str, str], list[SignOff]]:
    """What mentors and leads signed by person and procedure, the oldest first."""
    found = defaultdict[tuple[str, str], list[SignOff]](list)
    for each in reversed(state.trainings.rows(principal)):
        if each.how is How.ALONE and each.entered_by != each.person:
            found[each.person, each.sop].append(SignOff(each.sop, each.entered_by, each.held_on))
    return found


def _run(done: RunDone, company: Company) -> Run:
    return Run(done.sop, company.today(done.at), done.followed)


def _beginning(
    post: Post,
    sops: Sequence[str],
    signed: dict[tuple[str, str], list[SignOff]],
    runs: Sequence[Run],
    day: date,
) -> Beginning:
    """A sign-off in an earlier post says nothing of a new market or channel."""
    own = tuple(each for sop in sops for each in signed.get((post.person, sop), []) if each.on >= post.since)
    return Beginning(post, onboarding(Newcomer(post.person, post.since, own, tuple(runs)), sops), day)


def paces(found: Iterable[Beginning]) -> tuple[Pace, ...]:
    """By role and procedure, in alphabetical order."""
    reached = defaultdict[tuple[str, str], list[tuple[int, bool]]](list)
    for each in found:
        for progress in each.found.progress:
            after = each.after(progress)
            until = (each.day - each.post.since).days if after is None else after
            reached[each.post.role, progress.sop].append((until, after is not None))
    return tuple(_pace(role, sop, times) for (role, sop), times in sorted(reached.items()))


def _pace(role: str, sop: str, times: Sequence[tuple[int, bool]]) -> Pace:
    days = half(times) if len(times) >= FEWEST else None
    return Pace(role, sop, len(times), sum(done for _, done in times), days)


def half(times: Sequence[tuple[int, bool]]) -> int | None:
    """
    The day by which half have arrived (`days`, whether they did), by Kaplan and Meier: who is still on the way counts
    among those who could have until then. None where it is less than half.
    """
    still = 1.0
    for day, same in groupby(sorted(times), key=_first):
        arrived = sum(done for _, done in same)
        still *= 1.0 - arrived / sum(each >= day for each, _ in times)
        if arrived and still <= 0.5:
            return day
    return None


def _first(time: tuple[int, bool]) -> int:
    return time[0]
