"""What the store says of audits that cannot be, told again in the reader's language."""

from kpi.words import marked

AUDITS = (
    marked("{first} is after {last}; turn the days around."),
    marked("{n} % of the records cannot be checked twice; take 0 to 100."),
    marked("There is no approved version {edition} of {sop}; choose another."),
    marked("{n} records are more than {most}; choose a wider interval."),
    marked("{n} {table} are more than {most}; choose fewer days."),
    marked("{table} do not tell the {part}; leave it empty."),
    marked("There is no {kind} to draw from {first} to {last}."),
    marked("Not found in these days: {numbers}. Look at the numbers and the days."),
    marked("Records that somebody named are not random; say targeted or complaint."),
    marked("Name 1 to {most} records, separated by spaces or commas."),
    marked("{n} records are not among 1 to {most}."),
    marked("Every step is left out; an audit asks about one at least."),
    marked("{n} {what} are not among 1 to {most}."),
    marked(
        "'{told}' does not say how {step} is judged; write pass, scale 5, parts: a; b, leave out, or number for a step "
        "with a value."
    ),
    marked("'{said}' is no answer to {step}: {asked}."),
    marked("'{text}' is no number; {step} asks for one in {unit}."),
    marked("'{text}' is no number; {step} asks for one."),
    marked("'{text}' is no address; evidence is a link that begins with https://."),
    marked("Not answered yet: {titles}. Answer them, or say why they do not apply."),
    marked("Say why {step} does not apply."),
    marked("The {name} of {step} is longer than {most} characters; shorten it."),
    marked("This check is finished; what was found stays as it is."),
    marked("Your check of this record is finished; it cannot be left to others any more."),
    marked("Audit {n} is not open ({state}); nothing can be checked."),
    marked("Audit {n} has no record {place}; it has {size}."),
    marked("Audit {n} has no records yet; wait for the draw."),
    marked("{n} checks are not finished; finish them, or call the audit off."),
    marked("{n} disagreements of two auditors are not settled."),
    marked("The auditors of record {place} do not disagree so about '{step}'."),
    marked("Say why this counts, in at most {most} characters."),
    marked("Say why the audit is called off."),
    marked("There is no check {n} of yours; begin one of a record."),
    marked("There is no audit {n}; look at the list of those there are."),
)
