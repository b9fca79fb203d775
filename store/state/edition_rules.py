"""What may not happen to versions of a procedure: two drafts at once, a number twice, an author who approves."""

from collections.abc import Collection, Iterable
from datetime import date

from store.scope import Principal
from store.state.editions import Content, Edition, EditionState
from store.state.edits import ChangedMeanwhile, NotAllowed, WrongEntry


class OwnWork(NotAllowed):
    """Nobody decides about what they wrote."""


def require_next(content: Content, others: Collection[Edition]) -> None:
    """Raises ChangedMeanwhile for a second draft, WrongEntry for a number that is not the next or a wrong source."""
    own = [each for each in others if each.language == content.language]
    require_no_open(content.key, content.language, own)
    last = max((each.number for each in own), default=None)
    if last is not None and content.number <= last:
        raise WrongEntry(
            f"Version {content.major}.{content.minor} of {content.key} comes after {last[0]}.{last[1]}; give it a "
            "higher number."
        )
    _require_source(content, others)


def require_no_open(key: str, language: str, editions: Iterable[Edition]) -> None:
    """Raises ChangedMeanwhile, with the draft, where one is open already in that language."""
    for each in editions:
        if each.is_open and each.language == language:
            raise ChangedMeanwhile(f"The draft of {key} ({language})", each, 0)


def wrote(principal: Principal, edition: Edition) -> bool:
    """Whether any of it is theirs: they changed the text or submitted it."""
    return principal.name in edition.editors | {edition.submitted_by}


def require_other(principal: Principal, edition: Edition) -> None:
    """Raises OwnWork for everybody who wrote or submitted it."""
    if wrote(principal, edition):
        raise OwnWork(f"{principal.name} wrote {edition.key} {edition.name}; somebody else has to decide.")


def require_effective(edition: Edition, others: Iterable[Edition], on: date, today: date) -> None:
    """Raises WrongEntry for a day that is past, or that would put versions out of order, or before its source."""
    if on < today:
        raise WrongEntry(f"{on} is past; it can take effect from {today} on.")
    approved = [each for each in others if each.state is EditionState.APPROVED and each.id != edition.id]
    own = [each for each in approved if each.language == edition.language]
    last = max(
        (each for each in own if each.effective_on), key=lambda each: str(each.effective_on), default=None
    )
    if last is not None and last.effective_on is not None and on <= last.effective_on:
        raise WrongEntry(
            f"Version {last.name} takes effect on {last.effective_on}, and only one counts on a day; choose a later "
            "one."
        )
    if edition.translates and edition.translates not in {
        each.name for each in approved if not each.translates
    }:
        raise WrongEntry(
            f"Version {edition.translates}, which this translates, is not approved; approve it first."
        )


def require_retiring(subject: str, approved: Collection[Edition], on: date, today: date) -> None:
    """Raises WrongEntry for a procedure that is not in force or a day that is past or before a version to come."""
    if on < today:
        raise WrongEntry(f"{on} is past; it can be retired from {today} on.")
    if not approved:
        raise WrongEntry(
            f"There is no procedure {subject} that could be retired; look at the list of those there are."
        )
    later = [each for each in approved if each.effective_on and each.effective_on > on]
    if later:
        raise WrongEntry(
            f"Version {later[0].name} takes effect on {later[0].effective_on}; recall it first, or choose a later day."
        )


def _require_source(content: Content, others: Iterable[Edition]) -> None:
    """A translation needs the version it names; everything else is written in one language."""
    sources = [each for each in others if not each.translates]
    if content.translates:
        if content.translates not in {each.name for each in sources if each.language != content.language}:
            raise WrongEntry(
                f"There is no version {content.translates} of {content.key} that this could translate."
            )
        return
    foreign = next((each.language for each in sources if each.language != content.language), None)
    if foreign is not None:
        raise WrongEntry(
            f"{content.key} is written in {foreign}; say which version of it the text in {content.language} translates."
        )
