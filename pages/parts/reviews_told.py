"""Why a flag, a review or a corrective action was refused, as the store says it, to be told in any language."""

from kpi.words import marked

REVIEWS = (
    marked("There is no procedure '{sop}' in force; look at the list of those there are."),
    marked("There is no version {name} of {sop} that counts or counted."),
    marked("Nothing of {sop} counts on {day}, so there is nothing to review."),
    marked("{person} answers for {sop}; ask them, or somebody who approves procedures."),
    marked("The {what} has {n} characters; {most} are the most."),
    marked("What is accepted leads to a review or a draft; say which."),
    marked("Say why, or what the answer is: whoever said it reads it."),
    marked("Say in up to {most} characters what changes; this has {n}."),
    marked("'{text}' is no address; name the page that says so (https://...)."),
    marked("No procedure is named; say which ones the change touches."),
    marked("The review has no remark; say what was looked at and what was found."),
    marked("It was carried out and its effect is not known; it cannot be dropped before it is."),
    marked(
        "A corrective action is closed once its effect was evaluated and shows that it helped; so far: {outcome}."
    ),
    marked("The figures cannot show the effect; give the reason to close it in the note."),
    marked("A change of {n} % cannot be promised; name 1 to 100."),
)
