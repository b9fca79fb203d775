"""One record under audit: begun, answered item by item, finished once nothing is missing; and what it scores."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sop.audits.template import Item, Template, points_of, read_template, steps_elsewhere
from sop.scoring import CheckScore, Response, score_check
from sop.scoring import Item as Scored
from store.scope import Principal
from store.state import State, WrongEntry
from store.state.audit_rows import Audit, Check, Drawn, Found, Settlement

NOT_APPLICABLE = "n/a"


def begin(state: State, principal: Principal, audit: Audit, record: Drawn) -> Check:
    """The principal's own check of a record; steps not done in its market are answered. Raises as the state does."""
    template = read_template(audit.template)
    given = steps_elsewhere(template.items, record.market)
    return state.checks.begin(principal, audit.id, record.place, given)


def answer(
    state: State, principal: Principal, audit: Audit, check: Check, step: str, said: str, *,
    because: str = "", comment: str | None = None, evidence: str | None = None,
) -> Found:  # fmt: skip
    """
    Keep what is said of a step, at once: `n/a` with a reason, or what `points_of` reads; a comment or evidence that is
    not given stays. Raises WrongEntry, ChangedMeanwhile, NotAllowed.
    """
    item = read_template(audit.template).item(step)
    known = check.found.get(step, Found(step, None))
    score, value = (None, "") if said.strip() == NOT_APPLICABLE else points_of(item, said)
    if evidence and not evidence.startswith(("https://", "http://")):
        raise WrongEntry(f"'{evidence[:60]}' is no address; evidence is a link that begins with https://.")
    found = replace(
        known, score=score, value=value, because=because.strip() if score is None else "",
        comment=known.comment if comment is None else comment.strip(),
        evidence=known.evidence if evidence is None else evidence.strip(),
    )  # fmt: skip
    return state.checks.answer(principal, check.id, found)


def finish(state: State, principal: Principal, audit: Audit, check: Check) -> Check:
    """From now on the check counts. Raises WrongEntry while a step has no answer, ChangedMeanwhile, NotAllowed."""
    if missing := unanswered(read_template(audit.template), check):
        titles = ", ".join(each.title or each.step for each in missing)
        raise WrongEntry(f"Not answered yet: {titles}. Answer them, or say why they do not apply.")
    return state.checks.finish(principal, check.id, check.version)


def unanswered(template: Template, check: Check | None) -> tuple[Item, ...]:
    """The items without an answer."""
    found = check.found if check else {}
    return tuple(each for each in template.items if each.step not in found)


def score_of(template: Template, scores: Mapping[str, int | None]) -> CheckScore:
    """What a check scores by the template of its audit; a step that is not there was not answered."""
    return score_check([_scored(each, scores) for each in template.items], template.pass_mark / 100)


def counted(check: Check, settled: Sequence[Settlement]) -> dict[str, int | None]:
    """The points by step that count of a first check: its own, or what was settled where two auditors disagreed."""
    own = {step: found.score for step, found in check.found.items()}
    return own | {each.step: each.score for each in settled if each.place == check.place}


def next_place(principal: Principal, records: Sequence[Drawn], checks: Sequence[Check]) -> int | None:
    """The record the principal looks at next: one they began, else one nobody looked at, else a second look."""
    by_place: dict[int, list[Check]] = {}
    for each in checks:
        by_place.setdefault(each.place, []).append(each)
    begun = [each.place for each in checks if each.auditor == principal.name and each.finished_at is None]
    free = [each for each in records if principal.name not in (each.person, *each.not_by)]
    first = [each.place for each in free if each.place not in by_place]
    second = [
        each.place
        for each in free
        if each.twice
        and len(by_place.get(each.place, [])) == 1
        and by_place[each.place][0].auditor != principal.name
    ]
    return next(iter((*begun, *first, *second)), None)


def _scored(item: Item, scores: Mapping[str, int | None]) -> Scored:
    if item.step not in scores:
        return Scored(0, item.maximum, item.weight, Response.UNANSWERED, item.critical)
    score = scores[item.step]
    if score is None:
        return Scored(0, item.maximum, item.weight, Response.NOT_APPLICABLE, item.critical)
    return Scored(score, item.maximum, item.weight, Response.SCORED, item.critical)
