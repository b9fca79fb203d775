"""A run as the script on the phone gets it: its steps once, and where they stand as often as it asks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from kpi.words import marked, say
from pages.run.flagging import kinds
from sop.procedure import Step
from sop.procedure.flowchart import shown_by
from sop.procedure.markdown.write import limit_text
from sop.procedure.prose import as_tree
from sop.runs.answering import Progress
from sop.runs.standing import Standing
from store.state.run_records import Answer, Evidence

Told = dict[str, object]
WORDS: Mapping[str, str] = {
    "step": marked("Step {n} of {all}"), "left": marked("{n} left"), "unsent": marked("{n} not saved yet"),
    "all_saved": marked("Everything is saved"), "steps": marked("All steps"), "example": marked("Example"),
    "critical": marked("Critical: the run fails without it"), "limit": marked("Within {limit}"),
    "due": marked("by {time}"), "late": marked("{n} min late"), "video": marked("Video"),
    "done": marked("Done"), "not_done": marked("Not done"), "not_applicable": marked("Does not apply"),
    "value": marked("Measured value"), "save": marked("Save"),
    "photo": marked("Take a photo"), "file": marked("Choose a file"), "why": marked("Why"),
    "remark": marked("Remark (may stay empty)"), "cancel": marked("Cancel"), "change": marked("Answer again"),
    "saved": marked("Saved {time}"), "unsaved": marked("Not saved yet"),
    "refused": marked("Not saved: {why}"), "open": marked("Open"), "kept": marked("Done"),
    "missed": marked("Not done"), "out": marked("Out of range"), "left_out": marked("Does not apply"),
    "waiting": marked("Waits for a second person"), "next": marked("Next"), "back": marked("Back"),
    "offline": marked("No connection. Go on: answers are kept on this device and sent when it is back."),
    "signed_out": marked("You are signed out. Sign in again; what is not saved stays on this device."),
    "code": marked("A second person opens “Run” on their own device, signs in as themselves and enters this code:"),
    "confirmed": marked("Confirmed by {who}, {time}"), "look": marked("Look again"),
    "finish": marked("Finish the run"), "finish_first": marked("Everything is answered."),
    "finished": marked("Finished {time}"), "given_up": marked("Given up {time}: {why}"),
    "give_up": marked("Give up this run"), "reason": marked("Why it is given up"),
    "correct": marked("Correct"), "why_corrected": marked("Why it is corrected"),
    "flag": marked("Flag this step"), "flagged": marked("Thank you. Your flag was sent."),
    "trail": marked("{n} answers so far"), "need_reason": marked("Give a reason."),
    "need_value": marked("Give a number."), "removed": marked("The file was erased."), "no_store": marked(
        "This browser keeps nothing: do not close the page before everything is saved."),
}  # fmt: skip


def device_of(person: str) -> str:
    """What a device keeps somebody's answers by, so that nobody else who uses it sends them."""
    return sha256(person.encode()).hexdigest()[:16]


def words() -> Told:
    """Everything the script says, in the reader's language."""
    told: Told = {name: say(text) for name, text in WORDS.items()}
    return told | {"kinds": kinds()}


def steps_told(steps: Sequence[Step], pictures: Mapping[str, str]) -> list[Told]:
    """The steps of a run, in their order; `pictures` as data, by file."""
    return [_step(each, pictures) for each in steps]


def _step(step: Step, pictures: Mapping[str, str]) -> Told:
    return {
        "key": step.key, "title": step.title or step.key, "text": as_tree(step.instruction),
        "example": as_tree(step.example), "kind": step.check.kind.value, "shown": shown_by(step.check),
        "unit": step.check.unit,
        "signed": step.check.low is None or step.check.low < 0, "critical": step.critical, "minutes": step.minutes,
        "limit": limit_text(step.minutes) if step.minutes is not None else "", "video": step.video,
        "pictures": [(pictures[each.file], each.shows) for each in step.pictures if each.file in pictures],
    }  # fmt: skip


def standing_told(found: Progress, files: Sequence[Evidence]) -> Told:
    """Where a run and each of its steps stand; times in milliseconds since 1970."""
    run, by_number = found.run, {each.id: each for each in files}
    return {
        "id": run.id, "state": run.state.value, "version": run.version, "reason": run.reason,
        "started": moment(run.started_at), "ended": moment(run.ended_at),
        "steps": {
            step.key: _standing(each, found.answers, by_number) for step, each in found.steps
        },
    }  # fmt: skip


def _standing(each: Standing, answers: Sequence[Answer], files: Mapping[int, Evidence]) -> Told:
    told: Told = {"stand": each.stand.value}
    if each.answer is None:
        return told
    given, word = each.answer, each.confirmed
    file = files.get(given.evidence or 0)
    return told | {
        "key": given.key, "value": str(given.value) if given.value is not None else "", "remark": given.remark,
        "done": moment(given.done_at), "saved": moment(given.saved_at), "code": "" if word else given.code,
        "file": {"id": file.id, "title": file.title, "kind": file.kind} if file else None,
        "confirmed": {"by": word.person, "at": moment(word.saved_at)} if word else None,
        "times": sum(other.step == given.step for other in answers),
    }  # fmt: skip


def moment(at: datetime | None) -> int | None:
    """Milliseconds since 1970, as scripts count."""
    return int(at.timestamp() * 1000) if at else None
