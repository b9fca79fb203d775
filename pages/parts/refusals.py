"""Why a form was refused, in the reader's language: the store knows no languages, so its sentences are told again."""

from kpi.words import listed, marked, say
from pages.parts.audits_told import AUDITS
from pages.parts.meetings_told import MEETINGS
from pages.parts.retold import retold
from pages.parts.reviews_told import REVIEWS
from pages.parts.system_told import DATABASE, SETTINGS
from pages.parts.viewer import NotAnyMore
from store.permits import Permit, Role, roles_with
from store.state import ChangedMeanwhile, NotAllowed, RoleForbids
from store.state.audit_rules import NotYours
from store.state.edition_rules import OwnWork
from store.state.own_approval import NotAlone

TOLD_AGAIN = (
    marked("The note is empty; say in a few words what happened."),
    marked("The note has {n} characters; {most} are the most."),
    marked("The note ends on {end}, before it begins on {start}."),
    marked("The view has no name; give it one to find it by."),
    marked("The name of the view has {n} characters; {most} are the most."),
    marked("The link of '{name}' has {n} characters; {most} are the most."),
    marked("The {what} of an action is empty; say who will do what."),
    marked("The {what} of an action has {n} characters; {most} are the most."),
    marked(
        "The baseline of '{kpi}' from {day} has no reason; say what has changed, so that a later reader can judge it."
    ),
    marked("'{kpi}' has no baseline from {day} that could be undone; in force are: {days}."),
    marked("{title} is none of the kinds of file that are read: {kinds}. Export the table as CSV or Excel."),
    marked("{title} has more than {most} MB. Split it, or point fairlead.toml at it."),
    marked("The server has too little room left for this file. Tell an administrator."),
    marked("The proposal has no reason; say why, so that whoever approves it can judge."),
    marked("The rejection has no remark; say why, so that a better one can be proposed."),
    marked("The target has changed since this was proposed, it is now: {last}. Reject it and propose anew."),
    marked(
        "Target of '{kpi}': the watch line {warn} is better than the target {target}; it is the worse of the two."
    ),
    marked(
        "Target of '{kpi}': the stretch goal {stretch} is worse than the target {target}; it is the better of the two."
    ),
    marked(
        "valid_to {end} is not after valid_from {start}; it is the first day the target no longer counts."
    ),
    marked("The currency is '{code}'; write the ISO code in three letters, such as EUR."),
    marked("{on} is past; it can take effect from {today} on."),
    marked("{on} is past; it can be retired from {today} on."),
    marked("Version {name} of {key} comes after {last}; give it a higher number."),
    marked("Version {name} takes effect on {day}, and only one counts on a day; choose a later one."),
    marked("Version {name} takes effect on {day}; recall it first, or choose a later day."),
    marked("Version {name}, which this translates, is not approved; approve it first."),
    marked("There is no version {name} of {key} that this could translate."),
    marked("{key} is written in {language}; say which version of it the text in {other} translates."),
    marked("{key} {name} has taken effect; retire it instead."),
    marked("It is not said what is new; say it and why."),
    marked("The refusal has no remark; say why, so that it can be mended."),
    marked("The recall has no remark; say why it must not count."),
    marked("The retirement has no reason; say why nobody needs the procedure any more."),
    marked("'{text}' holds a comma, which divides names; write one name, or several apart."),
    marked("'{text}' is not an address of the web; begin with https:// and leave out blanks and brackets."),
    marked("'{text}' cannot be the heading of a further section; choose another."),
    marked("The picture has {n} bytes; {most} are the most."),
    marked("A reply has 1 to {most} characters; this one has {n}."),
    marked("No finished run of yours has the step {step} of {sop} in half a year."),
    marked("It does not lie beside the text; send both in one archive (zip)."),
    marked("It lies on the web, and nothing is fetched from there; save it beside the text."),
    marked("It stands outside of the steps; only steps have pictures."),
    marked("There are {n} pictures already; those are the most."),
    marked("{name} has {n} bytes; {most} are the most."),
    marked("{name} cannot be unpacked; make the archive anew, without a password."),
    marked("{name} holds {n} texts ({texts}); put exactly one into it."),
    marked("{file} is not text in UTF-8; save it as such."),
    marked("The archive has {n} files; {most} are the most."),
    marked("The archive unpacks to more than {most} bytes; leave pictures out."),
    marked("{name} cannot be opened as a picture; take it again, or send it as JPEG."),
    marked("{name} has more than {n} million points; send a smaller picture."),
    marked("This is no picture; PNG, JPEG, GIF, WebP and HEIC are kept."),
    marked("There is no {what} {number}; look at the list of those there are."),
    marked("Nobody erases their own account; ask another administrator."),
    marked("{email} is the only administrator; make somebody else one first."),
    *REVIEWS,
    *MEETINGS,
    marked("There is no run {number}; look at the list of your runs."),
    marked("Give the number of the {our_kind}, at most {most} characters."),
    marked("Run {number} was given up; start another one."),
    marked("Run {number} has ended already ({our_state})."),
    marked("Say why the run is given up."),
    marked("The run is finished: say why the answer is corrected."),
    marked("Say why the step does not apply."),
    marked("The remark has {n} characters; {most} are the most."),
    marked("Nothing waits for this code; ask for the one that is shown now."),
    marked("Another answer has this key already; give every answer its own."),
    marked("There is no file {file} for this step; send it again."),
    marked("The run has {n} files already; those are the most."),
    marked("{title} is empty; take the photo or choose the file again."),
    marked("{title} has more than {most} MB; send a smaller one."),
    marked(
        "{title} is of no kind that is kept: PNG, JPEG, GIF, WebP and HEIC pictures, PDF, Excel, Word, CSV and text."
    ),
)
REFUSED = {each: each for each in (*TOLD_AGAIN, *AUDITS)}


def say_refusal(refused: Exception) -> str:
    """The sentence of the exception in the reader's language; as it is where it is none of these."""
    if isinstance(refused, RoleForbids):
        return role_forbids(refused.role, refused.permit)
    if isinstance(refused, NotAnyMore):
        return say("What you may do has changed, or you were signed out. Load the page again.")
    if isinstance(refused, NotAlone):
        return say("Somebody else may approve it by now; ask them.")
    if isinstance(refused, OwnWork):
        return say("You wrote some of this yourself; somebody else has to decide.")
    if isinstance(refused, ChangedMeanwhile):
        return say("Somebody else was faster; load the page again to see what stands there now.")
    if isinstance(refused, NotYours):
        return say("Somebody else checks this record, or it is your own work; take the next one.")
    if isinstance(refused, NotAllowed):
        return say("This concerns departments or markets you may not change. Ask somebody who sees them.")
    return retold(str(refused), REFUSED, DATABASE, SETTINGS)


def role_forbids(role: Role, permit: Permit) -> str:
    """Why a role may not do something, and who may."""
    return say(
        "You are here as {role} and may not {do}. These roles may: {roles}. Ask one of them, or an administrator for "
        "another role.",
        role=say(role.value), do=say(permit.value), roles=listed(say(each.value) for each in roles_with(permit)),
    )  # fmt: skip
